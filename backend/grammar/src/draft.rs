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

impl Draft<'_> {
    /// The same, whatever becomes of the text it was read from.
    pub fn into_owned<'b>(self) -> Draft<'b> {
        let own = |text: Option<Cow<'_, str>>| text.map(|text| Cow::Owned(text.into_owned()));
        let pair = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
            (name.into_owned().into(), value.into_owned().into())
        };
        Draft {
            time: self.time,
            host: own(self.host),
            severity: self.severity,
            process: own(self.process),
            pid: own(self.pid),
            message: own(self.message),
            attributes: self.attributes.into_iter().map(pair).collect(),
            id: own(self.id),
        }
    }
}
