use super::*;

fn name(severity: Option<u8>) -> Option<&'static str> {
    severity.map(|severity| LEVELS[severity as usize])
}

#[test]
fn the_data_is_well_formed_and_complete() {
    let written: Written = serde_json::from_str(levels_json()).unwrap();
    for (level, names) in &written.words {
        assert!(LEVELS.contains(&level.as_str()));
        for name in names {
            assert!(word(name).is_some_and(|found| LEVELS[found as usize] == level), "{name}");
        }
    }
    for weak in &written.weak {
        assert!(is_weak(weak), "{weak}");
    }
    for level in
        written.letters.values().chain(written.symbols.values()).chain(written.values.values().flatten())
    {
        assert!(LEVELS.contains(&level.as_str()), "{level}");
    }
    assert_eq!(written.scales.len(), SCALES.len());
    for (at, scale) in SCALES.into_iter().enumerate() {
        assert_eq!(scale as usize, at);
        assert!(!VOCABULARY.scales[at].values.is_empty());
    }
}

#[test]
fn words_are_known_in_every_case_and_language() {
    for (text, level) in [
        ("EMERG", "emergency"),
        ("panic", "emergency"),
        ("Alert", "alert"),
        ("FATAL", "critical"),
        ("SEVERE", "critical"),
        ("err", "error"),
        ("EE", "error"),
        ("FEHLER", "error"),
        ("ERREUR", "error"),
        ("fail", "error"),
        ("WARN", "warning"),
        ("ww", "warning"),
        ("Warnung", "warning"),
        ("advertencia", "warning"),
        ("AVISO", "warning"),
        ("waarschuwing", "warning"),
        ("notice", "notice"),
        ("INFORMATION", "info"),
        ("Información", "info"),
        ("INFORMAÇÃO", "info"),
        ("LOG", "info"),
        ("STATEMENT", "info"),
        ("(II)", ""),
        ("crit", "critical"),
        ("dbug", "debug"),
        ("trce", "debug"),
        ("QUIET", "debug"),
        ("NOTSET", "debug"),
        ("FINEST", "debug"),
        ("d2", "debug"),
        ("", ""),
        ("loud", ""),
        ("a very long level name indeed", ""),
        ("ünïcode", ""),
    ] {
        assert_eq!(name(word(text)).unwrap_or_default(), level, "{text}");
    }
    assert!(is_weak("Detail") && is_weak("II") && !is_weak("INFO") && !is_weak("nothing"));
}

#[test]
fn letters_signs_and_digits() {
    assert_eq!((letter('W'), letter('w'), letter('X'), letter('É')), (Some(4), None, None, None));
    assert_eq!((symbol('#'), symbol('*'), symbol('a')), (Some(4), Some(5), None));
    for (text, severity_) in [("E", 3), ("e", 3), ("3", 3), (" INFO ", 6), ("7", 7), ("t", 7), ("f", 2)] {
        assert_eq!(severity(text), Some(severity_), "{text}");
    }
    for unknown in ["", "8", "loud", "-1", "é"] {
        assert_eq!(severity(unknown), None, "{unknown}");
    }
}

#[test]
fn a_levels_own_field_says_it_in_many_ways() {
    for (text, scale, level) in [
        ("[WARN]", None, Some(4)),
        ("<err>", None, Some(3)),
        ("High", None, Some(3)),
        ("Error (3)", None, Some(3)),
        ("30", Some(Scale::Pino), Some(6)),
        ("35", Some(Scale::Pino), Some(6)),
        ("70", Some(Scale::Pino), None),
        ("5", None, Some(5)),
        ("12", None, None),
        ("4", Some(Scale::Windows), Some(6)),
        ("-1", Some(Scale::Syslog), None),
        ("unknown", None, None),
        ("", None, None),
        ("information about nothing that matters at all", None, None),
    ] {
        assert_eq!(value(text, scale), level, "{text}");
    }
}

#[test]
fn scales_are_told_apart_by_values_and_keys() {
    let keys = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    for (values, names, scale) in [
        (&[10, 20, 30, 60][..], &[][..], Some(Scale::Pino)),
        (&[30, 50], &["pid", "hostname"], Some(Scale::Pino)),
        (&[30, 40], &[], Some(Scale::Pino)),
        (&[20, 40], &["lineno", "levelno"], Some(Scale::Python)),
        (&[20, 25, 40], &["levelname"], Some(Scale::Python)),
        (&[200, 400], &["channel"], Some(Scale::Monolog)),
        (&[20000, 40000], &[], Some(Scale::Logback)),
        (&[3, 6], &[], Some(Scale::Syslog)),
        (&[0, 2, 3], &["reqid", "app"], Some(Scale::Nextcloud)),
        (&[2, 4], &["eventid", "channel"], Some(Scale::Windows)),
        (&[9, 17], &[], Some(Scale::Otel)),
        (&[5, 9, 13], &["body"], Some(Scale::Otel)),
        (&[0, 3, 10], &[], Some(Scale::Cef)),
        (&[200, 404, 502], &[], None),
        (&[1, 99], &[], None),
        (&[], &["pid"], None),
    ] {
        let values: BTreeSet<i64> = values.iter().copied().collect();
        assert_eq!(scale_of(&values, &keys(names)), scale, "{values:?} {names:?}");
    }
}
