use super::*;
use object_store::{ObjectStore, ObjectStoreExt, memory::InMemory, path::Path};
use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};
use trainyard_intake::{Batches, Columns, ReadOptions, Source};
use trainyard_types::{EvaluationSpecification, FeatureSetSpecification, FormatSpecification, Split};

fn read(text: String) -> Records {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let location = Path::from("a.log");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let size = text.len() as u64;
    runtime.block_on(store.put(&location, text.into())).unwrap();
    let source = Source { name: "a.log".into(), store, location, size };
    let options = ReadOptions::new("2026-07-02T00:00:00Z".parse().unwrap());
    let format = FormatSpecification::default();
    runtime.block_on(trainyard_intake::read(vec![source], &format, &options, Arc::new(()))).unwrap()
}

/// A day of a service, a request every twenty seconds, and now and then something rare.
fn service() -> Records {
    let mut text = String::new();
    for at in 0..4000_u32 {
        let (hour, minute, second) = (at * 20 / 3600, at * 20 / 60 % 60, at * 20 % 60);
        write!(text, "2025-05-01T{hour:02}:{minute:02}:{second:02}Z ").unwrap();
        match at % 7 {
            0 => writeln!(text, "INFO cache: evicted {} keys of shard {}", 100 + at * 37 % 400, at % 5),
            1..=3 => writeln!(text, "INFO web: GET /item took {} ms for user-{}", 10 + at * 31 % 90, at % 40),
            4 if at % 301 == 4 => writeln!(text, "WARN web: certificate is about to expire"),
            _ => writeln!(text, "INFO auth: login of user-{} accepted", at % 40),
        }
        .unwrap();
    }
    read(text)
}

fn sessions() -> Records {
    let mut text = String::new();
    for at in 0..400_u32 {
        for (step, what) in ["opened", "checked", "paid", "shipped", "closed"].iter().enumerate() {
            let second = at * 60 + step as u32 * 9;
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            writeln!(text, "2025-05-01T{hour:02}:{minute:02}:{second:02}Z INFO shop: order-{at} was {what}")
                .unwrap();
        }
    }
    read(text)
}

fn sampling(text: &str) -> SampleSpecification {
    serde_json::from_str(text).unwrap()
}

fn messages(records: &Records) -> Vec<String> {
    let Batches::InMemory(batches) = &records.batches else { panic!("on disk") };
    let of =
        |batch| Columns::of(batch).unwrap().message.iter().flatten().map(str::to_owned).collect::<Vec<_>>();
    batches.iter().flat_map(of).collect()
}

#[test]
fn incidents_of_records_recur_and_are_marked() {
    let (records, sampling) = (service(), sampling(r#"{"kind": "record"}"#));
    let scene = Scene::of(&records, &sampling).unwrap().unwrap();
    let mut kinds = BTreeSet::new();
    for seed in 0..6 {
        let staged = scene.stage(0.25, seed).unwrap().unwrap();
        assert_eq!(staged.kinds.len(), staged.records.len());
        let marked: Vec<usize> = (0..staged.kinds.len()).filter(|at| staged.kinds[*at].is_some()).collect();
        let share = marked.len() as f64 / staged.kinds.len() as f64;
        assert!((0.005..0.12).contains(&share), "{share}");
        let test = staged.kinds.len() * 3 / 4;
        assert!(marked.iter().any(|at| *at < test) && marked.iter().any(|at| *at >= test));
        kinds.extend(staged.kinds.iter().flatten().copied());
        // What is not marked is as it was.
        let (before, after) = (messages(&records), messages(&staged.records));
        let kept = after.iter().zip(&staged.kinds).filter(|(_, kind)| kind.is_none()).count();
        assert!(kept <= before.len() && kept * 10 > before.len() * 9);
    }
    for kind in Kind::OF_TIME.into_iter().filter(|kind| *kind != Kind::Silence) {
        assert!(kinds.contains(&kind), "{} never happened", kind.name());
    }
}

#[test]
fn the_seed_alone_decides() {
    let (records, sampling) = (service(), sampling(r#"{"kind": "window", "seconds": 600}"#));
    let staged = |seed| Scene::of(&records, &sampling).unwrap().unwrap().stage(0.25, seed).unwrap().unwrap();
    let (once, again, other) = (staged(3), staged(3), staged(4));
    assert_eq!((messages(&once.records), &once.kinds), (messages(&again.records), &again.kinds));
    assert_ne!(messages(&once.records), messages(&other.records));
    // A window for every ten minutes of the day, few of them with incidents.
    assert!(once.kinds.iter().flatten().count() * 3 < once.kinds.len(), "{:?}", once.kinds.len());
}

#[test]
fn a_silent_process_is_heard_in_windows() {
    let (records, sampling) = (service(), sampling(r#"{"kind": "window", "seconds": 600}"#));
    let scene = Scene::of(&records, &sampling).unwrap().unwrap();
    let silent = (0..20).map(|seed| scene.stage(0.25, seed).unwrap().unwrap());
    assert!(silent.into_iter().any(|staged| staged.kinds.contains(&Some(Kind::Silence))));
}

#[test]
fn incidents_of_sessions_are_in_whole_sessions() {
    let records = sessions();
    let sampling = sampling(r#"{"kind": "session", "key": {"regex": "order-[0-9]+"}}"#);
    let scene = Scene::of(&records, &sampling).unwrap().unwrap();
    let mut kinds = BTreeSet::new();
    for seed in 0..12 {
        let staged = scene.stage(0.25, seed).unwrap().unwrap();
        let Batches::InMemory(batches) = &staged.records.batches else { panic!("on disk") };
        let members = trainyard_features::members(batches, &sampling).unwrap();
        assert_eq!(members.len(), staged.kinds.len());
        let texts = messages(&staged.records);
        for session in 0..members.len() {
            let steps: Vec<&str> =
                members.records(session).iter().map(|record| &*texts[*record as usize]).collect();
            if staged.kinds[session].is_none() {
                assert_eq!(steps.len(), 5, "{steps:?}");
                assert!(steps[4].ends_with("closed"));
            }
            if staged.kinds[session] == Some(Kind::CutShort) {
                assert!(steps.len() < 5);
            }
        }
        kinds.extend(staged.kinds.iter().flatten().copied());
    }
    let expected =
        [Kind::CutShort, Kind::MissingStep, Kind::RepeatedStep, Kind::ForeignSteps, Kind::OutOfOrder];
    assert!(expected.iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
}

#[test]
fn draws_are_samples_of_both_parts() {
    let records = service();
    let evaluation =
        EvaluationSpecification { split: Split::Time, test_fraction: 0.25, ..Default::default() };
    let draws = draws(&records, &FeatureSetSpecification::preset("surprise"), evaluation).unwrap();
    assert_eq!(draws.len(), trainyard_learn::DRAWS as usize);
    for draw in &draws {
        assert_eq!(draw.samples.nrows(), draw.kinds.len());
        assert_eq!(draw.rows.training.len() + draw.rows.test.len(), draw.kinds.len());
        assert!(draw.incidents(&draw.rows.training) > 0 && draw.incidents(&draw.rows.test) > 0);
    }
}

#[test]
fn ways_of_making_samples_are_told_apart() {
    let records = service();
    let tell = |preset: &str| tell(&records, &FeatureSetSpecification::preset(preset), 2).unwrap();
    let (surprise, plain) = (tell("surprise").unwrap(), tell("record").unwrap());
    assert!(surprise > 0.5 && surprise > plain, "{surprise} {plain}");
    // 267 windows of five minutes; of one record each hour there are too few.
    assert!(tell("surprise-window").is_some());
    let few = records.batches.last(200).unwrap();
    let few = Records { batches: few, ..records.clone() };
    assert_eq!(super::tell(&few, &FeatureSetSpecification::preset("surprise"), 2).unwrap(), None);
}

#[test]
fn what_has_no_course_of_events_is_no_scene() {
    let few = read("2025-05-01T00:00:00Z INFO web: one\n2025-05-01T00:00:01Z INFO web: two\n".to_owned());
    let record = sampling(r#"{"kind": "record"}"#);
    assert!(Scene::of(&few, &record).unwrap().is_none());
    assert!(Scene::of(&service(), &sampling(r#"{"kind": "row"}"#)).unwrap().is_none());
    // Equal lines without times: nothing is rare, nothing varies, and yet something new can be said.
    let plain = read("the same again\n".repeat(300));
    let staged = Scene::of(&plain, &record).unwrap().unwrap().stage(0.2, 1).unwrap();
    assert!(staged.is_none_or(|staged| staged.kinds.len() >= 300));
}

#[test]
fn a_log_that_comes_in_bursts_is_not_drowned_by_incidents() {
    let mut text = String::new();
    for at in 0..2000_u32 {
        // Two hundred records a second, and then nothing for an hour.
        let (hour, milli) = (at / 200, at % 200 * 5);
        writeln!(text, "2025-05-01T{hour:02}:00:00.{milli:03}Z INFO web: item {} of {}", at % 7, at % 90)
            .unwrap();
    }
    let records = read(text);
    let record = sampling(r#"{"kind": "record"}"#);
    let scene = Scene::of(&records, &record).unwrap().unwrap();
    for seed in 1..6 {
        let staged = scene.stage(0.5, seed).unwrap().unwrap();
        let marked = staged.kinds.iter().flatten().count();
        assert!((1..200).contains(&marked), "seed {seed}: {marked} of {}", staged.kinds.len());
    }
}
