//! Records of named values: JSON objects, `key=value` pairs, cells of tables, XML elements. A record becomes a [`Row`];
//! roles are found among its paths by name and content, and applied to it after that.

mod row;

pub use row::{Row, Value};
