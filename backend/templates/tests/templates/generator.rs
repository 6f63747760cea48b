//! Made-up logs with known truth: thousands of statements with typed parameters, optional parts, states and free names, written
//! with Zipf's frequencies. *Held* statements have words, nouns and states of their own, at which nobody looks when the
//! miner is changed.

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ value >> 31
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn of<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        (1..list.len()).rev().for_each(|at| list.swap(at, self.below(at + 1)));
    }

    /// A word that is none.
    pub(crate) fn name(&mut self) -> String {
        (0..2 + self.below(3))
            .map(|_| [self.of(&CONSONANTS), self.of(&["a", "e", "i", "o", "u"])].concat())
            .collect()
    }
}

const CONSONANTS: [&str; 14] = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z"];

struct Words {
    subjects: &'static [&'static str],
    nouns: &'static [&'static str],
    verbs: &'static [&'static str],
    states: &'static [&'static [&'static str]],
}

const TUNED: Words = Words {
    subjects: &[
        "request",
        "transaction",
        "snapshot",
        "lease",
        "buffer",
        "replica",
        "upgrade",
        "election",
        "cursor",
        "batch",
    ],
    nouns: &[
        "user", "file", "host", "service", "job", "task", "queue", "table", "session", "volume", "bucket",
        "node",
    ],
    verbs: &[
        "opened", "closed", "created", "deleted", "loaded", "received", "assigned", "moved", "archived",
        "verified",
    ],
    states: &[
        &["up", "down"],
        &["OK", "FAILED", "TIMEOUT", "DENIED"],
        &["true", "false"],
        &["idle", "busy"],
        &["active", "standby"],
        &["enabled", "disabled"],
        &["leader", "follower", "candidate"],
        &["hit", "miss"],
    ],
};

const HELD: Words = Words {
    subjects: &[
        "cargo", "dosage", "harvest", "payout", "auction", "ballast", "tariff", "voucher", "roster",
        "furnace",
    ],
    nouns: &[
        "vessel", "patient", "invoice", "turbine", "parcel", "valve", "kiosk", "ledger", "crane", "ticket",
        "pallet",
    ],
    verbs: &[
        "shipped", "weighed", "billed", "sampled", "sorted", "graded", "audited", "sealed", "pruned",
        "leased",
    ],
    states: &[
        &["armed", "disarmed"],
        &["PAID", "UNPAID", "OVERDUE"],
        &["inbound", "outbound"],
        &["sealed", "leaking"],
        &["raised", "lowered"],
        &["full", "empty"],
        &["VALID", "EXPIRED", "REVOKED"],
        &["queued", "boarding", "departed"],
    ],
};

enum Part {
    Text(String),
    Names(Vec<String>),
    States(&'static [&'static str]),
    Value(usize),
}

/// A statement of a program: its parts, and one that is there or not.
pub(crate) struct Statement {
    number: usize,
    parts: Vec<Part>,
    optional: Option<(Vec<Part>, f64)>,
}

impl Statement {
    fn new(number: usize, held: bool, random: &mut Random) -> Self {
        let words = if held { &HELD } else { &TUNED };
        let mut parts = Vec::new();
        match random.below(4) {
            0 => parts.push(Part::Text(format!("{}Service: ", random.name()))),
            1 => parts.push(Part::Text(format!("[{}] ", random.name()))),
            _ => {}
        }
        // No two begin alike.
        parts.push(Part::Text(format!("{} {} ", random.name(), random.of(words.subjects))));
        clause(words, random, &mut parts);
        for _ in 0..random.below(3) {
            parts.push(Part::Text(random.of(&["; ", ", ", " - ", " "]).into()));
            clause(words, random, &mut parts);
        }
        let text = |text: &str| Part::Text(text.into());
        let optional = (random.below(6) == 0).then(|| {
            let part = match random.below(4) {
                0 => vec![text(" ("), text(random.of(words.subjects)), text(" "), Part::Value(0), text(")")],
                1 => vec![text(" after "), Part::Value(0), text(" attempts")],
                2 => vec![text(" ("), Part::Value(2), text(")")],
                _ => vec![text(", took "), Part::Value(2)],
            };
            (part, [0.1, 0.5, 0.8][random.below(3)])
        });
        Self { number, parts, optional }
    }

    /// A line of it, and what is true of the line: the statement and the states.
    fn line(&self, random: &mut Random) -> (String, String) {
        let (mut line, mut truth) = (String::new(), format!("{}", self.number));
        let present = self.optional.as_ref().filter(|(_, chance)| random.share() < *chance);
        for part in self.parts.iter().chain(present.iter().flat_map(|(parts, _)| parts)) {
            match part {
                Part::Text(text) => line += text,
                // The first are the most frequent ones.
                Part::Names(names) => {
                    let at = random.share() * random.share();
                    line += &names[(at * names.len() as f64) as usize];
                }
                Part::States(states) => {
                    let state = random.of(states);
                    line += state;
                    truth = truth + " " + state;
                }
                Part::Value(kind) => line += &value(*kind, random),
            }
        }
        (line, truth)
    }
}

fn names(random: &mut Random) -> Part {
    let many = [12, 40, 300][random.below(3)];
    Part::Names((0..many).map(|_| random.name()).collect())
}

fn parameter(random: &mut Random) -> Part {
    if random.below(4) == 0 { names(random) } else { Part::Value(random.below(VALUES)) }
}

fn clause(words: &Words, random: &mut Random, parts: &mut Vec<Part>) {
    let text = |text: String| Part::Text(text);
    let (verb, noun) = (random.of(words.verbs), random.of(words.nouns));
    match random.below(8) {
        0 => parts.extend([
            text(format!("of {noun} ")),
            names(random),
            text(format!(" {verb} {} ", random.of(words.nouns))),
            names(random),
        ]),
        1 => parts.extend([text(format!("{verb} for {noun} ")), parameter(random)]),
        2 => {
            let states = words.states[random.below(words.states.len())];
            parts.extend([
                text(format!("of {noun} ")),
                parameter(random),
                text(" is ".into()),
                Part::States(states),
            ]);
        }
        3 => {
            let states = words.states[random.below(words.states.len())];
            parts.extend([
                text(format!("for {noun} ")),
                parameter(random),
                text(" status=".into()),
                Part::States(states),
            ]);
        }
        4 => parts.extend([
            text(format!("{noun}=")),
            parameter(random),
            text(format!(", {}=", random.of(words.subjects))),
            parameter(random),
        ]),
        5 => parts.extend([
            text(format!("could not be {verb} for {noun} ")),
            parameter(random),
            text(": try again".into()),
        ]),
        6 => parts.extend([
            text(format!("{verb} ")),
            Part::Value(0),
            text(format!(" {noun}s in ")),
            Part::Value(2),
        ]),
        _ => parts.push(text(format!("{verb} by the {noun}"))),
    }
}

const VALUES: usize = 12;

fn value(kind: usize, random: &mut Random) -> String {
    let number = |random: &mut Random| [10, 1000, 1_000_000_000][random.below(3)];
    match kind {
        0 => {
            let end = number(random);
            random.below(end).to_string()
        }
        1 => format!("{:.2}", random.share() * 1000.0),
        2 => format!("{}{}", random.below(4000), random.of(&["ms", "s", " ms", "KB"])),
        3 => format!(
            "10.{}.{}.{}:{}",
            random.below(256),
            random.below(256),
            random.below(256),
            1024 + random.below(60_000)
        ),
        4 => {
            let (a, b) = (random.next(), random.next());
            let word = a >> 32;
            format!(
                "{word:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
                a & 0xffff,
                b & 0xffff,
                (b >> 16) & 0xffff,
                b >> 16
            )
        }
        5 => format!("0x{:x}", random.next() >> 32),
        6 => format!("/{}/{}/{}.log", random.name(), random.name(), random.name()),
        7 => format!("https://{}.example.org/{}?q={}", random.name(), random.name(), random.below(99)),
        8 => format!(
            "2025-{:02}-{:02}T{:02}:00:00Z",
            1 + random.below(12),
            1 + random.below(28),
            random.below(24)
        ),
        9 => format!("{}@{}.example", random.name(), random.name()),
        10 => format!("\"{} {}\"", random.name(), random.name()),
        _ => {
            let names: Vec<String> = (0..1 + random.below(5)).map(|_| random.name()).collect();
            format!("[{}]", names.join(", "))
        }
    }
}

pub(crate) fn statements(count: usize, held: bool, seed: u64) -> Vec<Statement> {
    let mut random = Random(seed * 2 + u64::from(held));
    (0..count).map(|number| Statement::new(number, held, &mut random)).collect()
}

/// Lines, and what is true of each.
pub(crate) fn log(statements: &[Statement], lines: usize, seed: u64) -> (Vec<String>, Vec<String>) {
    let mut random = Random(seed);
    let total: f64 = (1..=statements.len()).map(|rank| 1.0 / rank as f64).sum();
    let mut line = || {
        let mut rest = random.share() * total;
        let at = (0..statements.len() - 1).find(|at| {
            rest -= 1.0 / (*at + 1) as f64;
            rest < 0.0
        });
        statements[at.unwrap_or(statements.len() - 1)].line(&mut random)
    };
    (0..lines).map(|_| line()).unzip()
}
