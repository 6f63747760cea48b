//! Records as logging libraries, collectors and clouds write them.

use super::{Expected, check, rows};
use crate::keyed::find_roles;
use trainyard_types::grammar::Scale;

#[test]
fn makers() {
    let cases: &[(&str, &[&str], Expected<'_>)] = &[
        (
            "docker",
            &[
                r#"{"log":"2024-04-30 ERROR failed\n","stream":"stdout","time":"2024-04-30T19:45:54.631701731Z"}"#,
            ],
            ("time", None, "2024-04-30 ERROR failed", "", ""),
        ),
        (
            "ecs",
            &[
                r#"{"@timestamp":"2024-05-01T10:00:00.123Z","log":{"level":"error","logger":"a.b","origin":{"file":{"name":"x.go"}}},"message":"it failed","ecs":{"version":"8"},"host":{"name":"gw"},"process":{"pid":7,"name":"sshd","thread":{"name":"main"}},"service":{"name":"x"},"event":{"dataset":"x.log"}}"#,
            ],
            ("@timestamp", Some(3), "it failed", "a.b", "gw"),
        ),
        (
            "elasticsearch hit",
            &[
                r#"{"_index":"a","_id":"q1","_source":{"@timestamp":"2024-05-01T10:00:00Z","log.level":"error","message":"hi","host":{"hostname":"gw"},"service":{"name":"sshd"}}}"#,
            ],
            ("_source.@timestamp", Some(3), "hi", "sshd", "gw"),
        ),
        (
            "otel",
            &[
                r#"{"timeUnixNano":"1714557600000000000","observedTimeUnixNano":"1714557600000000001","severityNumber":17,"severityText":"ERROR","body":{"stringValue":"hi there"},"traceId":"","spanId":""}"#,
            ],
            ("timeUnixNano", Some(3), "hi there", "", ""),
        ),
        (
            "otel numbers",
            &[
                r#"{"timeUnixNano":"1714557600000000000","severityNumber":9,"body":{"stringValue":"hi"}}"#,
                r#"{"timeUnixNano":"1714557601000000000","severityNumber":17,"body":{"stringValue":"ho"}}"#,
            ],
            ("timeUnixNano", Some(6), "hi", "", ""),
        ),
        (
            "gelf",
            &[
                r#"{"version":"1.1","host":"web-1","short_message":"it failed","full_message":"it failed\nat x","timestamp":1714557600.307,"level":3,"_facility":"cart"}"#,
            ],
            ("timestamp", Some(3), "it failed", "cart", "web-1"),
        ),
        (
            "bunyan",
            &[
                r#"{"name":"shop","hostname":"web-1","pid":7,"level":50,"msg":"it failed","time":"2024-05-01T10:00:00.123Z","v":0}"#,
            ],
            ("time", Some(3), "it failed", "shop", "web-1"),
        ),
        (
            "pino",
            &[r#"{"level":30,"time":1714557600123,"pid":7,"hostname":"web-1","msg":"up"}"#],
            ("time", Some(6), "up", "", "web-1"),
        ),
        (
            "zap",
            &[
                r#"{"level":"error","ts":1714557600.96,"logger":"http.log","caller":"a/b.go:12","msg":"handled request","request":{"host":"shop","method":"GET"},"status":502}"#,
            ],
            ("ts", Some(3), "handled request", "http.log", ""),
        ),
        (
            "zerolog",
            &[r#"{"level":"warn","time":1714557600,"message":"slow","component":"db"}"#],
            ("time", Some(4), "slow", "db", ""),
        ),
        (
            "logrus",
            &[r#"{"level":"warning","msg":"slow","time":"2024-05-01T10:00:00+02:00","size":10}"#],
            ("time", Some(4), "slow", "", ""),
        ),
        (
            "winston",
            &[
                r#"{"level":"http","message":"GET /","timestamp":"2024-05-01T10:00:00.123Z","service":"shop"}"#,
            ],
            ("timestamp", Some(6), "GET /", "shop", ""),
        ),
        (
            "log4j2 json layout",
            &[
                r#"{"instant":{"epochSecond":1714557600,"nanoOfSecond":118000000},"thread":"main","level":"FATAL","loggerName":"a.b.C","message":"bye","endOfBatch":false,"loggerFqcn":"org.apache.x","threadId":1,"threadPriority":5}"#,
            ],
            ("instant.epochSecond+instant.nanoOfSecond", Some(2), "bye", "a.b.C", ""),
        ),
        (
            "log4j2 timeMillis",
            &[
                r#"{"timeMillis":1714557600118,"thread":"main","level":"TRACE","loggerName":"a.b.C","message":"x","threadPriority":5}"#,
            ],
            ("timeMillis", Some(7), "x", "a.b.C", ""),
        ),
        (
            "logstash-logback",
            &[
                r#"{"@timestamp":"2024-05-01T10:00:00.123+02:00","@version":"1","message":"x y","logger_name":"a.B","thread_name":"main","level":"INFO","level_value":20000}"#,
            ],
            ("@timestamp", Some(6), "x y", "a.B", ""),
        ),
        (
            "nlog",
            &[
                r#"{"time":"2024-05-01 10:00:00.1234","level":"FATAL","nested":{"message":"no"},"message":"bye","logger":"Shop.Cart"}"#,
            ],
            ("time", Some(2), "bye", "Shop.Cart", ""),
        ),
        (
            "monolog",
            &[
                r#"{"message":"x y","context":{"id":1},"level":400,"level_name":"ERROR","channel":"app","datetime":"2024-05-01T10:00:00.1+00:00","extra":{}}"#,
            ],
            ("datetime", Some(3), "x y", "app", ""),
        ),
        (
            "monolog nested",
            &[
                r#"{"message":"x y","level":250,"channel":"app","datetime":{"date":"2024-05-01 10:00:00.123456","timezone_type":3,"timezone":"UTC"},"extra":[]}"#,
            ],
            ("datetime.date", Some(5), "x y", "app", ""),
        ),
        (
            "python-json-logger",
            &[
                r#"{"asctime":"2024-05-01 10:00:00,123","levelname":"WARNING","name":"shop.c","message":"c up","process":12,"processName":"MainProcess","lineno":3}"#,
            ],
            ("asctime", Some(4), "c up", "MainProcess", ""),
        ),
        (
            "python levelno",
            &[
                r#"{"created":1714557600.123,"levelno":20,"name":"shop.c","msg":"up","lineno":3,"funcName":"f"}"#,
            ],
            ("created", Some(6), "up", "shop.c", ""),
        ),
        (
            "structlog",
            &[
                r#"{"event":"cart opened","level":"info","timestamp":"2024-05-01T10:00:00Z","logger":"shop","user":"bob"}"#,
            ],
            ("timestamp", Some(6), "cart opened", "shop", ""),
        ),
        (
            "gcp",
            &[
                r#"{"insertId":"a1","resource":{"type":"k8s_container","labels":{"pod_name":"p"}},"timestamp":"2024-05-01T10:00:00.1Z","receiveTimestamp":"2024-05-01T10:00:01Z","severity":"CRITICAL","logName":"projects/x","textPayload":"it broke"}"#,
            ],
            ("timestamp", Some(2), "it broke", "p", ""),
        ),
        (
            "gcp json",
            &[
                r#"{"insertId":"a1","timestamp":"2024-05-01T10:00:00.1Z","receiveTimestamp":"2024-05-01T10:00:01Z","severity":"DEFAULT","jsonPayload":{"message":"it broke","level":"ERROR","logger":"a.b"}}"#,
                r#"{"insertId":"a2","timestamp":"2024-05-01T10:00:02.1Z","receiveTimestamp":"2024-05-01T10:00:03Z","severity":"INFO","jsonPayload":{"message":"ok then","level":"INFO","logger":"a.b"}}"#,
            ],
            ("timestamp", Some(3), "it broke", "a.b", ""),
        ),
        (
            "azure",
            &[
                r#"{"time":"2024-05-01T10:00:00.1234567Z","resourceId":"/S/1","operationName":"Microsoft.Web/write","category":"Administrative","level":"Warning","properties":{"a":1}}"#,
            ],
            ("time", Some(4), "Microsoft.Web/write", "Administrative", ""),
        ),
        (
            "log analytics",
            &[
                r#"{"TimeGenerated":"2024-05-01T10:00:00.123Z","Computer":"pc-1","EventLevelName":"Error","RenderedDescription":"The service stopped.","Source":"SCM","EventID":7036}"#,
            ],
            ("TimeGenerated", Some(3), "The service stopped.", "SCM", "pc-1"),
        ),
        (
            "cloudtrail",
            &[
                r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","userName":"app"},"eventTime":"2024-05-01T10:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.4","requestParameters":null,"eventID":"e0","eventType":"AwsApiCall"}"#,
                r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","userName":"app"},"eventTime":"2024-05-01T10:00:01Z","eventSource":"s3.amazonaws.com","eventName":"PutObject","awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.4","eventID":"e1","eventType":"AwsApiCall"}"#,
            ],
            ("eventTime", None, "GetObject", "s3.amazonaws.com", ""),
        ),
        (
            "datadog",
            &[
                r#"{"date":"2024-05-01T10:00:00.123Z","status":"info","service":"shop","host":"web-1","message":"cart 12 opened","tags":["env:x"]}"#,
                r#"{"date":"2024-05-01T10:00:01.123Z","status":"error","service":"shop","host":"web-1","message":"cart 13 lost","tags":["env:x"]}"#,
            ],
            ("date", Some(6), "cart 12 opened", "shop", "web-1"),
        ),
        (
            "journald",
            &[
                r#"{"__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1714557600000000","_SOURCE_REALTIME_TIMESTAMP":"1714557599999000","__MONOTONIC_TIMESTAMP":"123","PRIORITY":"3","_HOSTNAME":"gw","SYSLOG_IDENTIFIER":"sshd","SYSLOG_FACILITY":"3","_PID":"7","_COMM":"sshd","MESSAGE":[104,105]}"#,
            ],
            ("__REALTIME_TIMESTAMP", Some(3), "hi", "sshd", "gw"),
        ),
        (
            "cloudwatch",
            &[
                r#"{"@timestamp":"2024-05-01 10:00:00.123","@message":"START RequestId: a","@logStream":"x","@log":"1:/aws"}"#,
            ],
            ("@timestamp", None, "START RequestId: a", "", ""),
        ),
        (
            "nextcloud",
            &[
                r#"{"reqId":"a","level":3,"time":"2024-05-01T10:00:00+00:00","remoteAddr":"192.0.2.1","user":"--","app":"files","method":"GET","url":"/x","message":"not found","userAgent":"x","version":"28"}"#,
            ],
            ("time", Some(3), "not found", "files", ""),
        ),
        (
            "mongodb",
            &[
                r#"{"t":{"$date":"2024-05-01T12:00:00.847+02:00"},"s":"W","c":"NETWORK","id":22430,"ctx":"conn0","msg":"Connection accepted","attr":{"n":0}}"#,
                r#"{"t":{"$date":"2024-05-01T12:00:01.847+02:00"},"s":"D2","c":"NETWORK","id":22430,"ctx":"conn0","msg":"Connection ended","attr":{"n":0}}"#,
            ],
            ("t.$date", Some(4), "Connection accepted", "NETWORK", ""),
        ),
        (
            "caddy access",
            &[
                r#"{"level":"info","ts":1714557600.96,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"192.0.2.9","host":"shop","uri":"/p"},"duration":0.01,"status":200}"#,
            ],
            ("ts", Some(6), "handled request", "http.log.access", ""),
        ),
        (
            "suricata",
            &[
                r#"{"timestamp":"2024-05-01T10:00:00.123456+0000","flow_id":1,"event_type":"alert","src_ip":"192.0.2.1","alert":{"action":"allowed","signature":"ET SCAN one","category":"x","severity":3}}"#,
                r#"{"timestamp":"2024-05-01T10:00:01.123456+0000","flow_id":2,"event_type":"alert","src_ip":"192.0.2.1","alert":{"action":"allowed","signature":"ET SCAN two","category":"x","severity":2}}"#,
            ],
            ("timestamp", None, "ET SCAN one", "", ""),
        ),
        (
            "osquery",
            &[
                r#"{"name":"pack_x","hostIdentifier":"web-1","calendarTime":"2024-05-01T10:00:00Z","unixTime":1714557600,"action":"added","columns":{"name":"bash","pid":"7"}}"#,
            ],
            ("calendarTime", None, "", "pack_x", "web-1"),
        ),
        (
            "winlogbeat",
            &[
                r#"{"@timestamp":"2024-05-01T10:00:00.123Z","winlog":{"provider_name":"SCM","computer_name":"pc-1","record_id":12,"event_id":"7036"},"log":{"level":"information"},"message":"The service runs.","event":{"code":"7036"}}"#,
            ],
            ("@timestamp", Some(6), "The service runs.", "SCM", "pc-1"),
        ),
        (
            "evtx",
            &[
                r##"{"Event":{"System":{"Provider":{"#attributes":{"Name":"SCM"}},"EventID":7036,"Level":4,"TimeCreated":{"#attributes":{"SystemTime":"2024-05-01T10:00:00Z"}},"EventRecordID":12,"Channel":"System","Computer":"pc-1"},"EventData":{"param1":"x"}}}"##,
            ],
            ("Event.System.TimeCreated.#attributes.SystemTime", Some(6), "", "SCM", "pc-1"),
        ),
        (
            "rust tracing",
            &[
                r#"{"timestamp":"2024-05-01T10:00:00.1Z","level":"WARN","fields":{"message":"slow","took":3},"target":"shop::db","span":{"name":"request"}}"#,
            ],
            ("timestamp", Some(4), "slow", "shop::db", ""),
        ),
        (
            ".net console",
            &[
                r#"{"Timestamp":"2024-05-01T10:00:00Z","EventId":14,"LogLevel":"Information","Category":"Microsoft.Hosting","Message":"Now listening","State":{"Message":"Now listening","{OriginalFormat}":"Now {x}"}}"#,
            ],
            ("Timestamp", Some(6), "Now listening", "Microsoft.Hosting", ""),
        ),
        (
            "serilog",
            &[
                r#"{"Timestamp":"2024-05-01T10:00:00.1+00:00","Level":"Warning","MessageTemplate":"User {N}","RenderedMessage":"User bob","Properties":{"N":"bob","SourceContext":"Shop"}}"#,
            ],
            ("Timestamp", Some(4), "User bob", "Shop", ""),
        ),
        (
            "loki",
            &[
                r#"{"labels":{"app":"shop","detected_level":"warn"},"line":"slow thing here","timestamp":"1714557600000000000"}"#,
            ],
            ("timestamp", Some(4), "slow thing here", "shop", ""),
        ),
        (
            "heroku router as pairs of json",
            &[
                r#"{"at":"info","method":"GET","path":"/","host":"a.example","dyno":"web.1","connect":"0ms","timestamp":"2024-05-01T10:00:00Z"}"#,
            ],
            ("timestamp", None, "", "", "a.example"),
        ),
        (
            "lograge",
            &[
                r#"{"method":"GET","path":"/","format":"html","controller":"home","action":"index","status":200,"duration":12.1,"@timestamp":"2024-05-01T10:00:00.1Z","@version":"1","message":"[200] GET / (home#index)"}"#,
            ],
            ("@timestamp", None, "[200] GET / (home#index)", "", ""),
        ),
        (
            "vault",
            &[
                r#"{"time":"2024-05-01T10:00:00.1Z","type":"request","auth":{"client_token":"x"},"request":{"id":"r1","operation":"read","path":"secret/a"}}"#,
            ],
            ("time", None, "", "", ""),
        ),
        (
            "traefik access",
            &[
                r#"{"ClientHost":"192.0.2.1","DownstreamStatus":200,"StartLocal":"2024-05-01T12:00:00.2+02:00","StartUTC":"2024-05-01T10:00:00.2Z","entryPointName":"web","level":"info","msg":"","time":"2024-05-01T12:00:00+02:00"}"#,
            ],
            ("time", Some(6), "", "", ""),
        ),
    ];
    for (maker, texts, expected) in cases {
        println!("{maker}");
        check(&rows(texts), "", *expected);
    }
}

#[test]
fn numbers_are_on_the_makers_scale() {
    for (text, scale) in [
        (r#"{"level":30,"time":1714557600123,"pid":7,"hostname":"web-1","msg":"up"}"#, Some(Scale::Pino)),
        (r#"{"levelno":30,"created":1714557600.1,"lineno":1,"msg":"up"}"#, Some(Scale::Python)),
        (r#"{"level":3,"host":"a","short_message":"b","version":"1.1"}"#, Some(Scale::Syslog)),
        (r#"{"level":20000,"message":"b"}"#, Some(Scale::Logback)),
        (r#"{"status":200,"message":"b"}"#, None),
    ] {
        assert_eq!(find_roles(&rows(&[text])).scale, scale, "{text}");
    }
}
