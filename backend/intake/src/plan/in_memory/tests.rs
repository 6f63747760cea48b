use super::{super::parsed_fields, *};
use crate::records::text_at;
use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray, StringViewArray, TimestampMicrosecondArray, UInt32Array, UInt64Array},
    datatypes::{DataType, Field, Schema, TimestampMicrosecondType},
};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Time, host and message; without a message it is a rejected one, which has nothing else.
type Line = (Option<i64>, Option<bool>, Option<u8>);

fn batch(first: u64, lines: &[Line]) -> ParsedBatch {
    let texts = |text: fn(&Line) -> Option<String>| -> ArrayRef {
        Arc::new(lines.iter().map(text).collect::<StringViewArray>())
    };
    let numbers = || -> ArrayRef { Arc::new((first..).take(lines.len()).collect::<UInt64Array>()) };
    let times = lines.iter().map(|(time, _, message)| message.and(*time));
    let mut columns: Vec<ArrayRef> =
        vec![Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("+00:00"))];
    for field in &parsed_fields()[1..] {
        columns.push(match field.name().as_str() {
            "host" => texts(|(_, host, message)| message.and(*host).map(|host| host.to_string())),
            "message" => texts(|line| line.2.map(|message| format!("a message of some length {message}"))),
            "reject" => texts(|line| line.2.is_none().then(|| "no message".to_owned())),
            _ => texts(|_| None),
        });
    }
    let mut fields = parsed_fields().to_vec();
    for (name, column) in [("record", numbers()), ("line", numbers())] {
        fields.push(Arc::new(Field::new(name, DataType::UInt64, false)));
        columns.push(column);
    }
    fields.push(Arc::new(Field::new("file", DataType::UInt32, false)));
    columns.push(Arc::new(UInt32Array::from_value(0, lines.len())));
    ParsedBatch::of(&RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()).unwrap()
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let time = prop_oneof![1 => Just(None), 8 => (0..6i64).prop_map(Some)];
    let message = prop_oneof![1 => Just(None), 8 => (0..3u8).prop_map(Some)];
    prop::collection::vec((time, any::<Option<bool>>(), message), 0..12)
}

proptest! {
    #[test]
    fn runs_become_all_records_in_their_order(given in prop::collection::vec(lines(), 0..6)) {
        let mut first = 1;
        let runs: Vec<Run> = given
            .iter()
            .map(|lines| {
                let batch = batch(first, lines);
                first += lines.len() as u64;
                Run::of(batch).unwrap()
            })
            .collect();
        let order = merged(&runs);
        let places: Vec<(usize, usize)> =
            order.iter().flat_map(|slice| slice.rows().map(|row| (slice.run as usize, row))).collect();
        let all = runs.iter().enumerate().flat_map(|(at, run)| (0..run.batch.len()).map(move |row| (at, row)));
        prop_assert_eq!(places.iter().copied().collect::<BTreeSet<_>>(), all.collect::<BTreeSet<_>>());
        for pair in places.windows(2) {
            let [(batch, row), (next, next_row)] = [pair[0], pair[1]].map(|(run, row)| (&runs[run].batch, row));
            let times = batch.time(row).cmp(&next.time(next_row));
            prop_assert!(times.then_with(|| batch.compare(row, next, next_row)).is_lt());
        }

        // Each different record once, and every rejected one counted.
        let mut collector = Collector::new(true, vec!["a.log".to_owned()], None).unwrap();
        let mut found = Vec::new();
        let accept = |batch: RecordBatch| {
            let (times, hosts) = (batch.column(0).as_primitive::<TimestampMicrosecondType>(), batch.column(1));
            for row in 0..batch.num_rows() {
                let time = times.is_valid(row).then(|| times.value(row));
                let host = text_at(hosts.as_string_view(), row).map(str::to_owned);
                found.push((time.is_none(), time, host.is_none(), host, batch.column(5).as_string_view().value(row).to_owned()));
            }
            Ok(())
        };
        Sorted { runs, order }.collect(&mut collector, accept).unwrap();
        let record = |(time, host, message): &Line| {
            let host = host.map(|host| host.to_string());
            message.map(|message| (time.is_none(), *time, host.is_none(), host, format!("a message of some length {message}")))
        };
        let expected: BTreeSet<_> = given.iter().flatten().filter_map(record).collect();
        prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
        let lines = given.iter().flatten();
        let rejected = lines.clone().filter(|line| line.2.is_none()).count() as u64;
        prop_assert_eq!((collector.accounting.read, collector.accounting.rejected), (lines.count() as u64, rejected));
    }
}
