//! What masking, mining and matching promise, on messages of this page.

use super::*;
use proptest::prelude::*;

fn mined<S: AsRef<str>>(messages: &[S]) -> Templates {
    let mut miner = Miner::new();
    messages.iter().for_each(|message| miner.add(message.as_ref(), None));
    miner.finish()
}

fn texts<S: AsRef<str>>(messages: &[S]) -> Vec<String> {
    let mut texts: Vec<String> =
        mined(messages).templates.into_iter().map(|template| template.text).collect();
    texts.sort();
    texts
}

fn masked(message: &str) -> String {
    let mut out = String::new();
    mask(message, &mut out);
    out
}

/// A made-up name for a number: letters only, so that no mask takes it.
fn name(number: usize) -> String {
    let mut rest = number * 7919 % 99_991 + 100;
    let mut name = String::new();
    while rest > 0 {
        name.push(char::from(b"bdfgklmnprstvz"[rest % 14]));
        name.push(char::from(b"aeiou"[rest / 14 % 5]));
        rest /= 70;
    }
    name
}

#[test]
fn values_are_masked_by_their_looks() {
    for (message, expected) in [
        ("from 10.0.0.1:50010 to /192.168.1.7.", "from <*> to /<*>."),
        ("blk_-1608999687919862906 of size 67108864", "blk_<*> of size <*>"),
        ("rhost=218.188.2.4 uid=0 by node.example/10.0.0.1", "rhost=<*> uid=<*> by <*>"),
        ("sta 8c:85:90:ab:cd:ef fe80::1%eth0 2001:db8:0:0:0:0:0:1/64", "sta <*> <*> <*>"),
        ("0x1f deadbeef cafe1 12ms 3.5GB wl0 en12 1,024.5", "<*> <*> <*> <*> <*> wl0 en<*> <*>"),
        ("GET https://example.org/a?b=1, /var/log/x.log a/b/c.d.", "GET <*>, <*> <*>."),
        ("at dsl-203.101.45.59.touchtelindia.net done", "at <*> done"),
        ("id 550e8400-e29b-41d4-a716-446655440000, task_ab12cd34ef", "id <*>, task_<*>"),
        ("close, 0 bytes (1.26 KB) after <1 sec", "close, <*> bytes (<*>) after <*>"),
        (r"Core: C:\Windows\winsxs\amd64_x\cbscore.dll.", r"Core: <*>"),
        ("mail.example.org:443 open, Main.java:12 not", "<*> open, Main.java:<*> not"),
        ("nodes:node-[72-95] of sshd[7], worker7:8042", "nodes:<*> of sshd[<*>], <*>"),
        (r"Component \042SCSI-WWID:0100\042 is ****", r"Component <*> is <*>"),
        ("by com.example.app.Main$Inner.run:12 there", "by <*> there"),
        ("  two\t words () f() ", "two words (\u{1}) f()"),
        ("plain.words and-more: here...", "plain.words and-more: here..."),
        ("naïve café 5×7 12µs", "naïve café <*>×<*> <*>"),
        ("ipv4 and SHA256 on x86_64, utf-8", "ipv4 and SHA256 on x86_64, utf-8"),
        ("on 2025-01-31T10:11:12.5Z at 9:15", "on <*> at <*>"),
        ("\"GET /a?b HTTP/1.1\" 'some text' is 'enabled'", "\"GET <*>\" '<*>' is 'enabled'"),
        ("user= host=a, names=[x, y, z] (ok, failure)", "user=\u{1} host=a, names=[<*>] (ok, failure)"),
        ("by anna@example.org; it can't", "by <*>; it can't"),
    ] {
        assert_eq!(masked(message), expected, "{message}");
    }
}

#[test]
fn states_stay_apart_and_names_do_not() {
    let lines = |format: &dyn Fn(usize) -> String| (0..400).map(format).collect::<Vec<_>>();
    let states = ["OK", "FAILED", "TIMEOUT", "DENIED"];
    let found = texts(&lines(&|at| {
        format!("login of {} from 10.0.0.{} result {}", name(at), at % 250, states[at % 4])
    }));
    assert_eq!(
        found,
        ["DENIED", "FAILED", "OK", "TIMEOUT"].map(|state| format!("login of <*> from <*> result {state}"))
    );
    let links = ["up", "down", "lost", "flapping"];
    assert_eq!(texts(&lines(&|at| format!("link eth0 is {}", links[at % 4]))).len(), 4);
    assert_eq!(
        texts(&lines(&|at| format!("user {} in", ["root", "anna", "bob", "eve", "sam"][at % 5]))),
        ["user <*> in"]
    );
    // What happened is no value, and the first word names the event.
    assert_eq!(texts(&["VM Started 1", "VM Stopped 1", "VM Paused 1", "VM Resumed 1"]).len(), 4);
    assert_eq!(texts(&["cupsd up", "syslogd up", "klogd up", "portmap up"]).len(), 4);
}

#[test]
fn several_free_places_are_one_template() {
    let lines: Vec<String> = (0..2000)
        .map(|at| format!("user {} opened document {}", name(at % 1000), name(1000 + at * 31 % 1000)))
        .collect();
    assert_eq!(texts(&lines), ["user <*> opened document <*>"]);
}

#[test]
fn parts_that_are_there_or_not_lists_and_plurals_are_one_template() {
    let lines = |format: &dyn Fn(usize) -> String| (0..200).map(format).collect::<Vec<_>>();
    let of = |format: &dyn Fn(usize) -> String| texts(&lines(format));
    let retries =
        |at: usize| if at.is_multiple_of(4) { format!(" after {at} retries") } else { String::new() };
    assert_eq!(
        of(&|at| format!("upload of {} finished{}", name(at), retries(at))),
        ["upload of <*> finished"]
    );
    // A constant addition says something.
    let preauth = |at: usize| if at.is_multiple_of(2) { " [preauth]" } else { "" };
    assert_eq!(of(&|at| format!("connection from 10.0.0.{} closed{}", at % 250, preauth(at))).len(), 2);
    let names = |at: usize| (0..=at % 5).map(|more| name(at + more)).collect::<Vec<_>>().join(", ");
    assert_eq!(of(&|at| format!("evicting pods [{}] now", names(at))), ["evicting pods [<*>] now"]);
    let files = |at: usize| if at.is_multiple_of(3) { "1 file".into() } else { format!("{at} files") };
    assert_eq!(of(&|at| format!("removed {} from cache", files(at))), ["removed <*> files from cache"]);
    assert_eq!(texts(&["at Sun Jul 10 03:55:15 2005"]), ["at <*>"]);
    assert_eq!(texts(&["ws=null, a", "ws=WorkSource5, a"]), ["ws=<*>, a"]);
}

#[test]
fn what_was_never_seen_stays_unseen() {
    let templates = mined(&["Verification succeeded for blk_1"]);
    let matcher = Matcher::new(&templates).unwrap();
    let mut scratch = Scratch::default();
    for _ in 0..2 {
        assert_eq!(matcher.find("Verification succeeded for blk_-77", &mut scratch), Some(0));
        assert_eq!(matcher.find("Verification failed for blk_-77", &mut scratch), None);
        assert_eq!(matcher.find("", &mut scratch), None);
    }
    assert_eq!(templates.templates[0].id.len(), 16);
}

#[test]
fn first_last_and_examples_do_not_depend_on_the_order() {
    let mut forward = Miner::new();
    let mut backward = Miner::new();
    let messages: Vec<(String, i64)> = (0..9).map(|n| (format!("took {n} s"), n)).collect();
    messages.iter().for_each(|(message, time)| forward.add(message, Some(*time)));
    messages.iter().rev().for_each(|(message, time)| backward.add(message, Some(*time)));
    let templates = forward.finish();
    assert_eq!(templates, backward.finish());
    let only = &templates.templates[0];
    assert_eq!(only.examples, ["took 0 s", "took 1 s", "took 2 s"]);
    let instant = DateTime::from_timestamp_micros;
    assert_eq!((only.first_seen, only.last_seen), (instant(0), instant(8)));
}

#[test]
fn templates_of_another_version_are_refused_with_what_to_do() {
    let old = r#"{"version":1,"masks":[],"beyond_limit":0,"templates":[{"id":"a","text":"b","tokens":["b"],
        "count":1,"first_seen":null,"last_seen":null,"examples":[]}]}"#;
    let old: Templates = serde_json::from_str(old).unwrap();
    assert_eq!(old.templates[0].text, "b");
    for version in [1, 3] {
        let error = Matcher::new(&Templates { version, ..old.clone() }).unwrap_err().to_string();
        assert!(error.contains(&format!("version {version}")) && error.contains("fit them again"), "{error}");
    }
}

#[test]
fn an_id_whose_text_has_changed_is_an_alias() {
    let few = mined(&["cannot reach kiba through gateway", "link is up", "link is down"]);
    let mut lines: Vec<String> =
        (0..60).map(|at| format!("cannot reach {} through gateway", name(at))).collect();
    lines.extend(["cannot reach kiba through gateway", "link is up", "link is down"].map(str::to_owned));
    let many = mined(&lines);
    let found = aliases(&few, &many).unwrap();
    let id = |templates: &Templates, text: &str| {
        templates.templates.iter().find(|template| template.text == text).unwrap().id.clone()
    };
    let (old, new) =
        (id(&few, "cannot reach kiba through gateway"), id(&many, "cannot reach <*> through gateway"));
    assert_eq!(found, BTreeMap::from([(old.clone(), new.clone())]));
    // They last over several generations.
    let more = mined(&lines[..50]);
    let inherited = Templates { aliases: found, ..many };
    assert_eq!(aliases(&inherited, &more).unwrap(), BTreeMap::from([(old, new)]));
}

proptest! {
    #[test]
    fn any_messages_are_mined_and_found_again(
        mut messages in prop::collection::vec("[ -~é\\t\u{0}]{0,40}|[a-c]( [a-c0-3]){0,4}", 1..40)
    ) {
        let templates = mined(&messages);
        prop_assert_eq!(templates.templates.iter().map(|t| t.count).sum::<u64>(), messages.len() as u64);
        let matcher = Matcher::new(&templates).unwrap();
        let mut scratch = Scratch::default();
        let mut counts = vec![0; templates.templates.len()];
        for message in &messages {
            let found = matcher.find(message, &mut scratch);
            prop_assert!(found.is_some(), "{:?} is unseen", message);
            counts[found.unwrap()] += 1;
        }
        let expected: Vec<u64> = templates.templates.iter().map(|t| t.count).collect();
        prop_assert_eq!(counts, expected);
        messages.reverse();
        prop_assert_eq!(mined(&messages), templates);
    }
}
