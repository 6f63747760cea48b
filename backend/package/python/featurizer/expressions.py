"""The training program's expressions and patterns in Python's syntax."""

from __future__ import annotations

import re

from .errors import FormatError


def python_syntax(expression: str) -> str:
    """An expression of the training program's in Python's syntax: the end of a text is no end of a line."""
    flags = re.match(r"\(\?([a-z]+)\)", expression)
    if flags is not None:
        return f"(?{flags.group(1)}:{python_syntax(expression[flags.end() :])})"
    text, class_starts = "", None
    for part in re.findall(r"\\.|\(\?<(?![=!])|.", expression, re.DOTALL):
        if class_starts is None:
            if part == "[":
                class_starts = (text + "[", text + "[^")
            part = {"$": r"\Z", r"\z": r"\Z", "(?<": "(?P<"}.get(part, part)
        elif part == "[":
            raise FormatError(f"the expression `{expression}` has a class within a class, which Python lacks")
        elif part == "]" and text not in class_starts:
            class_starts = None
        text += part
    return text
