use super::*;
use proptest::prelude::*;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

fn mined(messages: &[String]) -> Templates {
    let mut miner = Miner::new();
    messages.iter().for_each(|message| miner.add(message, None));
    miner.finish()
}

fn texts(messages: &[&str]) -> Vec<String> {
    let messages: Vec<String> = messages.iter().map(|message| (*message).to_owned()).collect();
    let mut texts: Vec<String> =
        mined(&messages).templates.into_iter().map(|template| template.text).collect();
    texts.sort();
    texts
}

fn masked(message: &str) -> String {
    let mut out = String::new();
    mask::mask(message, &mut out);
    out
}

#[test]
fn values_are_masked_by_their_looks() {
    for (message, expected) in [
        ("from 10.0.0.1:50010 to /192.168.1.7.", "from <*> to <*>."),
        ("blk_-1608999687919862906 of size 67108864", "blk_<*> of size <*>"),
        ("rhost=218.188.2.4 uid=0", "rhost=<*> uid=<*>"),
        ("sta 8c:85:90:ab:cd:ef fe80::1 2001:db8:0:0:0:0:0:1", "sta <*> <*> <*>"),
        ("0x1f deadbeef cafe1 12ms 3.5GB v2 wl0 en12", "<*> <*> <*> <*>ms <*> v2 wl0 en<*>"),
        ("GET https://example.org/a?b=1, /var/log/x.log", "GET <*>, <*>"),
        ("at dsl-203.101.45.59.touchtelindia.net done", "at <*> done"),
        ("id 550e8400-e29b-41d4-a716-446655440000", "id <*>"),
        ("close, 0 bytes (1.26 KB) after <1 sec", "close, <*> bytes (<*>) after <*>"),
        (r"Core: C:\Windows\winsxs\amd64_x\cbscore.dll.", r"Core: <*>"),
        ("mail.example.org:443 open, Main.java:12 not", "<*> open, Main.java:<*> not"),
        ("nodes:node-[72-95] of sshd[7]", "nodes:<*> of sshd[<*>]"),
        (r"Component \042SCSI-WWID:0100\042 is ****", r"Component <*> is <*>"),
        ("by com.example.app.Main$Inner.run:12 there", "by <*> there"),
        ("  two\t words () f() ", "two words (<*>) f()"),
        ("plain.words and-more: here...", "plain.words and-more: here..."),
        ("naïve café 5×7", "naïve café <*>×<*>"),
    ] {
        assert_eq!(masked(message), expected, "{message}");
    }
}

#[test]
fn few_words_are_messages_and_many_are_values() {
    assert_eq!(texts(&["user root in", "user guest in", "user test in"]).len(), 3);
    assert_eq!(texts(&["user root in", "user guest in", "user test in", "user ftp in"]), ["user <*> in"]);
    // What happened is no value.
    assert_eq!(texts(&["VM Started 1", "VM Stopped 1", "VM Paused 1", "VM Resumed 1"]).len(), 4);
    // The first word names the event.
    assert_eq!(texts(&["cupsd up", "syslogd up", "klogd up", "portmap up"]).len(), 4);
    assert_eq!(texts(&["channels 1 2 3", "channels 1 2 3 4 5"]), ["channels <*>"]);
    assert_eq!(texts(&["at Sun Jul 10 03:55:15 2005"]), ["at <*>"]);
    assert_eq!(texts(&["ws=null, a", "ws=WorkSource5, a"]), ["ws=<*>, a"]);
}

#[test]
fn what_was_never_seen_stays_unseen() {
    let templates = mined(&["Verification succeeded for blk_1".to_owned()]);
    let matcher = Matcher::new(&templates).unwrap();
    let mut scratch = Scratch::default();
    assert_eq!(matcher.find("Verification succeeded for blk_-77", &mut scratch), Some(0));
    assert_eq!(matcher.find("Verification failed for blk_-77", &mut scratch), None);
    assert_eq!(matcher.find("", &mut scratch), None);
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
    assert_eq!(
        (only.first_seen, only.last_seen),
        (DateTime::from_timestamp_micros(0), DateTime::from_timestamp_micros(8))
    );
}

#[test]
fn what_is_beyond_the_limit_is_counted() {
    let mut miner = Miner::new();
    let name = |n: usize| -> String {
        (0..5).map(|at| char::from(b'g' + (n / 16_usize.pow(at) % 16) as u8)).collect()
    };
    (0..FORMS + 10).for_each(|n| miner.add(&name(n), None));
    let templates = miner.finish();
    assert_eq!(templates.beyond_limit, 10);
    assert_eq!(templates.templates.iter().map(|template| template.count).sum::<u64>(), FORMS as u64);
}

fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/loghub_2k")
}

/// Message and true event of each line of a system, as published.
fn published(system: &str) -> Vec<(String, String)> {
    let path = shared().join(system).join(format!("{system}_2k.log_structured.csv"));
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows = rows(&text).into_iter();
    let header = rows.next().unwrap();
    let column = |name: &str| header.iter().position(|field| field == name).unwrap();
    let (content, event) = (column("Content"), column("EventId"));
    rows.map(|row| (row[content].clone(), row[event].clone())).collect()
}

/// CSV, just enough of it.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' if quoted && chars.peek() == Some(&'"') => field.push(chars.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            char => field.push(char),
        }
    }
    rows
}

/// Grouping accuracy, and the F1 of groups.
fn accuracy(truth: &[&str], predicted: &[usize]) -> (f64, f64) {
    let mut sizes: HashMap<&str, usize> = HashMap::new();
    let mut groups: HashMap<usize, Vec<&str>> = HashMap::new();
    for (event, group) in truth.iter().zip(predicted) {
        *sizes.entry(event).or_default() += 1;
        groups.entry(*group).or_default().push(event);
    }
    let right: Vec<usize> = groups
        .values()
        .filter(|group| group.iter().all(|event| *event == group[0]) && group.len() == sizes[group[0]])
        .map(Vec::len)
        .collect();
    let f1 = 2.0 * right.len() as f64 / (groups.len() + sizes.len()) as f64;
    (right.iter().sum::<usize>() as f64 / truth.len() as f64, f1)
}

#[test]
fn nine_systems_are_grouped_as_people_grouped_them() {
    let (mut mean, mut mean_f1) = (0.0, 0.0);
    for system in ["Android", "Apache", "HDFS", "Hadoop", "HealthApp", "Linux", "Mac", "OpenSSH", "Zookeeper"]
    {
        let published = published(system);
        assert_eq!(published.len(), 2000, "{system}");
        let messages: Vec<String> = published.iter().map(|(message, _)| message.clone()).collect();
        let templates = mined(&messages);
        assert_eq!(templates.templates.iter().map(|template| template.count).sum::<u64>(), 2000);
        let matcher = Matcher::new(&templates).unwrap();
        let mut scratch = Scratch::default();
        let found: Vec<usize> =
            messages.iter().map(|message| matcher.find(message, &mut scratch).unwrap()).collect();
        let truth: Vec<&str> = published.iter().map(|(_, event)| event.as_str()).collect();
        let (accuracy, f1) = accuracy(&truth, &found);
        println!("{system} GA {accuracy:.4} FGA {f1:.4}");
        assert!(accuracy >= 0.87, "{system}: {accuracy}");
        mean += accuracy / 9.0;
        mean_f1 += f1 / 9.0;
    }
    assert!(mean >= 0.97 && mean_f1 >= 0.95, "GA {mean}, FGA {mean_f1}");
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
