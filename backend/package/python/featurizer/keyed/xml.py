"""One XML element, as Windows exports events and log4j writes them. Paths are `Tag` and `Tag.attribute`; of
named data `Data.name`. Namespaces are passed over."""

from __future__ import annotations

import re
from typing import Any

from ..text import WHITE

_PIECE = re.compile(
    r"<!\[CDATA\[(?P<data>.*?)(?:\]\]>|\Z)|<!--(?:.*?-->|.*)|<[?!](?:[^>]*>|.*)|</(?P<close>[^>]*)>"
    r"|<(?P<open>[^\W\d_][^\s>/]*|_[^\s>/]*)\s*(?P<attributes>(?:[^=<>\s\"']+\s*=\s*(?:\"[^\"]*\"|'[^']*')\s*)*)(?P<empty>/?)>"
    r"|(?P<text>[^<]+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^=<>\s\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.DOTALL)
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot|apos|nbsp)|#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6}));")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'", "nbsp": "\xa0"}


class _Element:
    """An element that is open: where its text goes, and the text."""

    def __init__(self, path: str, data: bool) -> None:
        self.path, self.data, self.text = path, data, ""


def xml_row(text: str) -> list[tuple[str, Any]] | None:
    """The texts and attributes of an element and all inside of it. Without a `Message` of its own, what its
    `Data` says is one."""
    text = text.strip(WHITE)
    if not text.startswith("<"):
        return None
    row: list[tuple[str, Any]] = []
    said: list[str] = []
    opened: list[_Element] = []
    elements, at = 0, 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            return None
        at = piece.end()
        inner = piece["data"] if piece["data"] is not None else piece["text"]
        if inner is not None:
            inner = inner if piece["text"] is None else _plain(inner)
            if opened:
                element = opened[-1]
                element.text = element.text + inner if element.text.strip(WHITE) else inner
        elif piece["close"] is not None:
            if not opened:
                return None
            _close(opened.pop(), row, said)
        elif piece["open"] is not None:
            elements += 1
            element = _begin(_local(piece["open"]), piece["attributes"], row, said)
            if piece["empty"]:
                _close(element, row, said)
            else:
                opened.append(element)
        if not opened and elements and not text[at:].lstrip(WHITE).startswith("<"):
            break
    # An element that is cut off in the middle has said something all the same.
    while opened:
        _close(opened.pop(), row, said)
    if said and not any(path.lower() == "message" and value for path, value in row):
        row.append(("Message", " ".join(said)))
    return row if elements else None


def _begin(name: str, written: str, row: list[tuple[str, Any]], said: list[str]) -> _Element:
    attributes = [
        ("xmlns" if key.startswith("xmlns") else _local(key), _plain(double or single))
        for key, double, single in _ATTRIBUTE.findall(written)
    ]
    if name.lower() == "data":
        known = {key.lower(): value for key, value in reversed(attributes)}
        if "name" in known:
            path = f"{name}.{known['name']}"
            if "value" in known:
                row.append((path, known["value"]))
                said.append(known["value"])
            return _Element(path, True)
    row.extend((f"{name}.{key}", value) for key, value in attributes if key != "xmlns")
    return _Element(name, name.lower() == "data")


def _close(element: _Element, row: list[tuple[str, Any]], said: list[str]) -> None:
    text = element.text.strip(WHITE)
    if not text:
        return
    if element.data:
        said.append(text)
        if element.path.lower() == "data":
            return
    row.append((element.path, text))


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(":")[2]


def _plain(text: str) -> str:
    """A text with its entities resolved; what is none stays."""
    return _ENTITY.sub(_resolved, text) if "&" in text else text


def _resolved(found: re.Match[str]) -> str:
    name, decimal, hexadecimal = found.groups()
    if name:
        return _ENTITIES[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else found.group()
