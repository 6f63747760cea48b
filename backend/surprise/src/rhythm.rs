//! What recurs every day: at which quarters of an hour something occurs, and how often within the windows.

use crate::{clock::DAY, state};

const QUARTERS: i64 = 96;
const HALVES: usize = 48;
/// Days whose counts are looked at, the last ones.
const DAYS: usize = 14;
const ALL: u128 = (1 << QUARTERS) - 1;

/// The quarter of an hour, of the day in UTC.
pub(crate) fn quarter(time: i64) -> u8 {
    (time.rem_euclid(DAY) / (DAY / QUARTERS)) as u8
}

type Counts = [[u16; 4]; HALVES];

/// The days of one key.
#[derive(Clone, Debug)]
pub(crate) struct Rhythm {
    day: i64,
    /// The quarters of the present day that it occurs in.
    quarters: u128,
    /// Days that it occurs on, within half an hour of a quarter.
    days: [u32; QUARTERS as usize],
    /// Days, and the highest counts of their half hours.
    counts: Vec<(i64, Box<Counts>)>,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self { day: i64::MIN, quarters: 0, days: [0; QUARTERS as usize], counts: Vec::new() }
    }
}

impl Rhythm {
    pub(crate) fn add(&mut self, day: i64, time: i64, counts: [u32; 4]) {
        if day != self.day {
            self.close();
            self.day = day;
            if self.counts.len() >= DAYS {
                self.counts.remove(0);
            }
            self.counts.push((day, Box::new([[0; 4]; HALVES])));
        }
        let quarter = quarter(time);
        self.quarters |= 1 << quarter;
        if let Some((_, highest)) = self.counts.last_mut() {
            for (highest, count) in highest[usize::from(quarter / 2)].iter_mut().zip(counts) {
                *highest = (*highest).max(u16::try_from(count).unwrap_or(u16::MAX));
            }
        }
    }

    fn close(&mut self) {
        let own = std::mem::take(&mut self.quarters);
        let turned = |by: i64| (own << by | own >> (QUARTERS - by)) & ALL;
        let near = own | turned(1) | turned(2) | turned(QUARTERS - 1) | turned(QUARTERS - 2);
        for (at, days) in self.days.iter_mut().enumerate() {
            *days += u32::from(near >> at & 1 == 1);
        }
    }

    /// Of training records that span so many days, the last of which is `last`.
    pub(crate) fn finish(mut self, days: u32, last: i64, usual: [u32; 4]) -> state::Rhythm {
        if days < 2 {
            return state::Rhythm::default();
        }
        self.close();
        let mut runs: Vec<(u8, u8, u32)> = Vec::new();
        for (at, days) in (0_u8..).zip(self.days) {
            match runs.last_mut().filter(|run| run.1 == at && run.2 == days) {
                Some(run) => run.1 = at + 1,
                None => runs.push((at, at + 1, days)),
            }
        }
        runs.retain(|(.., days)| *days > 0);
        let counted = (days as usize).min(DAYS);
        let recent: Vec<Counts> = self
            .counts
            .into_iter()
            .filter(|(day, _)| *day > last.saturating_sub(counted as i64))
            .map(|(_, counts)| widened(&counts))
            .collect();
        let at_half = |half: usize| {
            let medians = std::array::from_fn(|window| {
                lower_median(recent.iter().map(|counts| counts[half][window]).collect(), counted)
            });
            let more = medians.iter().zip(usual).any(|(median, usual)| *median > usual);
            more.then_some((half as u8, medians))
        };
        state::Rhythm { days: runs, usual: (0..HALVES).filter_map(at_half).collect() }
    }
}

/// Each half hour with the one before it and the one after it.
fn widened(counts: &Counts) -> Counts {
    std::array::from_fn(|half| {
        let three = [half + HALVES - 1, half, half + 1].map(|half| counts[half % HALVES]);
        std::array::from_fn(|window| three.iter().map(|counts| counts[window]).max().unwrap_or(0))
    })
}

/// The median of all days, of an even number the lower one, so that what one day has does not vouch for itself. Days without
/// a count have none.
fn lower_median(mut counts: Vec<u16>, days: usize) -> u32 {
    counts.sort_unstable();
    let without = days.saturating_sub(counts.len());
    let at = days.saturating_sub(1) / 2;
    at.checked_sub(without).and_then(|at| counts.get(at)).map_or(0, |count| u32::from(*count))
}
