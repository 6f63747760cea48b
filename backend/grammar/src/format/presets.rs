//! The presets of lines that regular expressions describe. Each is published as [`line_presets`] gives it, so that
//! other programs cut lines the same way: the first expression that matches a line says what its fields are.
//!
//! The expressions keep to what Rust's `regex` and Python's `re` both know.

use super::Preset;

/// ISO 8601 and its kin with a time.
const ISO: &str = r"[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2})|Z)?";
/// `Jul  1 09:00:55`, also with a year.
const BSD: &str = r"[A-Za-z]{3} +[0-9]{1,2} +(?:[0-9]{4} )?[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?";
/// `Sun Dec 04 04:47:44 2005`.
const CTIME: &str = r"[A-Za-z]{3} +[A-Za-z]{3} +[0-9]{1,2} +[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)? (?:(?:UTC|GMT) )?[0-9]{4}";
/// The forms that are only looked for where a timestamp is asked for.
const OTHER: &str = r"[0-9]{1,2}/[A-Za-z]{3}/[0-9]{4}:[0-9:.,]*[0-9](?: [+-][0-9]{4})?|[0-9]{1,2}[- ][A-Za-z]{3}[- ][0-9]{4} [0-9:.,]*[0-9]|[A-Za-z]{3}, [0-9]{2} [A-Za-z]{3} [0-9]{4} [0-9:.,]*[0-9](?: (?:GMT|UTC|[+-][0-9]{4}))?|[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]+|[0-9]{8}[-T ][0-9:.,]*[0-9]Z?|[0-9]{1,4}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,4})?[, ]+[0-9]{1,2}:[0-9:.,]*[0-9](?: ?[AaPp][Mm])?|[0-9]{6} [0-9]{6}|[0-9]{4} [0-9]{2}:[0-9:.]*[0-9]|[0-9]{9,19}(?:\.[0-9]+)?";
const LEVEL: &str = r"(?i:trace|debug|info|information|notice|warn|warning|err|error|crit|critical|fatal|severe|alert|emerg|emergency|panic|verbose|fine|finer|finest|config)";
const FACILITY: &str = r"(?:kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7])";
const MESSAGE: &str = "(?P<message>.*)";

/// A preset whose lines regular expressions describe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinePreset {
    pub name: &'static str,
    pub description: &'static str,
    /// A line in this format.
    pub example: &'static str,
    /// Regular expressions with named groups, to be matched at the start of a line; the first that matches counts.
    /// Groups named `timestamp`, `host`, `level`, `process`, `pid`, `message` and `id` are those fields, `priority` is
    /// syslog's number that gives the level, and every other group is an attribute.
    pub patterns: Vec<String>,
}

/// All presets of lines.
pub fn line_presets() -> Vec<LinePreset> {
    Preset::ALL.into_iter().filter_map(line_preset).collect()
}

/// Any known form of a timestamp, as a regular expression.
pub(crate) fn any_timestamp() -> String {
    format!("{ISO}|{CTIME}|{BSD}|{OTHER}")
}

fn expand(pattern: &str) -> String {
    let tag_head = format!(
        "^(?:<(?P<priority>[0-9]{{1,3}})>)?(?P<timestamp>{ISO}|{CTIME}|{BSD}) *(?:{FACILITY}\\.(?P<level>[a-z0-9]+) |(?P<host>[^ ]*[^ :]) )?"
    );
    let text = pattern
        .replace("{SYSLOG}", &tag_head)
        .replace("{ANY}", &any_timestamp())
        .replace("{ISO}", ISO)
        .replace("{CTIME}", CTIME)
        .replace("{LEVEL}", LEVEL)
        .replace("{MESSAGE}", MESSAGE);
    format!("(?s){text}")
}

pub(crate) fn line_preset(preset: Preset) -> Option<LinePreset> {
    let (description, example, patterns): (_, _, &[&str]) = match preset {
        Preset::Zookeeper => (
            "Apache ZooKeeper",
            "2015-07-29 19:04:12,394 - INFO  [/10.10.34.11:3888:QuorumCnxManager$Listener@493] - Received connection request /10.10.34.11:45307",
            &[
                r"^(?P<timestamp>{ISO}) - (?P<level>{LEVEL}) +\[(?P<thread>.*?):(?P<process>[^:@\]]+)@(?P<source_line>[0-9]+)\] - {MESSAGE}",
            ],
        ),
        Preset::Hadoop => (
            "Apache Hadoop",
            "2015-10-18 18:01:47,978 INFO [main] org.apache.hadoop.mapreduce.v2.app.MRAppMaster: Executing with tokens:",
            &[
                r"^(?P<timestamp>{ISO}) (?P<level>{LEVEL}) +\[(?P<thread>.*?)\] (?P<process>[^ :]+):(?: |$){MESSAGE}",
            ],
        ),
        Preset::Spark => (
            "Apache Spark",
            "17/06/09 20:10:40 INFO executor.CoarseGrainedExecutorBackend: Registered signal handlers for [TERM, HUP, INT]",
            &[
                r"^(?P<timestamp>[0-9]{2}/[0-9]{2}/[0-9]{2} [0-9:]{8}) (?P<level>{LEVEL}) (?P<process>[^ :]+):(?: |$){MESSAGE}",
            ],
        ),
        Preset::Openstack => (
            "OpenStack services, also with the file's name before each line",
            "2017-05-16 00:00:00.008 25746 INFO nova.osapi_compute.wsgi.server [req-38101a0b - - -] 10.11.10.1 \"GET /v2 HTTP/1.1\" status: 200",
            &[
                r"^(?:(?P<source_file>[^ ]+) )?(?P<timestamp>{ISO}) (?P<pid>[0-9]+) (?P<level>{LEVEL}) (?P<process>[^ ]+) \[(?P<request>[^\]]*)\] {MESSAGE}",
            ],
        ),
        Preset::WindowsCbs => (
            "Windows component-based servicing (CBS.log)",
            "2016-09-28 04:30:30, Info                  CBS    Loaded Servicing Stack v6.1.7601.23505",
            &[r"^(?P<timestamp>{ISO}), (?P<level>[A-Za-z]+) +(?P<process>[^ ]+) +{MESSAGE}"],
        ),
        Preset::KubernetesCri => (
            "Kubernetes container logs (CRI)",
            "2016-10-06T00:17:09.669794202Z stdout F The content of the log entry",
            &[r"^(?P<timestamp>{ISO}) (?P<stream>stdout|stderr) (?P<tag>[FP][^ ]*)(?: |$){MESSAGE}"],
        ),
        Preset::Log4j => (
            "log4j, logback and Python logging in their usual layouts",
            "2015-10-18 18:01:47,978 [main] INFO  org.example.Server - Started in 3 s",
            &[
                r"^(?P<timestamp>{ISO}) +\[(?P<thread>.*?)\] +(?P<level>{LEVEL}) +(?P<process>[^ ]+) +- {MESSAGE}",
                r"^(?P<timestamp>{ISO}) - (?P<process>[^ ]+) - (?P<level>{LEVEL}) - {MESSAGE}",
                r"^(?P<timestamp>{ISO}) +\[?(?P<level>{LEVEL})\]? +(?P<process>[^ :]+)(?: +-|:)(?: |$){MESSAGE}",
            ],
        ),
        Preset::Hdfs => (
            "HDFS, as in the data set of Xu et al.",
            "081109 203530 147 INFO dfs.DataNode$DataXceiver: Receiving block blk_1 src: /10.0.0.1:4",
            &[
                r"^(?P<timestamp>[0-9]{6} [0-9]{6}) (?P<pid>[0-9]+) (?P<level>[A-Za-z]+) (?P<process>[^ ]*?):(?: |$){MESSAGE}",
            ],
        ),
        Preset::Logcat => (
            "Android logcat (threadtime)",
            "03-17 16:13:38.811  1702  2395 D WindowManager: printFreezingDisplayLogsopening",
            &[
                r"^(?P<timestamp>(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2} [0-9:.]+) +(?P<pid>[0-9]+) +(?P<tid>[0-9]+) (?P<level>[VDIWEFA]) (?P<process>.*?) *:(?: |$){MESSAGE}",
            ],
        ),
        Preset::Healthapp => (
            "Fields between bars: time, component, pid, message",
            "20171223-22:15:29:606|Step_LSC|30002312|onStandStepChanged 3579",
            &[r"^(?P<timestamp>[0-9]{8}-[0-9:]+)\|(?P<process>[^|]*)\|(?P<pid>[^|]*)\|{MESSAGE}"],
        ),
        Preset::ApacheError => (
            "Apache's error log",
            "[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok /etc/httpd/conf/workers2.properties",
            &[
                r"^\[(?P<timestamp>{CTIME})\] \[(?:(?P<process>[a-z0-9_-]*):)?(?P<level>[a-z]+)[0-9]?\] (?:\[pid (?P<pid>[0-9]+)(?::tid (?P<tid>[0-9]+))?\] )?{MESSAGE}",
            ],
        ),
        Preset::AccessCombined => (
            "Access logs of Apache and nginx with referer and user agent",
            r#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326 "http://example.com/" "Mozilla/4.08""#,
            &[
                r#"^(?P<client>[^ ]+) [^ ]+ (?:-|(?P<user>[^ ]+)) \[(?P<timestamp>[^\]]+)\] "(?P<message>(?P<method>[A-Z]+) (?P<path>[^ "]+)(?: [^ "]+)?|(?:[^"\\]|\\.)*)" (?P<status>[0-9]{3}) (?:-|(?P<bytes>[0-9]+)) "(?:-|(?P<referer>(?:[^"\\]|\\.)*))" "(?:-|(?P<user_agent>(?:[^"\\]|\\.)*))"(?: (?P<extra>.*))?$"#,
            ],
        ),
        Preset::AccessCommon => (
            "Access logs of Apache and nginx in the common format",
            r#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326"#,
            &[
                r#"^(?P<client>[^ ]+) [^ ]+ (?:-|(?P<user>[^ ]+)) \[(?P<timestamp>[^\]]+)\] "(?P<message>(?P<method>[A-Z]+) (?P<path>[^ "]+)(?: [^ "]+)?|(?:[^"\\]|\\.)*)" (?P<status>[0-9]{3}) (?:-|(?P<bytes>[0-9]+))$"#,
            ],
        ),
        Preset::Bgl => (
            "Blue Gene/L, with the alert's label (`-` for none) first",
            "- 1117838570 2005.06.03 R02-M1-N0-C:J12-U11 2005-06-03-15.42.50.363779 R02-M1-N0-C:J12-U11 RAS KERNEL INFO instruction cache parity error corrected",
            &[
                r"^(?P<label>[^ ]+) [0-9]{9,10} [0-9.]{10} (?P<host>[^ ]+) (?P<timestamp>[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9.]+) [^ ]+ (?P<type>[^ ]+) (?P<process>[^ ]+) (?P<level>[^ ]+)(?: |$){MESSAGE}",
            ],
        ),
        Preset::Thunderbird => (
            "Thunderbird, Spirit and Liberty, with the alert's label (`-` for none) first",
            "- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond(pam_unix)[2915]: session closed for user root",
            &[
                r"^(?P<label>[^ ]+) (?P<timestamp>[0-9]{9,10}) [0-9.]{10} (?P<host>[^ ]+) [A-Za-z]{3} +[0-9]{1,2} [0-9:]{8} [^ ]+ (?:(?P<process>[^ :\[]+)(?:\[(?P<pid>[0-9]+)\])?:(?: |$))?{MESSAGE}",
            ],
        ),
        Preset::Hpc => (
            "High-performance cluster of Los Alamos",
            "134681 node-246 unix.hw state_change.unavailable 1077804742 1 Component State Change",
            &[
                r"^(?P<id>[0-9]+) (?P<host>[^ ]+) (?P<process>[^ ]+) (?P<state>[^ ]+) (?P<timestamp>[0-9]{9,10}) (?P<flag>[0-9]+) {MESSAGE}",
            ],
        ),
        Preset::Proxifier => (
            "Proxifier",
            "[10.30 16:49:06] chrome.exe - proxy.example.com:5070 open through proxy proxy.example.com:5070 HTTPS",
            &[r"^\[(?P<timestamp>[0-9]{2}\.[0-9]{2} [0-9:]+)\] (?P<process>.+?) - {MESSAGE}"],
        ),
        Preset::Glog => (
            "glog and klog",
            "I0701 04:56:35.123456   17 server.go:42] Started",
            &[
                r"^(?P<level>[IWEF])(?P<timestamp>[0-9]{4} [0-9:.]+) +(?P<pid>[0-9]+) (?P<process>[^\]]+)\] ?{MESSAGE}",
            ],
        ),
        Preset::Syslog => (
            "Syslog: RFC 3164 and 5424 with and without priority, Linux, OpenSSH, macOS, OpenWrt and hostapd",
            "Jun 14 15:16:01 combo sshd[19939]: check pass; user unknown",
            &[
                "^<(?P<priority>[0-9]{1,3})>1 (?P<timestamp>[^ ]+) (?:-|(?P<host>[^ ]+)) (?:-|(?P<process>[^ ]+)) (?:-|(?P<pid>[^ ]+)) [^ ]+ (?:-|(?:\\[(?:[^\"\\]]|\"(?:[^\"\\\\]|\\\\.)*\")*\\])+)(?: \u{feff}?|$){MESSAGE}",
                r"{SYSLOG} *(?P<process>[^\[ ]*[^\[ :](?: [^\[ ]*[^\[ :]){0,3})\[(?P<pid>[A-Za-z0-9.-]{1,20})\](?: \([^:]*?\))?:(?: |$){MESSAGE}",
                r"{SYSLOG} *(?P<process>[^ \[]*[^ \[:]):(?: |$){MESSAGE}",
                r"{SYSLOG} *(?P<process>[^ \[]+ [0-9.]+):(?: |$){MESSAGE}",
                r"{SYSLOG}{MESSAGE}",
            ],
        ),
        Preset::Text => (
            "Any line; its time is read when the line begins with one",
            "2025-07-01 09:00:55 something happened",
            &[r"^\[?(?P<timestamp>{ANY})\]?[,:]?(?: |$){MESSAGE}", "^{MESSAGE}"],
        ),
        Preset::JsonExport
        | Preset::JsonLines
        | Preset::Parquet
        | Preset::Csv
        | Preset::Table
        | Preset::Logfmt
        | Preset::Pattern
        | Preset::Regex => return None,
    };
    let patterns = patterns.iter().map(|pattern| expand(pattern)).collect();
    Some(LinePreset { name: preset.as_str(), description, example, patterns })
}
