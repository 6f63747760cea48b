//! The Python that turns raw logs into rows, file by file.

macro_rules! file {
    ($name:literal) => {
        (concat!("featurizer/", $name), include_str!(concat!("../python/featurizer/", $name)))
    };
}

/// The files of a package's folder `featurizer`: their names and contents.
pub(crate) const FILES: [(&str, &str); 33] = [
    file!("__init__.py"),
    file!("api.py"),
    file!("batches.py"),
    file!("csv_records.py"),
    file!("detection.py"),
    file!("errors.py"),
    file!("expressions.py"),
    file!("files.py"),
    file!("forms.py"),
    file!("framing.py"),
    file!("json_records.py"),
    file!("levels.py"),
    file!("limits.py"),
    file!("lines.py"),
    file!("names.py"),
    file!("presets.py"),
    file!("reading.py"),
    file!("records.py"),
    file!("syslog.py"),
    file!("templates.py"),
    file!("times.py"),
    file!("values.py"),
    file!("features/__init__.py"),
    file!("features/addresses.py"),
    file!("features/aggregates.py"),
    file!("features/columns.py"),
    file!("features/events.py"),
    file!("features/messages.py"),
    file!("features/record.py"),
    file!("features/rows.py"),
    file!("features/samples.py"),
    file!("features/sessions.py"),
    file!("features/windows.py"),
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
}
