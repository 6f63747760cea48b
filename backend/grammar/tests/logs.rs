//! Logs of many makers and layouts, a few lines each, and what their records say.

use std::sync::Arc;
use trainyard_grammar::{Applied, Sample, find_best, framing, level::LEVELS, time::Clock};

/// Level, message (`…` ends one that goes on), process, host, and whether there is a time; `*` is anything.
type Expected = (&'static str, &'static str, &'static str, &'static str, &'static str);

fn fits(expected: &str, found: &str) -> bool {
    match expected.strip_suffix('…') {
        _ if expected == "*" => true,
        Some(beginning) => found.starts_with(beginning),
        None => expected == found,
    }
}

fn check(text: &str, expected: &[Expected]) -> Result<(), String> {
    let now = "2026-11-30T00:00:00Z".parse().map_err(|_| "now")?;
    let found = find_best(Sample { head: text, whole: true, later: &[] }, now).ok_or("blank")?;
    let applied =
        Applied::new(Arc::new(found.grammar), &Clock::new(now, 0)).map_err(|error| error.to_string())?;
    let starts = applied.joins().then(|| Arc::new(applied.clone()) as Arc<dyn framing::Starts>);
    let frames = framing::frames_of(&applied.grammar().framing, 1 << 20, text.as_bytes(), true, starts);
    if frames.len() != expected.len() {
        return Err(format!("{} records, not {}", frames.len(), expected.len()));
    }
    for (frame, (level, message, process, host, timed)) in frames.iter().zip(expected) {
        let record = String::from_utf8_lossy(frame.bytes.of(text.as_bytes()));
        let fields = applied.read(&record, frame.line)?;
        let severity = fields.severity.map_or("", |severity| LEVELS[usize::from(severity)]);
        let time = if fields.timestamp.is_some() { "yes" } else { "no" };
        let text =
            |text: Option<std::borrow::Cow<'_, str>>| text.map(|text| text.into_owned()).unwrap_or_default();
        let (own_process, own_host) = (text(fields.process.clone()), text(fields.host.clone()));
        let pairs = [
            ("level", *level, severity),
            ("message", *message, &*fields.message),
            ("process", *process, &*own_process),
            ("host", *host, &*own_host),
            ("timed", *timed, time),
        ];
        if let Some((what, wanted, found)) = pairs.into_iter().find(|(_, wanted, found)| !fits(wanted, found))
        {
            return Err(format!("{what}: `{wanted}` is wanted, `{found}` is found"));
        }
    }
    Ok(())
}

#[test]
fn logs_are_read() {
    let logs: &[(&str, &str, &[Expected])] = &[
        ("plain", "2024-05-01 10:00:00 INFO Backup started\n", &[("info", "Backup started", "", "", "yes")]),
        ("nolevel", "2024-05-01 10:00:00 Backup started\n", &[("", "Backup started", "", "", "yes")]),
        (
            "syslog",
            "May  1 10:00:00 web-1 sshd[12]: Accepted password for bob\n",
            &[("", "Accepted password for bob", "sshd", "web-1", "yes")],
        ),
        ("bracketlevel", "[error] something broke\n", &[("error", "something broke", "*", "", "no")]),
        ("levelcolon", "INFO: server up\n", &[("info", "server up", "*", "", "no")]),
        ("logcat brief", "E/Tag: it failed\n", &[("error", "it failed", "Tag", "", "no")]),
        (
            "logcat brief pid",
            "E/ActivityManager( 1234): it failed here\n",
            &[("error", "it failed here", "ActivityManager", "", "no")],
        ),
        (
            "5424",
            "<34>1 2024-05-01T10:00:00Z gw su - ID47 - su root failed\n",
            &[("critical", "su root failed", "su", "gw", "yes")],
        ),
        (
            "3164",
            "<34>Oct 11 22:14:15 mymachine su: su root failed for lonvick\n",
            &[("critical", "su root failed for lonvick", "su", "mymachine", "yes")],
        ),
        (
            "python",
            "2024-05-01 10:00:00,123 - shop.cart - WARNING - cart 12 lost\n",
            &[("warning", "cart 12 lost", "shop.cart", "", "yes")],
        ),
        ("pybasic", "WARNING:root:careful now\n", &[("warning", "careful now", "root", "", "no")]),
        (
            "logback",
            "10:00:00.123 [main] INFO  com.acme.App - Started in 3 s\n",
            &[("info", "Started in 3 s", "com.acme.App", "", "no")],
        ),
        (
            "logback full",
            "2024-05-01 10:00:00.123 [main] INFO  com.acme.App - Started in 3 s\n",
            &[("info", "Started in 3 s", "com.acme.App", "", "yes")],
        ),
        (
            "spring",
            "2024-05-01T10:00:00.123+02:00  INFO 12345 --- [main] c.a.DemoApplication : Started DemoApplication in 2.1 seconds\n",
            &[("info", "Started DemoApplication in 2.1 seconds", "c.a.DemoApplication", "", "yes")],
        ),
        (
            "access",
            "192.0.2.1 - - [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl/8\"\n",
            &[("", "GET / HTTP/1.1", "*", "*", "yes")],
        ),
        (
            "glog",
            "I0501 10:00:00.123456   17 server.go:42] Started server\n",
            &[("info", "Started server", "server.go:42", "", "yes")],
        ),
        (
            "klog",
            "E0501 10:00:00.123456       1 reflector.go:138] k8s.io/client: Failed to watch *v1.Pod\n",
            &[("error", "*", "*", "", "yes")],
        ),
        (
            "json",
            "{\"level\":\"error\",\"msg\":\"boom now\",\"time\":\"2024-05-01T10:00:00Z\"}\n",
            &[("error", "boom now", "*", "", "yes")],
        ),
        (
            "logfmt",
            "time=2024-05-01T10:00:00Z level=warn msg=\"disk is full\"\n",
            &[("warning", "disk is full", "*", "", "yes")],
        ),
        (
            "postgres",
            "2024-05-01 10:00:00.123 UTC [42] LOG:  database system is ready to accept connections\n",
            &[("info", "database system is ready to accept connections", "*", "", "yes")],
        ),
        (
            "postgres err",
            "2024-05-01 10:00:00.123 UTC [42] bob@shop ERROR:  relation \"x\" does not exist at character 15\n",
            &[("error", "relation \"x\" does not exist at character 15", "*", "", "yes")],
        ),
        (
            "redis",
            "1:M 01 May 2024 10:00:00.123 * Ready to accept connections\n",
            &[("notice", "Ready to accept connections", "*", "", "yes")],
        ),
        (
            "mongo",
            "{\"t\":{\"$date\":\"2024-05-01T10:00:00.123+00:00\"},\"s\":\"I\",\"c\":\"NETWORK\",\"id\":1,\"ctx\":\"l\",\"msg\":\"Listening on\"}\n",
            &[("info", "Listening on", "NETWORK", "", "yes")],
        ),
        (
            "rails",
            "I, [2024-05-01T10:00:00.123456 #42]  INFO -- : Started GET \"/\" for 127.0.0.1\n",
            &[("info", "Started GET \"/\" for 127.0.0.1", "*", "", "yes")],
        ),
        (
            "monolog",
            "[2024-05-01T10:00:00.123456+00:00] app.ERROR: Uncaught thing {\"a\":1} []\n",
            &[("error", "Uncaught thing {\"a\":1} []", "app", "", "yes")],
        ),
        (
            "laravel",
            "[2024-05-01 10:00:00] production.ERROR: Class not found\n",
            &[("error", "Class not found", "production", "", "yes")],
        ),
        (
            "php",
            "[01-May-2024 10:00:00 UTC] PHP Warning:  Undefined variable $x in /a.php on line 3\n",
            &[("warning", "Undefined variable $x in /a.php on line 3", "*", "", "yes")],
        ),
        (
            "elixir",
            "10:00:00.123 [info] Running ShopWeb.Endpoint with cowboy\n",
            &[("info", "Running ShopWeb.Endpoint with cowboy", "*", "", "no")],
        ),
        (
            "tracing",
            "2024-05-01T10:00:00.123456Z  INFO shop::cart: opened cart id=12\n",
            &[("info", "opened cart id=12", "shop::cart", "", "yes")],
        ),
        (
            "env_logger",
            "[2024-05-01T10:00:00Z INFO  shop::cart] opened cart\n",
            &[("info", "opened cart", "shop::cart", "", "yes")],
        ),
        (
            "go",
            "2024/05/01 10:00:00 main.go:12: listening on :80\n",
            &[("", "listening on :80", "*", "", "yes")],
        ),
        (
            "go plain",
            "2024/05/01 10:00:00 listening on port 80\n",
            &[("", "listening on port 80", "", "", "yes")],
        ),
        (
            "slog",
            "time=2024-05-01T10:00:00.000Z level=INFO msg=hello count=3\n",
            &[("info", "hello", "*", "", "yes")],
        ),
        (
            "zap console",
            "2024-05-01T10:00:00.123Z\tINFO\tshop/main.go:12\tserver started\t{\"port\": 80}\n",
            &[("info", "server started\t{\"port\": 80}", "*", "", "yes")],
        ),
        (
            "log4net",
            "2024-05-01 10:00:00,123 [5] ERROR Acme.Shop.Cart [(null)] - Cart failed\n",
            &[("error", "Cart failed", "Acme.Shop.Cart", "", "yes")],
        ),
        ("serilog", "[10:00:00 INF] Starting up\n", &[("info", "Starting up", "*", "", "no")]),
        (
            "serilog file",
            "2024-05-01 10:00:00.123 +02:00 [INF] Starting up\n",
            &[("info", "Starting up", "*", "", "yes")],
        ),
        (
            "nlog",
            "2024-05-01 10:00:00.1234|INFO|Acme.Shop|Starting up\n",
            &[("info", "Starting up", "Acme.Shop", "", "yes")],
        ),
        (
            "netconsole",
            "info: Microsoft.Hosting.Lifetime[14]\n      Now listening on: http://localhost:5000\n",
            &[("info", "*", "*", "", "no")],
        ),
        (
            "cisco",
            "May  1 10:00:00 rt-1 1234: %SYS-5-CONFIG_I: Configured from console by admin\n",
            &[("notice", "*", "*", "*", "yes")],
        ),
        (
            "asa",
            "May 01 2024 10:00:00: %ASA-6-302013: Built outbound TCP connection 1 for outside\n",
            &[("info", "*", "*", "", "yes")],
        ),
        (
            "docker",
            "{\"log\":\"hello there\\n\",\"stream\":\"stdout\",\"time\":\"2024-05-01T10:00:00.1Z\"}\n",
            &[("", "hello there", "*", "", "yes")],
        ),
        (
            "cri",
            "2024-05-01T10:00:00.123456789Z stdout F INFO hello there\n",
            &[("info", "hello there", "*", "", "yes")],
        ),
        (
            "journal",
            "May 01 10:00:00 box systemd[1]: Started Daily apt.\n",
            &[("", "Started Daily apt.", "systemd", "box", "yes")],
        ),
        (
            "minecraft",
            "[10:00:00] [Server thread/INFO]: Done (3.1s)! For help, type \"help\"\n",
            &[("info", "Done (3.1s)! For help, type \"help\"", "*", "", "no")],
        ),
        ("maven", "[INFO] Building shop 1.0\n", &[("info", "Building shop 1.0", "*", "", "no")]),
        (
            "gha",
            "2024-05-01T10:00:00.1234567Z ##[error]Process completed with exit code 1.\n",
            &[("error", "*", "*", "", "yes")],
        ),
        (
            "gitlab",
            "ERROR: Job failed: exit code 1\n",
            &[("error", "Job failed: exit code 1", "*", "", "no")],
        ),
        ("npm", "npm ERR! code ENOENT\n", &[("error", "*", "*", "", "no")]),
        ("hello", "hello world, this is a text\n", &[("", "hello world, this is a text", "", "", "no")]),
        (
            "tz",
            "2024-05-01T10:00:00+02:00 WARN disk at 91 %\n",
            &[("warning", "disk at 91 %", "*", "", "yes")],
        ),
        (
            "bar",
            "2024-05-01 10:00:00 | ERROR | shop.cart | it failed\n",
            &[("error", "it failed", "shop.cart", "", "yes")],
        ),
        (
            "loguru",
            "2024-05-01 10:00:00.123 | ERROR    | shop.cart:open:12 - it failed\n",
            &[("error", "it failed", "*", "", "yes")],
        ),
        (
            "ctime",
            "Wed May  1 10:00:00 2024 [notice] server up and running\n",
            &[("notice", "server up and running", "*", "", "yes")],
        ),
        (
            "apacheerr",
            "[Wed May 01 10:00:00.123456 2024] [core:notice] [pid 12:tid 13] AH00094: Command line: apache2\n",
            &[("notice", "AH00094: Command line: apache2", "core", "", "yes")],
        ),
        ("epoch", "1714557600 ERROR it failed badly\n", &[("error", "it failed badly", "*", "", "yes")]),
        ("epochms", "1714557600123 [main] INFO it works\n", &[("info", "it works", "*", "", "yes")]),
        (
            "haproxy",
            "May  1 10:00:00 lb haproxy[12]: 192.0.2.1:33 [01/May/2024:10:00:00.1] fe be/s1 0/0/1 200 12 - - ---- \"GET / HTTP/1.1\"\n",
            &[("", "*", "haproxy", "lb", "yes")],
        ),
        (
            "iis",
            "#Software: IIS\n#Fields: date time s-ip cs-method cs-uri-stem sc-status\n2024-05-01 10:00:00 192.0.2.1 GET / 200\n",
            &[("", "*", "*", "*", "yes")],
        ),
        (
            "cef",
            "CEF:0|Acme|FW|1.0|100|Worm stopped|8|src=192.0.2.1 rt=1714557600000\n",
            &[("*", "Worm stopped…", "*", "*", "yes")],
        ),
        (
            "leef",
            "LEEF:2.0|Acme|FW|1.0|login|^|devTime=2024-05-01 10:00:00^sev=5\n",
            &[("*", "*", "*", "*", "yes")],
        ),
        (
            "fortigate",
            "date=2024-05-01 time=10:00:00 devname=\"fw-1\" level=\"warning\" logdesc=\"Admin login failed\" msg=\"Administrator bob login failed\"\n",
            &[("warning", "Administrator bob login failed", "*", "fw-1", "yes")],
        ),
        ("paren", "(INFO) 2024-05-01 10:00:00 disk ok now\n", &[("info", "disk ok now", "*", "", "yes")]),
        (
            "de",
            "01.05.2024 10:00:00 FEHLER Verbindung verloren\n",
            &[("error", "Verbindung verloren", "*", "", "yes")],
        ),
        (
            "us",
            "05/01/2024 10:00:00 AM ERROR connection lost\n",
            &[("error", "connection lost", "*", "", "yes")],
        ),
        (
            "erl",
            "=ERROR REPORT==== 1-May-2024::10:00:00.123 ===\n** Generic server x terminating\n",
            &[("error", "*", "*", "", "yes")],
        ),
        (
            "es",
            "[2024-05-01T10:00:00,123][INFO ][o.e.n.Node               ] [node-1] started\n",
            &[("info", "*", "o.e.n.Node", "*", "yes")],
        ),
        (
            "kafka",
            "[2024-05-01 10:00:00,123] INFO [KafkaServer id=0] started (kafka.server.KafkaServer)\n",
            &[("info", "*", "*", "", "yes")],
        ),
        (
            "sqlserver",
            "2024-05-01 10:00:00.12 spid12s     Recovery is complete.\n",
            &[("", "*", "*", "", "yes")],
        ),
        (
            "oracle",
            "2024-05-01T10:00:00.123456+02:00\nORA-00600: internal error code\n",
            &[("*", "*", "*", "", "yes")],
        ),
        (
            "heroku",
            "2024-05-01T10:00:00.123456+00:00 app[web.1]: Listening on 3000\n",
            &[("", "Listening on 3000", "app", "", "yes")],
        ),
        (
            "caddy",
            "2024/05/01 10:00:00.123\tINFO\thttp\tserver running\t{\"name\": \"srv0\"}\n",
            &[("info", "server running\t{\"name\": \"srv0\"}", "http", "", "yes")],
        ),
        (
            "airflow",
            "[2024-05-01T10:00:00.123+0000] {taskinstance.py:1157} INFO - Dependencies all met\n",
            &[("info", "Dependencies all met", "*", "", "yes")],
        ),
        (
            "gunicorn",
            "[2024-05-01 10:00:00 +0000] [12] [INFO] Listening at: http://0.0.0.0:8000\n",
            &[("info", "Listening at: http://0.0.0.0:8000", "*", "", "yes")],
        ),
        (
            "uvicorn",
            "INFO:     Application startup complete.\n",
            &[("info", "Application startup complete.", "*", "", "no")],
        ),
        (
            "celery",
            "[2024-05-01 10:00:00,123: INFO/MainProcess] celery@box ready.\n",
            &[("info", "celery@box ready.", "*", "", "yes")],
        ),
        ("django", "[01/May/2024 10:00:00] \"GET / HTTP/1.1\" 200 12\n", &[("", "*", "*", "", "yes")]),
        (
            "sentinel",
            "2024-05-01 10:00:00 [ERROR] [plugin] failure in thing\n",
            &[("error", "*", "*", "", "yes")],
        ),
        (
            "winston",
            "2024-05-01T10:00:00.123Z [shop] error: it failed\n",
            &[("error", "it failed", "*", "", "yes")],
        ),
        ("winston2", "2024-05-01 10:00:00 error: it failed\n", &[("error", "it failed", "*", "", "yes")]),
        ("lower", "2024-05-01 10:00:00 error it failed\n", &[("error", "it failed", "*", "", "yes")]),
        ("R", "INFO [2024-05-01 10:00:00] model fitted\n", &[("info", "model fitted", "*", "", "yes")]),
        (
            "terraform",
            "2024-05-01T10:00:00.123+0200 [DEBUG] provider: starting plugin\n",
            &[("debug", "*", "*", "", "yes")],
        ),
        (
            "vault",
            "2024-05-01T10:00:00.123Z [INFO]  core: vault is unsealed\n",
            &[("info", "vault is unsealed", "core", "", "yes")],
        ),
        (
            "jenkins",
            "2024-05-01 10:00:00.123+0000 [id=30]\tINFO\thudson.WebAppMain$3#run: Jenkins is fully up and running\n",
            &[("info", "Jenkins is fully up and running", "*", "", "yes")],
        ),
        (
            "tomcat",
            "01-May-2024 10:00:00.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [123] milliseconds\n",
            &[(
                "info",
                "Server startup in [123] milliseconds",
                "org.apache.catalina.startup.Catalina.start",
                "",
                "yes",
            )],
        ),
        (
            "wildfly",
            "10:00:00,123 INFO  [org.jboss.as] (Controller Boot Thread) WFLYSRV0025: started\n",
            &[("info", "WFLYSRV0025: started", "org.jboss.as", "", "no")],
        ),
        (
            "jul",
            "May 01, 2024 10:00:00 AM com.acme.Main run\nINFO: hello you\n",
            &[("info", "*", "*", "", "yes")],
        ),
        (
            "unreal",
            "[2024.05.01-10.00.00:123][  0]LogInit: Display: Running engine\n",
            &[("*", "*", "*", "", "yes")],
        ),
        (
            "swift",
            "2024-05-01T10:00:00+0200 info shop : [Shop] server started\n",
            &[("info", "*", "*", "", "yes")],
        ),
        (
            "ios",
            "2024-05-01 10:00:00.123456+0200 Shop[123:4567] [net] connection lost\n",
            &[("", "*", "Shop", "", "yes")],
        ),
        (
            "java",
            "2024-05-01 10:00:00,123 INFO  [main] com.acme.App - Started\n2024-05-01 10:00:01,123 ERROR [main] com.acme.App - Failed to open\njava.lang.IllegalStateException: no\n\tat com.acme.App.run(App.java:12)\n\t... 3 more\nCaused by: java.io.IOException: disk\n\tat com.acme.Disk.open(Disk.java:7)\n2024-05-01 10:00:02,123 WARN  [main] com.acme.App - Retrying\n",
            &[
                ("info", "Started", "com.acme.App", "", "yes"),
                ("error", "Failed to open\njava.lang…", "com.acme.App", "", "yes"),
                ("warning", "Retrying", "com.acme.App", "", "yes"),
            ],
        ),
        (
            "python",
            "2024-05-01 10:00:00,123 INFO app Started\n2024-05-01 10:00:01,123 ERROR app Failed\nTraceback (most recent call last):\n  File \"/a.py\", line 3, in run\n    x()\nValueError: bad\n2024-05-01 10:00:02,123 INFO app Done\n",
            &[("info", "*", "*", "", "yes"), ("error", "*", "*", "", "yes"), ("info", "*", "*", "", "yes")],
        ),
        (
            "node",
            "2024-05-01T10:00:00.123Z error: Unhandled thing\nTypeError: x is not a function\n    at run (/app/a.js:1:2)\n    at main (/app/b.js:3:4)\n2024-05-01T10:00:01.123Z info: listening\n",
            &[("error", "*", "*", "", "yes"), ("info", "listening", "*", "", "yes")],
        ),
        (
            "go panic",
            "2024/05/01 10:00:00 http: panic serving 192.0.2.1:33: runtime error\ngoroutine 12 [running]:\nnet/http.(*conn).serve.func1()\n\t/usr/local/go/src/net/http/server.go:1825 +0xbf\n2024/05/01 10:00:01 next thing here\n",
            &[("*", "*", "*", "*", "yes"), ("*", "*", "*", "*", "yes")],
        ),
        (
            "dotnet",
            "2024-05-01 10:00:00.123 [ERR] Request failed\nSystem.InvalidOperationException: no\n   at Acme.Shop.Run() in /a.cs:line 12\n   at Acme.Main()\n2024-05-01 10:00:01.123 [INF] Done with it\n",
            &[("error", "*", "*", "", "yes"), ("info", "Done with it", "*", "", "yes")],
        ),
        (
            "netconsole",
            "info: Microsoft.Hosting.Lifetime[14]\n      Now listening on: http://localhost:5000\nwarn: Acme.Cart[0]\n      Cart is old\nfail: Acme.Cart[3]\n      Boom\n      System.Exception: x\n         at A.B()\n",
            &[
                ("info", "*", "Microsoft.Hosting.Lifetime", "", "no"),
                ("warning", "*", "Acme.Cart", "", "no"),
                ("error", "*", "Acme.Cart", "", "no"),
            ],
        ),
        (
            "ruby",
            "E, [2024-05-01T10:00:00.123456 #42] ERROR -- : NoMethodError (undefined method)\napp/models/a.rb:3:in `run'\napp/b.rb:4:in `call'\nI, [2024-05-01T10:00:01.123456 #42]  INFO -- : Completed 500 in 3ms\n",
            &[("error", "*", "*", "", "yes"), ("info", "Completed 500 in 3ms", "*", "", "yes")],
        ),
        (
            "php",
            "[01-May-2024 10:00:00 UTC] PHP Fatal error:  Uncaught Error: x in /a.php:3\nStack trace:\n#0 /b.php(4): run()\n#1 {main}\n  thrown in /a.php on line 3\n[01-May-2024 10:00:01 UTC] PHP Notice:  Undefined index: y in /a.php on line 9\n",
            &[("*", "*", "*", "", "yes"), ("notice", "*", "*", "", "yes")],
        ),
        (
            "elixir",
            "10:00:00.123 [error] GenServer Shop terminating\n** (RuntimeError) boom\n    (shop 0.1.0) lib/shop.ex:12: Shop.run/1\n10:00:01.123 [info] Started again\n",
            &[("error", "*", "*", "", "no"), ("info", "Started again", "*", "", "no")],
        ),
        (
            "rust",
            "2024-05-01T10:00:00.123456Z ERROR shop: it broke\nthread 'main' panicked at src/main.rs:4:5:\nboom\nnote: run with `RUST_BACKTRACE=1`\n2024-05-01T10:00:01.123456Z  INFO shop: again\n",
            &[("error", "*", "shop", "", "yes"), ("info", "again", "shop", "", "yes")],
        ),
        (
            "pg",
            "2024-05-01 10:00:00.123 UTC [42] ERROR:  syntax error at or near \"x\" at character 1\n2024-05-01 10:00:00.123 UTC [42] STATEMENT:  select\n\t  x\n\tfrom y\n2024-05-01 10:00:01.123 UTC [42] LOG:  checkpoint starting: time\n",
            &[
                ("error", "syntax error at or near \"x\" at character 1", "*", "", "yes"),
                ("info", "*", "*", "", "yes"),
                ("info", "checkpoint starting: time", "*", "", "yes"),
            ],
        ),
        (
            "jul",
            "May 01, 2024 10:00:00 AM com.acme.Main run\nINFO: hello you\nMay 01, 2024 10:00:01 AM com.acme.Main run\nSEVERE: it broke\njava.lang.Exception: x\n\tat a.b(C.java:1)\n",
            &[("info", "*", "*", "", "yes"), ("critical", "*", "*", "", "yes")],
        ),
        (
            "mysql slow",
            "# Time: 2024-05-01T10:00:00.123456Z\n# User@Host: root[root] @ localhost []  Id: 8\n# Query_time: 2.0  Lock_time: 0.0\nSET timestamp=1714557600;\nSELECT 1;\n# Time: 2024-05-01T10:00:05.123456Z\n# User@Host: root[root] @ localhost []  Id: 8\n# Query_time: 3.0  Lock_time: 0.0\nSET timestamp=1714557605;\nSELECT 2;\n",
            &[("*", "*", "*", "*", "yes"), ("*", "*", "*", "*", "yes")],
        ),
        (
            "erl",
            "=INFO REPORT==== 1-May-2024::10:00:00.123 ===\n    application: shop\n    exited: stopped\n\n=ERROR REPORT==== 1-May-2024::10:00:01.123 ===\n** Generic server x terminating\n** Last message was y\n",
            &[("info", "*", "*", "", "yes"), ("error", "*", "*", "", "yes")],
        ),
        (
            "oracle",
            "2024-05-01T10:00:00.123456+02:00\nThread 1 advanced to log sequence 12\n2024-05-01T10:00:05.123456+02:00\nORA-00600: internal error code\n",
            &[("*", "*", "*", "", "yes"), ("*", "*", "*", "", "yes")],
        ),
        (
            "vmware",
            "2024-05-01T10:00:00.123Z info hostd[2099] [Originator@6876 sub=Vimsvc] Task started\n2024-05-01T10:00:01.123Z warning hostd[2099] [Originator@6876 sub=Vimsvc] Task is slow\n2024-05-01T10:00:02.123Z info hostd[2099] [Originator@6876 sub=Vimsvc] Task done\n",
            &[
                ("info", "*", "hostd", "", "yes"),
                ("warning", "*", "hostd", "", "yes"),
                ("info", "*", "hostd", "", "yes"),
            ],
        ),
        (
            "juniper",
            "May  1 10:00:00 mx-1 rpd[1234]: RPD_OSPF_NBRUP: OSPF neighbor 192.0.2.1 up\nMay  1 10:00:01 mx-1 mgd[77]: UI_COMMIT: User bob requested commit\n",
            &[
                ("", "RPD_OSPF_NBRUP: OSPF…", "rpd", "mx-1", "yes"),
                ("", "UI_COMMIT: User…", "mgd", "mx-1", "yes"),
            ],
        ),
        (
            "huawei",
            "May 1 2024 10:00:00 HUAWEI %%01IFNET/4/LINK_STATE(l)[1]:The line protocol IP on eth1 has entered the UP state.\nMay 1 2024 10:00:01 HUAWEI %%01SHELL/5/LOGIN(s)[2]:bob logged in.\n",
            &[("*", "*", "*", "*", "yes"), ("*", "*", "*", "*", "yes")],
        ),
        (
            "paloalto",
            "May  1 10:00:00 pa-1 1,2024/05/01 10:00:00,0012,TRAFFIC,end,2049,2024/05/01 10:00:00,192.0.2.1,198.51.100.2\nMay  1 10:00:01 pa-1 1,2024/05/01 10:00:01,0012,THREAT,url,2049,2024/05/01 10:00:01,192.0.2.1,198.51.100.2\n",
            &[("*", "*", "*", "*", "yes"), ("*", "*", "*", "*", "yes")],
        ),
        (
            "pfsense",
            "May  1 10:00:00 fw filterlog[12]: 5,,,1000,igb0,match,block,in,4\nMay  1 10:00:01 fw dhcpd[9]: DHCPACK on 192.0.2.4\n",
            &[("", "*", "filterlog", "fw", "yes"), ("", "*", "dhcpd", "fw", "yes")],
        ),
        (
            "iptables",
            "May  1 10:00:00 fw kernel: [123.456] DROP IN=eth0 OUT= SRC=192.0.2.1\nMay  1 10:00:01 fw kernel: [124.456] DROP IN=eth0 OUT= SRC=192.0.2.2\n",
            &[("", "*", "kernel", "fw", "yes"), ("", "*", "kernel", "fw", "yes")],
        ),
        (
            "cassandra",
            "INFO  [main] 2024-05-01 10:00:00,123 CassandraDaemon.java:12 - Startup complete\nWARN  [GossipStage:1] 2024-05-01 10:00:01,123 Gossiper.java:99 - slow node\n",
            &[("info", "Startup complete", "*", "", "yes"), ("warning", "slow node", "*", "", "yes")],
        ),
        (
            "clickhouse",
            "2024.05.01 10:00:00.123456 [ 12 ] {} <Information> Application: Ready for connections.\n2024.05.01 10:00:01.123456 [ 13 ] {abc-1} <Error> executeQuery: Code: 62. DB::Exception\n",
            &[
                ("info", "Ready for connections.", "Application", "", "yes"),
                ("error", "Code: 62. DB::Exception", "executeQuery", "", "yes"),
            ],
        ),
        (
            "influx",
            "ts=2024-05-01T10:00:00.123Z lvl=info msg=\"Opened shard\" log_id=1 service=store\nts=2024-05-01T10:00:01.123Z lvl=warn msg=\"Slow write\" log_id=1 service=store\n",
            &[("info", "Opened shard", "store", "", "yes"), ("warning", "Slow write", "store", "", "yes")],
        ),
        (
            "couch",
            "[info] 2024-05-01T10:00:00.123456Z couchdb@localhost <0.9.0> -------- Apache CouchDB has started\n[error] 2024-05-01T10:00:01.123456Z couchdb@localhost <0.9.0> -------- request failed\n",
            &[("info", "*", "*", "*", "yes"), ("error", "*", "*", "*", "yes")],
        ),
        (
            "neo4j",
            "2024-05-01 10:00:00.123+0000 INFO  Started.\n2024-05-01 10:00:01.123+0000 WARN  Query is slow\n",
            &[("info", "Started.", "*", "", "yes"), ("warning", "Query is slow", "*", "", "yes")],
        ),
        (
            "couchbase",
            "2024-05-01T10:00:00.123Z, ns_server:0:info:message(ns_1@a) - Started\n2024-05-01T10:00:01.123Z, ns_server:0:error:message(ns_1@a) - Broke\n",
            &[("*", "*", "*", "*", "yes"), ("*", "*", "*", "*", "yes")],
        ),
        (
            "mosquitto",
            "1714557600: mosquitto version 2.0 starting\n1714557601: New connection from 192.0.2.1\n1714557602: Client x disconnected\n",
            &[
                ("", "mosquitto version 2.0 starting", "", "", "yes"),
                ("", "New connection from 192.0.2.1", "", "", "yes"),
                ("", "Client x disconnected", "", "", "yes"),
            ],
        ),
        (
            "nats",
            "[1] 2024/05/01 10:00:00.123456 [INF] Starting nats-server\n[1] 2024/05/01 10:00:01.123456 [WRN] Slow consumer\n",
            &[("info", "Starting nats-server", "*", "", "yes"), ("warning", "Slow consumer", "*", "", "yes")],
        ),
        (
            "activemq",
            "2024-05-01 10:00:00,123 | INFO  | Apache ActiveMQ started | org.apache.activemq.broker.BrokerService | main\n2024-05-01 10:00:01,123 | WARN  | Store limit is low | org.apache.activemq.broker.BrokerService | main\n",
            &[("info", "*", "*", "", "yes"), ("warning", "*", "*", "", "yes")],
        ),
        (
            "pulsar",
            "2024-05-01T10:00:00,123+0000 [main] INFO  org.apache.pulsar.Broker - ready now\n2024-05-01T10:00:01,123+0000 [main] ERROR org.apache.pulsar.Broker - broken\n",
            &[
                ("info", "ready now", "org.apache.pulsar.Broker", "", "yes"),
                ("error", "broken", "org.apache.pulsar.Broker", "", "yes"),
            ],
        ),
        (
            "traefik",
            "2024-05-01T10:00:00Z INF Starting provider aggregator.ProviderAggregator\n2024-05-01T10:00:01Z ERR error=\"x\" providerName=docker\n",
            &[("info", "Starting provider…", "*", "", "yes"), ("error", "*", "*", "", "yes")],
        ),
        (
            "envoy",
            "[2024-05-01 10:00:00.123][12][info][main] [source/server/server.cc:12] starting main dispatch loop\n[2024-05-01 10:00:01.123][12][warning][config] [source/x.cc:3] gRPC closed\n",
            &[("info", "*", "*", "", "yes"), ("warning", "*", "*", "", "yes")],
        ),
        (
            "lighttpd",
            "2024-05-01 10:00:00: (server.c.1551) server started (lighttpd/1.4)\n2024-05-01 10:00:05: (server.c.2) server stopped by UID = 0\n",
            &[("", "*", "*", "", "yes"), ("", "*", "*", "", "yes")],
        ),
        (
            "gradle",
            "> Task :compileJava\nwarning: [options] bootstrap class path not set\nFAILURE: Build failed with an exception.\n* What went wrong:\nExecution failed for task\n",
            &[
                ("*", "*", "*", "", "no"),
                ("*", "*", "*", "", "no"),
                ("*", "*", "*", "", "no"),
                ("*", "*", "*", "", "no"),
                ("*", "*", "*", "", "no"),
            ],
        ),
        (
            "jenkins",
            "[2024-05-01T10:00:00.123Z] + make build\n[2024-05-01T10:00:01.123Z] gcc -c a.c\n",
            &[("", "+ make build", "*", "", "yes"), ("", "gcc -c a.c", "*", "", "yes")],
        ),
        (
            "teamcity",
            "[10:00:00] : Step 1/2: Build\n[10:00:01]W: a.c(1): warning\n[10:00:02]E: failed\n",
            &[("*", "*", "*", "*", "no"), ("*", "*", "*", "*", "no"), ("*", "*", "*", "*", "no")],
        ),
        (
            "valve",
            "L 05/01/2024 - 10:00:00: \"bob<2><STEAM_1:0:1><CT>\" connected\nL 05/01/2024 - 10:00:05: World triggered \"Round_Start\"\n",
            &[("", "*", "*", "", "yes"), ("", "*", "*", "", "yes")],
        ),
        (
            "rust game",
            "2024-05-01 10:00:00|bob joined the server\n2024-05-01 10:00:05|eve left the server\n",
            &[("", "bob joined the server", "", "", "yes"), ("", "eve left the server", "", "", "yes")],
        ),
        (
            "unity",
            "[2024-05-01 10:00:00] [Log] Scene loaded\n[2024-05-01 10:00:01] [Error] NullReferenceException: x\n  at A.B () [0x0] in a.cs:1\n[2024-05-01 10:00:02] [Warning] slow frame\n",
            &[
                ("info", "*", "*", "", "yes"),
                ("error", "*", "*", "", "yes"),
                ("warning", "*", "*", "", "yes"),
            ],
        ),
        (
            "wincluster",
            "00000a1c.000012f4::2024/05/01-10:00:00.123 INFO  [RES] Disk: online\n00000a1c.000012f4::2024/05/01-10:00:01.123 ERR   [RES] Disk: failed\n",
            &[("info", "*", "*", "", "yes"), ("error", "*", "*", "", "yes")],
        ),
        (
            "setupapi",
            "2024-05-01 10:00:00, Info                  CBS    TI: Starting\n2024-05-01 10:00:01, Error                 CBS    Failed thing\n",
            &[("info", "TI: Starting", "CBS", "", "yes"), ("error", "Failed thing", "CBS", "", "yes")],
        ),
        (
            "zos",
            "2024122 10:00:00.12 STC00012 IEF403I SHOP - STARTED\n2024122 10:00:05.12 STC00012 IEF404I SHOP - ENDED\n",
            &[("*", "*", "*", "*", "yes"), ("*", "*", "*", "*", "yes")],
        ),
        (
            "as400",
            "05/01/24 10:00:00 CPF1124 Job started\n05/01/24 10:00:05 CPF1164 Job ended\n",
            &[("", "*", "*", "*", "yes"), ("", "*", "*", "*", "yes")],
        ),
        (
            "sap",
            "N  2024-05-01 10:00:00 dispatcher started\nE  2024-05-01 10:00:05 dispatcher broke\nW  2024-05-01 10:00:06 dispatcher slow\n",
            &[("*", "*", "*", "", "yes"), ("error", "*", "*", "", "yes"), ("warning", "*", "*", "", "yes")],
        ),
        (
            "gelf",
            "{\"version\":\"1.1\",\"host\":\"a\",\"short_message\":\"it broke\",\"timestamp\":1714557600.123,\"level\":3}\n{\"version\":\"1.1\",\"host\":\"a\",\"short_message\":\"ok now\",\"timestamp\":1714557601.123,\"level\":6}\n",
            &[("error", "it broke", "*", "a", "yes"), ("info", "ok now", "*", "a", "yes")],
        ),
        (
            "docker text",
            "{\"log\":\"2024-05-01 10:00:00 ERROR it broke\\n\",\"stream\":\"stderr\",\"time\":\"2024-05-01T10:00:00.1Z\"}\n{\"log\":\"2024-05-01 10:00:01 INFO fine now\\n\",\"stream\":\"stderr\",\"time\":\"2024-05-01T10:00:01.1Z\"}\n",
            &[("error", "it broke", "*", "", "yes"), ("info", "fine now", "*", "", "yes")],
        ),
        (
            "cri json",
            "2024-05-01T10:00:00.1Z stdout F {\"level\":\"error\",\"msg\":\"it broke\"}\n2024-05-01T10:00:01.1Z stdout F {\"level\":\"info\",\"msg\":\"fine\"}\n",
            &[("error", "it broke", "*", "", "yes"), ("info", "fine", "*", "", "yes")],
        ),
        (
            "compose",
            "web-1  | 2024-05-01 10:00:00 INFO up now\ndb-1   | 2024-05-01 10:00:01 ERROR broke\nweb-1  | 2024-05-01 10:00:02 INFO done\n",
            &[
                ("info", "up now", "*", "", "yes"),
                ("error", "broke", "*", "", "yes"),
                ("info", "done", "*", "", "yes"),
            ],
        ),
        (
            "mixed",
            "2024-05-01 10:00:00 INFO up now\n{\"time\":\"2024-05-01T10:00:01Z\",\"level\":\"error\",\"msg\":\"it broke\"}\n2024-05-01 10:00:02 WARN slow now\n",
            &[
                ("info", "up now", "*", "", "yes"),
                ("error", "it broke", "*", "", "yes"),
                ("warning", "slow now", "*", "", "yes"),
            ],
        ),
        (
            "csv",
            "timestamp,severity,service,message\n2024-05-01T10:00:00Z,ERROR,shop,it broke\n2024-05-01T10:00:01Z,INFO,shop,\"fine, now\"\n",
            &[("error", "it broke", "shop", "", "yes"), ("info", "fine, now", "shop", "", "yes")],
        ),
        (
            "tsv",
            "time\tlevel\tmsg\n2024-05-01 10:00:00\tERROR\tit broke\n2024-05-01 10:00:01\tINFO\tfine\n",
            &[("error", "it broke", "*", "", "yes"), ("info", "fine", "*", "", "yes")],
        ),
        (
            "aws lambda",
            "START RequestId: 1-2 Version: $LATEST\n2024-05-01T10:00:00.123Z\t1-2\tERROR\tit broke\n2024-05-01T10:00:01.123Z\t1-2\tINFO\tfine\nEND RequestId: 1-2\n",
            &[("*", "*", "*", "*", "*"), ("*", "*", "*", "*", "*")],
        ),
        (
            "elb",
            "http 2024-05-01T10:00:00.123456Z app/lb/1 192.0.2.1:33 10.0.0.1:80 0.0 0.1 0.0 200 200 34 366 \"GET http://a/ HTTP/1.1\" \"curl\" - -\nhttp 2024-05-01T10:00:01.123456Z app/lb/1 192.0.2.1:33 10.0.0.1:80 0.0 0.1 0.0 502 - 34 366 \"GET http://a/ HTTP/1.1\" \"curl\" - -\n",
            &[("*", "*", "*", "*", "yes"), ("*", "*", "*", "*", "yes")],
        ),
        (
            "vpcflow",
            "2 123456789 eni-1 192.0.2.1 198.51.100.1 443 33 6 10 840 1714557600 1714557660 ACCEPT OK\n2 123456789 eni-1 192.0.2.1 198.51.100.1 443 34 6 10 840 1714557601 1714557661 REJECT OK\n",
            &[("*", "*", "*", "*", "*"), ("*", "*", "*", "*", "*")],
        ),
        (
            "lower",
            "2024-05-01 10:00:00 info starting up\n2024-05-01 10:00:01 error cannot open file\n2024-05-01 10:00:02 info done here\n",
            &[
                ("info", "starting up", "*", "", "yes"),
                ("error", "cannot open file", "*", "", "yes"),
                ("info", "done here", "*", "", "yes"),
            ],
        ),
        (
            "abc",
            "May  1 10:00:00 INFO shop.cart opened\nMay  1 10:00:01 ERROR shop.pay broke\n",
            &[("info", "*", "*", "", "yes"), ("error", "*", "*", "", "yes")],
        ),
        (
            "plain",
            "2024-05-01 10:00:00 Backup started\n2024-05-01 10:05:00 Backup finished: 12 files\n",
            &[("", "Backup started", "", "", "yes"), ("", "Backup finished: 12 files", "", "", "yes")],
        ),
        (
            "plain colon",
            "2024-05-01 10:00:00 Backup started: full\n2024-05-01 10:05:00 Upload finished: 12 files\n2024-05-01 10:06:00 Mail sent: bob\n",
            &[
                ("", "Backup started: full", "", "", "yes"),
                ("", "Upload finished: 12 files", "", "", "yes"),
                ("", "Mail sent: bob", "", "", "yes"),
            ],
        ),
        (
            "err",
            "ERROR: cannot open a\nWARNING: low disk\nINFO: fine\n",
            &[
                ("error", "cannot open a", "*", "", "no"),
                ("warning", "low disk", "*", "", "no"),
                ("info", "fine", "*", "", "no"),
            ],
        ),
        (
            "user br",
            "2024-05-01 10:00:00 [bob] logged in\n2024-05-01 10:01:00 [eve] logged in\n2024-05-01 10:02:00 [bob] logged out\n",
            &[("", "*", "*", "", "yes"), ("", "*", "*", "", "yes"), ("", "*", "*", "", "yes")],
        ),
        (
            "failed",
            "2024-05-01 10:00:00 ERROR Failed: disk is full\n",
            &[("error", "Failed: disk is full", "*", "", "yes")],
        ),
        (
            "colon",
            "2024-05-01 10:00:00 ERROR cart-service: disk is full\n",
            &[("error", "disk is full", "cart-service", "", "yes")],
        ),
        ("br2", "[2024-05-01 10:00:00] [ERROR] disk is full\n", &[("error", "disk is full", "*", "", "yes")]),
        ("br3", "[2024-05-01 10:00:00][INFO] disk is fine\n", &[("info", "disk is fine", "*", "", "yes")]),
        (
            "lvl first",
            "ERROR 2024-05-01 10:00:00 disk is full\n",
            &[("error", "disk is full", "*", "", "yes")],
        ),
        (
            "lvl first br",
            "[ERROR] 2024-05-01 10:00:00 disk is full\n",
            &[("error", "disk is full", "*", "", "yes")],
        ),
        (
            "warnlow",
            "2024-05-01 10:00:00 warning: disk is full\n",
            &[("warning", "disk is full", "*", "", "yes")],
        ),
        (
            "lvl eq",
            "2024-05-01T10:00:00Z level=error disk is full\n",
            &[("error", "disk is full", "*", "", "yes")],
        ),
        (
            "thread",
            "2024-05-01 10:00:00.123 [worker-3] DEBUG c.a.Pool - took 3 ms\n",
            &[("debug", "took 3 ms", "c.a.Pool", "", "yes")],
        ),
        (
            "go json",
            "{\"ts\":1714557600.123,\"level\":\"warn\",\"caller\":\"a.go:12\",\"msg\":\"slow query\"}\n",
            &[("warning", "slow query", "*", "", "yes")],
        ),
        (
            "syslog iso",
            "2024-05-01T10:00:00.123456+02:00 web-1 sshd[12]: Accepted password\n",
            &[("", "Accepted password", "sshd", "web-1", "yes")],
        ),
        ("syslog iso2", "2024-05-01T10:00:00+02:00 gateway kernel: eth0 up\n", &[("", "*", "*", "*", "yes")]),
        (
            "cron",
            "May  1 10:00:00 box CRON[12]: (root) CMD (run)\n",
            &[("", "(root) CMD (run)", "CRON", "box", "yes")],
        ),
        (
            "two sys",
            "May  1 10:00:00 box sshd[12]: Failed password\nMay  1 10:00:01 box sudo: bob : TTY=pts/0\n",
            &[("", "Failed password", "sshd", "box", "yes"), ("", "bob : TTY=pts/0", "sudo", "box", "yes")],
        ),
        (
            "indent",
            "  2024-05-01 10:00:00 INFO fine here\n  2024-05-01 10:00:01 ERROR broke\n",
            &[("info", "fine here", "*", "", "yes"), ("error", "broke", "*", "", "yes")],
        ),
        (
            "blank",
            "\n\n2024-05-01 10:00:00 INFO fine here\n\n2024-05-01 10:00:01 ERROR broke\n\n",
            &[("info", "fine here", "*", "", "yes"), ("error", "broke", "*", "", "yes")],
        ),
        (
            "tab",
            "2024-05-01 10:00:00\tERROR\tshop\tit broke now\n",
            &[("error", "it broke now", "shop", "", "yes")],
        ),
        ("semi", "2024-05-01 10:00:00;ERROR;shop;it broke now\n", &[("error", "*", "*", "", "yes")]),
        ("csvless", "2024-05-01 10:00:00,ERROR,shop,it broke now\n", &[("error", "*", "*", "", "yes")]),
        (
            "wintime",
            "5/1/2024 10:00:00 AM Error it broke now\n5/1/2024 10:00:01 AM Info it works\n",
            &[("error", "it broke now", "*", "", "yes"), ("info", "it works", "*", "", "yes")],
        ),
        ("ms", "10:00:00.123 ERROR it broke now\n", &[("error", "it broke now", "*", "", "no")]),
        (
            "apacheacc",
            "192.0.2.1 - bob [01/May/2024:10:00:00 +0000] \"POST /a HTTP/1.1\" 500 0\n",
            &[("", "POST /a HTTP/1.1", "*", "*", "yes")],
        ),
        ("fatal", "2024-05-01 10:00:00 FATAL it died\n", &[("critical", "it died", "*", "", "yes")]),
        (
            "sev",
            "<3>it broke\n<6>it works\n",
            &[("error", "it broke", "*", "", "no"), ("info", "it works", "*", "", "no")],
        ),
        ("err str", "Error: cannot find module x\n    at a (b.js:1:2)\n", &[("error", "*", "*", "", "no")]),
    ];
    let wrong: Vec<String> = logs
        .iter()
        .filter_map(|(name, text, expected)| {
            check(text, expected).err().map(|reason| format!("{name}: {reason}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), logs.len(), wrong.join("\n"));
}
