//! `/datasets`: what goes in, what comes out again, what is found in it.

mod bad_input;
mod content;
mod create;
mod detect;
mod fetch;
mod profile;
