//! Templates from outside: on published logs, on made-up ones with known truth, and on a corpus that the Python twin reads.

mod corpus;
mod generated;
mod generator;
mod grouping;
mod published;
