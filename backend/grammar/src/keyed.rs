//! Records of named values: JSON objects, `key=value` pairs, cells of tables, XML elements. A record becomes a [`Row`];
//! roles are found among its paths by name and content, and applied to it after that. For what is read by the million
//! there are readers that give the same without the row.

mod apply;
mod block;
mod cef;
mod cells;
mod json;
mod logfmt;
mod names;
mod roles;
mod row;
mod xml;

pub use apply::{Plan, apply};
pub use block::block_row;
pub use cef::{CefReader, cef, cef_roles, cef_row};
pub use cells::{CellsReader, cells, cells_row};
pub use json::{Fault, JsonReader, fault, json_row};
pub use logfmt::{LogfmtReader, logfmt_fault, logfmt_row};
pub use names::{Named, Part, is_header_name, is_known_name, is_message_name, known, names_json};
pub use roles::{ROLES, find_roles, holds_lines, settle_table, with_fields};
pub use row::{Row, Value};
pub use xml::xml_row;
