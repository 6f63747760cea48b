//! Messages mined and matched: every message mined finds a template, whatever the order they came in.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trainyard_intake::templates::{Matcher, Miner, Scratch, Templates};

fn mine<'a>(messages: impl Iterator<Item = &'a str>) -> Templates {
    let mut miner = Miner::new();
    messages.for_each(|message| miner.add(message, None));
    miner.finish()
}

fuzz_target!(|text: &str| {
    let forward = mine(text.lines());
    let backward = mine(text.lines().rev());
    let texts = |templates: &Templates| {
        templates.templates.iter().map(|t| (t.id.clone(), t.text.clone(), t.count)).collect::<Vec<_>>()
    };
    assert_eq!(texts(&forward), texts(&backward));
    assert_eq!(forward.templates.iter().map(|t| t.count).sum::<u64>(), text.lines().count() as u64);
    let matcher = Matcher::new(&forward).expect("what was mined can be matched");
    let mut scratch = Scratch::default();
    for line in text.lines() {
        assert!(matcher.find(line, &mut scratch).is_some(), "{line:?} is unseen");
    }
});
