"""The expressions of known formats."""

from __future__ import annotations

# The parts of expressions that stand in braces.
PARTS = {
    "ISO": (
        r"[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(?: ?(?:Z"
        r"|[+-][0-9]{2}:?[0-9]{2})|Z)?"
    ),
    "CTIME": (
        r"[A-Za-z]{3} +[A-Za-z]{3} +[0-9]{1,2} +[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)? (?:(?:UT"
        r"C|GMT) )?[0-9]{4}"
    ),
    "BSD": (r"[A-Za-z]{3} +[0-9]{1,2} +(?:[0-9]{4} )?[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?"),
    "OTHER": (
        r"[0-9]{1,2}/[A-Za-z]{3}/[0-9]{4}:[0-9:.,]*[0-9](?: [+-][0-9]{4})?|[0-9]{1,2}[- ][A-Za-z]{"
        r"3}[- ][0-9]{4} [0-9:.,]*[0-9]|[A-Za-z]{3}, [0-9]{2} [A-Za-z]{3} [0-9]{4} [0-9:.,]*[0-9]("
        r"?: (?:GMT|UTC|[+-][0-9]{4}))?|[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.["
        r"0-9]+|[0-9]{8}[-T ][0-9:.,]*[0-9]Z?|[0-9]{1,4}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,4})?[, ]+[0"
        r"-9]{1,2}:[0-9:.,]*[0-9](?: ?[AaPp][Mm])?|[0-9]{6} [0-9]{6}|[0-9]{4} [0-9]{2}:[0-9:.]*[0-"
        r"9]|[0-9]{9,19}(?:\.[0-9]+)?"
    ),
    "LEVEL": (
        r"(?i:trace|debug|info|information|notice|warn|warning|err|error|crit|critical|fatal|sever"
        r"e|alert|emerg|emergency|panic|verbose|fine|finer|finest|config)"
    ),
    "MESSAGE": r"(?P<message>.*)",
}
# Lines that expressions describe, by preset, the most specific first; the first expression to match counts.
# Groups are fields, and those that are not a record's usual ones are attributes.
LINES = {
    "zookeeper": (
        r"^(?P<timestamp>{ISO}) - (?P<level>{LEVEL}) +\[(?P<thread>.*?):(?P<process>[^:@\]]+)@(?P<"
        r"source_line>[0-9]+)\] - {MESSAGE}",
    ),
    "hadoop": (
        r"^(?P<timestamp>{ISO}) (?P<level>{LEVEL}) +\[(?P<thread>.*?)\] (?P<process>[^ :]+):(?: |$"
        r"){MESSAGE}",
    ),
    "spark": (
        r"^(?P<timestamp>[0-9]{2}/[0-9]{2}/[0-9]{2} [0-9:]{8}) (?P<level>{LEVEL}) (?P<process>[^ :"
        r"]+):(?: |$){MESSAGE}",
    ),
    "openstack": (
        r"^(?:(?P<source_file>[^ ]+) )?(?P<timestamp>{ISO}) (?P<pid>[0-9]+) (?P<level>{LEVEL}) (?P"
        r"<process>[^ ]+) \[(?P<request>[^\]]*)\] {MESSAGE}",
    ),
    "windows-cbs": (r"^(?P<timestamp>{ISO}), (?P<level>[A-Za-z]+) +(?P<process>[^ ]+) +{MESSAGE}",),
    "kubernetes-cri": (
        r"^(?P<timestamp>{ISO}) (?P<stream>stdout|stderr) (?P<tag>[FP][^ ]*)(?: |$){MESSAGE}",
    ),
    "log4j": (
        r"^(?P<timestamp>{ISO}) +\[(?P<thread>.*?)\] +(?P<level>{LEVEL}) +(?P<process>[^ ]+) +- {M"
        r"ESSAGE}",
        r"^(?P<timestamp>{ISO}) - (?P<process>[^ ]+) - (?P<level>{LEVEL}) - {MESSAGE}",
        r"^(?P<timestamp>{ISO}) +\[?(?P<level>{LEVEL})\]? +(?P<process>[^ :]+)(?: +-|:)(?: |$){MES"
        r"SAGE}",
    ),
    "logcat": (
        r"^(?P<timestamp>(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2} [0-9:.]+) +(?P<pid>[0-9]+) +(?P<tid>[0-9]"
        r"+) (?P<level>[VDIWEFA]) (?P<process>.*?) *:(?: |$){MESSAGE}",
    ),
    "healthapp": (r"^(?P<timestamp>[0-9]{8}-[0-9:]+)\|(?P<process>[^|]*)\|(?P<pid>[^|]*)\|{MESSAGE}",),
    "apache-error": (
        r"^\[(?P<timestamp>{CTIME})\] \[(?:(?P<process>[a-z0-9_-]*):)?(?P<level>[a-z]+)[0-9]?\] (?"
        r":\[pid (?P<pid>[0-9]+)(?::tid (?P<tid>[0-9]+))?\] )?{MESSAGE}",
    ),
    "access-combined": (
        r'^(?P<client>[^ ]+) [^ ]+ (?:-|(?P<user>[^ ]+)) \[(?P<timestamp>[^\]]+)\] "(?P<message>(?'
        r'P<method>[A-Z]+) (?P<path>[^ "]+)(?: [^ "]+)?|(?:[^"\\]|\\.)*)" (?P<status>[0-9]{3}) (?:'
        r'-|(?P<bytes>[0-9]+)) "(?:-|(?P<referer>(?:[^"\\]|\\.)*))" "(?:-|(?P<user_agent>(?:[^"\\]'
        r'|\\.)*))"(?: (?P<extra>.*))?$',
    ),
    "access-common": (
        r'^(?P<client>[^ ]+) [^ ]+ (?:-|(?P<user>[^ ]+)) \[(?P<timestamp>[^\]]+)\] "(?P<message>(?'
        r'P<method>[A-Z]+) (?P<path>[^ "]+)(?: [^ "]+)?|(?:[^"\\]|\\.)*)" (?P<status>[0-9]{3}) (?:'
        r"-|(?P<bytes>[0-9]+))$",
    ),
    "bgl": (
        r"^(?P<label>[^ ]+) [0-9]{9,10} [0-9.]{10} (?P<host>[^ ]+) (?P<timestamp>[0-9]{4}-[0-9]{2}"
        r"-[0-9]{2}-[0-9.]+) [^ ]+ (?P<type>[^ ]+) (?P<process>[^ ]+) (?P<level>[^ ]+)(?: |$){MESS"
        r"AGE}",
    ),
    "thunderbird": (
        r"^(?P<label>[^ ]+) (?P<timestamp>[0-9]{9,10}) [0-9.]{10} (?P<host>[^ ]+) [A-Za-z]{3} +[0-"
        r"9]{1,2} [0-9:]{8} [^ ]+ (?:(?P<process>[^ :\[]+)(?:\[(?P<pid>[0-9]+)\])?:(?: |$))?{MESSA"
        r"GE}",
    ),
    "hpc": (
        r"^(?P<id>[0-9]+) (?P<host>[^ ]+) (?P<process>[^ ]+) (?P<state>[^ ]+) (?P<timestamp>[0-9]{"
        r"9,10}) (?P<flag>[0-9]+) {MESSAGE}",
    ),
    "proxifier": (r"^\[(?P<timestamp>[0-9]{2}\.[0-9]{2} [0-9:]+)\] (?P<process>.+?) - {MESSAGE}",),
    "glog": (
        r"^(?P<level>[IWEF])(?P<timestamp>[0-9]{4} [0-9:.]+) +(?P<pid>[0-9]+) (?P<process>[^\]]+)"
        r"\] ?{MESSAGE}",
    ),
    "text": (
        r"^\[?(?P<timestamp>{ANY})\]?[,:]?(?: |$){MESSAGE}",
        r"^{MESSAGE}",
    ),
}
ANY_TIME = "|".join(PARTS[name] for name in ("ISO", "CTIME", "BSD", "OTHER"))
# What is told apart, the most specific first.
PRESETS = (
    *("json-export", "json-lines", "csv", "zookeeper", "hadoop", "spark", "openstack", "windows-cbs"),
    *(
        "kubernetes-cri",
        "log4j",
        "hdfs",
        "logcat",
        "healthapp",
        "apache-error",
        "access-combined",
        "access-common",
    ),
    *("bgl", "thunderbird", "hpc", "proxifier", "glog", "syslog", "logfmt", "table", "text"),
)
