//! Every written form of a time. A form is a reader over bytes and, beside it, the regular expression that reads the
//! same; the pages below hold both.

mod bare;
mod iso;
mod named;
mod numeric;
mod turned;

use super::{cursor::Cursor, parts, raw::Raw};
pub(super) use named::DMY;
pub(super) use numeric::ANY;
use serde::Serialize;

/// How one form is written and read.
pub(super) struct Kind {
    /// Whose it is; a test holds it against the table.
    #[cfg_attr(not(test), expect(dead_code))]
    pub(super) form: Form,
    pub(super) name: &'static str,
    pub(super) strength: f64,
    pub(super) family: &'static str,
    pub(super) example: &'static str,
    pub(super) behind: Behind,
    /// What it is in Python's `re` without the look-behind; `{NAME}` are the pieces of `parts`.
    pub(super) python: &'static str,
    pub(super) read: fn(&mut Cursor<'_>, &mut Raw) -> Option<()>,
}

/// What may stand right before a time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// No letter, digit, `_`, `.`, `/`, `-`, `+`, nor a single colon.
    Boundary,
    /// The same, and a colon may.
    Colon,
    /// No letter.
    NoLetter,
    /// glog's letter of the level, and nothing but signs before it.
    Glog,
    /// As [`Behind::Boundary`], and a `+` may.
    Epoch,
    Anything,
}

impl Behind {
    fn python(self) -> &'static str {
        match self {
            Behind::Boundary => r"(?<![\w./\-+])(?<!(?<!:):)",
            Behind::Colon => r"(?<![\w./\-+])",
            Behind::NoLetter => r"(?<![^\W\d_])",
            Behind::Glog => r"(?<=(?-i:[IWEFDVC]))(?<!\w\w)",
            Behind::Epoch => r"(?<![\w.\-/:])",
            Behind::Anything => "",
        }
    }

    /// Whether a time may begin at this place.
    #[inline]
    pub(super) fn allows(self, text: &str, place: usize) -> bool {
        let before = &text.as_bytes()[..place];
        let Some(last) = before.last() else { return self != Behind::Glog };
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        // The character before, where it is no ASCII.
        let letter = || text[..place].chars().next_back().is_some_and(char::is_alphanumeric);
        match self {
            Behind::Boundary | Behind::Colon | Behind::Epoch => match *last {
                b' ' | b'[' | b'\t' => true,
                b'.' | b'/' | b'-' => false,
                b'+' => self == Behind::Epoch,
                b':' => match self {
                    Behind::Boundary => before.len() > 1 && before[before.len() - 2] == b':',
                    other => other == Behind::Colon,
                },
                byte if byte.is_ascii() => !word(byte),
                _ => !letter(),
            },
            Behind::NoLetter => match *last {
                byte if byte.is_ascii() => !byte.is_ascii_alphabetic(),
                _ => !text[..place].chars().next_back().is_some_and(char::is_alphabetic),
            },
            Behind::Glog => {
                b"IWEFDVC".contains(last)
                    && !text[..place - 1].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_')
            }
            Behind::Anything => true,
        }
    }
}

macro_rules! forms {
    ($($form:ident = $kind:path),* $(,)?) => {
        /// A written form of a time. Of two that overlap, the one that stands first here is believed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Form {
            $($form),*
        }

        impl Form {
            /// Every form, in order of belief.
            pub const ALL: &'static [Form] = &[$(Form::$form),*];
        }

        static KINDS: &[&Kind] = &[$(&$kind),*];
    };
}

forms! {
    Iso = iso::ISO,
    Ctime = named::CTIME,
    CtimeDay = named::CTIME_DAY,
    MonthDayYear = named::MONTH_DAY_YEAR,
    DayMonthYear = named::DAY_MONTH_YEAR,
    DayMonthTight = named::DAY_MONTH_TIGHT,
    DayMonthDots = named::DAY_MONTH_DOTS,
    IsoSpaces = iso::ISO_SPACES,
    YearMonthDay = named::YEAR_MONTH_DAY,
    Numeric = numeric::NUMERIC,
    NumericDots = numeric::NUMERIC_DOTS,
    Ideographs = iso::IDEOGRAPHS,
    Compact = bare::COMPACT,
    Ordinal = iso::ORDINAL,
    Week = iso::WEEK,
    IsoDots = iso::ISO_DOTS,
    Tai = bare::TAI,
    LetterYear = bare::LETTER_YEAR,
    Basic = bare::BASIC,
    TimeIso = turned::TIME_ISO,
    TimeMonth = turned::TIME_MONTH,
    TimeDay = turned::TIME_DAY,
    TimeNumeric = turned::TIME_NUMERIC,
    LetterShortYear = bare::LETTER_SHORT_YEAR,
    MonthDay = named::MONTH_DAY,
    DayMonth = named::DAY_MONTH,
    JulianDay = bare::JULIAN_DAY,
    LetterMonthDay = bare::LETTER_MONTH_DAY,
    MonthDayPair = numeric::PAIR,
    MonthDaySlash = bare::MONTH_DAY_SLASH,
    TwoSix = bare::TWO_SIX,
    SixTime = bare::SIX_TIME,
    Epoch = bare::EPOCH,
    Time = turned::TIME,
    Date = iso::DATE,
    DateNumeric = numeric::DATE,
}

impl Form {
    #[inline]
    pub(super) fn kind(self) -> &'static Kind {
        KINDS[self as usize]
    }

    pub fn name(self) -> &'static str {
        self.kind().name
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|form| form.name() == name)
    }

    /// How much it speaks for a text to be a time: 1 for a date with a time of day.
    pub fn strength(self) -> f64 {
        self.kind().strength
    }

    /// What forms that are variants of one another share.
    pub fn family(self) -> &'static str {
        self.kind().family
    }

    /// Whether it says a day and a time of day.
    pub fn is_full(self) -> bool {
        self.strength() >= 0.5
    }
}

/// A form for those who read it elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FormDescription {
    pub name: &'static str,
    pub example: &'static str,
    /// A regular expression of Python's `re`, to be compiled with `re.IGNORECASE` and matched at the time's place.
    /// Groups: `Y` year (two digits: 70–99 are 1970–1999), `m` month, `b` its name, `d` day; `a` and `n` the first two
    /// numbers of a date with `sep` between them; `j` day of the year, `w` and `u` ISO week and day; `H`, `M`, `S`;
    /// digits of a fraction `f` or `f2`, milliseconds as a number `ms`; `p` half of the day; `z`, or else `z2`, zone,
    /// `zm` minutes east of UTC; `e` Unix time, `x` TAI64.
    pub python: String,
}

/// Every form, described.
pub fn forms() -> Vec<FormDescription> {
    let mut pieces = parts::pieces();
    for at in 0..pieces.len() {
        let filled = fill(&pieces[at].1, &pieces[..at]);
        pieces[at].1 = filled;
    }
    KINDS
        .iter()
        .map(|kind| FormDescription {
            name: kind.name,
            example: kind.example,
            python: format!("{}{}(?![0-9])", kind.behind.python(), fill(kind.python, &pieces)),
        })
        .collect()
}

fn fill(expression: &str, pieces: &[(&str, String)]) -> String {
    pieces
        .iter()
        .fold(expression.to_owned(), |filled, (name, piece)| filled.replace(&format!("{{{name}}}"), piece))
}

/// Reads a time of this form, whatever stands before it.
#[inline]
pub(super) fn read(text: &str, place: usize, form: Form) -> Option<(Raw, usize)> {
    let mut cursor = Cursor::new(text, place);
    let mut raw = Raw::empty(form);
    (form.kind().read)(&mut cursor, &mut raw)?;
    (!cursor.at_digit() && raw.is_plausible()).then_some((raw, cursor.at))
}
