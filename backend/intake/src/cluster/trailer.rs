//! The last row of what an executor gives of a file: its counts, or why it could not be read. It has the columns of a
//! record, with the record number 0 that no record has, and says all in `excerpt`.

use datafusion::{
    arrow::{
        array::{
            ArrayRef, AsArray, BooleanArray, LargeStringArray, RecordBatch, UInt32Array, UInt64Array,
            new_null_array,
        },
        compute::filter_record_batch,
        datatypes::{SchemaRef, UInt32Type, UInt64Type},
    },
    common::exec_datafusion_err,
    error::{DataFusionError, Result},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Trailer {
    pub(super) framed: u64,
    pub(super) content_bytes: u64,
    pub(super) failure: Option<String>,
}

impl Trailer {
    /// One row of this schema.
    pub(super) fn row(&self, file: u32, schema: &SchemaRef) -> Result<RecordBatch> {
        let text = serde_json::to_string(self).map_err(|error| DataFusionError::External(error.into()))?;
        let columns = schema.fields().iter().map(|field| -> ArrayRef {
            match field.name().as_str() {
                "file" => Arc::new(UInt32Array::from(vec![file])),
                "record" | "line" => Arc::new(UInt64Array::from(vec![0])),
                "excerpt" => Arc::new(LargeStringArray::from(vec![text.as_str()])),
                _ => new_null_array(field.data_type(), 1),
            }
        });
        Ok(RecordBatch::try_new(Arc::clone(schema), columns.collect())?)
    }
}

/// The records of a batch, and the trailers among them with the indices of their files.
pub(super) fn split(batch: RecordBatch) -> Result<(RecordBatch, Vec<(u32, Trailer)>)> {
    let column = |name: &str| {
        batch
            .column_by_name(name)
            .ok_or_else(|| exec_datafusion_err!("the executors gave no column `{name}`"))
    };
    let record = column("record")?.as_primitive::<UInt64Type>();
    if record.values().iter().all(|number| *number > 0) {
        return Ok((batch, Vec::new()));
    }
    let (file, excerpt) =
        (column("file")?.as_primitive::<UInt32Type>(), column("excerpt")?.as_string::<i64>());
    let rows = (0..batch.num_rows()).filter(|row| record.value(*row) == 0);
    let trailers = rows.map(|row| {
        let trailer =
            serde_json::from_str(excerpt.value(row)).map_err(|error| exec_datafusion_err!("{error}"))?;
        Ok((file.value(row), trailer))
    });
    let trailers = trailers.collect::<Result<_>>()?;
    let records = BooleanArray::from_unary(record, |number| number > 0);
    Ok((filter_record_batch(&batch, &records)?, trailers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::{
        compute::concat_batches,
        datatypes::{DataType, Field, Schema},
    };

    #[test]
    fn trailers_come_out_of_the_records() {
        let schema = Arc::new(Schema::new(vec![
            Field::new("file", DataType::UInt32, false),
            Field::new("record", DataType::UInt64, false),
            Field::new("message", DataType::LargeUtf8, true),
            Field::new("excerpt", DataType::LargeUtf8, true),
        ]));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(UInt32Array::from(vec![7, 7])),
            Arc::new(UInt64Array::from(vec![1, 2])),
            Arc::new(LargeStringArray::from(vec![Some("one"), None])),
            Arc::new(LargeStringArray::from(vec![None, Some("two")])),
        ];
        let records = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
        let trailer = Trailer { framed: 2, content_bytes: 20, failure: Some("broken".to_owned()) };
        let row = trailer.row(7, &schema).unwrap();
        let both = concat_batches(&schema, [&row, &records]).unwrap();
        assert_eq!(split(both).unwrap(), (records.clone(), vec![(7, trailer)]));
        assert_eq!(split(records.clone()).unwrap(), (records, Vec::new()));
    }
}
