//! Lines of a header and a message.

pub(crate) mod apply;
pub(crate) mod classify;
pub(crate) mod place;
pub(crate) mod shape;
pub(crate) mod style;
pub(crate) mod token;
