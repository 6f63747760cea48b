//! The private Postgres: made on the first start, never on TCP, whole after a crash, stopped with the service.

use crate::support::{Setup, TestApp, mcp_export, send_signal, specification};
use rustix::process::Signal;
use std::path::PathBuf;

/// `postmaster.pid` of the private cluster, and the process it names.
fn postmaster(app: &TestApp) -> Option<(PathBuf, u32)> {
    let folders = std::fs::read_dir(app.data()).unwrap().flatten().map(|entry| entry.path());
    folders
        .flat_map(|folder| [folder.join("postmaster.pid"), folder.join("data/postmaster.pid")])
        .find(|path| path.exists())
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let id = text.lines().next().unwrap().trim().parse().unwrap();
            (path, id)
        })
}

/// The inodes of the TCP sockets that anybody listens on.
fn listening() -> Vec<String> {
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .flat_map(|text| {
            let rows = text
                .lines()
                .skip(1)
                .map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
            rows.filter(|columns| columns[3] == "0A")
                .map(|columns| format!("socket:[{}]", columns[9]))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn sockets(process: u32) -> Vec<String> {
    let files = std::fs::read_dir(format!("/proc/{process}/fd")).unwrap().flatten();
    let targets = files.filter_map(|file| std::fs::read_link(file.path()).ok());
    targets
        .map(|target| target.to_string_lossy().into_owned())
        .filter(|name| name.starts_with("socket:"))
        .collect()
}

#[test]
fn it_listens_on_no_network_and_is_stopped_with_the_service() {
    let mut app = Setup::new().private_cluster().start();
    let (file, id) = postmaster(&app).expect("a Postgres runs in the data folder");
    let listening = listening();
    let own = sockets(app.process().id());
    assert!(own.iter().any(|socket| listening.contains(socket)), "the service itself does listen");
    let found = sockets(id);
    assert!(!found.is_empty());
    assert!(found.iter().all(|socket| !listening.contains(socket)), "Postgres listens on TCP");
    let second = app.command(&["serve", "--listen", "127.0.0.1:0"]).output().unwrap();
    assert!(!second.status.success(), "one service per folder");
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("another trainyard") && said.contains("--data"), "{said}");
    app.viewer().get("/me").send().expect(200);

    assert!(app.stop());
    assert!(!file.exists(), "Postgres is still there");
    let dataset_before = {
        app.start();
        app.upload("export.json", &mcp_export())
    };
    assert!(app.stop());
    app.start();
    assert_eq!(app.profiled(&dataset_before)["status"], "ready", "what was there before is there again");
}

#[test]
fn nothing_is_lost_when_service_and_database_are_killed() {
    let mut app = Setup::new().private_cluster().flag(&["--lease-seconds", "1"]).start();
    let dataset = app.upload("export.json", &mcp_export());
    let job = app.completed(&app.submit(&specification("a", &dataset)));
    let (_, id) = postmaster(&app).expect("a Postgres runs in the data folder");
    app.kill();
    send_signal(id, Signal::KILL);
    app.start();
    assert_eq!(app.job(&job)["model_id"], job["model_id"]);
    let again = app.completed(&app.submit(&specification("a", &dataset)));
    assert_ne!(again["model_id"], job["model_id"]);
    assert!(app.stop());
    assert!(postmaster(&app).is_none());
}

#[test]
fn a_service_whose_predecessor_was_killed_takes_its_database_over() {
    let mut app = Setup::new().private_cluster().start();
    let dataset = app.upload("export.json", &mcp_export());
    app.kill();
    app.start();
    assert_eq!(app.profiled(&dataset)["status"], "ready");
    assert!(app.stop());
    assert!(postmaster(&app).is_none(), "Postgres is stopped by who took it over");
}
