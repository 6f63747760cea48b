//! Rows of tables.

use crate::{records_of, run, value, written};
use trainyard_features::{FeatureMatrix, FeatureSet, MatrixFormat, TableValues, describe, fit, transform};
use trainyard_intake::Records;
use trainyard_types::{FeatureSetSpecification, FormatSpecification};

// Rows without a time come as they stand.
const TABLE: &str = "\
age,colour,plan,label
31,red,basic,ok
,blue,pro,ok
58.5,red,basic,bad
47,,pro,ok
n/a,green,basic,bad
";

fn table(text: &str) -> Records {
    let format = FormatSpecification { preset: "table".into(), ..FormatSpecification::default() };
    run(records_of(text.as_bytes(), &format))
}

fn specification(json: &str) -> FeatureSetSpecification {
    serde_json::from_str(json).unwrap()
}

fn column(matrix: &FeatureMatrix, name: &str) -> Vec<f64> {
    (0..matrix.values.nrows()).map(|row| value(matrix, row, name)).collect()
}

/// The rows' labels, to know which row is which.
fn lines(matrix: &FeatureMatrix) -> Vec<u64> {
    (0..matrix.values.nrows()).map(|row| matrix.origins.of_sample(row).unwrap().1).collect()
}

#[test]
fn numbers_stay_categories_become_flags_and_gaps_are_marked() {
    let records = table(TABLE);
    let set = fit(&records, &specification(r#"{"preset": "table"}"#), None).unwrap();
    let names = [
        "age",
        "age_missing",
        "colour=blue",
        "colour=green",
        "colour=red",
        "colour_missing",
        "label=bad",
        "label=ok",
        "plan=basic",
        "plan=pro",
    ];
    assert_eq!(set.features, names);
    let set: FeatureSet = serde_json::from_str(&serde_json::to_string(&set).unwrap()).unwrap();
    let matrix = transform(&records, &set, &|_| ()).unwrap();
    let mut rows: Vec<(u64, Vec<f64>)> =
        lines(&matrix).into_iter().zip(matrix.values.rows().into_iter().map(|row| row.to_vec())).collect();
    rows.sort_by_key(|row| row.0);
    assert_eq!(rows[0].1, [31., 0., 0., 0., 1., 0., 0., 1., 1., 0.]);
    assert_eq!(rows[2].1, [58.5, 0., 0., 0., 1., 0., 1., 0., 1., 0.]);
    assert_eq!(rows[3].1, [47., 0., 0., 0., 0., 1., 0., 1., 0., 1.]);
    assert!(rows[1].1[0].is_nan() && rows[4].1[0].is_nan());
    assert_eq!((rows[1].1[1], rows[4].1[1]), (1., 1.));
    assert!(describe(&set).iter().all(|feature| !feature.description.is_empty()));
}

#[test]
fn state_is_that_of_the_training_rows_and_rare_or_new_categories_share_a_flag() {
    let records = table(TABLE);
    let rows = |specification: &FeatureSetSpecification, training: &[usize]| {
        let set = fit(&records, specification, Some(training)).unwrap();
        transform(&records, &set, &|_| ()).unwrap()
    };
    let rare = specification(
        r#"{"preset": "table", "sample": {"kind": "row", "columns": ["colour"], "min_frequency": 2}}"#,
    );
    let matrix = rows(&rare, &[0, 1, 2, 3, 4]);
    assert_eq!(matrix.names, ["colour=red", "colour_infrequent", "colour_missing"]);
    assert_eq!(column(&matrix, "colour_infrequent").iter().sum::<f64>(), 2.0);
    let ordinal = specification(
        r#"{"preset": "table", "sample": {"kind": "row", "columns": ["colour", "plan"], "encoding": "ordinal"}}"#,
    );
    let red: Vec<usize> = (0..5).filter(|row| column(&matrix, "colour=red")[*row] == 1.0).collect();
    let matrix = rows(&ordinal, &red);
    assert_eq!(matrix.names, ["colour", "plan"]);
    for row in 0..5 {
        let (colour, plan) = (value(&matrix, row, "colour"), value(&matrix, row, "plan"));
        assert_eq!((colour == 0.0, colour == -1.0), (red.contains(&row), !red.contains(&row)));
        assert!(plan == 0.0 || plan == -1.0);
    }
}

#[test]
fn times_and_excluded_columns_are_no_features_and_what_is_absent_is_missing() {
    let text = "when,host,load,note\n2025-07-01T00:00:00Z,a,1,x\n2025-07-01T00:00:05Z,b,2,y\n";
    let asked = specification(r#"{"preset": "table", "sample": {"kind": "row", "exclude": ["note"]}}"#);
    let set = fit(&table(text), &asked, None).unwrap();
    assert_eq!(set.features, ["host=a", "host=b", "load"]);
    assert_eq!(set.state.columns[1].values, TableValues::Number);
    let later = transform(&table("host,other\nc,1\nb,2\n"), &set, &|_| ()).unwrap();
    assert!(column(&later, "load").iter().all(|load| load.is_nan()));
    assert_eq!(column(&later, "host=b").iter().sum::<f64>(), 1.0);
    let csv = written(&[&later], MatrixFormat::Csv);
    assert_eq!(String::from_utf8(csv).unwrap(), "host=a,host=b,load\n0,0,\n0,1,\n");
}

#[test]
fn roles_of_json_records_are_columns_by_name() {
    let format: FormatSpecification = serde_json::from_str(r#"{"attributes": "all"}"#).unwrap();
    let logs = concat!(
        "{\"ts\":1751345791,\"msg\":\"a\",\"level\":\"warn\",\"cpu\":0.5,\"ok\":true}\n",
        "{\"ts\":1751345792,\"msg\":\"b\",\"level\":\"info\",\"cpu\":\"0.25\",\"ok\":false,\"tags\":[1,\"x\"]}\n",
    );
    let records = run(records_of(logs.as_bytes(), &format));
    let all = fit(&records, &specification(r#"{"preset": "table"}"#), None).unwrap();
    assert_eq!(all.features, ["cpu", "ok=false", "ok=true", "tags=[1,\"x\"]", "tags_missing"]);
    let asked =
        specification(r#"{"preset": "table", "sample": {"kind": "row", "columns": ["level", "cpu"]}}"#);
    let set = fit(&records, &asked, None).unwrap();
    let matrix = transform(&records, &set, &|_| ()).unwrap();
    assert_eq!(matrix.names, ["level=info", "level=warning", "cpu"]);
    assert_eq!(matrix.values.row(0).to_vec(), [0.0, 1.0, 0.5]);
    assert_eq!(matrix.values.row(1).to_vec(), [1.0, 0.0, 0.25]);
}

#[test]
fn what_would_be_too_wide_or_ambiguous_is_refused_with_what_to_do() {
    let refusal =
        |text: &str, json: &str| fit(&table(text), &specification(json), None).unwrap_err().to_string();
    let names: Vec<String> = (0..6_000).map(|at| format!("c{at}")).collect();
    let (ones, none) = (vec!["1"; 6_000].join(","), ",".repeat(5_999));
    let error = refusal(&format!("{}\n{ones}\n{none}\n", names.join(",")), r#"{"preset": "table"}"#);
    assert!(error.contains("12000 features, 10000 at most") && error.contains("exclude"), "{error}");
    let rows: Vec<String> = (0..11_000).map(|at| format!("u{at},1")).collect();
    let error = refusal(&format!("user,n\n{}\n", rows.join("\n")), r#"{"preset": "table"}"#);
    assert!(error.contains("11000 of them for the column `user`") && error.contains("exclude"), "{error}");
    let error = refusal("a,a_missing\n1,1\n,2\n", r#"{"preset": "table"}"#);
    assert!(error.contains("`a_missing`"), "{error}");
    let error = refusal(TABLE, r#"{"preset": "table", "sample": {"kind": "row", "columns": ["mood"]}}"#);
    assert!(error.contains("`mood`"), "{error}");
}
