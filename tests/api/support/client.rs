//! An HTTP client with a token, and answers that say what was wrong when they are not as expected.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use ureq::{
    Agent,
    http::{HeaderMap, Method, Request as HttpRequest},
};

#[derive(Clone)]
pub(crate) struct Client {
    agent: Agent,
    pub(crate) address: String,
    token: Option<String>,
}

impl Client {
    pub(super) fn new(address: &str, token: Option<&str>) -> Self {
        let agent: Agent = Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .build()
            .into();
        Self { agent, address: address.to_owned(), token: token.map(str::to_owned) }
    }

    /// The same service, with another token.
    pub(crate) fn with_token(&self, token: Option<&str>) -> Self {
        Self { token: token.map(str::to_owned), ..self.clone() }
    }

    /// A request to a path under `/api/v1`.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request<'_> {
        self.request_outside(method, &format!("/api/v1{path}"))
    }

    /// A request to any path.
    pub(crate) fn request_outside(&self, method: &str, path: &str) -> Request<'_> {
        let mut headers = Vec::new();
        if let Some(token) = &self.token {
            headers.push(("Authorization".to_owned(), format!("Bearer {token}")));
        }
        Request { client: self, method: method.to_owned(), path: path.to_owned(), headers, body: None }
    }

    pub(crate) fn get(&self, path: &str) -> Request<'_> {
        self.request("GET", path)
    }

    pub(crate) fn post(&self, path: &str) -> Request<'_> {
        self.request("POST", path)
    }

    pub(crate) fn patch(&self, path: &str) -> Request<'_> {
        self.request("PATCH", path)
    }

    pub(crate) fn delete(&self, path: &str) -> Request<'_> {
        self.request("DELETE", path)
    }

    /// Every item of a list, page by page.
    pub(crate) fn all(&self, path: &str, limit: usize) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("{path}?limit={limit}{cursor}")).send().expect(200).json();
            let found = page["items"].as_array().unwrap();
            assert!(found.len() <= limit);
            items.extend(found.iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }
}

/// A request that is being put together.
pub(crate) struct Request<'a> {
    client: &'a Client,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Request<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn body(mut self, content_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Some(bytes.into());
        self.header("Content-Type", content_type)
    }

    pub(crate) fn json(self, value: &Value) -> Self {
        self.body("application/json", value.to_string())
    }

    /// A form with parts called `file`.
    pub(crate) fn files(self, files: &[(&str, &[u8])]) -> Self {
        let parts: Vec<_> = files.iter().map(|(name, bytes)| ("file", *name, *bytes)).collect();
        self.form(&parts)
    }

    /// A form of parts: field name, file name, content.
    pub(crate) fn form(self, parts: &[(&str, &str, &[u8])]) -> Self {
        const BOUNDARY: &str = "----a-boundary-that-no-log-holds";
        let mut body = Vec::new();
        for (field, file_name, bytes) in parts {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file_name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.body(&format!("multipart/form-data; boundary={BOUNDARY}"), body)
    }

    fn run(self) -> (String, ureq::http::Response<ureq::Body>) {
        let what = format!("{} {}", self.method, self.path);
        let uri = format!("{}{}", self.client.address, self.path);
        let mut request =
            HttpRequest::builder().method(Method::from_bytes(self.method.as_bytes()).unwrap()).uri(uri);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = match self.body {
            Some(body) => self.client.agent.run(request.body(body).unwrap()),
            None if matches!(self.method.as_str(), "POST" | "PATCH" | "PUT") => {
                self.client.agent.run(request.body(Vec::<u8>::new()).unwrap())
            }
            None => self.client.agent.run(request.body(()).unwrap()),
        };
        let response = response.unwrap_or_else(|error| panic!("{what}: {error}"));
        (what, response)
    }

    pub(crate) fn send(self) -> Answer {
        let (what, mut response) = self.run();
        let body = response.body_mut().with_config().limit(u64::MAX).read_to_vec().unwrap();
        Answer { what, status: response.status().as_u16(), headers: response.headers().clone(), body }
    }

    /// Follows server-sent events, one by one as they come; ends with the stream.
    pub(crate) fn events(self) -> impl Iterator<Item = Event> {
        let (what, response) = self.run();
        assert_eq!(response.status().as_u16(), 200, "{what}");
        assert_eq!(response.headers()["content-type"], "text/event-stream", "{what}");
        let mut lines = BufReader::new(response.into_body().into_reader()).lines();
        std::iter::from_fn(move || {
            let mut event = Event::default();
            loop {
                let line = lines.next()?.unwrap();
                match line.split_once(": ") {
                    Some(("id", id)) => event.id = id.parse().ok(),
                    Some(("event", kind)) => kind.clone_into(&mut event.kind),
                    Some(("data", data)) => event.data = serde_json::from_str(data).unwrap(),
                    _ if line.is_empty() && !event.kind.is_empty() => return Some(event),
                    _ => {}
                }
            }
        })
    }
}

/// A server-sent event.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Event {
    pub(crate) id: Option<i64>,
    pub(crate) kind: String,
    pub(crate) data: Value,
}

pub(crate) struct Answer {
    what: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Fails the test when the status is another.
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.what, self.text());
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.what, self.text()))
    }

    /// A header's value; empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Fails the test unless this is an RFC 9457 problem with everything that belongs to it.
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        let answer = self.expect(status);
        let what = &answer.what;
        assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{what}: {problem:#}");
        assert_eq!(problem["type"], format!("/problems/{code}"), "{what}");
        assert_eq!(problem["status"], status, "{what}");
        assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()), "{what}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{what}");
        let path = what.split_once(' ').unwrap().1;
        assert_eq!(problem["instance"], path.split('?').next().unwrap(), "{what}");
        assert_eq!(problem["request_id"], answer.header("x-request-id"), "{what}");
        assert_ne!(problem["request_id"], "", "{what}");
        problem
    }
}

/// Where a problem says that the content is at fault, in alphabetical order.
pub(crate) fn pointers(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().map_or(&[][..], Vec::as_slice);
    let mut pointers: Vec<&str> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    pointers.sort_unstable();
    pointers
}
