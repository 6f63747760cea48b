//! The records with what was changed in them.

use crate::{IncidentError, Kind, log::Log};
use datafusion::arrow::array::{
    Array, ArrayRef, RecordBatch, StringViewBuilder, TimestampMicrosecondBuilder, UInt64Builder,
};
use std::{collections::BTreeMap, sync::Arc};
use trainyard_intake::{Columns, schema, text_at};

/// What is different of a record from the one that it is made from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    pub(crate) message: Option<String>,
    pub(crate) level: Option<&'static str>,
    pub(crate) host: Option<String>,
    pub(crate) process: Option<String>,
}

/// A further record, made from one that there is.
#[derive(Clone, Debug)]
pub(crate) struct Added {
    pub(crate) clock: i64,
    pub(crate) from: u32,
    pub(crate) change: Change,
    pub(crate) kind: Kind,
}

/// What is done to the records of a log.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    pub(crate) added: Vec<Added>,
    pub(crate) removed: Vec<u32>,
    pub(crate) changed: BTreeMap<u32, Change>,
    /// Records at other instants.
    pub(crate) moved: BTreeMap<u32, i64>,
    /// Records that belong to an incident.
    pub(crate) marked: BTreeMap<u32, Kind>,
}

impl Edits {
    pub(crate) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.marked.is_empty()
    }

    /// Whether an incident has touched it.
    pub(crate) fn touches(&self, record: u32) -> bool {
        self.marked.contains_key(&record)
    }
}

/// A record of the result.
struct Row<'a> {
    clock: i64,
    from: u32,
    change: Option<&'a Change>,
    mark: Option<Kind>,
    /// Whether its time is not that of the record it is made from.
    is_retimed: bool,
}

/// The records in their order, and the kind of incident that each belongs to.
pub(crate) fn rewritten(
    log: &Log,
    mut edits: Edits,
) -> Result<(RecordBatch, Vec<Option<Kind>>), IncidentError> {
    edits.removed.sort_unstable();
    let mut rows: Vec<Row<'_>> = (0..log.len() as u32)
        .filter(|record| edits.removed.binary_search(record).is_err())
        .map(|record| Row {
            clock: edits.moved.get(&record).copied().unwrap_or(log.clock[record as usize]),
            from: record,
            change: edits.changed.get(&record),
            mark: edits.marked.get(&record).copied(),
            is_retimed: edits.moved.contains_key(&record),
        })
        .collect();
    rows.extend(edits.added.iter().map(|added| Row {
        clock: added.clock,
        from: added.from,
        change: Some(&added.change),
        mark: Some(added.kind),
        is_retimed: true,
    }));
    rows.sort_by_key(|row| row.clock);
    let columns = log.batches.iter().map(Columns::of).collect::<Result<Vec<_>, _>>()?;
    let mut times = TimestampMicrosecondBuilder::with_capacity(rows.len());
    let mut texts: [StringViewBuilder; 7] = Default::default();
    let (mut lines, mut numbers) = (UInt64Builder::new(), UInt64Builder::new());
    for row in &rows {
        let (batch, at) = log.find(row.from);
        let from = &columns[batch];
        let change = row.change;
        let own = from.timestamp.is_valid(at).then(|| from.timestamp.value(at));
        times.append_option(if row.is_retimed && log.timed { Some(row.clock) } else { own });
        let [host, level, process, pid, message, attributes, file] = &mut texts;
        host.append_option(change.and_then(|change| change.host.as_deref()).or(text_at(from.host, at)));
        level.append_option(change.and_then(|change| change.level).or(text_at(from.level, at)));
        process
            .append_option(change.and_then(|change| change.process.as_deref()).or(text_at(from.process, at)));
        pid.append_option(text_at(from.pid, at));
        message.append_value(
            change.and_then(|change| change.message.as_deref()).unwrap_or(from.message.value(at)),
        );
        attributes.append_option(text_at(from.attributes, at));
        file.append_value(from.file.value(at));
        lines.append_value(from.line.value(at));
        numbers.append_value(from.record.value(at));
    }
    let mut arrays: Vec<ArrayRef> = vec![Arc::new(times.finish().with_timezone("+00:00"))];
    arrays.extend(texts.iter_mut().map(|text| Arc::new(text.finish()) as ArrayRef));
    arrays.extend([Arc::new(lines.finish()) as ArrayRef, Arc::new(numbers.finish())]);
    let batch =
        RecordBatch::try_new(schema(), arrays).map_err(|error| IncidentError::Columns(error.to_string()))?;
    Ok((batch, rows.into_iter().map(|row| row.mark).collect()))
}
