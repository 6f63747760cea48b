//! Errors: RFC 9457 problems for every way to ask wrongly, with all faults named at once.

use crate::support::{Setup, TestApp, mcp_export, pointers};
use serde_json::{Value, json};
use uuid::Uuid;

#[test]
fn addresses_and_methods_that_do_not_exist() {
    let app = TestApp::start_default();
    let client = app.viewer();
    client.get("/nothing").send().problem(404, "not-found");
    client.request_outside("GET", "/api/v2/jobs").send().problem(404, "not-found");
    for (method, path, allow) in [
        ("PUT", "/jobs", "GET, POST"),
        ("POST", "/me", "GET"),
        ("DELETE", "/models", "GET"),
        ("PATCH", "/tokens", "GET, POST"),
    ] {
        let answer = client.request(method, path).send();
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
        answer.problem(405, "method-not-allowed");
    }
    let id = Uuid::now_v7();
    for path in ["jobs", "datasets", "deployments"] {
        let problem = client.get(&format!("/{path}/not-an-id")).send().problem(404, "not-found");
        assert!(problem["detail"].as_str().unwrap().contains("not-an-id"), "{problem}");
        let problem = client.get(&format!("/{path}/{id}")).send().problem(404, "not-found");
        assert!(problem["detail"].as_str().unwrap().contains(&id.to_string()), "{problem}");
    }
    client.get("/models/neither-id-nor-address").send().problem(404, "not-found");
    client.get("/models/nobody@deployed").send().problem(404, "not-found");
}

#[test]
fn every_kind_of_problem_is_explained_where_its_type_points() {
    let app = TestApp::start_default();
    let problem = app.viewer().get("/nothing").send().problem(404, "not-found");
    let page = app.stranger().request_outside("GET", problem["type"].as_str().unwrap()).send().expect(200);
    assert!(page.text().contains("404"), "{}", page.text());
}

#[test]
fn a_body_that_cannot_be_read() {
    let app = TestApp::start_default();
    let post = || app.trainer().post("/jobs");
    post().body("text/plain", "{}").send().problem(415, "unsupported-media-type");
    let problem = post().body("application/json", "{\"name\": ").send().problem(400, "bad-request");
    assert!(problem["detail"].as_str().unwrap().contains("line 1"), "it says where: {problem}");
    post().body("application/json", "{} {}").send().problem(400, "bad-request");
    post().body("application/json", "").send().problem(400, "bad-request");
    post().json(&json!([1])).send().problem(422, "invalid");
    let limit = 4 << 20;
    let problem = post().json(&json!({"name": "x".repeat(limit)})).send().problem(413, "too-large");
    assert!(
        problem["detail"].as_str().unwrap().contains(&limit.to_string()),
        "it names the limit: {problem}"
    );
}

#[test]
fn every_invalid_field_of_a_job_is_named_at_once() {
    let app = TestApp::start_default();
    let refused = |body: Value| app.trainer().post("/jobs").json(&body).send().problem(422, "invalid");
    let problem = refused(json!({
        "nmae": "typo",
        "dataset_id": "not-an-id",
        "format": {"preset": "xml", "max_rejected_share": 2.0},
        "feature_set": {"preset": "none-such"},
        "scaler": {"type": "logarithmic"},
        "algorithm": {"type": "isolation_forest", "n_estimators": 0, "colour": "red"},
        "threshold": {"policy": "contamination", "value": 0.9},
        "evaluation": {"test_fraction": 1.5},
    }));
    assert_eq!(
        pointers(&problem),
        [
            "/algorithm/colour",
            "/algorithm/n_estimators",
            "/dataset_id",
            "/evaluation/test_fraction",
            "/feature_set/preset",
            "/format/max_rejected_share",
            "/format/preset",
            "/name",
            "/nmae",
            "/scaler/type",
            "/threshold/value",
        ],
        "{problem:#}"
    );
    assert_eq!(app.viewer().all("/jobs", 200), [] as [Value; 0], "nothing was started");
}

#[test]
fn parameters_out_of_range() {
    let app = TestApp::start_default();
    let dataset = app.upload("export.json", &mcp_export());
    let refused = |algorithm: Value| {
        let body = json!({"name": "a", "dataset_id": dataset["id"], "algorithm": algorithm});
        app.trainer().post("/jobs").json(&body).send().problem(422, "invalid")
    };
    for wrong in [json!(0), json!(-1), json!(1e9), json!(1_000_000_000), json!("x"), json!(1.5), json!(true)]
    {
        let problem = refused(json!({"type": "isolation_forest", "n_estimators": wrong}));
        assert_eq!(pointers(&problem), ["/algorithm/n_estimators"], "{wrong}: {problem:#}");
    }
    let problem = refused(json!({"type": "oracle"}));
    assert_eq!(pointers(&problem), ["/algorithm/type"]);
    assert!(
        problem["detail"].as_str().unwrap().contains("isolation_forest"),
        "it names the known: {problem}"
    );
    assert_eq!(pointers(&refused(json!({}))), ["/algorithm/type"]);
    for (policy, value) in
        [("contamination", 0.0), ("contamination", 0.51), ("percentile", 49.0), ("percentile", 100.0)]
    {
        let body = json!({"name": "a", "dataset_id": dataset["id"], "threshold": {"policy": policy, "value": value}});
        let problem = app.trainer().post("/jobs").json(&body).send().problem(422, "invalid");
        assert_eq!(pointers(&problem), ["/threshold/value"], "{policy} {value}: {problem}");
    }
    let problem =
        app.trainer().post("/jobs").json(&json!({"name": "a", "dataset_id": Uuid::now_v7()})).send();
    assert_eq!(pointers(&problem.problem(422, "invalid")), ["/dataset_id"]);
    for name in ["", "  ", "a/b", "a@b", &"x".repeat(101)] {
        let body = json!({"name": name, "dataset_id": dataset["id"]});
        let problem = app.trainer().post("/jobs").json(&body).send().problem(422, "invalid");
        assert_eq!(pointers(&problem), ["/name"], "{name:?}");
    }
}

#[test]
fn queries_that_make_no_sense() {
    let app = TestApp::start_default();
    for path in ["/jobs", "/models", "/datasets", "/deployments"] {
        let refused =
            |query: &str| app.viewer().get(&format!("{path}?{query}")).send().problem(422, "invalid");
        assert_eq!(pointers(&refused("limit=0&cursor=!")), ["/cursor", "/limit"], "{path}");
        for limit in ["201", "-1", "x"] {
            assert_eq!(pointers(&refused(&format!("limit={limit}"))), ["/limit"], "{path}");
        }
        assert_eq!(pointers(&refused("status=odd")), ["/status"], "{path}");
    }
}

#[test]
fn uploads_that_are_refused() {
    let limit = 200_000;
    let app = Setup::new().flag(&["--upload-bytes", &limit.to_string()]).start();
    let post = || app.trainer().post("/datasets");
    let large = vec![b'a'; limit + 1];
    for answer in [
        post().files(&[("large.log", &large)]).send(),
        post().files(&[("a.log", &large[..limit / 2 + 1]), ("b.log", &large[..limit / 2 + 1])]).send(),
        app.trainer().post("/datasets?filename=large.log").body("text/plain", large.clone()).send(),
    ] {
        let problem = answer.problem(413, "too-large");
        assert!(
            problem["detail"].as_str().unwrap().contains(&limit.to_string()),
            "it names the limit: {problem}"
        );
    }
    let problem = post().files(&[("nothing.log", b"")]).send().problem(422, "invalid");
    assert!(problem["detail"].as_str().unwrap().contains("nothing.log"), "{problem}");
    assert_eq!(pointers(&post().files(&[]).send().problem(422, "invalid")), ["/file"]);
    assert_eq!(pointers(&post().form(&[("fiel", "a.log", b"x")]).send().problem(422, "invalid")), ["/fiel"]);
    let twice: [(&str, &[u8]); 2] = [("a.log", b"x"), ("a.log", b"y")];
    assert_eq!(pointers(&post().files(&twice).send().problem(422, "invalid")), ["/file"]);
    post().body("text/plain", "raw bytes without a name").send().problem(415, "unsupported-media-type");
    post().body("multipart/form-data", "no boundary").send().problem(400, "bad-request");
    post().body("multipart/form-data; boundary=b", "--b\r\nbroken").send().problem(400, "bad-request");
    assert_eq!(app.viewer().all("/datasets", 200), [] as [Value; 0], "nothing was kept");
}

#[test]
fn a_request_is_found_again_by_its_id() {
    let app = TestApp::start_default();
    let answer = app.viewer().get("/nothing").header("X-Request-Id", "my-request.7").send();
    assert_eq!(answer.header("x-request-id"), "my-request.7");
    assert_eq!(answer.problem(404, "not-found")["request_id"], "my-request.7");
    let unfit = app.viewer().get("/me").header("X-Request-Id", "two words").send().expect(200);
    assert!(Uuid::parse_str(unfit.header("x-request-id")).is_ok(), "an unfit id is replaced");
}

#[test]
fn a_broken_service_does_not_tell_why_but_logs_it() {
    let mut app = TestApp::start_default();
    let dataset = app.upload("export.json", &mcp_export());
    app.profiled(&dataset);
    std::fs::remove_dir_all(app.data().join("blobs")).unwrap();
    let path = format!("/datasets/{}/content", dataset["id"].as_str().unwrap());
    let problem = app.viewer().get(&path).send().problem(500, "internal");
    let sha256 = dataset["files"][0]["sha256"].as_str().unwrap();
    let text = problem.to_string();
    assert!(!text.contains(sha256) && !text.contains("blobs"), "{text}");
    let id = problem["request_id"].as_str().unwrap();
    let log = app.process().logged();
    let line = log
        .lines()
        .find(|line| line.contains(id) && line.contains("ERROR"))
        .expect("the log knows the request");
    assert!(line.contains(sha256), "the log has the cause: {line}");
}
