//! Optional parts. The evidence for one is that both variants exist: a bracket with a value in it, or a clause with a value behind
//! a sign or a preposition, is taken out; if the rest is another template, the two are one statement. It shows the text
//! without the part, so that its id does not change when the other variant is met later. Constant additions stay apart.

use crate::{
    cluster::{Facts, Places},
    lexicon::{is_one_of, lexicon},
    vocabulary::{SPACE, Sequence, Vocabulary, WILD},
};

/// Words of a clause, at most; tokens of a bracket, at most.
const CLAUSE: usize = 5;
const BRACKET: usize = 24;

/// Of each template the one that it is a variant of: often itself.
pub(crate) fn variants(templates: &[(Sequence, Facts)], vocabulary: &Vocabulary) -> Vec<usize> {
    let mut known = Places::default();
    for (number, (tokens, facts)) in templates.iter().enumerate() {
        known.add(tokens, &facts.opened, number, vocabulary);
    }
    let find = |rest: &[u32], but: usize| {
        let says = rest.iter().filter(|token| {
            let token = vocabulary.token(**token);
            token.word && !token.masked()
        });
        // Too little would be left to tell a statement by.
        if says.count() < 2 {
            return None;
        }
        known.find(rest, vocabulary, |places, number| {
            number != but && places.iter().all(|at| !vocabulary.token(rest[usize::from(*at)]).says())
        })
    };
    let mut of: Vec<usize> = (0..templates.len()).collect();
    let mut order = of.clone();
    order.sort_by_key(|number| templates[*number].0.len());
    for number in order {
        let tokens = &templates[number].0;
        if let Some(shorter) = without(tokens, vocabulary).iter().find_map(|rest| find(rest, number)) {
            let shorter = root(&of, shorter);
            if shorter != number {
                of[number] = shorter;
            }
        }
    }
    (0..templates.len()).map(|number| root(&of, number)).collect()
}

fn root(of: &[usize], mut number: usize) -> usize {
    while of[number] != number {
        number = of[number];
    }
    number
}

/// What a message may be without one of its optional parts, or with the value that `-` stands for.
fn without(tokens: &[u32], vocabulary: &Vocabulary) -> Vec<Sequence> {
    let text = |at: usize| tokens.get(at).map_or("", |token| &*vocabulary.token(*token).text);
    let cut = |begin: usize, end: usize| -> Sequence { [&tokens[..begin], &tokens[end..]].concat().into() };
    let parts = parts(tokens, vocabulary);
    let mut rests: Vec<Sequence> = parts.iter().map(|(begin, end)| cut(*begin, *end)).collect();
    for at in 1..tokens.len() {
        let apart = matches!(text(at - 1), " " | "[" | "(") && matches!(text(at + 1), "" | " " | "]" | ")");
        let glued =
            matches!((text(at), text(at + 2)), ("(", ")") | ("[", "]") | ("{", "}")) && text(at + 1) == "<*>";
        if text(at) == "-" && apart {
            let mut rest: Sequence = tokens.into();
            rest[at] = WILD;
            rests.push(rest);
        } else if glued && vocabulary.token(tokens[at - 1]).word {
            // `LOCAL(0)`
            rests.push([&tokens[..at - 1], &[WILD], &tokens[at + 3..]].concat().into());
        }
    }
    let brackets: Vec<&(usize, usize)> =
        parts.iter().filter(|(begin, _)| matches!(text(begin + 1), "(" | "[")).collect();
    if brackets.len() > 1 {
        let mut rest = tokens.to_vec();
        let mut next = rest.len();
        for (begin, end) in brackets.into_iter().rev() {
            // One within another goes out with neither.
            if *end <= next {
                rest.drain(*begin..*end);
                next = *begin;
            }
        }
        rests.push(rest.into());
    }
    rests
}

/// Where parts that may be absent begin and end.
fn parts(tokens: &[u32], vocabulary: &Vocabulary) -> Vec<(usize, usize)> {
    let text = |at: usize| tokens.get(at).map_or("", |token| &*vocabulary.token(*token).text);
    let masked = |at: usize| vocabulary.token(tokens[at]).masked();
    let mut parts = Vec::new();
    for at in 2..tokens.len() {
        let spaced = tokens[at - 1] == SPACE;
        match text(at) {
            open @ ("(" | "[") if spaced => {
                let close = if open == "(" { ")" } else { "]" };
                let end = (at + 1..tokens.len().min(at + BRACKET)).find(|end| text(*end) == close);
                if let Some(end) = end
                    && (at..end).any(|at| masked(at) || text(at) == "=")
                {
                    parts.push((at - 1, end + 1));
                }
            }
            sign @ ("," | ";") => clause(at, at, sign, tokens, vocabulary, &mut parts),
            "-" if spaced && text(at + 1) == " " => clause(at, at - 1, "-", tokens, vocabulary, &mut parts),
            word if spaced
                && is_one_of(word, &lexicon().openers)
                && word.bytes().all(|b| b.is_ascii_lowercase()) =>
            {
                clause(at, at - 1, word, tokens, vocabulary, &mut parts);
            }
            _ => {}
        }
    }
    parts
}

/// Clauses that `opener` at `at` begins, up to the end or the next sign of their kind.
fn clause(
    at: usize,
    begin: usize,
    opener: &str,
    tokens: &[u32],
    vocabulary: &Vocabulary,
    parts: &mut Vec<(usize, usize)>,
) {
    let word = opener.bytes().all(|byte| byte.is_ascii_alphabetic());
    let (mut words, mut value) = (0, false);
    for end in at + 1..=tokens.len() {
        let text = tokens.get(end).map_or("", |token| &*vocabulary.token(*token).text);
        let ends = matches!(text, "" | "," | ";" | "." | ":") || text == " " && word;
        if ends && value && words > 0 {
            parts.push((begin, end));
        }
        if matches!(text, "" | "=" | "(" | "[" | "{" | "\"") || words > CLAUSE {
            return;
        }
        let token = vocabulary.token(tokens[end]);
        if token.word {
            words += 1;
            value |= token.masked();
        }
    }
}
