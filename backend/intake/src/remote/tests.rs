use super::*;
use std::net::IpAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

fn policy(allowed: &[&str]) -> SourcePolicy {
    SourcePolicy::new(&allowed.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>()).unwrap()
}

async fn failure(address: &str, policy: &SourcePolicy) -> String {
    let error = locate(address, policy, Limits::default()).await.unwrap_err();
    assert_eq!(error.code(), "source-refused", "{error}");
    error.to_string()
}

/// Answers every request for a path with the answer to that path.
async fn serve(answers: Vec<(&'static str, String)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap();
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default();
            let answer = answers.iter().find(|(known, _)| *known == path);
            let answer = answer.map_or("HTTP/1.1 404 Not Found\r\n\r\n", |(_, answer)| answer);
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    address
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn redirect(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

#[tokio::test]
async fn nothing_is_reached_that_is_not_allowed() {
    let some = policy(&["https://logs.example.org/exports", "s3://bucket/prefix"]);
    for address in [
        "https://logs.example.org/other.log",
        "https://logs.example.org/exports-of-others/a.log",
        "https://logs.example.org/exports/../secret.log",
        "https://logs.example.org/exports/%2e%2e/secret.log",
        "https://logs.example.org:8443/exports/a.log",
        "https://logs.example.org.evil.test/exports/a.log",
        "http://logs.example.org/exports/a.log",
        "s3://bucket/prefix2/a.log",
        "s3://other/prefix/a.log",
        "gs://bucket/prefix/a.log",
    ] {
        let text = failure(address, &some).await;
        assert!(text.contains("not on the list of allowed sources"), "{text}");
    }
    assert!(failure("https://me:secret@logs.example.org/exports/a", &some).await.contains("credentials"));
    assert!(failure("ftp://logs.example.org/a", &some).await.contains("s3://, gs://, az://, https:// or /"));
    assert!(failure("/etc/passwd", &some).await.contains("not below an allowed folder"));
}

#[tokio::test]
async fn private_addresses_are_refused_even_when_they_are_allowed() {
    for host in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:192.168.0.1]", "2130706433"] {
        let address = format!("https://{host}/a.log");
        let text = failure(&address, &policy(&[&address])).await;
        assert!(text.contains("private network"), "{text}");
    }
    // A name that resolves to one.
    let text = failure("https://localhost/a.log", &policy(&["https://localhost"])).await;
    assert!(text.contains("private network"), "{text}");
}

#[test]
fn the_public_internet_ends_where_the_registries_say() {
    for (text, public) in [
        ("1.1.1.1", true),
        ("100.63.255.255", true),
        ("100.64.0.1", false),
        ("172.15.0.1", true),
        ("172.16.0.1", false),
        ("192.168.1.1", false),
        ("198.19.0.1", false),
        ("224.0.0.1", false),
        ("255.255.255.255", false),
        ("0.0.0.0", false),
        ("2606:4700::1111", true),
        ("fe80::1", false),
        ("fd00::1", false),
        ("ff02::1", false),
        ("::", false),
        ("64:ff9b::a00:1", false),
        ("2002:a00:1::", false),
        ("2001:db8::1", false),
    ] {
        assert_eq!(network::is_public(text.parse::<IpAddr>().unwrap()), public, "{text}");
    }
}

#[tokio::test]
async fn redirections_are_followed_as_far_as_they_are_allowed() {
    let address = serve(vec![
        ("/logs/a.log", ok("hello\n")),
        ("/logs/moved", redirect("/logs/a.log")),
        ("/logs/out", redirect("/private/a.log")),
        ("/logs/away", redirect("https://169.254.169.254/latest/meta-data")),
        ("/logs/round", redirect("/logs/round")),
        ("/private/a.log", ok("secret\n")),
    ])
    .await;
    let allowed = SourcePolicy { loopback: true, ..policy(&[&format!("{address}/logs")]) };
    for name in ["a.log", "moved"] {
        let located = locate(&format!("{address}/logs/{name}"), &allowed, Limits::default()).await.unwrap();
        let source = &located.sources[0];
        assert_eq!((&*source.name, source.size), (name, 6));
        let bytes = source.store.get(&source.location).await.unwrap().bytes().await.unwrap();
        assert_eq!(&bytes[..], b"hello\n");
    }
    for (name, reason) in [
        ("out", "not on the list of allowed sources"),
        ("away", "not on the list of allowed sources"),
        ("round", "redirects more than 5 times (the limit)"),
        ("none", "the server answered 404"),
    ] {
        let text = failure(&format!("{address}/logs/{name}"), &allowed).await;
        assert!(text.contains(reason), "{text}");
    }
    let small = Limits { content_bytes: 3, ..Limits::default() };
    let error = locate(&format!("{address}/logs/a.log"), &allowed, small).await.unwrap_err();
    assert_eq!(error.code(), "content-too-large");
}

#[tokio::test]
async fn folders_are_read_below_their_root_wherever_links_lead() {
    let folder = tempfile::tempdir().unwrap();
    let (root, outside) = (folder.path().join("logs"), folder.path().join("outside.log"));
    std::fs::create_dir_all(root.join("old")).unwrap();
    for file in [root.join("a.log"), root.join("old/b.log"), outside.clone()] {
        std::fs::write(file, "hello\n").unwrap();
    }
    std::os::unix::fs::symlink("a.log", root.join("latest.log")).unwrap();
    let shown = root.to_str().unwrap();
    let allowed = policy(&[shown]);
    let located = locate(shown, &allowed, Limits::default()).await.unwrap();
    let names: Vec<&str> = located.sources.iter().map(|source| &*source.name).collect();
    assert_eq!(names, ["a.log", "latest.log", "old/b.log"]);
    let one = locate(&format!("file://{shown}/old/b.log"), &allowed, Limits::default()).await.unwrap();
    assert_eq!(one.sources[0].name, "b.log");
    let few = Limits { archive_members: 2, ..Limits::default() };
    assert_eq!(locate(shown, &allowed, few).await.unwrap_err().code(), "archive-members");

    let text = failure(&format!("{shown}/../outside.log"), &allowed).await;
    assert!(text.contains("not below an allowed folder"), "{text}");
    std::os::unix::fs::symlink(&outside, root.join("escape.log")).unwrap();
    let text = failure(shown, &allowed).await;
    assert!(text.contains("escape.log") && text.contains("not below an allowed folder"), "{text}");
}
