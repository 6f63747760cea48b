use super::{super::parsed_fields, *};
use crate::records::{Columns, text_at};
use datafusion::arrow::{
    array::{ArrayRef, StringViewArray, TimestampMicrosecondArray, UInt32Array, UInt64Array},
    datatypes::{DataType, Field, Schema},
};
use proptest::prelude::*;

/// A record; a rejected one has nothing but its place.
#[derive(Clone, Debug)]
struct Line {
    time: Option<i64>,
    /// Host, level, process, pid, message, attributes and id.
    texts: [Option<&'static str>; 7],
    rejected: bool,
}

const NAMES: [&str; 7] = ["host", "level", "process", "pid", "message", "attributes", "id"];
const MESSAGE: usize = 4;

/// What records are ordered by: nulls last.
type Key = ((bool, Option<i64>), [(bool, Option<&'static str>); 7]);

impl Line {
    fn text(&self, name: &str) -> Option<&'static str> {
        let place = NAMES.iter().position(|known| *known == name)?;
        self.texts[place].filter(|_| !self.rejected)
    }

    fn key(&self) -> Key {
        let time = self.time.filter(|_| !self.rejected);
        ((time.is_none(), time), NAMES.map(|name| (self.text(name).is_none(), self.text(name))))
    }
}

/// The records of one file with numbers from `first` on.
fn batch(file: u32, first: u64, lines: &[Line]) -> ParsedBatch {
    let numbers = || -> ArrayRef { Arc::new((first..).take(lines.len()).collect::<UInt64Array>()) };
    let times = lines.iter().map(|line| line.key().0.1);
    let mut columns: Vec<ArrayRef> =
        vec![Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("+00:00"))];
    for field in &parsed_fields()[1..] {
        let text = |line: &Line| match field.name().as_str() {
            "reject" | "excerpt" => line.rejected.then_some("no record"),
            name => line.text(name),
        };
        columns.push(Arc::new(lines.iter().map(text).collect::<StringViewArray>()));
    }
    let mut fields = parsed_fields().to_vec();
    for name in ["record", "line"] {
        fields.push(Arc::new(Field::new(name, DataType::UInt64, false)));
        columns.push(numbers());
    }
    fields.push(Arc::new(Field::new("file", DataType::UInt32, false)));
    columns.push(Arc::new(UInt32Array::from_value(file, lines.len())));
    ParsedBatch::of(&RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()).unwrap()
}

fn line() -> impl Strategy<Value = Line> {
    let text = |texts: &'static [&str]| prop::option::weighted(0.8, prop::sample::select(texts));
    (
        prop::option::weighted(0.9, 0..4i64),
        text(&["a", "b", "a host of some length"]),
        text(&["error", "info"]),
        text(&["p", "a process of some length", "a process of some lengths"]),
        text(&["1", "12", "1234567", "1234568", "123456789"]),
        prop::sample::select(&["", "a message of some length", "a message of some lengths", "b"]),
        text(&["{\"a\":1}", "{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":3}"]),
        text(&["1", "an id of some length"]),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(time, host, level, process, pid, message, attributes, id, rejected)| {
            let texts = [host, level, process, pid, Some(message), attributes, id];
            Line { time, texts, rejected }
        })
}

/// Runs of the records of two files, some of them the same again.
fn given() -> impl Strategy<Value = Vec<(u32, Vec<Line>)>> {
    let lines = prop::collection::vec(line(), 1..12);
    let again = |(lines, extra): (Vec<Line>, Vec<prop::sample::Index>)| {
        let more: Vec<Line> = extra.iter().map(|at| at.get(&lines).clone()).collect();
        [lines, more].concat()
    };
    let lines = (lines, prop::collection::vec(any::<prop::sample::Index>(), 0..4)).prop_map(again);
    let lines = prop_oneof![1 => Just(Vec::new()), 8 => lines];
    prop::collection::vec((0..2u32, lines), 0..6)
}

proptest! {
    #[test]
    fn runs_become_all_records_in_their_order(given in given()) {
        let mut numbers = [1, 1];
        let (mut runs, mut all) = (Vec::new(), Vec::new());
        for (file, lines) in &given {
            let first = numbers[*file as usize];
            numbers[*file as usize] += lines.len() as u64;
            runs.push(Run::of(batch(*file, first, lines)).unwrap());
            all.extend(lines.iter().zip(first..).map(|(line, record)| (line.key(), *file, record, line.rejected)));
        }
        // Those without a time are in the order of their files.
        all.sort_by(|a, b| match a.0.0.0 && b.0.0.0 {
            true => (a.1, a.2).cmp(&(b.1, b.2)),
            false => a.cmp(b),
        });
        let order = merged(&runs);
        let place = |slice: &Slice, row: usize| (slice.batch(&runs).file.value(row), slice.batch(&runs).record.value(row));
        let found: Vec<_> = order.iter().flat_map(|slice| slice.rows().map(|row| place(slice, row))).collect();
        prop_assert_eq!(found, all.iter().map(|(_, file, record, _)| (*file, *record)).collect::<Vec<_>>());

        // Of equal records with an id the first; and every one counted.
        let mut collector = Collector::new(Some(vec![false; 2]), vec!["a.log".to_owned(), "b.log".to_owned()], None).unwrap();
        let mut found = Vec::new();
        let accept = |batch: RecordBatch| {
            let columns = Columns::of(&batch)?;
            for row in 0..batch.num_rows() {
                let message = columns.message.value(row).to_owned();
                let attributes = text_at(columns.attributes, row).map(str::to_owned);
                found.push((columns.file.value(row).to_owned(), columns.record.value(row), message, attributes));
            }
            Ok(())
        };
        Sorted { runs, order }.collect(&mut collector, accept).unwrap();
        let rejected = all.iter().filter(|record| record.3).count();
        let read = all.len();
        all.dedup_by(|record, first| {
            !record.3 && !first.3 && record.0 == first.0 && record.0.1[MESSAGE + 2].1.is_some()
        });
        all.retain(|record| !record.3);
        let name = |file: u32| ["a.log", "b.log"][file as usize].to_owned();
        let text = |text: (bool, Option<&'static str>)| text.1.map(str::to_owned);
        let expected = all.iter().map(|((_, texts), file, record, _)| {
            (name(*file), *record, text(texts[MESSAGE]).unwrap_or_default(), text(texts[MESSAGE + 1]))
        });
        prop_assert_eq!(found, expected.collect::<Vec<_>>());
        let counts = &collector.accounting;
        let (read, rejected, parsed) = (read as u64, rejected as u64, all.len() as u64);
        prop_assert_eq!((counts.read, counts.rejected, counts.parsed), (read, rejected, parsed));
        prop_assert_eq!(counts.duplicates, read - rejected - parsed);
    }

    #[test]
    fn long_slices_stay_alone_and_short_ones_fill_batches(
        lengths in prop::collection::vec(prop::sample::select(&[1, 500, LONG - 1, LONG, BATCH - LONG, BATCH]), 0..60),
    ) {
        let order: Vec<Slice> = lengths.iter().map(|len| Slice::new(0, 0..*len)).collect();
        let groups = batches(&order);
        let rows = |group: &[Slice]| group.iter().map(Slice::len).sum::<usize>();
        let found: Vec<usize> = groups.iter().flat_map(|group| group.iter().map(Slice::len)).collect();
        prop_assert_eq!(found, lengths);
        for group in &groups {
            prop_assert!(group.len() == 1 || rows(group) <= BATCH && group.iter().all(|slice| slice.len() < LONG));
        }
        for pair in groups.windows(2) {
            let short = pair.iter().all(|group| group[0].len() < LONG);
            prop_assert!(!short || rows(pair[0]) + pair[1][0].len() > BATCH, "{} and {}", rows(pair[0]), pair[1][0].len());
        }
    }
}
