"""Messages by their shapes: what they are with ones for all digits. Of a million messages there are some
thousand shapes, and what does not look at which digits a message has is asked of its shape alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from .templates import BY_DIGITS, Matcher

_ONES = bytes.maketrans(b"0123456789", b"1111111111")
_APART = "\0"
"""No message holds it."""
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[0-9]+,?[0-9]*\}|\(\?P=|.", re.DOTALL)
_EXACT = ("(?P=", "\\N")
_ALL_DIGITS = re.compile(r"(?<!-)0-9")
_DIGIT = re.compile(r"[0-9]")


class Shapes:
    """The messages of one call, and their shapes."""

    def __init__(self, messages: Sequence[str]) -> None:
        self.messages = messages
        shapes = _shape(_APART.join(messages)).split(_APART)
        if len(shapes) != len(messages):
            shapes = list(map(_shape, messages))
        places: dict[str, int] = {}
        self.at = [places.setdefault(shape, len(places)) for shape in shapes]
        """The place of each message's shape among all."""
        self.all = list(places)
        self._at = np.array(self.at, dtype=np.int64)

    def spread(self, of_shapes: Sequence[Any], kind: Any) -> np.ndarray:
        """What is known of every shape, for every message."""
        return np.array(of_shapes, dtype=kind)[self._at]

    def templates(self, matcher: Matcher) -> list[int | None]:
        """The place of each message's template; nothing of one that is unseen."""
        known = [matcher.of_shape(shape.encode("utf-8", "replace")) for shape in self.all]
        found = zip(self.messages, map(known.__getitem__, self.at))
        return [matcher.find(message) if place == BY_DIGITS else place for message, place in found]

    def holding(self, pattern: re.Pattern[bytes] | None) -> np.ndarray:
        """Which messages an expression is found in."""
        if pattern is None:
            return np.zeros(len(self.at), dtype=bool)
        blind = is_blind(pattern.pattern.decode())
        texts = self.all if blind else self.messages
        found = [pattern.search(text.encode()) is not None for text in texts]
        return self.spread(found, bool) if blind else np.array(found, dtype=bool)


def _shape(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").translate(_ONES).decode("utf-8", "surrogatepass")


def is_blind(expression: str) -> bool:
    """Whether an expression looks at which characters are digits, but not at which digits they are."""
    for part in _PARTS.findall(expression):
        if part[0] == "[":
            part = _ALL_DIGITS.sub("", part)
        elif len(part) > 1 and part[0] == "{":
            continue
        if part in _EXACT or _DIGIT.search(part):
            return False
    return True
