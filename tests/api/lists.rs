//! Lists: keyset pages that stay what they are while rows are added, and filters.

use crate::support::{Setup, mcp_export, specification};
use serde_json::Value;

#[test]
fn pages_are_stable_while_rows_are_added() {
    let app = Setup::new().flag(&["--no-worker"]).start();
    let dataset = app.upload("export.json", &mcp_export());
    let ids: Vec<Value> =
        (0..7).map(|n| app.submit(&specification(&format!("job {n}"), &dataset))["id"].clone()).collect();
    let first = app.viewer().get("/jobs?limit=3").send().expect(200).json();
    app.submit(&specification("late", &dataset));
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = app.viewer().get(&format!("/jobs?limit=3&cursor={cursor}")).send().expect(200).json();
    let cursor = second["next_cursor"].as_str().unwrap();
    let third = app.viewer().get(&format!("/jobs?limit=3&cursor={cursor}")).send().expect(200).json();
    assert_eq!(third["next_cursor"], Value::Null);
    let seen: Vec<Value> = [first, second, third]
        .iter()
        .flat_map(|page| {
            page["items"].as_array().unwrap().iter().map(|job| job["id"].clone()).collect::<Vec<_>>()
        })
        .collect();
    assert!(seen.iter().eq(ids.iter().rev()), "each once, newest first: {seen:?}");
    assert_eq!(app.viewer().all("/jobs", 2).len(), 8);
}

#[test]
fn jobs_are_found_by_name_part_of_it_and_status() {
    let app = Setup::new().flag(&["--no-worker"]).start();
    let dataset = app.upload("export.json", &mcp_export());
    for name in ["Router", "router 100%", "switch"] {
        app.submit(&specification(name.trim_end_matches('%'), &dataset));
    }
    let found = |query: &str| {
        let page = app.viewer().get(&format!("/jobs?{query}")).send().expect(200).json();
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|job| job["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("q=ROUTER"), ["router 100", "Router"]);
    assert_eq!(found("name=Router"), ["Router"]);
    assert_eq!(found("q=%25"), [] as [&str; 0], "a wildcard is only a character");
    assert_eq!(found("q=_"), [] as [&str; 0]);
    assert_eq!(found("status=completed"), [] as [&str; 0]);
    assert_eq!(found("status=pending&q=switch"), ["switch"]);
}
