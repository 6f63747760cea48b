//! The Python that turns raw logs into rows, file by file, and the vocabularies that it shares with the readers here
//! (links to where they are kept).

macro_rules! file {
    ($name:literal) => {
        (concat!("featurizer/", $name), include_str!(concat!("../python/featurizer/", $name)))
    };
}

/// The files of a package's folder `featurizer`: their names and contents.
pub(crate) const FILES: [(&str, &str); 68] = [
    file!("__init__.py"),
    file!("api.py"),
    file!("clock.py"),
    file!("decoding.py"),
    file!("draft.py"),
    file!("envelopes.py"),
    file!("errors.py"),
    file!("expression.py"),
    file!("expressions.py"),
    file!("fast.py"),
    file!("files.py"),
    file!("forms.json"),
    file!("grammar.py"),
    file!("joining.py"),
    file!("levels.json"),
    file!("levels.py"),
    file!("limits.py"),
    file!("names.json"),
    file!("readers.py"),
    file!("reading.py"),
    file!("records.py"),
    file!("shapes.py"),
    file!("templates.py"),
    file!("text.py"),
    file!("values.py"),
    file!("years.py"),
    file!("features/__init__.py"),
    file!("features/addresses.py"),
    file!("features/aggregates.py"),
    file!("features/columns.py"),
    file!("features/counters.py"),
    file!("features/events.py"),
    file!("features/messages.py"),
    file!("features/record.py"),
    file!("features/rows.py"),
    file!("features/samples.py"),
    file!("features/sessions.py"),
    file!("features/steps.py"),
    file!("features/surprise.py"),
    file!("features/surprise_state.py"),
    file!("features/surprising.py"),
    file!("features/windows.py"),
    file!("framing/__init__.py"),
    file!("framing/batches.py"),
    file!("framing/blocks.py"),
    file!("framing/documents.py"),
    file!("framing/frame.py"),
    file!("framing/lines.py"),
    file!("framing/pairs.py"),
    file!("framing/rows.py"),
    file!("framing/xml.py"),
    file!("keyed/__init__.py"),
    file!("keyed/blocks.py"),
    file!("keyed/cef.py"),
    file!("keyed/cells.py"),
    file!("keyed/json_rows.py"),
    file!("keyed/logfmt.py"),
    file!("keyed/plan.py"),
    file!("keyed/row.py"),
    file!("keyed/xml.py"),
    file!("line/__init__.py"),
    file!("line/classify.py"),
    file!("line/layout.py"),
    file!("line/place.py"),
    file!("line/quick.py"),
    file!("line/shape.py"),
    file!("line/style.py"),
    file!("line/token.py"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true if path.ends_with("__pycache__") => {}
                true => walk(&path, found),
                false => found.push(path),
            }
        }
    }

    #[test]
    fn they_are_what_the_folder_holds() {
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
        let mut found = Vec::new();
        walk(&python.join("featurizer"), &mut found);
        let found: BTreeSet<_> =
            found.iter().map(|path| path.strip_prefix(&python).unwrap().to_str().unwrap()).collect();
        assert_eq!(FILES.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(), found);
    }

    /// `forms.json` is what [`trainyard_grammar::time::forms`] gives: write it with `TRAINYARD_WRITE=1`.
    #[test]
    fn the_forms_of_times_are_those_of_the_readers() {
        let forms = serde_json::to_value(trainyard_grammar::time::forms()).unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/featurizer/forms.json");
        if std::env::var_os("TRAINYARD_WRITE").is_some() {
            std::fs::write(&path, serde_json::to_string_pretty(&forms).unwrap() + "\n").unwrap();
        }
        let written: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(written, forms);
    }
}
