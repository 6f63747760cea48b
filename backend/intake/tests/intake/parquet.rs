//! Parquet files: logs with typed columns, and tables.

use crate::{format, options, read_files, rows};
use datafusion::arrow::{
    array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray},
    datatypes::{Field, Schema},
};
use parquet::arrow::ArrowWriter;
use std::sync::Arc;
use trainyard_intake::{Columns, Limits, ReadOptions, text_at};
use trainyard_types::FormatSpecification;

fn written(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let fields: Vec<Field> =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn text(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

#[tokio::test]
async fn columns_are_found_by_their_usual_names() {
    let times =
        TimestampMillisecondArray::from(vec![1_751_345_795_123, 1_751_345_796_000, 1_751_345_797_000]);
    let bytes = written(vec![
        ("ts", Arc::new(times)),
        ("severity", text(&[Some("warn"), None, Some("info")])),
        ("msg", text(&[Some("disk is full"), Some("line\nbreak \"quoted\""), None])),
        ("pid", Arc::new(Int64Array::from(vec![7, 8, 9]))),
    ]);
    let some = FormatSpecification { max_rejected_share: 0.5, ..format("auto") };
    let records = read_files(&[("a.parquet", &bytes)], &some, &options()).await.unwrap();
    assert_eq!(records.formats[0].format.as_ref().unwrap().preset, "parquet");
    let found = rows(&records);
    assert_eq!((found[0].timestamp, &*found[0].message), (1_751_345_795_123_000, "disk is full"));
    assert_eq!((found[0].level.as_deref(), found[0].pid.as_deref()), (Some("warning"), Some("7")));
    assert_eq!(found[1].message, "line\nbreak \"quoted\"");
    // Without a message the record's own text is its message.
    assert!(found[2].message.contains("\"severity\":\"info\""), "{}", found[2].message);
    assert!(records.first_reject.is_none());
}

#[tokio::test]
async fn a_table_keeps_every_column_as_an_attribute() {
    let bytes = written(vec![
        ("colour", text(&[Some("red"), None])),
        ("size", Arc::new(Float64Array::from(vec![1.5, 2.0]))),
    ]);
    let whole = FormatSpecification { drop_duplicates: false, ..format("auto") };
    let records = read_files(&[("a.parquet", &bytes)], &whole, &options()).await.unwrap();
    let batch = &records.batches.iter().unwrap().next().unwrap().unwrap();
    let attributes = Columns::of(batch).unwrap().attributes;
    let mut kept: Vec<_> = (0..batch.num_rows()).map(|row| text_at(attributes, row).unwrap()).collect();
    kept.sort_unstable();
    assert_eq!(kept, [r#"{"colour":"red","size":1.5}"#, r#"{"size":2.0}"#]);
    assert_eq!(records.formats[0].columns, ["colour", "size"]);
}

#[tokio::test]
async fn broken_and_oversized_files_are_told_apart() {
    let bytes = written(vec![("msg", text(&[Some("a")])), ("b", text(&[None])), ("c", text(&[None]))]);
    let limits = Limits { columns: 2, ..Limits::default() };
    let narrow = ReadOptions { limits, ..options() };
    let error = read_files(&[("a.parquet", &bytes)], &format("auto"), &narrow).await.unwrap_err();
    assert_eq!(error.code(), "too-many-columns");
    assert!(error.to_string().contains("3 columns, more than 2 (the limit)"), "{error}");
    let error = read_files(&[("a.parquet", &bytes[..40])], &format("auto"), &options()).await.unwrap_err();
    assert_eq!(error.code(), "parquet");
    let error = read_files(&[("a.parquet", &bytes)], &format("csv"), &options()).await.unwrap_err();
    assert!(error.to_string().contains("choose `parquet` or `auto`"), "{error}");
}
