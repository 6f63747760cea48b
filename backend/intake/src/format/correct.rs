//! What a specification corrects in a grammar: which field plays a role, what more is kept, which lines are joined.

use trainyard_grammar::keyed::with_fields;
use trainyard_types::{
    AllAttributes, Attributes, FormatSpecification, Grammar, Joining, Multiline,
    grammar::{
        AttributePath, Column, ColumnPlace, Continuation, FieldRole, FieldShape, Framing, LineLayout,
        NumberOrder, Reader, Roles,
    },
};

/// A grammar with a specification's corrections.
pub(super) fn correct(mut grammar: Grammar, format: &FormatSpecification) -> Grammar {
    match &format.multiline {
        None | Some(Multiline::Word(Joining::Auto)) => {}
        Some(Multiline::Word(Joining::Off)) => grammar.multiline = Continuation::Off,
        Some(Multiline::Start { start }) => grammar.multiline = Continuation::Start { start: start.clone() },
    }
    // What a person says of times goes before what was found.
    if let Some(year) = format.year {
        (grammar.clock.year, grammar.clock.rollover) = (Some(year), None);
    }
    if let Some(day_first) = format.day_first {
        let order = if day_first { NumberOrder::DayFirst } else { NumberOrder::MonthFirst };
        grammar.clock.orders.iter_mut().for_each(|known| known.order = order);
    }
    if grammar.framing != Framing::Lines {
        grammar.multiline = Continuation::default();
    }
    if !format.fields.is_empty() || format.attributes.is_some() {
        correct_readers(&mut grammar.readers, format);
    }
    grammar
}

fn correct_readers(readers: &mut [Reader], format: &FormatSpecification) {
    for reader in readers {
        match reader {
            Reader::Cri { within }
            | Reader::Rfc5424 { within }
            | Reader::Priority { within }
            | Reader::Prefix { within, .. } => correct_readers(within, format),
            Reader::Json(keyed)
            | Reader::Logfmt(keyed)
            | Reader::Cells(keyed)
            | Reader::Xml(keyed)
            | Reader::Block(keyed) => {
                correct_roles(&mut keyed.roles, format);
                correct_readers(&mut keyed.within, format);
            }
            Reader::Line(layout) => {
                for (role, name) in &format.fields {
                    correct_line(layout, role, name);
                }
                correct_readers(&mut layout.within, format);
            }
            Reader::Expression(known) => {
                for (role, name) in format.fields.iter().filter(|(role, _)| role_of(role).is_some()) {
                    for expression in &mut known.expressions {
                        *expression = regrouped(expression, role, name);
                    }
                }
            }
            Reader::Cef => {}
        }
    }
}

/// An expression whose group `name` plays a role; what played it before is an attribute.
fn regrouped(expression: &str, role: &str, name: &str) -> String {
    let group = |name: &str| format!("(?P<{name}>");
    if !name.is_empty() && !expression.contains(&group(name)) {
        return expression.to_owned();
    }
    let before = expression.replace(&group(role), &group(&format!("{role}_found")));
    if name.is_empty() { before } else { before.replace(&group(name), &group(role)) }
}

fn correct_roles(roles: &mut Roles, format: &FormatSpecification) {
    *roles = with_fields(std::mem::take(roles), &format.fields);
    match &format.attributes {
        Some(Attributes::Word(AllAttributes::All)) => roles.all_attributes = true,
        Some(Attributes::Listed(names)) => {
            let path = |name: &String| AttributePath { name: name.clone(), path: name.clone() };
            roles.attributes.extend(names.iter().map(path));
        }
        None => {}
    }
}

/// Gives a role to a field of a line, or takes it away from all. A field is told by the name of its attribute, or by that
/// of the role that it was found to play.
fn correct_line(layout: &mut LineLayout, role: &str, name: &str) {
    let Some(role) = role_of(role) else { return };
    if name.is_empty() {
        return take_away(layout, &role);
    }
    if let Some(column) = layout.columns.iter_mut().find(|column| column.role.name() == name) {
        column.role = role;
    } else if let Some(field) = layout.header.iter_mut().find(|field| field.role.name() == name) {
        field.role = role;
    }
}

fn role_of(name: &str) -> Option<FieldRole> {
    Some(match name {
        "host" => FieldRole::Host,
        "level" => FieldRole::Level,
        "process" => FieldRole::Process,
        "pid" => FieldRole::Pid,
        "id" => FieldRole::Id,
        _ => return None,
    })
}

/// What was taken for a field is a part of the message, or of what is passed over.
fn take_away(layout: &mut LineLayout, role: &FieldRole) {
    if *role == FieldRole::Level {
        layout.level = None;
        layout.sparse.clear();
        layout.second_line = None;
    }
    if let Some(at) = layout.header.iter().position(|field| field.role.name() == role.name()) {
        let later = layout.header[at + 1..].iter().any(|field| field.shape != FieldShape::Nothing);
        // A field that is told by words alone is where the message begins, and so is the last one.
        match layout.header[at].shape {
            FieldShape::Host
            | FieldShape::NamePid
            | FieldShape::NameColon
            | FieldShape::NameDash
            | FieldShape::Dotted => cut_header(layout, at),
            _ if !later => cut_header(layout, at),
            _ => layout.header[at].role = FieldRole::Attribute(format!("field_{}", at + 1)),
        }
    }
    for (at, column) in
        layout.columns.iter_mut().enumerate().filter(|(_, column)| column.role.name() == role.name())
    {
        column.role = FieldRole::Attribute(format!("column_{}", at + 1));
    }
}

/// The message begins with the field at `at`, after what is passed over before it.
fn cut_header(layout: &mut LineLayout, at: usize) {
    layout.header.truncate(at + 1);
    if let Some(field) = layout.header.last_mut() {
        (field.shape, field.role) = (FieldShape::Nothing, FieldRole::Nothing);
    }
    layout
        .columns
        .retain(|column: &Column| column.place != ColumnPlace::Header || (column.index as usize) < at);
}
