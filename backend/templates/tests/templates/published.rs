//! Nine published systems, grouped as people grouped them; one setting for all.

use crate::grouping::{accuracy, found, mined};
use std::path::Path;

const SYSTEMS: [&str; 9] =
    ["Android", "Apache", "HDFS", "Hadoop", "HealthApp", "Linux", "Mac", "OpenSSH", "Zookeeper"];

#[test]
fn nine_systems_are_grouped_as_people_grouped_them() {
    let (mut mean, mut mean_f1) = (0.0, 0.0);
    for system in SYSTEMS {
        let (messages, truth): (Vec<String>, Vec<String>) = published(system).into_iter().unzip();
        assert_eq!(messages.len(), 2000, "{system}");
        let templates = mined(&messages);
        assert_eq!(templates.templates.iter().map(|template| template.count).sum::<u64>(), 2000);
        let (accuracy, f1) = accuracy(&truth, &found(&templates, &messages));
        println!("{system} GA {accuracy:.4} FGA {f1:.4}");
        assert!(accuracy >= 0.95, "{system}: {accuracy}");
        mean += accuracy / SYSTEMS.len() as f64;
        mean_f1 += f1 / SYSTEMS.len() as f64;
    }
    assert!(mean >= 0.99 && mean_f1 >= 0.97, "GA {mean}, FGA {mean_f1}");
}

/// Message and true event of each line of a system, as published.
fn published(system: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/loghub_2k").join(system);
    let text = std::fs::read_to_string(folder.join(format!("{system}_2k.log_structured.csv"))).unwrap();
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
