//! Templates from outside: on published logs, on made-up ones with known truth, and on a corpus that the Python twin reads.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]
#![expect(clippy::print_stdout, reason = "figures, for those who look at them")]

mod corpus;
mod generated;
mod generator;
mod grouping;
mod published;
