use super::*;
use proptest::prelude::*;

fn step(template: u32, seconds: i64) -> Step {
    Step { template: Some(template), time: Some(seconds * 1_000_000), severity: Some(6) }
}

/// Begin, two or three times work a second apart, end.
fn ordinary(number: i64) -> Vec<Step> {
    let mut session = vec![step(0, 0)];
    session.extend((0..2 + number % 2).map(|at| step(1, 1 + at)));
    session.push(step(2, 5));
    session
}

fn told(session: &[Step]) -> [f64; 6] {
    let sessions: Vec<Vec<Step>> = (0..200).map(ordinary).collect();
    Sessions::new(&Steps::fit(&sessions)).unwrap().numbers(session.iter().copied())
}

#[test]
fn what_is_usual_does_not_surprise() {
    for number in 0..2 {
        let numbers = told(&ordinary(number));
        assert!(numbers[..5].iter().all(|number| *number < 0.5), "{numbers:?}");
        assert_eq!(numbers[5], -1.0);
    }
}

#[test]
fn each_number_sees_its_own_kind() {
    let mut cases = vec![("nothing", None, ordinary(0))];
    let changed = |change: &dyn Fn(&mut Vec<Step>)| {
        let mut session = ordinary(0);
        change(&mut session);
        session
    };
    cases.push(("step_rare", Some(0), changed(&|session| session[1].template = None)));
    cases.push(("step_rare", Some(0), changed(&|session| session[1].template = Some(77))));
    cases.push(("step_missing", Some(1), changed(&|session| session.truncate(session.len() - 1))));
    let repeated = |session: &mut Vec<Step>| session.splice(1..1, vec![step(1, 1); 30]).for_each(drop);
    cases.push(("step_count", Some(2), changed(&repeated)));
    cases.push(("step_order", Some(3), changed(&|session| session.swap(0, 1))));
    let late = |session: &mut Vec<Step>| session[3].time = Some(900_000_000);
    cases.push(("step_late", Some(4), changed(&late)));
    for (name, seen, session) in cases {
        let numbers = told(&session);
        for (at, number) in numbers[..5].iter().enumerate() {
            let expected = seen == Some(at);
            // Steps in another order come at other times, too, and what is gone has no end.
            let beside = matches!((name, at), ("step_order" | "step_missing", 3 | 4) | ("step_rare", 2 | 3));
            assert!(beside || (*number > 2.0) == expected, "{name}: {numbers:?}");
            assert!(!expected || *number > 2.0, "{name}: {numbers:?}");
        }
    }
    let mut failed = ordinary(0);
    failed[1].severity = Some(3);
    assert_eq!(told(&failed)[5], 1.0);
}

#[test]
fn nothing_learned_tells_little_and_nothing_fails() {
    let none = Sessions::new(&Steps::fit(&[])).unwrap();
    assert!(none.numbers(ordinary(0)).iter().all(|number| number.is_finite()));
    assert!(told(&[]).iter().all(|number| number.is_finite()));
}

#[test]
fn of_a_session_that_goes_on_nothing_is_missing() {
    let sessions: Vec<Vec<Step>> = (0..200).map(ordinary).collect();
    let told = Sessions::new(&Steps::fit(&sessions)).unwrap();
    let mut long = vec![step(0, 0)];
    long.extend((0..1200).map(|at| step(1, at)));
    long.push(step(2, 1200));
    let numbers = told.numbers(long.iter().copied());
    assert_eq!((numbers[1], numbers[3]), (0.0, 0.0), "{numbers:?}");
    // How severe it gets is told to the end.
    long.push(Step { severity: Some(3), ..step(2, 1201) });
    assert_eq!(told.numbers(long.iter().copied())[5], 1.0);
    // The same without an end is short enough to miss it.
    let short = [&long[..900], &[]].concat();
    assert!(told.numbers(short)[1] > 2.0);
}

#[test]
fn states_that_nobody_fitted_are_refused_or_borne() {
    let other = Steps { version: STEPS_VERSION + 1, ..Steps::default() };
    assert!(matches!(Sessions::new(&other), Err(SurpriseError::Version(_))));
    let strange = Steps {
        version: STEPS_VERSION,
        usual: vec![Usual { template: u32::MAX, sessions: 7, ..Usual::default() }],
        together: vec![[0, 0, 9], [u32::MAX, 3, 1]],
        next: vec![[0, 0, 0]],
        sessions: 0,
    };
    assert!(!Sessions::new(&strange).unwrap().numbers(ordinary(0)).iter().any(|number| number.is_nan()));
}

proptest! {
    #[test]
    fn what_is_learned_goes_through_json_and_stays_within_bounds(
        sessions in prop::collection::vec(
            prop::collection::vec((prop::option::of(0u32..9), prop::option::of(0i64..99), 0u8..8), 0..12), 0..60)
    ) {
        let steps = |session: &Vec<(Option<u32>, Option<i64>, u8)>| session
            .iter()
            .map(|(template, time, severity)| Step {
                template: *template, time: time.map(|time| time * 700_000), severity: Some(*severity)
            })
            .collect::<Vec<Step>>();
        let sessions: Vec<Vec<Step>> = sessions.iter().map(steps).collect();
        let fitted = Steps::fit(&sessions);
        let again: Steps = serde_json::from_str(&serde_json::to_string(&fitted).unwrap()).unwrap();
        prop_assert_eq!(&again, &fitted);
        let told = Sessions::new(&again).unwrap();
        for session in &sessions {
            let numbers = told.numbers(session.iter().copied());
            prop_assert!(numbers[..5].iter().all(|number| (0.0..=CAP).contains(number)), "{:?}", numbers);
        }
    }
}
