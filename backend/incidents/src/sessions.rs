//! Incidents in sessions: steps that are missing, repeated, rare, foreign, out of order, late.

use crate::{
    Kind,
    log::Log,
    rewrite::{Added, Change, Edits},
    statements::{filled, unseen},
};
use rustc_hash::FxHashSet;
use trainyard_features::Members;

/// The share of sessions in which something happens, and the least and most of them.
const SHARE: f64 = 0.03;
const FEWEST: f64 = 12.0;
const MOST: f64 = 600.0;
/// Incidents: of each kind one, of some two.
const INCIDENTS: usize = 12;
/// The share of the sessions that a usual step is in.
const USUAL: f64 = 0.2;
/// Sessions that are tried for one in which an incident can happen.
const TRIES: usize = 40;

/// What an incident is, in whichever session it happens.
enum Form {
    CutShort { share: f64 },
    Missing { statement: u32 },
    Repeated { statement: u32, times: usize },
    Rare { records: Vec<u32> },
    Unseen { text: &'static str, times: usize },
    Foreign { share: f64 },
    OutOfOrder,
    Late { share: f64, factor: f64 },
}

/// What happens in the sessions of a log.
pub(crate) fn edits(log: &Log, members: &Members, random: &mut fastrand::Rng) -> Edits {
    let mut edits = Edits::default();
    let count = members.len();
    if count < 4 {
        return edits;
    }
    let steps = Steps::of(log, members);
    let mut kinds: Vec<Kind> = Kind::OF_SESSIONS.to_vec();
    random.shuffle(&mut kinds);
    let forms: Vec<(Kind, Form)> = kinds
        .iter()
        .cycle()
        .take(INCIDENTS)
        .filter_map(|kind| Some((*kind, steps.form(*kind, random)?)))
        .collect();
    if forms.is_empty() {
        return edits;
    }
    let mut free: Vec<usize> = (0..count).collect();
    random.shuffle(&mut free);
    let wanted = (SHARE * count as f64).clamp(FEWEST.min(count as f64 / 4.0), MOST) as usize;
    let often: Vec<f64> = (1..=forms.len()).map(|rank| 1.0 / rank as f64).collect();
    for _ in 0..wanted {
        let (kind, form) = &forms[draw(&often, random)];
        // The next sessions in which it can happen.
        for _ in 0..TRIES {
            let Some(session) = free.pop() else { return edits };
            let made = Session { log, members, session, kind: *kind }.happens(form, &mut edits, random);
            if made {
                break;
            }
            free.insert(random.usize(..=free.len()), session);
        }
    }
    edits
}

/// A place, as likely as its weight.
fn draw(weights: &[f64], random: &mut fastrand::Rng) -> usize {
    let mut left = random.f64() * weights.iter().sum::<f64>();
    for (at, weight) in weights.iter().enumerate() {
        left -= weight;
        if left <= 0.0 {
            return at;
        }
    }
    weights.len() - 1
}

/// The steps of all sessions.
struct Steps {
    /// Statements that many sessions have.
    usual: Vec<u32>,
    /// Records of statements that few have.
    rare: Vec<u32>,
}

impl Steps {
    fn of(log: &Log, members: &Members) -> Self {
        let mut sessions = vec![0_usize; log.of_statement.len()];
        for session in 0..members.len() {
            let steps: FxHashSet<u32> =
                members.records(session).iter().map(|record| log.statement[*record as usize]).collect();
            steps.into_iter().for_each(|step| sessions[step as usize] += 1);
        }
        let many = (USUAL * members.len() as f64).max(2.0) as usize;
        let few = (members.len() / 50).max(1);
        let usual = (0..sessions.len() as u32).filter(|step| sessions[*step as usize] >= many).collect();
        let rare = (0..sessions.len()).filter(|step| (1..=few).contains(&sessions[*step]));
        let mut keyed: Vec<u32> =
            (0..members.len()).flat_map(|session| members.records(session)).copied().collect();
        keyed.sort_unstable();
        let rare = rare.filter_map(|step| {
            log.of_statement[step].iter().find(|record| keyed.binary_search(record).is_ok()).copied()
        });
        Self { usual, rare: rare.collect() }
    }

    fn form(&self, kind: Kind, random: &mut fastrand::Rng) -> Option<Form> {
        let usual = |random: &mut fastrand::Rng| {
            (!self.usual.is_empty()).then(|| self.usual[random.usize(..self.usual.len())])
        };
        Some(match kind {
            Kind::CutShort => Form::CutShort { share: 0.2 + 0.5 * random.f64() },
            Kind::MissingStep => Form::Missing { statement: usual(random)? },
            Kind::RepeatedStep => Form::Repeated { statement: usual(random)?, times: random.usize(3..15) },
            Kind::RareStep => {
                let count = random.usize(1..4).min(self.rare.len());
                let records: Vec<u32> =
                    (0..count).map(|_| self.rare[random.usize(..self.rare.len())]).collect();
                (!records.is_empty()).then_some(Form::Rare { records })?
            }
            Kind::NewStatement => Form::Unseen { text: unseen(random), times: random.usize(1..3) },
            Kind::ForeignSteps => Form::Foreign { share: 0.5 + 0.5 * random.f64() },
            Kind::OutOfOrder => Form::OutOfOrder,
            Kind::LateStep => {
                Form::Late { share: 0.3 + 0.6 * random.f64(), factor: 10.0 + 90.0 * random.f64() }
            }
            _ => return None,
        })
    }
}

/// A session in which something is to happen.
struct Session<'a> {
    log: &'a Log,
    members: &'a Members,
    session: usize,
    kind: Kind,
}

impl Session<'_> {
    /// Whether it could happen.
    fn happens(&self, form: &Form, edits: &mut Edits, random: &mut fastrand::Rng) -> bool {
        let own = self.members.records(self.session);
        // A record of several sessions would change more than one.
        if own.len() < 3 || own.iter().any(|record| edits.touches(*record)) {
            return false;
        }
        let clock = |record: u32| self.log.clock[record as usize];
        let (first, last) = (clock(own[0]), clock(own[own.len() - 1]));
        let anywhere = |random: &mut fastrand::Rng| first + random.i64(0..=(last - first).max(0));
        match form {
            Form::CutShort { share } => {
                let kept = ((own.len() as f64 * share) as usize).clamp(1, own.len() - 1);
                edits.removed.extend(&own[kept..]);
                self.mark(&own[..kept], edits);
            }
            Form::Missing { statement } => {
                let (gone, kept): (Vec<u32>, Vec<u32>) =
                    own.iter().partition(|record| self.log.statement[**record as usize] == *statement);
                if gone.is_empty() || kept.is_empty() {
                    return false;
                }
                edits.removed.extend(gone);
                self.mark(&kept, edits);
            }
            Form::Repeated { statement, times } => {
                let Some(step) =
                    own.iter().find(|record| self.log.statement[**record as usize] == *statement)
                else {
                    return false;
                };
                for _ in 0..*times {
                    let clock = anywhere(random);
                    edits.added.push(Added {
                        clock,
                        from: *step,
                        change: Change::default(),
                        kind: self.kind,
                    });
                }
                self.mark(own, edits);
            }
            Form::Rare { records } => {
                let steps: Vec<(u32, i64)> =
                    records.iter().map(|record| (*record, anywhere(random))).collect();
                return self.take_over(&steps, edits);
            }
            Form::Unseen { text, times } => {
                let key = self.members.key(self.session);
                for _ in 0..*times {
                    let message = Some(format!("{} {key}", filled(text, random)));
                    let level = self.log.has_levels.then_some("error");
                    let change = Change { message, level, ..Change::default() };
                    edits.added.push(Added {
                        clock: anywhere(random),
                        from: own[0],
                        change,
                        kind: self.kind,
                    });
                }
                self.mark(own, edits);
            }
            Form::Foreign { share } => {
                let other = random.usize(..self.members.len());
                let theirs = self.members.records(other);
                if other == self.session || theirs.len() < 3 {
                    return false;
                }
                let count = ((theirs.len() as f64 * share) as usize).max(2);
                let steps: Vec<(u32, i64)> =
                    theirs[..count].iter().map(|record| (*record, anywhere(random))).collect();
                return self.take_over(&steps, edits);
            }
            Form::OutOfOrder => {
                let mut times: Vec<i64> = own.iter().map(|record| clock(*record)).collect();
                times.reverse();
                if last == first {
                    return false;
                }
                edits.moved.extend(own.iter().copied().zip(times));
                self.mark(own, edits);
            }
            Form::Late { share, factor } => {
                let from = ((own.len() as f64 * share) as usize).clamp(1, own.len() - 1);
                let delay = ((last - first).max(1_000_000) as f64 * factor) as i64;
                edits.moved.extend(own[from..].iter().map(|record| (*record, clock(*record) + delay)));
                self.mark(own, edits);
            }
        }
        true
    }

    fn mark(&self, records: &[u32], edits: &mut Edits) {
        edits.marked.extend(records.iter().map(|record| (*record, self.kind)));
    }

    /// Steps of other sessions, at these instants, as if they were of this one. False where they do not say whose they
    /// are.
    fn take_over(&self, steps: &[(u32, i64)], edits: &mut Edits) -> bool {
        let own = self.members.records(self.session);
        let key = self.members.key(self.session);
        let taken: Vec<Added> = steps
            .iter()
            .filter_map(|(record, clock)| {
                let texts = self.log.texts(*record)?;
                let theirs = self.members.sessions_of(*record);
                let named = theirs.iter().map(|session| self.members.key(*session as usize));
                let mut message = texts.message.to_owned();
                named.for_each(|name| message = message.replace(name, key));
                let change = Change { message: Some(message), ..Change::default() };
                Some(Added { clock: *clock, from: own[0], change, kind: self.kind })
            })
            .collect();
        if taken.is_empty() {
            return false;
        }
        edits.added.extend(taken);
        self.mark(own, edits);
        true
    }
}
