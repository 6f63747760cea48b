//! Aliases: what has taken the place of a predecessor's templates. An id is a hash of a text, and the text may change with more
//! data: a place opens, a part turns out to be optional. Then the old id is an alias of the new one.

use crate::{Matcher, TemplateError, Templates, numbered};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Old ids that are no more, each with the new one that all of its messages have now; also those that were aliases before.
/// A template that has been split has none.
///
/// # Errors
/// When the new templates are of another version.
pub fn aliases(old: &Templates, new: &Templates) -> Result<BTreeMap<String, String>, TemplateError> {
    let matcher = Matcher::new(new)?;
    let living: FxHashSet<&str> = new.templates.iter().map(|template| template.id.as_str()).collect();
    let digits: FxHashSet<String> = new.numbered.iter().cloned().collect();
    let mut aliases = BTreeMap::new();
    for template in old.templates.iter().filter(|template| !living.contains(template.id.as_str())) {
        let of_pattern = |pattern: &Vec<String>| {
            let tokens: Vec<_> = pattern.iter().map(|token| numbered::mask(token, &digits)).collect();
            let tokens: Vec<&str> = tokens.iter().map(AsRef::as_ref).collect();
            matcher.find_tokens(&tokens)
        };
        let mut found = template.patterns.iter().map(of_pattern);
        if let Some(Some(first)) = found.next()
            && found.all(|other| other == Some(first))
        {
            aliases.insert(template.id.clone(), new.templates[first].id.clone());
        }
    }
    for (older, id) in old.aliases.iter().filter(|(older, _)| !living.contains(older.as_str())) {
        let heir = if living.contains(id.as_str()) { Some(id) } else { aliases.get(id) };
        if let Some(heir) = heir.cloned() {
            aliases.insert(older.clone(), heir);
        }
    }
    Ok(aliases)
}
