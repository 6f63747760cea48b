//! Records that own their texts, and a log of three days with known incidents.

use serde::{Deserialize, Serialize};
use trainyard_surprise::{Extent, Fit, Record, State, Surprise};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) time: Option<i64>,
    pub(crate) severity: Option<u8>,
    pub(crate) host: Option<String>,
    pub(crate) process: Option<String>,
    pub(crate) template: Option<u32>,
    pub(crate) message: String,
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

pub(crate) fn fitted(lines: &[Line]) -> State {
    let mut extent = Extent::default();
    lines.iter().for_each(|line| extent.add(line.time));
    let mut fit = Fit::new(&extent);
    lines.iter().for_each(|line| fit.push(&line.record()));
    fit.finish()
}

pub(crate) fn rows(state: &State, lines: &[Line]) -> Vec<[f64; 9]> {
    let mut surprise = Surprise::new(state).expect("a state of this version");
    lines.iter().map(|line| surprise.push(&line.record())).collect()
}

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (value ^ value >> 31) % end
    }

    pub(crate) fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len() as u64) as usize]
    }

    /// About half as much to about twice as much as the median.
    fn about(&mut self, median: f64) -> f64 {
        let normal = (0..12).map(|_| self.below(1000) as f64 / 1000.0).sum::<f64>() - 6.0;
        median * (normal * 0.4).exp()
    }
}

const SECONDS_A_DAY: u64 = 86_400;
const USERS: [&str; 12] = ["ann", "bo", "cy", "di", "ed", "flo", "gus", "hal", "ida", "jo", "kim", "lea"];

/// A statement by its template: severity, process, message.
fn statement(template: u32, random: &mut Random) -> (u8, &'static str, String) {
    match template {
        0 => (6, "web", format!("GET /item/{} 200 in {:.0} ms", random.below(60), random.about(40.0))),
        1 => (6, "web", format!("POST /orders 201 in {:.0} ms", random.about(180.0))),
        2 => (4, "web", format!("slow request took {:.0} ms", random.about(2300.0))),
        3 => (6, "auth", format!("login of {} accepted", random.of(&USERS))),
        4 => (4, "auth", format!("login of {} refused: wrong password", random.of(&USERS))),
        5 => (6, "stock", format!("stock of item {} now {}", random.below(60), 3 + random.below(180))),
        6 => (6, "backup", format!("table {} dumped", random.of(&["orders", "items", "users"]))),
        7 => (3, "web", format!("no connection from pool within {} ms", 30_000 + random.below(60))),
        8 => (4, "stock", format!("upstream unhealthy, {} of 12 probes failed", 1 + random.below(9))),
        9 => (4, "auth", "login of root refused: wrong password".to_owned()),
        10 => {
            (6, "web", format!("GET /item/{} 200 in {} ms", random.below(60), 15_000 + random.below(45_000)))
        }
        _ => (4, "ntp", "clock stepped by 37.2 s".to_owned()),
    }
}

/// Records in the order of time, each with whether it is part of an incident.
pub(crate) fn log(ordinary: usize, seed: u64) -> Vec<(Line, bool)> {
    let random = &mut Random(seed);
    let mut all: Vec<(u64, u32, bool)> = Vec::new();
    let weights = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 3, 3, 3, 3, 5, 5, 5, 5, 5];
    for _ in 0..ordinary {
        let template = match random.below(60) {
            0 => 2,
            1 => 4,
            _ => weights[random.below(weights.len() as u64) as usize],
        };
        all.push((random.below(3 * SECONDS_A_DAY * 1000), template, false));
    }
    for night in (0..3).map(|day| (day * SECONDS_A_DAY + 9000) * 1000) {
        all.extend((0..12).map(|table| (night + table * 7000, 6, false)));
    }
    for templates in [[7, 8], [9, 9], [4, 4], [7, 7], [8, 9]] {
        let mut time = random.below(3 * SECONDS_A_DAY * 1000);
        for at in 0..40 {
            time += random.below(6000);
            all.push((time, templates[at % 2], true));
        }
    }
    for template in [10, 10, 10, 10, 10, 11] {
        all.push((random.below(3 * SECONDS_A_DAY * 1000), template, true));
    }
    all.sort_unstable();
    let line = |(time, template, odd): (u64, u32, bool)| {
        let (severity, process, message) = statement(template, random);
        let template = match template {
            9 => 4,
            10 => 0,
            other => other,
        };
        let time = Some(1_772_409_600_000_000 + time as i64 * 1000);
        let process = Some(process.to_owned());
        (Line { time, severity: Some(severity), host: None, process, template: Some(template), message }, odd)
    };
    all.into_iter().map(line).collect()
}
