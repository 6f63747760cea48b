//! The scalar function `parse_record(file, line, raw, fault)`: a raw record to a struct of its fields. It is a pure
//! function of its arguments and of the files' formats, so that the engine may run it anywhere.

use super::parsed_fields;
use crate::{format::Reading, records::nulls};
use datafusion::{
    arrow::{
        array::{
            Array, ArrayRef, AsArray, BinaryViewArray, DictionaryArray, LargeStringDictionaryBuilder,
            NullBufferBuilder, StringViewArray, StructArray, TimestampMicrosecondBuilder, UInt32Array,
            UInt32Builder, UInt64Array, make_view,
        },
        buffer::Buffer,
        compute::{cast, take},
        datatypes::{DataType, UInt32Type, UInt64Type},
        error::ArrowError,
    },
    common::exec_datafusion_err,
    error::DataFusionError,
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility},
};
use std::{
    borrow::Cow,
    hash::{Hash, Hasher},
    sync::{Arc, LazyLock, atomic::Ordering},
};
use trainyard_grammar::{EXCERPT_CHARACTERS, Fields, bytes, excerpt, level::LEVELS};

#[derive(Clone, Debug)]
pub(super) struct ParseFunction {
    signature: Signature,
    readings: Arc<[Reading]>,
}

impl ParseFunction {
    pub(super) fn new(readings: Vec<Reading>) -> Self {
        let arguments = vec![DataType::UInt32, DataType::UInt64, DataType::BinaryView, DataType::Utf8View];
        Self { signature: Signature::exact(arguments, Volatility::Immutable), readings: readings.into() }
    }

    /// Parses the records of a raw batch. Texts that few records share are views into the raw bytes, unless little of
    /// these is used: then they are copied, and the raw bytes can go.
    pub(super) fn parse(&self, arrays: &[ArrayRef]) -> Result<StructArray, DataFusionError> {
        let [file, line, raw, fault] = arrays else {
            return Err(exec_datafusion_err!("parse_record takes four arguments"));
        };
        let file: &UInt32Array = file.as_primitive::<UInt32Type>();
        let line: &UInt64Array = line.as_primitive::<UInt64Type>();
        let (raw, fault) = (raw.as_binary_view(), fault.as_string_view());
        let whole = whole_text(raw);
        // One look at all of them is quicker here, too.
        let newlines = |text: &[u8]| memchr::memchr_iter(b'\n', text).count();
        let has_joined = whole.is_none_or(|whole| newlines(whole.as_bytes()) >= raw.len());
        let mut columns = Builders::new(raw.len(), raw.data_buffers().first());
        let mut bytes_read = 0;
        let mut before: Option<(u32, i64)> = None;
        for row in 0..raw.len() {
            let bytes = raw.value(row);
            bytes_read += bytes.len();
            let Some(Reading { applied, counts }) = self.readings.get(file.value(row) as usize) else {
                return Err(exec_datafusion_err!("parse_record knows no file {}", file.value(row)));
            };
            let cleaned;
            let text = match whole.and_then(|whole| text_within(whole, bytes)) {
                Some(text) => text,
                None => {
                    cleaned = bytes::clean(bytes);
                    counts.add(&cleaned);
                    &cleaned.text
                }
            };
            let parsed = match fault.is_valid(row) {
                true => Err(fault.value(row).to_owned()),
                false => applied.read(text, line.value(row)),
            };
            match parsed {
                Ok(fields) => {
                    if has_joined && applied.joins() {
                        let lines = newlines(bytes);
                        if lines > 0 {
                            counts.continued.fetch_add(lines as u64, Ordering::Relaxed);
                        }
                    }
                    if let Some(time) = fields.timestamp {
                        if before.is_some_and(|(other, before)| other == file.value(row) && time < before) {
                            counts.backwards.fetch_add(1, Ordering::Relaxed);
                        }
                        before = Some((file.value(row), time));
                    }
                    columns.append(&fields);
                }
                Err(reason) => columns.reject(&reason, &excerpt(bytes, EXCERPT_CHARACTERS)),
            }
        }
        columns.finish(bytes_read)
    }
}

/// All records of a batch as one text, if they lie together and nothing is wrong with them: one look at it is quicker
/// than one at each record.
fn whole_text(raw: &BinaryViewArray) -> Option<&str> {
    let buffer = raw.data_buffers().first()?.as_slice();
    let last = raw.value(raw.len().checked_sub(1)?);
    let (begin, end) = (place(raw.value(0), buffer)?, place(last, buffer)?);
    let whole = buffer.get(begin as usize..end as usize + last.len())?;
    // A line's end within a record is `\n`, however it is written.
    match memchr::memchr3(0, 0x1b, b'\r', whole) {
        Some(_) => None,
        None => simdutf8::basic::from_utf8(whole).ok(),
    }
}

/// The text of a record that lies within.
fn text_within<'a>(whole: &'a str, record: &[u8]) -> Option<&'a str> {
    let begin = place(record, whole.as_bytes())? as usize;
    whole.get(begin..begin + record.len())
}

/// The function of one dataset: equal when it has the very same formats.
impl PartialEq for ParseFunction {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.readings, &other.readings)
    }
}

impl Eq for ParseFunction {}

impl Hash for ParseFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.readings).hash(state);
    }
}

impl ScalarUDFImpl for ParseFunction {
    fn name(&self) -> &str {
        "parse_record"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        Ok(DataType::Struct(parsed_fields()))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue, DataFusionError> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        Ok(ColumnarValue::Array(Arc::new(self.parse(&arrays)?)))
    }
}

/// A column in which few texts come again and again: each of these is kept once.
type Repeated = LargeStringDictionaryBuilder<UInt32Type>;

struct Builders {
    timestamp: TimestampMicrosecondBuilder,
    host: Repeated,
    level: UInt32Builder,
    process: Repeated,
    pid: Texts,
    message: Texts,
    attributes: Texts,
    id: Texts,
    reject: Texts,
    excerpt: Texts,
}

impl Builders {
    fn new(rows: usize, raw: Option<&Buffer>) -> Self {
        let texts = || Texts {
            rows,
            nulls: 0,
            raw: raw.cloned(),
            views: Vec::new(),
            valid: NullBufferBuilder::new(rows),
            made: Vec::new(),
            viewed: 0,
        };
        let repeated = || Repeated::with_capacity(rows, 0, 0);
        Self {
            timestamp: TimestampMicrosecondBuilder::with_capacity(rows).with_timezone("+00:00"),
            host: repeated(),
            level: UInt32Builder::with_capacity(rows),
            process: repeated(),
            pid: texts(),
            message: texts(),
            attributes: texts(),
            id: texts(),
            reject: texts(),
            excerpt: texts(),
        }
    }

    fn append(&mut self, fields: &Fields<'_>) {
        self.timestamp.append_option(fields.timestamp);
        self.host.append_option(fields.host.as_deref());
        let known = |severity: &u8| usize::from(*severity) < LEVELS.len();
        self.level.append_option(fields.severity.filter(known).map(u32::from));
        self.process.append_option(fields.process.as_deref());
        self.pid.append(fields.pid.as_deref());
        self.message.append(Some(&fields.message));
        self.attributes.append(fields.attributes.as_deref());
        self.id.append(fields.id.as_deref());
        self.reject.append(None);
        self.excerpt.append(None);
    }

    fn reject(&mut self, reason: &str, excerpt: &str) {
        self.timestamp.append_null();
        self.level.append_null();
        self.host.append_null();
        self.process.append_null();
        for column in [&mut self.pid, &mut self.message, &mut self.attributes, &mut self.id] {
            column.append(None);
        }
        self.reject.append(Some(reason));
        self.excerpt.append(Some(excerpt));
    }

    fn finish(mut self, bytes_read: usize) -> Result<StructArray, DataFusionError> {
        let texts = [self.pid, self.message, self.attributes, self.id, self.reject, self.excerpt];
        let sparse = texts.iter().map(|column| column.viewed).sum::<usize>() < bytes_read / 2;
        let mut arrays: Vec<ArrayRef> = vec![
            Arc::new(self.timestamp.finish()),
            unrepeated(&self.host.finish())?,
            of_places(&LEVEL_TEXTS, &self.level.finish())?,
            unrepeated(&self.process.finish())?,
        ];
        for column in texts {
            arrays.push(column.finish(sparse)?);
        }
        Ok(StructArray::try_new(parsed_fields(), arrays, None)?)
    }
}

/// A column of texts.
struct Texts {
    rows: usize,
    /// Rows so far of a column that has had no text yet: many never have one.
    nulls: usize,
    raw: Option<Buffer>,
    views: Vec<u128>,
    valid: NullBufferBuilder,
    /// The long texts that stand nowhere in the raw bytes, in blocks.
    made: Vec<Vec<u8>>,
    /// Bytes of raw records that are used.
    viewed: usize,
}

impl Texts {
    /// Bytes that a view holds itself.
    const SHORT: usize = 12;
    /// Bytes of a block of made texts, unless one alone is longer: a view counts them with 31 bits.
    const BLOCK_BYTES: usize = 1 << 30;

    fn append(&mut self, text: Option<&str>) {
        // A database refuses the character that JSON can smuggle in as `\u0000`.
        let text = text.map(|text| match memchr::memchr(0, text.as_bytes()) {
            None => Cow::Borrowed(text),
            Some(_) => Cow::Owned(text.replace('\0', "")),
        });
        let Some(text) = text.as_deref() else {
            match self.views.is_empty() {
                true => self.nulls += 1,
                false => self.push(None),
            }
            return;
        };
        if self.views.is_empty() {
            self.views.reserve_exact(self.rows);
            (0..self.nulls).for_each(|_| self.push(None));
        }
        let view = self.view(text);
        self.push(Some(view));
    }

    fn push(&mut self, view: Option<u128>) {
        self.views.push(view.unwrap_or_default());
        self.valid.append(view.is_some());
    }

    /// A view of where the text stands: the raw bytes are the first buffer, if there are any, and what was made comes
    /// after them. A short text is a view in itself.
    fn view(&mut self, text: &str) -> u128 {
        let within = self.raw.as_ref().and_then(|raw| place(text.as_bytes(), raw));
        if let Some(offset) = within {
            self.viewed += text.len();
            return make_view(text.as_bytes(), 0, offset);
        }
        if text.len() <= Self::SHORT {
            return make_view(text.as_bytes(), 0, 0);
        }
        if self.made.last().is_none_or(|block| block.len() + text.len() > Self::BLOCK_BYTES) {
            self.made.push(Vec::new());
        }
        let number = usize::from(self.raw.is_some()) + self.made.len() - 1;
        let Some(block) = self.made.last_mut() else { return 0 };
        let view = make_view(text.as_bytes(), number as u32, block.len() as u32);
        block.extend_from_slice(text.as_bytes());
        view
    }

    fn finish(mut self, sparse: bool) -> Result<ArrayRef, ArrowError> {
        if self.views.is_empty() {
            return Ok(Arc::new(nulls(self.nulls)));
        }
        let made = self.made.into_iter().map(Buffer::from_vec);
        let buffers: Vec<Buffer> = self.raw.into_iter().chain(made).collect();
        let column = StringViewArray::try_new(self.views.into(), buffers, self.valid.finish())?;
        Ok(Arc::new(if sparse { column.gc() } else { column }))
    }
}

fn unrepeated(column: &DictionaryArray<UInt32Type>) -> Result<ArrayRef, ArrowError> {
    of_places(cast(column.values(), &DataType::Utf8View)?.as_string_view(), column.keys())
}

/// The texts at some places, of which some may be null.
fn of_places(texts: &StringViewArray, places: &UInt32Array) -> Result<ArrayRef, ArrowError> {
    match places.null_count() == places.len() {
        true => Ok(Arc::new(nulls(places.len()))),
        false => take(texts, places, None),
    }
}

/// The names of all levels.
static LEVEL_TEXTS: LazyLock<StringViewArray> = LazyLock::new(|| StringViewArray::from_iter_values(LEVELS));

/// Where in `buffer` a part of it begins.
fn place(part: &[u8], buffer: &[u8]) -> Option<u32> {
    let offset = part.as_ptr().addr().checked_sub(buffer.as_ptr().addr())?;
    (offset + part.len() <= buffer.len()).then(|| u32::try_from(offset).ok())?
}
