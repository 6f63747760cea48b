"""The fitted templates of messages."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from .limits import CACHED

_WILD = b"<*>"
_TOKEN = re.compile(
    rb"(?:[A-Za-z0-9_$\x80-\xff]|<\*>|(?<=[A-Za-z0-9_$\x80-\xff>])(?:"
    rb"\.(?=[A-Za-z0-9_$\x80-\xff<])|[-/](?=[A-Za-z0-9_$\x80-\xff<.])))+|.",
    re.DOTALL,
)
_TOKENS = 512
_VALUES = re.compile(rb"<\*>(?:[-/.]*<\*>)*")
_CALENDAR_NAMES = frozenset(
    b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun".split()
)
_WORD_BYTES = frozenset(byte for byte in range(256) if chr(byte).isalnum() or byte in b"_$" or byte >= 128)
_SEPARATORS = frozenset((b",", b".", b"-", b"/", b"#", b"_", b"+", b":"))


class Matcher:
    """The fitted templates: a message is masked, cut and looked up. What is not among them is unseen."""

    def __init__(self, templates: dict[str, Any]) -> None:
        masks = "|".join(f"(?:{mask['pattern']})" for mask in templates["masks"]) or "(?!)"
        self._masks = re.compile(masks.encode())
        forms: dict[int, dict[tuple[int, ...], dict[tuple[bytes, ...], int]]] = {}
        for index, template in enumerate(templates["templates"]):
            tokens = tuple(token.encode() for token in template["tokens"])
            wild = tuple(at for at, token in enumerate(tokens) if token == _WILD)
            forms.setdefault(len(tokens), {}).setdefault(wild, {})[tokens] = index
        # Of several that fit, the one with the fewest wildcards is taken; of those, the one whose come first.
        self._forms = {
            length: sorted(of_length.items(), key=lambda form: (len(form[0]), form[0]))
            for length, of_length in forms.items()
        }
        self._words: dict[bytes, bytes] = {}
        self._known: dict[bytes, int | None] = {}

    def find(self, message: str) -> int | None:
        """The place of the message's template; nothing when it is unseen."""
        words = self._words
        masked = []
        # No mask reaches over white space.
        for word in message.encode().split():
            known = words.get(word)
            masked.append(self._mask(word) if known is None else known)
        for at in range(1, len(masked)):
            if masked[at].startswith(b"()"):
                masked[at] = b"(<*>)" + masked[at][2:]
        text = b" ".join(masked)
        known = self._known.get(text, -1)
        if known == -1:
            known = self._match(_tokens(text))
            if len(self._known) >= CACHED:
                self._known.clear()
            self._known[text] = known
        return known

    def _mask(self, word: bytes) -> bytes:
        masked = self._masks.sub(_WILD, word)
        if len(self._words) >= CACHED:
            self._words.clear()
        self._words[word] = masked
        return masked

    def _match(self, tokens: list[bytes]) -> int | None:
        for wild, templates in self._forms.get(len(tokens), ()):
            opened = list(tokens)
            for at in wild:
                if _WILD not in tokens[at] and tokens[at][0] not in _WORD_BYTES:
                    break
                opened[at] = _WILD
            else:
                found = templates.get(tuple(opened))
                if found is not None:
                    return found
        return None


def _tokens(masked: bytes) -> list[bytes]:
    """Words (also with `.`, `-` and `/` within), single other characters, spaces; values in a row are one."""
    cut = [found.group() for found in islice(_TOKEN.finditer(masked), _TOKENS)]
    for at in range(len(cut) - 3, -1, -1):
        if cut[at + 2] == _WILD and cut[at + 1] == b" " and cut[at] in _CALENDAR_NAMES:
            cut[at] = _WILD
    joined: list[bytes] = []
    for token in cut:
        if token == b"null" or _VALUES.fullmatch(token):
            token = _WILD
        remove = _continued(joined, token) if _WILD in token else None
        if remove is None:
            joined.append(token)
        elif remove:
            del joined[-remove:]
    return joined


def _continued(joined: list[bytes], token: bytes) -> int | None:
    """How many separators to remove when a masked token only goes on with what the list ends in."""
    if joined[-1:] == [token]:
        return 0
    if joined[-2:] == [token, b" "]:
        return 1
    if token == _WILD and len(joined) >= 2:
        if joined[-2] == _WILD and joined[-1] in _SEPARATORS:
            return 1
        if joined[-3:] in ([_WILD, b",", b" "], [_WILD, b"#", b"#"]):
            return 2
    return None
