//! How fast messages of a file, a line each, are masked and mined, on one core: the best of several turns.
//! `cargo run --release --example speed -- messages.txt`

use std::{error::Error, fs, hint::black_box, io::Write, time::Instant};
use trainyard_templates::{Miner, mask};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name a file of messages")?;
    let text = fs::read_to_string(path)?;
    let lines: Vec<&str> = text.lines().collect();
    let best = |work: &dyn Fn()| {
        let turn = |_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64()
        };
        (0..7).map(turn).fold(f64::INFINITY, f64::min)
    };
    let masking = best(&|| {
        let mut masked = String::new();
        for line in &lines {
            masked.clear();
            mask(line, &mut masked);
            black_box(&masked);
        }
    });
    let mining = best(&|| {
        let mut miner = Miner::new();
        lines.iter().for_each(|line| miner.add(line, Some(1)));
        black_box(miner.finish());
    });
    let rate = |seconds: f64| lines.len() as f64 / seconds / 1e6;
    let mut out = std::io::stdout().lock();
    writeln!(out, "masked {:.2} M lines/s, mined {:.2} M lines/s", rate(masking), rate(mining))?;
    Ok(())
}
