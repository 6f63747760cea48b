use super::*;
use proptest::prelude::*;
use trainyard_types::grammar::{AttributePath, TimePath};

fn list(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn cells_are_unquoted_and_stray_quotes_are_data() {
    for (text, delimiter, expected) in [
        ("a,b,c", ',', &["a", "b", "c"][..]),
        ("a,,", ',', &["a", "", ""]),
        ("", ',', &[""]),
        ("\"a, \"\"b\"\"\nc\";2;", ';', &["a, \"b\"\nc", "2", ""]),
        ("5\" disk,\"open,b", ',', &["5\" disk", "\"open", "b"]),
        ("\"a\"b,c", ',', &["\"a\"b", "c"]),
        ("\"say \\\"hi\\\" to, bob\",c", ',', &["say \"hi\" to, bob", "c"]),
        ("\"C:\\\",c", ',', &["C:\\", "c"]),
        ("a\tb\r\n", '\t', &["a", "b"]),
        ("  a   b \"c d\" e  ", ' ', &["a", "b", "c d", "e"]),
        ("a¦b", '¦', &["a", "b"]),
    ] {
        assert_eq!(cells(text, delimiter), expected, "{text}");
    }
}

#[test]
fn rows_have_names_and_what_is_beyond_them() {
    let columns = list(&["time", "level", "text"]);
    let framing = Framing::Table { delimiter: ',', columns: columns.clone(), skip: 1 };
    let roles = Roles { message: list(&["text"]), level: list(&["level"]), ..Roles::default() };
    let reader = CellsReader::new(',', &columns, &roles);
    let draft = reader.read("2024-05-01 10:00:00,WARN,went, well\n").unwrap();
    assert_eq!((draft.message.as_deref(), draft.severity), (Some("went, well"), Some(4)));
    let draft = reader.read("2024-05-01 10:00:00,-").unwrap();
    assert_eq!((draft.message.as_deref(), draft.severity), (Some("2024-05-01 10:00:00,-"), None));
    let row = cells_row(&framing, "a,b,c,\"d\"").unwrap();
    assert_eq!(row.last().unwrap(), &("+".into(), Value::Text("d".into())));
    let more = CellsReader::new(',', &columns, &Roles { message: list(&["+"]), ..Roles::default() });
    assert_eq!(more.read("a,b,c,\"d, \"\"e\"\"\"").unwrap().message.as_deref(), Some("d, \"e\""));
    let table = CellsReader::new(',', &columns, &Roles { table: true, ..Roles::default() });
    let draft = table.read("1,,x").unwrap();
    assert_eq!((draft.message, draft.attributes.len()), (None, 2));
}

#[test]
fn rows_of_directives_bring_their_names() {
    let roles = Roles {
        time: vec![TimePath::Two(["date".into(), "time".into()])],
        attributes: vec![AttributePath { name: "query".into(), path: "cs-uri-query".into() }],
        ..Roles::default()
    };
    let reader = CellsReader::directives(&roles);
    let row = "2024-08-28 18:24:25 GET /a -";
    let text = format!("#Fields: date time cs-method cs-uri-stem cs-uri-query\n{row}");
    for _ in 0..2 {
        let draft = reader.read(&text).unwrap();
        assert!(draft.time.is_some_and(|time| time.has_date() && time.has_clock()));
        assert_eq!((draft.message.as_deref(), draft.attributes.len()), (Some(row), 0));
    }
    // The rows of Zeek and of some servers are separated by what their names are not.
    let tabs = reader.read("#Fields: date time cs-uri-query\n2024-08-28\t18:24:25\ta b").unwrap();
    assert_eq!(tabs.attributes, [("query".into(), "\"a b\"".into())]);
    assert!(reader.read(row).is_err() && cells_row(&Framing::Directives, row).is_none());
}

proptest! {
    #[test]
    fn written_rows_are_read(values in proptest::collection::vec("[a-z\",; \n]{0,6}", 1..6)) {
        let written: Vec<String> = values.iter().map(|v| format!("\"{}\"", v.replace('"', "\"\""))).collect();
        let text = written.join(",");
        prop_assert_eq!(cells(&text, ','), values);
    }

    #[test]
    fn fast_is_slow(text in "[a-c\",\\\\ é\n-]{0,40}", all: bool, table: bool) {
        let columns = list(&["a", "b", "c.d"]);
        let roles = Roles {
            message: list(&["c.d", "a"]),
            process: list(&["b"]),
            attributes: vec![AttributePath { name: "x".into(), path: "b".into() }],
            all_attributes: all,
            table,
            ..Roles::default()
        };
        let table = Table::new(&roles, ',', columns.clone());
        prop_assert_eq!(table.read(&text), table.plan.apply(row(&text, ',', &columns), &text));
        cells(&text, ' ');
    }
}
