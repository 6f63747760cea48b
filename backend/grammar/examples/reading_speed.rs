//! Measures finding and applying: lines a second of a core over a file, or over made lines.
#![expect(clippy::print_stdout, reason = "a command's output")]

use std::{hint::black_box, sync::Arc, time::Instant};
use trainyard_grammar::{Applied, Sample, find, find_best, framing::Starts, time::Clock};

fn made() -> String {
    let line = |at: usize| {
        let level = ["INFO", "WARN", "ERROR", "DEBUG"][at % 4];
        let (second, milli) = (at / 50 % 60, at % 1000);
        format!(
            "2024-05-01 10:{:02}:{second:02},{milli:03} {level} shop.cart.Item - cart {at} of user {} opened in {} ms\n",
            at / 3000 % 60,
            at * 7 % 1000,
            at % 91
        )
    };
    (0..20_000).map(line).collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = match std::env::args().nth(1) {
        Some(path) => String::from_utf8_lossy(&std::fs::read(path)?).into_owned(),
        None => made(),
    };
    let now = "2026-11-30T00:00:00Z".parse()?;
    let sample = text.lines().take(1000).map(str::len).sum::<usize>() + 1000;
    let head = text.get(..sample.min(text.len())).unwrap_or(&text);
    let sample = Sample { head, whole: false, later: &[] };
    let timed = |name: &str, times: u32, work: &dyn Fn()| {
        work();
        let started = Instant::now();
        (0..times).for_each(|_| work());
        println!("{name}: {:?}", started.elapsed() / times);
    };
    timed("find", 10, &|| drop(black_box(find(sample, now))));
    timed("find_best", 10, &|| drop(black_box(find_best(sample, now))));
    let found = find(sample, now).ok_or("blank")?;
    let best = find_best(sample, now).ok_or("blank")?.grammar;
    for grammar in [found, best] {
        let name = grammar.name.clone();
        let applied = Applied::new(Arc::new(grammar), &Clock::new(now, 0))?;
        let lines: Vec<&str> = text.lines().collect();
        let rounds = (400_000 / lines.len()).max(1);
        let each = |what: &str, work: &dyn Fn(&str)| {
            lines.iter().for_each(|line| work(line));
            let started = Instant::now();
            (0..rounds).for_each(|_| lines.iter().for_each(|line| work(line)));
            let spent = started.elapsed().as_secs_f64() / (rounds * lines.len()) as f64;
            println!("{name} {what}: {:.0} ns a line, {:.2} M lines/s", spent * 1e9, 1e-6 / spent);
        };
        each("read", &|line| drop(black_box(applied.read(line, 1))));
        each("start", &|line| {
            black_box(applied.start(line.as_bytes()));
        });
    }
    Ok(())
}
