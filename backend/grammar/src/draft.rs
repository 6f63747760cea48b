//! What readers make of a record while they peel it: the outermost that says something is believed.

use crate::time::Raw;
use std::borrow::Cow;

/// A record in the making. Absent and empty texts are alike, except for the message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft<'a> {
    pub time: Option<Raw>,
    pub host: Option<Cow<'a, str>>,
    /// 0 emergency … 7 debug.
    pub severity: Option<u8>,
    pub process: Option<Cow<'a, str>>,
    pub pid: Option<Cow<'a, str>>,
    pub message: Option<Cow<'a, str>>,
    /// Further named fields, each as a JSON value.
    pub attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub id: Option<Cow<'a, str>>,
}
