//! `POST /datasets/detect`: what pasted lines look like, before anything is stored.

use crate::support::{TestApp, loghub, pointers};
use serde_json::json;

#[test]
fn ten_lines_of_an_unknown_format_get_a_proposal_and_a_pattern_of_ones_own_is_tried() {
    let app = TestApp::start_default();
    let lines = (0..10).fold(String::new(), |text, n| {
        text + &format!("7|2025-07-01 00:00:{n:02}|WARN|pump-{n}|pressure is {} kPa\n", 90 + n)
    });
    let found =
        app.viewer().post("/datasets/detect").body("text/plain", lines.as_bytes()).send().expect(200).json();
    assert!(found["format"]["confidence"].is_number(), "{found:#}");
    assert_eq!(found["records"].as_array().map(Vec::len), Some(10), "{found:#}");

    let own = r#"{"preset":"pattern","pattern":"<station>|<timestamp>|<level>|<process>|<message>"}"#;
    let path = format!("/datasets/detect?format={}", crate::support::percent_encoded(own));
    let found = app.viewer().post(&path).body("text/plain", lines.as_bytes()).send().expect(200).json();
    assert_eq!((&found["format"]["preset"], &found["rejects"]), (&json!("pattern"), &json!([])), "{found:#}");
    let record = &found["records"][3];
    assert_eq!((&record["message"], &record["level"]), (&json!("pressure is 93 kPa"), &json!("warning")));
    assert_eq!(record["attributes"], json!({"station": "7"}));
    assert_eq!(
        app.viewer().get("/datasets").send().expect(200).json()["items"],
        json!([]),
        "nothing is stored"
    );
}

#[test]
fn real_logs_are_recognised() {
    let app = TestApp::start_default();
    for (system, preset) in
        [("Android", "logcat"), ("HDFS", "hdfs"), ("OpenSSH", "syslog"), ("Apache", "apache-error")]
    {
        let lines = loghub(system);
        let found = app
            .viewer()
            .post("/datasets/detect")
            .body("text/plain", &lines[..4000])
            .send()
            .expect(200)
            .json();
        assert_eq!(found["format"]["preset"], preset, "{found:#}");
    }
}

#[test]
fn what_cannot_be_looked_at_is_a_problem() {
    let app = TestApp::start_default();
    let detect = |body: &[u8]| app.viewer().post("/datasets/detect").body("text/plain", body).send();
    detect(b"").problem(422, "invalid");
    detect(b" \n\n").problem(422, "invalid");
    detect(&(0..=255).collect::<Vec<u8>>()).problem(422, "invalid");
    detect(&vec![b'a'; (1 << 20) + 1]).problem(413, "too-large");
    let path = format!("/datasets/detect?format={}", crate::support::percent_encoded(r#"{"preset":"nope"}"#));
    let problem = app.viewer().post(&path).body("text/plain", "a").send().problem(422, "invalid");
    assert_eq!(pointers(&problem), ["/format/preset"]);
}
