//! The scalar function `parse_record(file, line, raw, fault)`: a raw record to a struct of its fields. It is a pure
//! function of its arguments and of the files' formats, so that the engine may run it anywhere.

use super::parsed_fields;
use crate::{
    format::FileFormat,
    level::LEVELS,
    parse::{self, EXCERPT_CHARACTERS, Fields},
};
use datafusion::{
    arrow::{
        array::{
            Array, ArrayRef, AsArray, LargeStringBuilder, StructArray, TimestampMicrosecondBuilder,
            UInt32Array, UInt64Array,
        },
        datatypes::{DataType, UInt32Type, UInt64Type},
    },
    common::exec_datafusion_err,
    error::DataFusionError,
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility},
};
use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

#[derive(Clone, Debug)]
pub(super) struct ParseFunction {
    signature: Signature,
    formats: Arc<[FileFormat]>,
}

impl ParseFunction {
    pub(super) fn new(formats: Vec<FileFormat>) -> Self {
        let arguments = vec![DataType::UInt32, DataType::UInt64, DataType::BinaryView, DataType::Utf8View];
        Self { signature: Signature::exact(arguments, Volatility::Immutable), formats: formats.into() }
    }

    /// Parses the records of a raw batch.
    pub(super) fn parse(&self, arrays: &[ArrayRef]) -> Result<StructArray, DataFusionError> {
        let [file, line, raw, fault] = arrays else {
            return Err(exec_datafusion_err!("parse_record takes four arguments"));
        };
        let file: &UInt32Array = file.as_primitive::<UInt32Type>();
        let line: &UInt64Array = line.as_primitive::<UInt64Type>();
        let (raw, fault) = (raw.as_binary_view(), fault.as_string_view());
        let mut columns = Builders::new(raw.len());
        for row in 0..raw.len() {
            let bytes = raw.value(row);
            let parsed = match self.formats.get(file.value(row) as usize) {
                _ if fault.is_valid(row) => Err(fault.value(row).to_owned()),
                Some(format) => parse::parse(bytes, line.value(row), format),
                None => return Err(exec_datafusion_err!("parse_record knows no file {}", file.value(row))),
            };
            match parsed {
                Ok(fields) => columns.append(&fields),
                Err(reason) => columns.reject(&reason, &parse::excerpt(bytes, EXCERPT_CHARACTERS)),
            }
        }
        columns.finish()
    }
}

/// The function of one dataset: equal when it has the very same formats.
impl PartialEq for ParseFunction {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.formats, &other.formats)
    }
}

impl Eq for ParseFunction {}

impl Hash for ParseFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.formats).hash(state);
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

struct Builders {
    timestamp: TimestampMicrosecondBuilder,
    host: LargeStringBuilder,
    level: LargeStringBuilder,
    process: LargeStringBuilder,
    pid: LargeStringBuilder,
    message: LargeStringBuilder,
    attributes: LargeStringBuilder,
    id: LargeStringBuilder,
    reject: LargeStringBuilder,
    excerpt: LargeStringBuilder,
}

impl Builders {
    fn new(rows: usize) -> Self {
        let text = |bytes_each: usize| LargeStringBuilder::with_capacity(rows, rows * bytes_each);
        Self {
            timestamp: TimestampMicrosecondBuilder::with_capacity(rows).with_timezone("+00:00"),
            host: text(16),
            level: text(8),
            process: text(16),
            pid: text(4),
            message: text(96),
            attributes: text(0),
            id: text(0),
            reject: text(0),
            excerpt: text(0),
        }
    }

    fn append(&mut self, fields: &Fields<'_>) {
        self.timestamp.append_option(fields.timestamp);
        self.host.append_option(fields.host.as_deref());
        self.level.append_option(fields.severity.and_then(|s| LEVELS.get(s as usize)));
        self.process.append_option(fields.process.as_deref());
        self.pid.append_option(fields.pid.as_deref());
        self.message.append_value(&fields.message);
        self.attributes.append_option(fields.attributes.as_deref());
        self.id.append_option(fields.id.as_deref());
        self.reject.append_null();
        self.excerpt.append_null();
    }

    fn reject(&mut self, reason: &str, excerpt: &str) {
        self.timestamp.append_null();
        for column in [
            &mut self.host,
            &mut self.level,
            &mut self.process,
            &mut self.pid,
            &mut self.message,
            &mut self.attributes,
            &mut self.id,
        ] {
            column.append_null();
        }
        self.reject.append_value(reason);
        self.excerpt.append_value(excerpt);
    }

    fn finish(mut self) -> Result<StructArray, DataFusionError> {
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(self.timestamp.finish()),
            Arc::new(self.host.finish()),
            Arc::new(self.level.finish()),
            Arc::new(self.process.finish()),
            Arc::new(self.pid.finish()),
            Arc::new(self.message.finish()),
            Arc::new(self.attributes.finish()),
            Arc::new(self.id.finish()),
            Arc::new(self.reject.finish()),
            Arc::new(self.excerpt.finish()),
        ];
        Ok(StructArray::try_new(parsed_fields(), arrays, None)?)
    }
}
