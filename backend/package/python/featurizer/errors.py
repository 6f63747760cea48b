"""Why logs, a feature set or one record cannot be read."""

from __future__ import annotations


class FormatError(ValueError):
    """The logs, or the feature set, cannot be read; the message says where and why."""


class Refused(Exception):
    """The reason for rejecting a record."""


def unknown_timestamp(text: str) -> Refused:
    return Refused(f"timestamp `{text[:60]}` is in no known form")
