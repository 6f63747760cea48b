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


def expression_of(pattern: str) -> str:
    """The regular expression that a pattern such as `<timestamp> <level> <process>: <message>` stands for."""
    expression, at, open_parts = "^", 0, 0
    while at < len(pattern):
        character, rest = pattern[at], pattern[at:]
        field = _FIELD.match(rest)
        at += 1
        if field is not None:
            at += field.end() - 1
            name, following = field.group(1), pattern[at : at + 1]
            what = (
                "{ANY}"
                if name == "timestamp"
                else "[A-Za-z]+|[0-7]"
                if name == "level"
                else "[A-Za-z0-9.-]+"
                if name == "pid"
                else ".*"
                if not following
                else ".*?"
                if name == "message"
                else "[^ ]+"
                if following == " "
                else ".+?"
            )
            expression += f"(?:{what})" if name in ("*", "_") else f"(?P<{name}>{what})"
        elif character == "(" and _is_optional(rest):
            open_parts += 1
            expression += "(?:"
        elif character == ")" and open_parts and pattern[at : at + 1] == "?":
            open_parts -= 1
            at += 1
            expression += ")?"
        elif character == "\\":
            expression += re.escape(pattern[at : at + 1])
            at += 1
        elif character == " ":
            at = len(pattern) - len(pattern[at:].lstrip(" "))
            # A line may end before its message.
            expression += "(?: +|$)" if pattern[at:] == "<message>" else " +"
        else:
            expression += re.escape(character)
    return expression if expression.endswith("(?P<message>.*)") else expression + "$"


_FIELD = re.compile(r"<([A-Za-z_][A-Za-z0-9_]{0,63}|\*)>")


def _is_optional(text: str) -> bool:
    """Whether the parenthesis at the start of the text is closed with `)?`."""
    depth = 0
    for found in re.finditer(r"\\.|[()]", text, re.DOTALL):
        if found.group() == "(":
            depth += 1
        elif found.group() == ")":
            depth -= 1
            if depth == 0:
                return text[found.end() : found.end() + 1] == "?"
    return False
