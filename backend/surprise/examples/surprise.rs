//! Reads records from standard input, a JSON object a line, in the order of time: `time` in microseconds, `severity`, `host`,
//! `process`, `template` (a number) and `message`. Fits on the first ones and writes the nine numbers of each, a list a line;
//! how fast on the standard error stream. `cargo run --release --example surprise -- SHARE [STATE.json]`

use serde::Deserialize;
use std::{
    error::Error,
    fs,
    io::{self, BufRead, Write},
    time::Instant,
};
use trainyard_surprise::{Extent, Fit, Record, State, Surprise, score, threshold};

#[derive(Deserialize)]
struct Line {
    time: Option<i64>,
    severity: Option<u8>,
    host: Option<String>,
    process: Option<String>,
    template: Option<u32>,
    message: String,
}

impl Line {
    fn record(&self) -> Record<'_> {
        Record {
            time: self.time,
            severity: self.severity,
            host: self.host.as_deref(),
            process: self.process.as_deref(),
            template: self.template,
            message: &self.message,
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let share: f64 = arguments.next().ok_or("say which share of the records to fit on")?.parse()?;
    let mut lines: Vec<Line> = Vec::new();
    for line in io::stdin().lock().lines() {
        lines.push(serde_json::from_str(&line?)?);
    }
    let training = &lines[..(share * lines.len() as f64) as usize];
    let start = Instant::now();
    let mut extent = Extent::default();
    training.iter().for_each(|line| extent.add(line.time));
    let mut fit = Fit::new(&extent);
    training.iter().for_each(|line| fit.push(&line.record()));
    let state = fit.finish();
    let fitted = start.elapsed().as_secs_f64();
    let json = serde_json::to_string(&state)?;
    let state: State = serde_json::from_str(&json)?;
    if let Some(path) = arguments.next() {
        fs::write(path, &json)?;
    }
    let mut surprise = Surprise::new(&state)?;
    let start = Instant::now();
    let rows: Vec<[f64; 9]> = lines.iter().map(|line| surprise.push(&line.record())).collect();
    let pushed = start.elapsed().as_secs_f64();
    let scores: Vec<f64> = rows.iter().map(score).collect();
    let threshold = threshold(&scores[..training.len()]);
    let mut out = io::BufWriter::new(io::stdout().lock());
    for row in &rows {
        serde_json::to_writer(&mut out, row)?;
        writeln!(out)?;
    }
    let rate = |count: usize, seconds: f64| count as f64 / seconds;
    let (fitted, pushed) = (rate(training.len(), fitted), rate(lines.len(), pushed));
    let report = serde_json::json!({
        "fitted_per_second": fitted.round(), "pushed_per_second": pushed.round(), "threshold": threshold, "bytes": json.len(),
        "slots": state.slots, "days": state.days, "dropped": state.dropped,
    });
    writeln!(io::stderr(), "{report}")?;
    Ok(())
}
