//! How a record is built, in words for people.

use trainyard_types::{
    Grammar,
    grammar::{
        ColumnPlace, FieldShape, Framing, Keyed, LevelKind, LevelPlace, LineLayout, Reader, Side, TimePath,
    },
};

/// The layout of most records of a grammar.
pub(crate) fn describe(grammar: &Grammar) -> String {
    let kind = match &grammar.framing {
        Framing::Lines | Framing::Rows => "",
        Framing::Json { .. } => "JSON document: ",
        Framing::Table { .. } => "table: ",
        Framing::Directives => "#Fields: ",
        Framing::Xml { .. } => "XML: ",
        Framing::Blocks => "blocks: ",
    };
    let mut layouts: Vec<String> = grammar.readers.iter().map(reader).collect();
    layouts.dedup();
    layouts.truncate(3);
    format!("{kind}{}", layouts.join(" | "))
}

fn reader(reader: &Reader) -> String {
    match reader {
        Reader::Cri { within } => envelope("<timestamp> <stream> <tag> ", within),
        Reader::Rfc5424 { within } => envelope("<priority>1 <timestamp> <host> <process> <pid> … ", within),
        Reader::Priority { within } => envelope("<priority>", within),
        Reader::Prefix { within, .. } => envelope("<container> | ", within),
        Reader::Json(known) => keyed("JSON", known),
        Reader::Logfmt(known) => keyed("key=value", known),
        Reader::Cells(known) => keyed("columns", known),
        Reader::Xml(known) => keyed("elements", known),
        Reader::Block(known) => keyed("fields", known),
        Reader::Cef => "CEF or LEEF".to_owned(),
        Reader::Line(layout) => line(layout),
        Reader::Expression(_) => "a known format".to_owned(),
    }
}

fn envelope(name: &str, within: &[Reader]) -> String {
    format!("{name}{}", within.first().map_or("<message>".to_owned(), reader))
}

fn keyed(kind: &str, keyed: &Keyed) -> String {
    let roles = &keyed.roles;
    let time = roles.time.first().map(|time| match time {
        TimePath::One(path) => path.clone(),
        TimePath::Two([date, time]) => format!("{date} + {time}"),
    });
    let paths = [
        ("timestamp", time),
        ("level", roles.level.first().cloned()),
        ("host", roles.host.first().cloned()),
        ("process", roles.process.first().cloned()),
        ("message", roles.message.first().cloned()),
    ];
    let known: Vec<String> =
        paths.into_iter().filter_map(|(role, path)| Some(format!("{role} = {}", path?))).collect();
    let inside = keyed.within.first().map_or(String::new(), |inner| format!("; in it {}", reader(inner)));
    format!("{kind} ({}{inside})", known.join(", "))
}

fn line(layout: &LineLayout) -> String {
    let mut text = String::new();
    let level = |side| layout.level.as_ref().filter(|level| level.side == side && !level.trailing);
    if let Some(time) = &layout.time {
        for index in 0..time.before {
            text.push_str(&token(layout, ColumnPlace::Before, index, level(Side::Before)));
            text.push(' ');
        }
        let open = time.bracket.map(String::from).unwrap_or_default();
        let close = match time.bracket {
            Some('[') => "]",
            Some('(') => ")",
            Some('<') => ">",
            Some('"') => "\"",
            _ => "",
        };
        text.push_str(&format!("{open}<timestamp>{} ", if layout.block { "" } else { close }));
    }
    if let Some(place) = level(Side::After) {
        for index in 0..place.index.unwrap_or(0) {
            text.push_str(&token(layout, ColumnPlace::Between, index, None));
            text.push(' ');
        }
        text.push_str(&of_level(place));
        text.push(' ');
    }
    for (index, field) in layout.header.iter().enumerate() {
        let column =
            layout.columns.iter().find(|c| c.place == ColumnPlace::Header && c.index as usize == index);
        let name = column.map_or(&field.role, |column| &column.role).name();
        let field = match &field.shape {
            FieldShape::Nothing => continue,
            FieldShape::NamePid => format!("<{name}>[<pid>]: "),
            FieldShape::NameColon => format!("<{name}>: "),
            FieldShape::NameDash => format!("<{name}> - "),
            FieldShape::Bracket => format!("[<{name}>] "),
            FieldShape::Parenthesis => format!("(<{name}>) "),
            FieldShape::Key(key) => format!("{key}=<{name}> "),
            FieldShape::Until(sign) => format!("<{name}>{} ", if sign == "\t" { "" } else { sign }),
            FieldShape::Request => {
                text.push_str("\"<message>\" …");
                return text;
            }
            FieldShape::Uptime => format!("[<{name}>] "),
            _ => format!("<{name}> "),
        };
        text.push_str(&field);
    }
    text.push_str("<message>");
    if layout.level.as_ref().is_some_and(|level| level.trailing) {
        text.push_str(" <level>");
    }
    text
}

fn token(layout: &LineLayout, place: ColumnPlace, index: u32, level: Option<&LevelPlace>) -> String {
    if let Some(level) = level.filter(|level| level.index == Some(index)) {
        return of_level(level);
    }
    let column = layout.columns.iter().find(|column| column.place == place && column.index == index);
    format!("<{}>", column.map_or("*", |column| column.role.name()))
}

fn of_level(place: &LevelPlace) -> String {
    let style = &place.style;
    match style.kind {
        LevelKind::Key => format!("{}{}<level>", style.key, if style.key.ends_with(':') { " " } else { "=" }),
        LevelKind::Last => format!("{}….<level>{}", style.left, style.right),
        _ => format!("{}<level>{}", style.left, style.right),
    }
}
