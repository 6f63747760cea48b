//! Matching: which template a message has, by exact look-ups. Nothing is learned.

use super::{
    Templates,
    mask::{WILDCARD, mask},
    tokens::{is_word, tokens},
};
use crate::IntakeError;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Room that matching works in, kept between messages.
#[derive(Debug, Default)]
pub struct Scratch {
    masked: String,
    key: String,
}

/// Frozen templates, ready to be found.
#[derive(Debug)]
pub struct Matcher {
    /// By number of tokens: the wild positions that templates have, fewest first, and the templates of each.
    forms: FxHashMap<usize, Vec<Form>>,
}

#[derive(Debug)]
struct Form {
    wild: Vec<usize>,
    /// Template by its tokens, each closed with a zero byte.
    templates: FxHashMap<String, usize>,
}

impl Matcher {
    /// # Errors
    /// When two templates have the same tokens.
    pub fn new(templates: &Templates) -> Result<Self, IntakeError> {
        let tokens = templates.templates.iter().map(|template| template.tokens.as_slice());
        Self::of(tokens)
            .map_err(|text| IntakeError::Templates(format!("the template `{text}` is there twice")))
    }

    pub(super) fn of<'a, T: AsRef<str> + 'a>(
        templates: impl Iterator<Item = &'a [T]>,
    ) -> Result<Self, String> {
        let mut forms: BTreeMap<(usize, usize, Vec<usize>), FxHashMap<String, usize>> = BTreeMap::new();
        for (index, tokens) in templates.enumerate() {
            let wild: Vec<usize> = (0..tokens.len()).filter(|at| tokens[*at].as_ref() == WILDCARD).collect();
            let mut key = String::new();
            tokens.iter().for_each(|token| close(&mut key, token.as_ref()));
            let form = forms.entry((tokens.len(), wild.len(), wild)).or_default();
            if form.insert(key, index).is_some() {
                return Err(tokens.iter().map(AsRef::as_ref).collect());
            }
        }
        let mut by_length: FxHashMap<usize, Vec<Form>> = FxHashMap::default();
        for ((length, _, wild), templates) in forms {
            by_length.entry(length).or_default().push(Form { wild, templates });
        }
        Ok(Self { forms: by_length })
    }

    /// The index of the message's template; nothing when it is unseen.
    pub fn find(&self, message: &str, scratch: &mut Scratch) -> Option<usize> {
        let mut masked = std::mem::take(&mut scratch.masked);
        masked.clear();
        mask(message, &mut masked);
        let found = self.find_tokens(&tokens(&masked), &mut scratch.key);
        scratch.masked = masked;
        found
    }

    /// As [`Matcher::find`], of a message that is masked.
    pub(super) fn find_masked(&self, masked: &str, key: &mut String) -> Option<usize> {
        self.find_tokens(&tokens(masked), key)
    }

    pub(super) fn find_tokens(&self, tokens: &[&str], key: &mut String) -> Option<usize> {
        self.forms.get(&tokens.len())?.iter().find_map(|form| {
            let mut wild = form.wild.iter().peekable();
            key.clear();
            for (at, token) in tokens.iter().enumerate() {
                if wild.next_if(|next| **next == at).is_some() {
                    if !is_word(token) {
                        return None;
                    }
                    close(key, WILDCARD);
                } else {
                    close(key, token);
                }
            }
            form.templates.get(key.as_str()).copied()
        })
    }
}

fn close(key: &mut String, token: &str) {
    key.push_str(token);
    key.push('\0');
}
