//! Roles that a person gives.

use std::collections::BTreeMap;
use trainyard_types::grammar::{AttributePath, Roles, TimePath};

/// The roles that a field may play, by the names that `fields` gives them.
pub const ROLES: [&str; 7] = ["timestamp", "level", "message", "process", "host", "pid", "id"];

/// The roles with those fields put over them that a person names: `timestamp`, `level`, `message`, `process`, `host`,
/// `pid` and `id` with the path each is at; an empty path takes the role away. Other names are attributes.
pub fn with_fields(mut roles: Roles, fields: &BTreeMap<String, String>) -> Roles {
    let given: Vec<&String> = fields.values().filter(|path| !path.is_empty()).collect();
    let free = |paths: &mut Vec<String>| paths.retain(|path| !given.contains(&path));
    let is_role = |name: &str| name == "time" || ROLES.contains(&name);
    // A path that is given to one role is taken from the others.
    if fields.keys().any(|name| is_role(name)) {
        let kept = roles.level.clone();
        for paths in [&mut roles.message, &mut roles.process, &mut roles.host, &mut roles.pid, &mut roles.id]
        {
            free(paths);
        }
        if fields.get("level").is_some_and(|path| !kept.contains(path)) {
            roles.scale = None;
        }
    }
    for (name, path) in fields {
        let paths = || Vec::from_iter((!path.is_empty()).then(|| path.clone()));
        match &**name {
            "timestamp" | "time" => roles.time = paths().into_iter().map(TimePath::One).collect(),
            "level" => roles.level = paths(),
            "message" => roles.message = paths(),
            "process" => roles.process = paths(),
            "host" => roles.host = paths(),
            "pid" => roles.pid = paths(),
            "id" => roles.id = paths(),
            _ => {
                roles.attributes.retain(|known| known.name != *name);
                roles.attributes.push(AttributePath { name: name.clone(), path: path.clone() });
            }
        }
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::*;
    use trainyard_types::grammar::Scale;

    #[test]
    fn what_is_given_is_put_over_what_was_found() {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let found = Roles {
            level: list(&["level"]),
            message: list(&["msg", "text"]),
            process: list(&["name"]),
            scale: Some(Scale::Pino),
            ..Roles::default()
        };
        let fields = [("message", "a.b"), ("host", "name"), ("level", ""), ("took", "x.ms")];
        let fields = fields.map(|(name, path)| (name.to_owned(), path.to_owned())).into();
        let roles = with_fields(found.clone(), &fields);
        assert_eq!((roles.message, roles.process, roles.host), (list(&["a.b"]), vec![], list(&["name"])));
        assert_eq!((roles.level, roles.scale), (vec![], None));
        assert_eq!(roles.attributes, [AttributePath { name: "took".into(), path: "x.ms".into() }]);
        assert_eq!(with_fields(found.clone(), &BTreeMap::new()), found);
    }
}
