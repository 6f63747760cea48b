//! Reads messages from standard input, a line each, and writes the template of each line; how long it took on the standard
//! error stream. With `json`, writes the templates.

use std::{
    io::{self, BufRead, Write},
    time::Instant,
};
use trainyard_templates::{Matcher, Miner, Scratch};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let messages: Vec<String> = io::stdin().lock().lines().collect::<Result<_, _>>()?;
    let start = Instant::now();
    let mut miner = Miner::new();
    messages.iter().for_each(|message| miner.add(message, None));
    let added = start.elapsed();
    let templates = miner.finish();
    let finished = start.elapsed();
    let matcher = Matcher::new(&templates)?;
    let mut scratch = Scratch::default();
    let found: Vec<Option<usize>> =
        messages.iter().map(|message| matcher.find(message, &mut scratch)).collect();
    let matched = start.elapsed();
    let mut out = io::BufWriter::new(io::stdout().lock());
    if std::env::args().nth(1).is_some_and(|argument| argument == "json") {
        serde_json::to_writer(&mut out, &templates)?;
    } else {
        for found in found {
            writeln!(out, "{}", found.map_or("", |at| &templates.templates[at].text))?;
        }
    }
    writeln!(
        io::stderr(),
        "{} messages, {} templates, {} beyond, {} bytes of JSON; gathered {added:.1?}, mined {:.1?}, matched {:.1?}",
        messages.len(),
        templates.templates.len(),
        templates.beyond_limit,
        serde_json::to_vec(&templates)?.len(),
        finished.saturating_sub(added),
        matched.saturating_sub(finished),
    )?;
    Ok(())
}
