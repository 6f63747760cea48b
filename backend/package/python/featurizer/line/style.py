"""How a token names a level: as a word, a letter or a sign, and what stands around it."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, NamedTuple

from .. import levels
from ..limits import CACHED
from ..text import floor, plain
from .token import WORD, tokens


class Style(NamedTuple):
    """A kind of level, and the signs, the case or the key that tell it from others."""

    kind: str
    left: str = ""
    right: str = ""
    case: str | None = None
    key: str = ""


class Level(NamedTuple):
    """A level in a text: its token's place, and its severity."""

    start: int
    end: int
    severity: int


def style_of(written: dict[str, Any]) -> Style:
    return Style(
        written["kind"],
        written.get("left", ""),
        written.get("right", ""),
        written.get("case"),
        written.get("key", ""),
    )


_KEYS = frozenset(("level", "lvl", "severity", "loglevel", "sev", "prio", "priority"))
_NO_LETTERS = str.maketrans("", "", "_-. ")
_PLAIN = r"A-Za-z0-9_\x80-\xff .#\-"
_LAST = re.compile(
    rf"((?:[{_PLAIN}$]*[^A-Za-z0-9_\x80-\xff\s]|[{_PLAIN}]*[./: ]))([A-Za-z]{{3,11}})\Z", re.ASCII | re.DOTALL
)
_FIRST = re.compile(rf"([A-Z]{{3,11}})/{WORD}+(?:-[0-9]*)?\Z")
_STAMP = re.compile(r"([A-Z]{4,7})\[[0-9]")
_MNEMONIC = re.compile(
    r"%[A-Za-z0-9_/\x80-\xff]+-(?:[A-Za-z0-9_/\x80-\xff]+-)?([0-7])-[A-Za-z0-9_/\x80-\xff]+\Z"
)
_LETTER = re.compile(rf"([VDIWEFA])/{WORD}")
_KEYED = re.compile(r"[ \t\n\f\r]*([A-Za-z]*)")
_SPARSE = re.compile(
    r"[ \t\n\f\r]*(##|#|::)?(?:(\[)[ \t\n\f\r]*([A-Za-z]+)[ \t\n\f\r]*\]"
    rf"|(\*)\*{{0,2}} ?([A-Z]{{4,9}})(?!{WORD})|([A-Za-z]*))",
)


def is_level_key(key: str) -> bool:
    return key.translate(_NO_LETTERS).lower() in _KEYS


_known: dict[tuple[str, str], tuple[Style, int] | None] = {}


def level_of(token: str, after: str) -> tuple[Style, int] | None:
    """How a token names a level, and which; `after` is what follows it."""
    key = (token, after[:1] if after[:1] in (":", "|") else "")
    if key not in _known:
        if len(_known) >= CACHED:
            _known.clear()
        _known[key] = _level_of(*key)
    return _known[key]


def _level_of(token: str, after: str) -> tuple[Style, int] | None:
    # The bracket may be that of a time that follows.
    core = token.strip(" \t\n\f\r")
    core = core[:-1] if core.endswith("[") else core
    body = core.lstrip('[(<{"*#=')
    left = core[: len(core) - len(body)][-1:]
    word = body.rstrip('])>}":,;|*#!')
    right = (body[len(word) :] or after)[:1]
    word = word.strip(" \t\n\f\r")
    if not word:
        return None
    key, sign, value = word.partition("=")
    if sign:
        found = levels.word(value.strip('"'))
        return (Style("key", key=key), found) if found is not None and is_level_key(key) else None
    found = levels.word(word)
    if found is not None:
        if left or right:
            return Style("word", left, right), found
        return None if levels.is_weak(word) else (Style("word", case=_case(word)), found)
    return _part_of(word, body, left, right)


def _part_of(word: str, body: str, left: str, right: str) -> tuple[Style, int] | None:
    """`app.INFO`, `daemon.info`, `INFO/MainProcess`, `INFO[0001]`, `%SYS-5-CONFIG_I`"""
    last = _LAST.match(word)
    if last is not None:
        before, name = last.groups()
        found = None if levels.is_weak(name) else levels.word(name)
        if found is not None:
            if not left and not right and "." in before and len(before) < 9 and name.islower():
                return Style("last", case="lower"), found
            if left or right or name.isupper():
                return Style("last", left, right), found
    for kind, pattern, text in (("first", _FIRST, word), ("stamp", _STAMP, body)):
        named = pattern.match(text)
        found = None if named is None else levels.word(named.group(1))
        if found is not None:
            return Style(kind), found
    mnemonic = _MNEMONIC.match(word)
    return None if mnemonic is None else (Style("mnemonic"), int(mnemonic.group(1)))


def _case(word: str) -> str:
    word = plain(word)
    return "upper" if word.isupper() else "lower" if word.islower() else "title"


def keyed(token: str, text: str, end: int) -> tuple[Style, int, int] | None:
    """`Level: info`, whose word stands in the next token; where it ends."""
    if not token.endswith(":") or not is_level_key(token[:-1]):
        return None
    word = _KEYED.match(text, end)
    found = None if word is None else levels.word(word.group(1))
    return None if word is None or found is None else (Style("key", key=token), found, word.end())


_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
_SIGNS = frozenset(("", "[", "]", "<", ">", "(", ")", ":", ",", "|", "!"))


def letter(token: str, index: int) -> tuple[str, str, int, int] | None:
    """A letter that stands for a level as a token (`I`, `[W]`, `E!`, `D3`), or begins one (`I/tag`): the
    signs around it, the severity, and where the level ends within the token."""
    bare = token.strip("[]<>():,|! ")
    severity: int | None = None
    if len(bare) == 1:
        severity = levels.letter(bare)
    elif len(bare) == 2 and bare[0] == "D" and bare[1] in "0123456789" and index < 4:
        severity = 7
    elif index == 0 and token.startswith(bare) and _LETTER.match(bare):
        severity = levels.letter(bare[0])
        return None if severity is None else ("", "/", severity, 2)
    if severity is None:
        return None
    at = token.find(bare)
    left, right = token[:at].strip(), token[at + len(bare) :].strip()
    # Of `[I]|` the bracket counts.
    right = right[:-1] if right.endswith("|") and right != "|" else right
    return (left, right, severity, len(token)) if left in _SIGNS and right in _SIGNS else None


def symbol(token: str, index: int) -> int | None:
    """A sign that stands for a level."""
    return levels.symbol(token) if index < 2 and len(token) == 1 else None


def sparse(message: str) -> tuple[Style, str] | None:
    """How a message begins with a level that only some messages have: the style (with `left` what stands
    before it and `right` what closes it), and the word."""
    found = _SPARSE.match(message)
    if found is None:
        return None
    left, bracket, inside, stars, shouted, word = found.groups(default="")
    if bracket:
        return Style("sparse", left, "]"), inside
    if stars:
        return Style("sparse", left, "*"), shouted
    after = message[found.end() : found.end() + 2]
    if left == "::" and word.islower() and (after[:1] == " " or after == "::"):
        return Style("sparse", left, "::"), word
    if after[:1] != ":" or after[1:] not in (" ", "\t", "\n", "\f", "\r") or not 3 <= len(word) <= 11:
        return None
    if word.isupper():
        return Style("sparse", left, ":U"), word
    return (Style("sparse", left, ":"), word) if len(word) >= 4 else None


def find(text: str, start: int, end: int, index: int | None, style: Style) -> Level | None:
    """The level among the first tokens from `start` on: at `index`, or the first in this style."""
    for at, (begin, stop) in enumerate(islice(tokens(text, start, end), 8)):
        if index is not None and at < index:
            continue
        found = _named(text, begin, stop, at, style)
        if index is not None:
            return found
        if found is not None and not _is_doubtful(text[begin:stop], style):
            return found
    return None


def _is_doubtful(token: str, style: Style) -> bool:
    """Whether a word names a level only at a level's own place: `OK:`, which may well be the message's."""
    if style.kind != "word" or style.left:
        return False
    word = _AROUND.sub("", token)
    return levels.is_weak(word)


def _named(text: str, begin: int, end: int, index: int, style: Style) -> Level | None:
    """The level that a token names in a style."""
    token = text[begin:end]
    if style.kind == "letter":
        of_letter = letter(token, index)
        if of_letter is None or of_letter[:2] != (style.left, style.right):
            return None
        return Level(begin, begin + of_letter[3], of_letter[2])
    if style.kind == "symbol":
        severity = symbol(token, index)
        return None if severity is None else Level(begin, end, severity)
    if style.kind == "key" and style.key.endswith(":"):
        of_key = keyed(token, text, end)
        return None if of_key is None or of_key[0].key != style.key else Level(begin, of_key[2], of_key[1])
    found = level_of(token, text[end : floor(text, end + 14, len(text))].lstrip(" "))
    return Level(begin, end, found[1]) if found is not None and found[0] == style else None
