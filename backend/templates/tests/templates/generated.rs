//! Logs of many statements: grouped as they were written, whatever the order, with ids that last.

use crate::{
    generator::{Random, log, statements},
    grouping::{accuracy, found, mined},
};
use trainyard_templates::aliases;

/// Grouping accuracy, and the share of lines whose id of a tenth of the lines lives on.
fn judged(count: usize, held: bool, lines: usize, seed: u64) -> (f64, f64) {
    let (messages, truth) = log(&statements(count, held, seed), lines, seed);
    let templates = mined(&messages);
    let of_all = found(&templates, &messages);
    let (accuracy, f1) = accuracy(&truth, &of_all);
    let mut shuffled = messages.clone();
    Random(seed).shuffle(&mut shuffled);
    let mut again = mined(&shuffled);
    // Examples without times are the first in the order of their texts.
    assert_eq!(again.templates.len(), templates.templates.len());
    again
        .templates
        .iter_mut()
        .zip(&templates.templates)
        .for_each(|(a, b)| a.examples.clone_from(&b.examples));
    assert_eq!(again, templates);

    let tenth = &messages[..lines / 10];
    let first = mined(tenth);
    let heirs = aliases(&first, &templates).unwrap();
    let lives_on = |(before, now): (&Option<usize>, &Option<usize>)| {
        let (before, now) = (&first.templates[before.unwrap()].id, &templates.templates[now.unwrap()].id);
        before == now || heirs.get(before) == Some(now)
    };
    let lasting = found(&first, tenth).iter().zip(&of_all).filter(|pair| lives_on(*pair)).count();
    let lasting = lasting as f64 / tenth.len() as f64;
    println!(
        "{count} statements, held {held}, {lines} lines: GA {accuracy:.4}, FGA {f1:.4}, {} templates, ids last {lasting:.4}",
        templates.templates.len()
    );
    (accuracy, lasting)
}

#[test]
fn statements_are_grouped_as_they_were_written() {
    for (count, held) in [(1000, false), (500, true)] {
        let (accuracy, lasting) = judged(count, held, 30_000, 11);
        assert!(accuracy >= 0.985, "held {held}: GA {accuracy}");
        assert!(lasting >= 0.98, "held {held}: {lasting}");
    }
}

#[test]
fn what_is_kept_of_too_much_is_bounded_and_does_not_depend_on_the_order() {
    let mut random = Random(5);
    let mut line = |at: usize| {
        let (a, b) = (random.name() + &random.name(), random.name() + &random.name());
        match at % 4 {
            0 => format!("user {a} opened document {b}"),
            1 => format!("cannot reach {a} through gateway {b}, giving up"),
            2 => format!("job {a} for tenant {b} finished on {}", random.name()),
            _ => format!("{a} joined room {b}"),
        }
    };
    let mut lines: Vec<String> = (0..100_000).map(&mut line).collect();
    let forward = mined(&lines);
    lines.reverse();
    let backward = mined(&lines);
    assert_eq!(forward, backward);
    assert_eq!(forward.templates.len(), 4);
    assert!(forward.limits.is_some_and(|limits| limits.not_looked_at > 0));
    assert!(found(&backward, &lines).iter().all(Option::is_some));
    // Nothing in common: the rarest are left out.
    let lines: Vec<String> = (0..130_000)
        .map(|at| {
            let signs: String = (0..17)
                .map(|bit| if at >> bit & 1 == 1 { ": " } else { "; " })
                .map(|sign| random.name() + sign)
                .collect();
            signs + &random.name()
        })
        .collect();
    let templates = mined(&lines);
    let bytes = serde_json::to_vec(&templates).unwrap().len();
    let limits = templates.limits.unwrap();
    println!("{} templates, {bytes} bytes, {limits:?}", templates.templates.len());
    assert!(bytes < 2_000_000 && limits.looked_at <= 120_000);
    let counted: u64 = templates.templates.iter().map(|template| template.count).sum();
    assert_eq!(counted + templates.beyond_limit, 130_000);
}
