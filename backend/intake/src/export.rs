//! Parsed records as a table on disk: JSON Lines, CSV or Parquet, one row per record with its template. Rows are made
//! on all cores and written in the order they came in.

mod parquet_table;

use crate::{
    Columns, IntakeError,
    templates::{Matcher, Scratch, Templates},
    text_at,
};
use chrono::{DateTime, SecondsFormat, Utc};
use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, StringViewArray, StringViewBuilder},
    datatypes::{DataType, Field, Schema, SchemaRef},
    error::ArrowError,
};
use parquet_table::ParquetTable;
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    sync::Arc,
};

/// Batches that are worked on at a time, per core.
const AHEAD: usize = 2;

/// The kinds of table; the columns are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    JsonLines,
    Csv,
    Parquet,
}

impl TableFormat {
    /// The kind that a file name asks for: `.jsonl`, `.csv` or `.parquet`.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "jsonl" => Some(Self::JsonLines),
            "csv" => Some(Self::Csv),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

enum Sink {
    JsonLines(BufWriter<File>),
    Csv(BufWriter<File>),
    Parquet(Box<ParquetTable>),
}

/// Writes records, batch by batch.
pub struct Export {
    sink: Sink,
    templates: Option<(Templates, Matcher)>,
    waiting: Vec<RecordBatch>,
    cores: usize,
    /// Records whose message has none of the templates.
    unseen: u64,
}

impl Export {
    /// Begins a table in `file`; with templates, every row names the one of its message.
    ///
    /// # Errors
    /// When the file cannot be written, or the templates cannot be used.
    pub fn new(file: File, format: TableFormat, templates: Option<Templates>) -> Result<Self, IntakeError> {
        let templates = match templates {
            Some(templates) => {
                let matcher = Matcher::new(&templates)?;
                Some((templates, matcher))
            }
            None => None,
        };
        let sink = match format {
            TableFormat::JsonLines => Sink::JsonLines(BufWriter::new(file)),
            TableFormat::Csv => {
                let mut output = BufWriter::new(file);
                let schema = table_schema(templates.is_some());
                let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
                writeln!(output, "{}", names.join(",")).map_err(IntakeError::WriteTable)?;
                Sink::Csv(output)
            }
            TableFormat::Parquet => {
                Sink::Parquet(Box::new(ParquetTable::new(file, table_schema(templates.is_some()))?))
            }
        };
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        Ok(Self { sink, templates, waiting: Vec::new(), cores, unseen: 0 })
    }

    /// Writes the records of a batch with the columns of [`crate::schema`].
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn push(&mut self, batch: RecordBatch) -> Result<(), IntakeError> {
        self.waiting.push(batch);
        if self.waiting.len() >= AHEAD * self.cores { self.flush() } else { Ok(()) }
    }

    /// Completes the table; returns how many records have a message of none of the templates.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<u64, IntakeError> {
        self.flush()?;
        match self.sink {
            Sink::JsonLines(mut output) | Sink::Csv(mut output) => {
                output.flush().map_err(IntakeError::WriteTable)?;
            }
            Sink::Parquet(mut table) => table.finish()?,
        }
        Ok(self.unseen)
    }

    fn flush(&mut self) -> Result<(), IntakeError> {
        let templates = self.templates.as_ref();
        let tables = std::mem::take(&mut self.waiting)
            .into_par_iter()
            .map(|batch| table(&batch, templates))
            .collect::<Result<Vec<RecordBatch>, IntakeError>>()?;
        if templates.is_some() {
            let unseen =
                |table: &RecordBatch| table.column_by_name("template_id").map_or(0, |c| c.null_count());
            self.unseen += tables.iter().map(|table| unseen(table) as u64).sum::<u64>();
        }
        let write: fn(&RecordBatch) -> Result<Vec<u8>, IntakeError> = match &mut self.sink {
            Sink::Parquet(output) => return output.write(tables),
            Sink::JsonLines(_) => json_lines,
            Sink::Csv(_) => csv,
        };
        let texts = tables.par_iter().map(write).collect::<Result<Vec<_>, _>>()?;
        if let Sink::JsonLines(output) | Sink::Csv(output) = &mut self.sink {
            texts.iter().try_for_each(|text| output.write_all(text)).map_err(IntakeError::WriteTable)?;
        }
        Ok(())
    }
}

/// The columns of the table: where the record is, what it says, and its template.
fn table_schema(templates: bool) -> SchemaRef {
    let records = crate::schema();
    let mut fields: Vec<Field> = COLUMNS
        .iter()
        .filter_map(|name| records.field_with_name(name).ok())
        .map(|field| field.clone().with_nullable(true))
        .collect();
    if templates {
        fields.extend(["template_id", "template"].map(|name| Field::new(name, DataType::Utf8View, true)));
    }
    Arc::new(Schema::new(fields))
}

const COLUMNS: [&str; 9] =
    ["file", "line", "timestamp", "level", "host", "process", "pid", "message", "attributes"];

fn table(batch: &RecordBatch, templates: Option<&(Templates, Matcher)>) -> Result<RecordBatch, IntakeError> {
    let mut columns: Vec<ArrayRef> =
        COLUMNS.iter().filter_map(|name| batch.column_by_name(name).cloned()).collect();
    if let Some((templates, matcher)) = templates {
        let messages = Columns::of(batch)?.message;
        let mut ids = StringViewBuilder::with_capacity(batch.num_rows()).with_deduplicate_strings();
        let mut texts = StringViewBuilder::with_capacity(batch.num_rows()).with_deduplicate_strings();
        let mut scratch = Scratch::default();
        for row in 0..batch.num_rows() {
            let found = matcher.find(messages.value(row), &mut scratch);
            let template = found.and_then(|index| templates.templates.get(index));
            ids.append_option(template.map(|template| &template.id));
            texts.append_option(template.map(|template| &template.text));
        }
        columns.push(Arc::new(ids.finish()));
        columns.push(Arc::new(texts.finish()));
    }
    RecordBatch::try_new(table_schema(templates.is_some()), columns)
        .map_err(|error: ArrowError| IntakeError::Engine(error.to_string()))
}

/// One cell of a row.
enum Cell<'a> {
    Null,
    Text(&'a str),
    /// A number or a time: nothing in it needs quoting.
    Plain(Value),
}

/// The cells of a row, by column name.
fn cells<'a>(table: &'a RecordBatch, columns: &Columnar<'a>, row: usize) -> Vec<(&'a str, Cell<'a>)> {
    let texts = columns.texts.iter();
    let mut cells: Vec<(usize, &str, Cell<'_>)> = texts
        .map(|(at, column)| {
            let cell = text_at(column, row).map_or(Cell::Null, Cell::Text);
            (*at, table.schema_ref().field(*at).name().as_str(), cell)
        })
        .collect();
    let time = columns.timestamp.is_valid(row).then(|| columns.timestamp.value(row));
    let time = time
        .and_then(DateTime::<Utc>::from_timestamp_micros)
        .map_or(Cell::Null, |time| Cell::Plain(json!(time.to_rfc3339_opts(SecondsFormat::AutoSi, true))));
    cells.push((1, "line", Cell::Plain(json!(columns.line.value(row)))));
    cells.push((2, "timestamp", time));
    cells.sort_by_key(|(at, _, _)| *at);
    cells.into_iter().map(|(_, name, cell)| (name, cell)).collect()
}

/// Typed views of a table's columns.
struct Columnar<'a> {
    texts: Vec<(usize, &'a StringViewArray)>,
    line: &'a datafusion::arrow::array::UInt64Array,
    timestamp: &'a datafusion::arrow::array::TimestampMicrosecondArray,
}

impl<'a> Columnar<'a> {
    fn of(table: &'a RecordBatch) -> Result<Self, IntakeError> {
        let missing = || IntakeError::Engine("a table lacks a column".into());
        let texts = table.columns().iter().enumerate();
        Ok(Self {
            texts: texts.filter_map(|(at, column)| Some((at, column.as_string_view_opt()?))).collect(),
            line: table.column_by_name("line").and_then(|c| c.as_primitive_opt()).ok_or_else(missing)?,
            timestamp: table
                .column_by_name("timestamp")
                .and_then(|c| c.as_primitive_opt())
                .ok_or_else(missing)?,
        })
    }
}

fn json_lines(table: &RecordBatch) -> Result<Vec<u8>, IntakeError> {
    let columns = Columnar::of(table)?;
    let mut text = Vec::new();
    for row in 0..table.num_rows() {
        let mut object = Map::new();
        for (name, cell) in cells(table, &columns, row) {
            let value = match cell {
                Cell::Null => Value::Null,
                // An object already: a text of it would have to be read twice.
                Cell::Text(text) if name == "attributes" => {
                    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
                }
                Cell::Text(text) => Value::from(text),
                Cell::Plain(value) => value,
            };
            object.insert(name.to_owned(), value);
        }
        serde_json::to_writer(&mut text, &object).map_err(|error| IntakeError::WriteTable(error.into()))?;
        text.push(b'\n');
    }
    Ok(text)
}

fn csv(table: &RecordBatch) -> Result<Vec<u8>, IntakeError> {
    let columns = Columnar::of(table)?;
    let mut text = Vec::new();
    for row in 0..table.num_rows() {
        for (at, (_, cell)) in cells(table, &columns, row).into_iter().enumerate() {
            if at > 0 {
                text.push(b',');
            }
            match cell {
                Cell::Null => {}
                Cell::Text(value) if value.contains(['"', ',', '\n', '\r']) => {
                    text.push(b'"');
                    text.extend_from_slice(value.replace('"', "\"\"").as_bytes());
                    text.push(b'"');
                }
                Cell::Text(value) => text.extend_from_slice(value.as_bytes()),
                Cell::Plain(Value::String(value)) => text.extend_from_slice(value.as_bytes()),
                Cell::Plain(value) => text.extend_from_slice(value.to_string().as_bytes()),
            }
        }
        text.push(b'\n');
    }
    Ok(text)
}
