//! `/tokens`, `/session`, `/me`: credentials, made and ended, over HTTP, in a browser and on the command line.

use crate::support::{Answer, Client, TestApp, pointers};
use serde_json::{Value, json};

fn create(app: &TestApp, role: &str) -> (Value, Client) {
    let answer = app.admin().post("/tokens").json(&json!({"name": "ci", "role": role})).send().expect(201);
    let token = answer.json();
    let client = app.admin().with_token(token["secret"].as_str());
    (token, client)
}

/// `name=value` of the session cookie that an answer sets.
fn cookie(answer: &Answer) -> &str {
    answer.header("set-cookie").split(';').next().unwrap()
}

#[test]
fn a_token_works_until_it_is_revoked_and_its_sessions_with_it() {
    let app = TestApp::start_default();
    let (token, client) = create(&app, "trainer");
    let me = client.get("/me").send().expect(200).json();
    assert_eq!((&me["name"], &me["role"], &me["token_id"]), (&json!("ci"), &json!("trainer"), &token["id"]));
    let listed = app.admin().all("/tokens", 200);
    assert!(listed.iter().any(|one| one["id"] == token["id"]));
    assert!(listed.iter().all(|one| one.get("secret").is_none()), "secrets are shown once");

    let signed_in =
        app.stranger().post("/session").json(&json!({"token": token["secret"]})).send().expect(200);
    let session = || app.stranger().get("/me").header("Cookie", cookie(&signed_in)).send();
    session().expect(200);
    app.admin().delete(&format!("/tokens/{}", token["id"].as_str().unwrap())).send().expect(204);
    client.get("/me").send().problem(401, "unauthenticated");
    session().problem(401, "unauthenticated");
    let again = app.admin().delete(&format!("/tokens/{}", token["id"].as_str().unwrap())).send();
    again.problem(404, "not-found");
}

#[test]
fn tokens_that_make_no_sense_are_refused() {
    let app = TestApp::start_default();
    let refused = |body: Value| app.admin().post("/tokens").json(&body).send().problem(422, "invalid");
    assert_eq!(pointers(&refused(json!({"name": "a", "role": "king"}))), ["/role"]);
    assert_eq!(pointers(&refused(json!({"name": " ", "role": "viewer"}))), ["/name"]);
    refused(json!({"role": "viewer"}));
    let past = refused(json!({"name": "a", "role": "viewer", "expires_at": "2020-01-01T00:00:00Z"}));
    assert_eq!(pointers(&past), ["/expires_at"]);
}

#[test]
fn the_printed_link_signs_a_browser_in() {
    let mut app = TestApp::start_default();
    let printed = app.process().printed();
    let (_, secret) = printed.split_once("/sign-in#token=").expect("a sign-in link is printed");
    let signed_in = app.stranger().post("/session").json(&json!({"token": secret.trim()})).send().expect(200);
    let header = signed_in.header("set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(header.contains(part), "{header}");
    }
    assert!(!signed_in.text().contains("ty_"), "the page never sees the secret");
    let with_cookie =
        |request: crate::support::Request<'_>| request.header("Cookie", cookie(&signed_in)).send();
    assert_eq!(with_cookie(app.stranger().get("/me")).expect(200).json()["role"], "admin");

    let body = json!({"name": "x", "role": "viewer"});
    let own = app.admin().address.clone();
    let stranger = app.stranger();
    let post = |origin: &str| with_cookie(stranger.post("/tokens").header("Origin", origin).json(&body));
    post("https://elsewhere.example").problem(403, "forbidden");
    post("null").problem(403, "forbidden");
    post(&own).expect(201);

    with_cookie(stranger.delete("/session")).expect(204);
    with_cookie(stranger.get("/me")).problem(401, "unauthenticated");
    stranger.post("/session").json(&json!({"token": "ty_wrong"})).send().problem(401, "unauthenticated");
}

#[test]
fn the_command_line_makes_lists_and_revokes_tokens_while_the_service_runs() {
    let app = TestApp::start_default();
    let run = |words: &[&str]| {
        let output = app.command(&[&["token"], words].concat()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let secret = run(&["create", "--role", "deployer", "--name", "pipeline"]);
    let client = app.admin().with_token(Some(secret.trim()));
    let me = client.get("/me").send().expect(200).json();
    assert_eq!((&me["name"], &me["role"]), (&json!("pipeline"), &json!("deployer")));
    let id = me["token_id"].as_str().unwrap();
    assert!(run(&["list"]).lines().any(|line| line.contains(id) && line.contains("pipeline")));
    run(&["revoke", id]);
    client.get("/me").send().problem(401, "unauthenticated");
    let failed = app.command(&["token", "revoke", id]).output().unwrap();
    assert!(!failed.status.success());
}
