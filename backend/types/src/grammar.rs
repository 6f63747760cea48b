//! A grammar: how the records of a source are built, as data. It is found from evidence (or written by a person), and
//! only applied after that: the same text under the same grammar is the same record, in Rust and in Python.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The version of grammars that is written and read.
pub const GRAMMAR_VERSION: u32 = 1;

/// How the records of a source are built.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grammar {
    /// 1. A newer version is refused.
    #[schema(example = 1)]
    pub version: u32,
    /// A known maker's name, or `found`.
    #[schema(example = "found")]
    pub name: String,
    /// How bytes become text.
    #[serde(default, skip_serializing_if = "is_default")]
    pub encoding: TextEncoding,
    /// How text is cut into records.
    #[serde(default, skip_serializing_if = "is_default")]
    pub framing: Framing,
    /// Which lines belong to the record before.
    #[serde(default, skip_serializing_if = "is_default")]
    pub multiline: Continuation,
    /// How times without a year, an order or a zone are understood.
    #[serde(default, skip_serializing_if = "is_default")]
    pub clock: GrammarClock,
    /// How a record is read: the first reader that fits it does.
    pub readers: Vec<Reader>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The encoding of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum TextEncoding {
    /// UTF-8; a line that is not is Windows-1252.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
}

/// How text is cut into records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Framing {
    /// A record begins with a line.
    #[default]
    Lines,
    /// JSON values one after the other, over any number of lines. Of each, the records are the elements at `path`:
    /// keys with points between them, `[]` for every element of an array (`hits.hits[]._source`, `[]`); the value
    /// itself when it is empty.
    Json {
        #[serde(default)]
        path: String,
    },
    /// Rows of cells (RFC 4180) under names.
    Table {
        delimiter: char,
        columns: Vec<String>,
        /// Lines before the first row: the header, and what stands before it.
        #[serde(default)]
        skip: u64,
    },
    /// Rows of cells under `#Fields`, which may change on the way (W3C, IIS, Zeek).
    Directives,
    /// XML elements of this name.
    Xml { element: String },
    /// `KEY=value` lines; a blank line ends a record (journal export).
    Blocks,
    /// Rows of a table that is no text (Parquet).
    Rows,
}

/// Which lines belong to the record before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Continuation {
    /// Those that do not begin as records begin.
    #[default]
    Unfit,
    /// Those that look like a stack trace's and that no reader fits.
    Traces,
    /// None.
    Off,
    /// Those that this expression does not match.
    Start { start: String },
}

/// How times are understood.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GrammarClock {
    /// The latest year that a time without one is of; the newest that puts nothing after tomorrow when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// With `year`: times from this month and day on (`1101` is 1 November) are of the year before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollover: Option<u32>,
    /// The order of numeric dates by their separator (`/`, `-`, `.`), with ` 12h` where the clock has twelve hours.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<DateOrder>,
}

/// The order of day, month and year in dates of three numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DateOrder {
    #[schema(example = "/")]
    pub separator: String,
    pub order: NumberOrder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NumberOrder {
    DayFirst,
    MonthFirst,
    YearFirst,
}

/// How one record is read. An envelope is peeled, and what it holds is read by the first reader `within` that fits;
/// when none does, it is the message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "reader", rename_all = "snake_case")]
pub enum Reader {
    /// Kubernetes' container runtime: `time stream P|F text`; parts are joined per stream.
    Cri {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[schema(no_recursion)]
        within: Vec<Reader>,
    },
    /// RFC 5424, with its priority.
    Rfc5424 {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[schema(no_recursion)]
        within: Vec<Reader>,
    },
    /// `<priority>` before anything.
    Priority {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[schema(no_recursion)]
        within: Vec<Reader>,
    },
    /// A container's name before every line.
    Prefix {
        style: PrefixStyle,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[schema(no_recursion)]
        within: Vec<Reader>,
    },
    /// A JSON object.
    Json(Keyed),
    /// `key=value` pairs.
    Logfmt(Keyed),
    /// ArcSight's CEF and IBM's LEEF, with what stands before them.
    Cef,
    /// Cells, of a table or under `#Fields`.
    Cells(Keyed),
    /// An XML element: paths are `Tag` and `Tag.attribute`, `Data.name` for named data.
    Xml(Keyed),
    /// `KEY=value` lines.
    Block(Keyed),
    /// A header and a message.
    Line(Box<LineLayout>),
    /// Regular expressions with named groups, the first that matches.
    Expression(Expressions),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PrefixStyle {
    /// `name  | text`
    Compose,
    /// `[pod/name/container] text`
    Pod,
}

/// How a record of named values is read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Keyed {
    pub roles: Roles,
    /// How the message is read again; it is left as it is where none fits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub within: Vec<Reader>,
}

/// Which paths play which role: of several, a record takes the first it has a value for. A path is keys with points
/// between them, or a column's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Roles {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub time: Vec<TimePath>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub level: Vec<String>,
    /// The record's own text is its message when there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub message: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub process: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub host: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pid: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub id: Vec<String>,
    /// What numbers mean as levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Further fields to keep, by the name they are kept under.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<AttributePath>,
    /// Every field without a role is kept.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub all_attributes: bool,
    /// Every column is kept, and nothing is a message: rows of features.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub table: bool,
}

/// Where a time is: at one path, or its date at one and its time of day at another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum TimePath {
    One(String),
    Two([String; 2]),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributePath {
    pub name: String,
    pub path: String,
}

/// What numbers mean as levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    Pino,
    Python,
    Monolog,
    Logback,
    /// Also GELF's.
    Syslog,
    Nextcloud,
    Windows,
    Otel,
    /// 0 to 10, as CEF has it.
    Cef,
}

/// Regular expressions with named groups: those of the roles, `priority`, and attributes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Expressions {
    pub expressions: Vec<String>,
    /// A time that cannot be read is a part of the message rather than a reason to reject.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lenient: bool,
}

/// A line of a header and a message. It is read from the left: the time at its place, the level at its place, then one
/// field after the other as long as they are there; the rest is the message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LineLayout {
    /// Where the time stands; a line without one there does not fit. Without it every line fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<TimePlace>,
    /// What separates columns: the first so many of these signs are read as tabs, the time's own not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Delimiter>,
    /// The bracket that opens before the time closes after the header.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub block: bool,
    /// A JSON object at the end of the line is the message.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub object: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<LevelPlace>,
    /// What tokens are before the time, and after it up to the level, by their place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
    /// Fields after time and level, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub header: Vec<HeaderField>,
    /// Levels that only some messages begin with; they stay in the message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sparse: Vec<LevelStyle>,
    /// The level begins the record's second line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_line: Option<LevelStyle>,
    /// Without a time: which lines begin a record.
    #[serde(skip_serializing_if = "is_default")]
    pub start: LineStart,
    /// How the message is read again; it is left as it is where none fits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub within: Vec<Reader>,
}

/// Which lines without a time begin a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineStart {
    /// All that are not indented and do not begin as traces go on.
    #[default]
    UnlessContinued,
    /// All but lines of a stack trace.
    UnlessTrace,
    /// Those with a level at its place.
    Level,
}

/// Where the time stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimePlace {
    /// The forms it may have, by name; `GET /formats` lists them.
    pub forms: Vec<String>,
    /// Tokens before it.
    #[serde(default)]
    pub before: u32,
    /// The bracket or quote right before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bracket: Option<char>,
    /// Lines that begin with white space begin records, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub indented: bool,
    /// It ends the line: the header begins with the line.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trailing: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Delimiter {
    pub sign: String,
    pub count: u32,
}

/// Where the level stands, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelPlace {
    pub side: Side,
    /// The token that it is, from 0; any of the first eight when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    pub style: LevelStyle,
    /// It ends the line, after the message.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trailing: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Before the time.
    Before,
    After,
}

/// How a token names a level.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelStyle {
    pub kind: LevelKind,
    /// The sign before the word, and after it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub left: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub right: String,
    /// Of a word without signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<LetterCase>,
    /// The key of `key=level` or `key: level`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LevelKind {
    /// The token is the word.
    Word,
    /// `level=info`, `Level: info`
    Key,
    /// The word is the token's last part, `app.INFO`.
    Last,
    /// Its first part, `INFO/MainProcess`.
    First,
    /// `INFO[0001]`
    Stamp,
    /// `%SYS-5-CONFIG`
    Mnemonic,
    /// A letter
    Letter,
    /// A sign, as Redis has it
    Symbol,
    /// A letter right before the time, `I0501`
    Glued,
    /// At the message's beginning, in some records
    Sparse,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LetterCase {
    Upper,
    Lower,
    Title,
}

/// What a token at a known place is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub place: ColumnPlace,
    #[serde(default)]
    pub index: u32,
    pub role: FieldRole,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnPlace {
    /// Before the time.
    Before,
    /// Between time and level.
    Between,
    /// What the level's own token holds beside it.
    Level,
    /// The header's field of this index.
    Header,
}

/// What a field is to a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldRole {
    Host,
    /// What it says is looked up among levels.
    Level,
    Process,
    Pid,
    Id,
    /// Kept under this name.
    Attribute(String),
    /// Passed over.
    Nothing,
}

impl FieldRole {
    /// The role's name, or that of the attribute; `*` for what is passed over.
    pub fn name(&self) -> &str {
        match self {
            Self::Host => "host",
            Self::Level => "level",
            Self::Process => "process",
            Self::Pid => "pid",
            Self::Id => "id",
            Self::Attribute(name) => name,
            Self::Nothing => "*",
        }
    }

    fn nothing() -> Self {
        Self::Nothing
    }

    fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }
}

/// A step of the header: what is passed over, and the field after it. Where the field is not there, the message begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderField {
    /// A closing bracket, colon or comma right after what came before is passed over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub glue: bool,
    /// So many separators (`-`, `|`, `:`, `;`, `,`, `>`, `]`) are passed over where they are there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub separators: u32,
    pub shape: FieldShape,
    #[serde(default = "FieldRole::nothing", skip_serializing_if = "FieldRole::is_nothing")]
    pub role: FieldRole,
    /// Of a host: the names that need nothing after them to be believed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// How a field of the header is built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldShape {
    /// `[  12.345678]`
    Uptime,
    /// `name[pid]:`, also `name:` and `name 1.2:`
    NamePid,
    /// `name:`
    NameColon,
    /// `name -`
    NameDash,
    /// `name]`
    NameBracket,
    /// `name` before a bracket
    NameBeforeBracket,
    /// A name with points in it
    Dotted,
    /// A word before a name
    Host,
    /// `[…]`
    Bracket,
    /// `(…)`
    Parenthesis,
    /// `key=value`
    Key(String),
    /// Digits before more of the header
    Number,
    /// A number, an id or a pair before more of the header
    Lead,
    /// Up to this sign
    Until(String),
    /// `"…"` before a status, which is the message
    Request,
    /// Nothing: separators at the header's end
    Nothing,
}
