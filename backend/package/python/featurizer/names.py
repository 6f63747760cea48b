"""What a named field stands for, and the fields that a format asks for."""

from __future__ import annotations

from typing import Any

from .values import ABSENT, attributes_text, lookup

# What a named field of JSON or CSV stands for, and how good a name for it it is (0 is best).
NAMES = {
    role: names.split()
    for role, names in {
        "timestamp": "timestamp @timestamp time ts datetime date event_time created_at "
        "__REALTIME_TIMESTAMP timeUnixNano",
        "host": "host hostname device_ip host_name server device _HOSTNAME host.name host.hostname",
        "level": "log_level level severity loglevel lvl priority severityText log.level",
        "process": "process_name process program logger component service app appname "
        "SYSLOG_IDENTIFIER _COMM process.name log.logger service.name",
        "pid": "pid process_id procid _PID process.pid",
        "message": "message msg log text body content body.stringValue body.string_value",
        "id": "id _id record_id",
    }.items()
}
ROLES = {name.lower(): (role, rank) for role, names in NAMES.items() for rank, name in enumerate(names)}
_ROLE_NAMES = ("timestamp", "host", "level", "process", "pid", "message", "id")


class Wanted:
    """The fields that a format asks for beside the usual ones: their names and paths."""

    def __init__(self, specification: dict[str, Any]) -> None:
        fields = sorted((specification.get("fields") or {}).items())
        asked = specification.get("attributes")
        self.roles = {name: path for name, path in fields if name in _ROLE_NAMES}
        self.attributes = [(name, path) for name, path in fields if name not in _ROLE_NAMES]
        self.all = asked == "all"
        if isinstance(asked, list):
            self.attributes += [(name, name) for name in asked]

    def __bool__(self) -> bool:
        return bool(self.roles or self.attributes or self.all)

    def of(self, record: dict[str, Any], values: dict[str, Any]) -> str | None:
        """Set the roles that are asked for in `values`; the attributes."""
        for role, path in self.roles.items():
            found = lookup(record, path)
            values.pop(role, None)
            if found is not ABSENT:
                values[role] = found
        fields = [(name, lookup(record, path)) for name, path in self.attributes]
        if self.all:
            known = set(self.roles.values())
            others = (name for name in sorted(record) if name.lower() not in ROLES and name not in known)
            fields += [(name, record[name]) for name in others]
        return attributes_text((name, value) for name, value in fields if value is not ABSENT)
