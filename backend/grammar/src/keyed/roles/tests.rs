use super::*;
use crate::keyed::{apply, block_row, cells_row, json_row, logfmt_row, row::Row, xml_row};

mod makers;

/// Time by its path, severity, message, process and host of the first record.
type Expected<'a> = (&'a str, Option<u8>, &'a str, &'a str, &'a str);

fn rows<'a>(texts: &[&'a str]) -> Vec<Row<'a>> {
    texts.iter().map(|text| json_row(text).unwrap()).collect()
}

fn path(roles: &Roles) -> String {
    match roles.time.first() {
        Some(TimePath::One(path)) => path.clone(),
        Some(TimePath::Two(two)) => two.join("+"),
        None => String::new(),
    }
}

#[track_caller]
fn check(rows: &[Row<'_>], whole: &str, expected: Expected<'_>) {
    let roles = find_roles(rows);
    let draft = apply(rows[0].clone(), &roles, whole);
    let message = draft.message.as_deref().unwrap_or_default();
    let found: Expected<'_> = (
        &path(&roles),
        draft.severity,
        message,
        draft.process.as_deref().unwrap_or_default(),
        draft.host.as_deref().unwrap_or_default(),
    );
    assert_eq!(found, expected, "{roles:?}");
    assert_eq!(draft.time.is_some(), !roles.time.is_empty());
}

#[test]
fn names_and_content_count_together() {
    // A message by its name in a quarter of the records is none; the record's text is.
    let texts = [
        r#"{"time":"2024-05-01T10:00:00Z","message":"boom went it"}"#,
        r#"{"time":"2024-05-01T10:00:01Z","path":"/a"}"#,
        r#"{"time":"2024-05-01T10:00:02Z","path":"/b"}"#,
        r#"{"time":"2024-05-01T10:00:03Z","path":"/c"}"#,
    ];
    check(&rows(&texts), texts[0], ("time", None, texts[0], "", ""));
    // The status of a request is no level, and its time takes none.
    let texts = [
        r#"{"ts":1714557600.5,"request":{"time":0.3,"host":"shop","id":"a"},"status":200,"type":"access","msg":"done"}"#,
        r#"{"ts":1714557601.5,"request":{"time":0.4,"host":"shop","id":"b"},"status":404,"type":"access","msg":"done"}"#,
    ];
    check(&rows(&texts), "", ("ts", None, "done", "", ""));
    assert!(find_roles(&rows(&texts)).id.is_empty());
    // `type` is a level only where its values are levels.
    let texts = [
        r#"{"t":"2024-05-01T10:00:00Z","type":"warning","text":"a b c"}"#,
        r#"{"t":"2024-05-01T10:00:01Z","type":"info","text":"d e f"}"#,
    ];
    check(&rows(&texts), "", ("t", Some(4), "a b c", "", ""));
    // Numbers are times only under a known name; texts that are times are.
    let texts = [
        r#"{"when_it_was":"2024-05-01T10:00:00Z","serial":1714557600,"level":"info","message":"x"}"#,
        r#"{"when_it_was":"2024-05-01T10:00:01Z","serial":1714557601,"level":"info","message":"y"}"#,
    ];
    check(&rows(&texts), "", ("when_it_was", Some(6), "x", "", ""));
    // The name of a service is no message, that of a host no process.
    let texts = [
        r#"{"@timestamp":"2024-05-01T10:00:00Z","service":{"name":"cart"},"host":{"name":"web-1"},"user":{"name":"bob"}}"#,
        r#"{"@timestamp":"2024-05-01T10:00:01Z","service":{"name":"cart"},"host":{"name":"web-1"},"user":{"name":"eve"}}"#,
    ];
    check(&rows(&texts), texts[0], ("@timestamp", None, texts[0], "cart", "web-1"));
}

#[test]
fn every_record_takes_the_first_path_that_it_has() {
    let texts = [
        r#"{"@t":"2024-05-01T10:00:00Z","@mt":"User {Name} in","SourceContext":"Shop.Login"}"#,
        r#"{"@t":"2024-05-01T10:00:01Z","@mt":"User {Name} out","@l":"Warning","SourceContext":"Shop.Login"}"#,
        r#"{"@t":"2024-05-01T10:00:02Z","@m":"User c failed","@l":"Error","SourceContext":"Shop.Login"}"#,
    ];
    let rows = rows(&texts);
    let roles = find_roles(&rows);
    let drafts: Vec<_> = rows.into_iter().map(|row| apply(row, &roles, "")).collect();
    let messages: Vec<_> = drafts.iter().map(|draft| draft.message.as_deref().unwrap()).collect();
    assert_eq!(messages, ["User {Name} in", "User {Name} out", "User c failed"]);
    let levels: Vec<_> = drafts.iter().map(|draft| draft.severity).collect();
    assert_eq!(levels, [None, Some(4), Some(3)]);
}

#[test]
fn tables() {
    let columns: Vec<String> =
        ["Level", "Date and Time", "Source", "Event ID", "Task Category"].map(String::from).into();
    let framing = trainyard_types::grammar::Framing::Table { delimiter: ',', columns, skip: 1 };
    let texts = [
        "Information,5/1/2024 10:00:00 AM,Service Control Manager,7036,None,The Print Spooler service runs.",
        "Error,5/1/2024 1:00:01 PM,Application Error,1000,(100),\"Faulting application, name: shop.exe\"",
    ];
    let rows: Vec<Row<'_>> = texts.iter().filter_map(|text| cells_row(&framing, text)).collect();
    let mut roles = find_roles(&rows);
    settle_table(&framing, &rows, &mut roles);
    assert_eq!((&roles.message[..], &roles.level[..]), (&["+".to_owned()][..], &["Level".to_owned()][..]));
    assert_eq!(roles.process, ["Source"]);
    assert!(!holds_lines(&roles) && !roles.table);

    let columns: Vec<String> = ["date", "time", "level", "component", "message"].map(String::from).into();
    let framing = trainyard_types::grammar::Framing::Table { delimiter: ',', columns, skip: 1 };
    let texts =
        ["2024-05-01,10:00:00,INFO,shop,cart 12 opened", "2024-05-01,10:00:01,ERROR,shop,cart 13 lost"];
    let rows: Vec<Row<'_>> = texts.iter().filter_map(|text| cells_row(&framing, text)).collect();
    check(&rows, texts[0], ("date+time", Some(6), "cart 12 opened", "shop", ""));

    let columns: Vec<String> = ["duration", "bytes", "packets", "label"].map(String::from).into();
    let framing = trainyard_types::grammar::Framing::Table { delimiter: ',', columns, skip: 1 };
    let rows: Vec<Row<'_>> =
        ["1.5,20,3,benign", "2.5,30,4,attack"].iter().filter_map(|text| cells_row(&framing, text)).collect();
    let mut roles = find_roles(&rows);
    settle_table(&framing, &rows, &mut roles);
    assert!(roles.table && roles.message.is_empty());

    let columns: Vec<String> = ["_time", "_raw", "host", "source", "sourcetype"].map(String::from).into();
    let framing = trainyard_types::grammar::Framing::Table { delimiter: ',', columns, skip: 1 };
    let texts = [
        "\"2024-05-01T10:00:00.123+0000\",\"2024-05-01 10:00:00,123 INFO shop.cart - cart 0\",\"web-1\",\"/var/log/shop.log\",\"log4j\"",
    ];
    let rows: Vec<Row<'_>> = texts.iter().filter_map(|text| cells_row(&framing, text)).collect();
    assert!(holds_lines(&find_roles(&rows)));
    check(
        &rows,
        "",
        ("_time", None, "2024-05-01 10:00:00,123 INFO shop.cart - cart 0", "/var/log/shop.log", "web-1"),
    );
}

#[test]
fn pairs_blocks_and_elements() {
    let texts = [
        "time=2024-05-01T10:00:00Z level=warn msg=\"went well\" component=cart",
        "time=2024-05-01T10:00:01Z level=info msg=\"went on\" component=cart",
    ];
    let pairs: Vec<Row<'_>> = texts.iter().filter_map(|text| logfmt_row(text)).collect();
    check(&pairs, "", ("time", Some(4), "went well", "cart", ""));
    let block = block_row(
        "__REALTIME_TIMESTAMP=1714557600000000\nPRIORITY=3\nMESSAGE=it failed\n_PID=7\nSYSLOG_IDENTIFIER=sshd\n_HOSTNAME=gw\n",
    );
    check(&[block.unwrap()], "", ("__REALTIME_TIMESTAMP", Some(3), "it failed", "sshd", "gw"));
    let event = "<Event><System><Provider Name='Spool'/><EventID>7</EventID><Level>2</Level><TimeCreated SystemTime='2024-05-01T10:00:00Z'/>\
        <EventRecordID>9</EventRecordID><Execution ProcessID='4'/><Computer>pc-1</Computer></System><EventData><Data>It broke</Data></EventData></Event>";
    let row = xml_row(event).unwrap();
    check(std::slice::from_ref(&row), "", ("TimeCreated.SystemTime", Some(3), "It broke", "Spool", "pc-1"));
    let roles = find_roles(&[row]);
    assert_eq!(
        (&roles.pid[..], &roles.id[..]),
        (&["Execution.ProcessID".to_owned()][..], &["EventRecordID".to_owned()][..])
    );
    let log4j = xml_row(
        "<log4j:event logger=\"a.b\" timestamp=\"1714557600123\" level=\"WARN\"><log4j:message><![CDATA[went wrong]]></log4j:message></log4j:event>",
    );
    check(&[log4j.unwrap()], "", ("event.timestamp", Some(4), "went wrong", "a.b", ""));
}
