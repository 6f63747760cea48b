//! How log files are to be read, as the command line says it; and what was found of them, said on standard error.

use anyhow::{Context, bail};
use clap::Args;
use std::path::PathBuf;
use trainyard_intake::{FileDetection, Shares};
use trainyard_types::{Accounting, Finding, FindingKind, FormatSpecification, Grammar, Joining, Multiline};

/// As [`ReadingArguments`], with the name of a preset.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct FormatArguments {
    /// The format's preset; found when left out
    #[arg(long = "format", value_name = "PRESET", conflicts_with_all = ["pattern", "regex", "format_file"])]
    preset: Option<String>,
    #[command(flatten)]
    reading: ReadingArguments,
}

impl FormatArguments {
    /// A specification with what the arguments say.
    pub(crate) fn over(&self, format: FormatSpecification) -> anyhow::Result<FormatSpecification> {
        let Some(preset) = &self.preset else { return self.reading.over(format) };
        let preset = preset.clone();
        self.reading.over(FormatSpecification {
            preset,
            pattern: None,
            regex: None,
            grammars: Vec::new(),
            ..format
        })
    }
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ReadingArguments {
    /// How a line is built: `<timestamp> <level> <process>[<pid>]: <message>`
    #[arg(long, conflicts_with_all = ["regex", "format_file"])]
    pattern: Option<String>,
    /// A regular expression with named groups
    #[arg(long, conflicts_with = "format_file")]
    regex: Option<String>,
    /// A grammar, as `trainyard detect` writes it; several are tried, and each file is read by the one that reads most
    #[arg(long, value_name = "GRAMMAR.json")]
    format_file: Vec<PathBuf>,
    /// What plays a role: `level=severity,message=body.text`; `host=` says that nothing is the host
    #[arg(long, value_name = "ROLE=FIELD,…", value_delimiter = ',')]
    fields: Vec<String>,
    /// Which lines continue a record: `auto`, `off`, or a regular expression that first lines match
    #[arg(long, value_name = "auto|off|REGEX")]
    multiline: Option<String>,
    /// The zone of times that are written without one, such as Europe/Berlin
    #[arg(long, value_name = "ZONE", conflicts_with = "utc_offset_minutes")]
    time_zone: Option<String>,
    /// The year of times that are written without one
    #[arg(long)]
    year: Option<i32>,
    /// Whether numeric dates have the day first
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    day_first: Option<bool>,
    /// Minutes from UTC of times that are written without an offset
    #[arg(long, allow_hyphen_values = true)]
    utc_offset_minutes: Option<i32>,
}

impl ReadingArguments {
    /// Whether they say how records are built.
    fn says_how(&self) -> bool {
        self.pattern.is_some() || self.regex.is_some() || !self.format_file.is_empty()
    }

    /// A specification with what the arguments say.
    pub(crate) fn over(&self, format: FormatSpecification) -> anyhow::Result<FormatSpecification> {
        let mut format = format;
        if self.says_how() {
            let preset = match (&self.pattern, &self.regex) {
                (Some(_), _) => "pattern",
                (None, Some(_)) => "regex",
                (None, None) => "auto",
            };
            format = FormatSpecification {
                preset: preset.to_owned(),
                pattern: self.pattern.clone(),
                regex: self.regex.clone(),
                grammars: self.format_file.iter().map(read_grammar).collect::<anyhow::Result<_>>()?,
                ..format
            };
        }
        for field in &self.fields {
            let Some((role, path)) = field.split_once('=') else {
                bail!("--fields {field}: write ROLE=FIELD, such as level=severity");
            };
            format.fields.insert(role.trim().to_owned(), path.trim().to_owned());
        }
        format.multiline = match self.multiline.as_deref() {
            None => format.multiline,
            Some("auto") => Some(Multiline::Word(Joining::Auto)),
            Some("off") => Some(Multiline::Word(Joining::Off)),
            Some(start) => Some(Multiline::Start { start: start.to_owned() }),
        };
        if self.time_zone.is_some() {
            (format.time_zone, format.utc_offset_minutes) = (self.time_zone.clone(), 0);
        }
        if let Some(minutes) = self.utc_offset_minutes {
            (format.time_zone, format.utc_offset_minutes) = (None, minutes);
        }
        format.year = self.year.or(format.year);
        format.day_first = self.day_first.or(format.day_first);
        match trainyard_intake::validate_format(&format).first() {
            None => Ok(format),
            Some(error) => bail!("{}: {}", error.pointer, error.detail),
        }
    }
}

fn read_grammar(path: &PathBuf) -> anyhow::Result<Grammar> {
    let name = || path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(name)?;
    serde_json::from_str(&text).with_context(|| format!("{}: no grammar", name()))
}

/// Says what was found: the format, how many records have a time and a level, and what must be known.
#[expect(clippy::print_stderr, reason = "what was found stands beside the results, not among them")]
pub(crate) fn say(formats: &[FileDetection], counts: &Accounting, shares: Shares, findings: &[Finding]) {
    let mut layouts: Vec<(String, usize)> = Vec::new();
    for format in formats.iter().filter_map(|file| file.format.as_ref()) {
        let layout = format!("{}: {}", format.preset, format.layout);
        match layouts.iter_mut().find(|(known, _)| *known == layout) {
            Some((_, files)) => *files += 1,
            None => layouts.push((layout, 1)),
        }
    }
    for (layout, files) in layouts.iter().take(10) {
        let files = if *files > 1 { format!(" ({files} files)") } else { String::new() };
        eprintln!("format  {layout}{files}");
    }
    let share = |part: u64| 100.0 * part as f64 / counts.parsed.max(1) as f64;
    eprintln!(
        "records {} parsed, {:.1} % with a time, {:.1} % with a level",
        counts.parsed,
        share(shares.timed),
        share(shares.leveled)
    );
    for finding in
        findings.iter().filter(|finding| finding.kind != FindingKind::SeveralGrammars || layouts.len() > 1)
    {
        let remedy = match (&finding.remedy, &finding.setting) {
            (Some(remedy), Some(setting)) => format!("; {remedy} (--{})", setting.replace('_', "-")),
            (Some(remedy), None) => format!("; {remedy}"),
            _ => String::new(),
        };
        eprintln!("note    {}{remedy}", finding.detail);
    }
}
