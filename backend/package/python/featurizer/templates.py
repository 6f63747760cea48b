"""Templates: which of the mined templates a message has.

A message is masked, cut into tokens and looked up. Nothing is learned: what fits no template is *unseen*.
The rules are those of
`backend/templates`, and both agree about every message. Standard library only.
"""

import re
from itertools import islice
from typing import Any, Dict, FrozenSet, List, Optional, Tuple

VERSION = 2
WILD = b"<*>"
EMPTY = b"\x01"
# Of a masked message, so many tokens and bytes are looked at.
TOKENS = 512
BYTES = 2048
# Masked words, messages and shapes of messages that are remembered.
CACHED = 200_000
# Said of a shape whose messages have several templates.
BY_DIGITS = -1

_OVER_WHITE_SPACE = ("escaped_quotes", "less_than", "quoted", "unit_apart")
_OBJECT = re.compile(rb"(?<==)[A-Za-z]\w*(?:\{<\*>\}|\[<\*>\]|\(<\*>\))")
_EMPTY_VALUE = re.compile(rb"(?<=[\w>])=(?=\Z|[,;)\]&]| [\w.\-<*>]+=)")
_EMPTY_BRACKETS = re.compile(rb"(?<= )(?:\( ?\)|\[ ?\])")
_LIST = re.compile(
    rb"(?<![\w$])(?:\[ ?[\w.\-<>*:/@]+(?: ?, ?[\w.\-<>*:/@]+)+ ?\]"
    rb"|\( ?[\w.\-<>*:/@]+(?: ?, ?[\w.\-<>*:/@]+)+ ?\))"
)
_REQUEST = re.compile(rb"(GET|POST|PUT|DELETE|HEAD|OPTIONS|PATCH|CONNECT|PROPFIND) \S+(?: HTTP/[\d.]+)?\Z")
_NUMBERED = re.compile(rb"(?<![A-Za-z0-9<*>])[A-Za-z]+\d(?![A-Za-z0-9.]*\d)[A-Za-z]*(?![A-Za-z0-9])")
_KEPT = rb"(?<![\w\-$/@.])(?i:%s)(?![\w\-$/@]|[.:]\w)"
_DIGIT = re.compile(rb"\d")
_BLIND = re.compile(rb"\{\d+,?\d*\}|A-Za-z0-9")
_ONES = bytes.maketrans(b"0123456789", b"1111111111")
_TOKEN = re.compile(
    rb"(?:<\*>|[A-Za-z0-9_$\x80-\xff]|(?<=[A-Za-z0-9_$>\x80-\xff])[.\-/](?=[A-Za-z0-9_$<\x80-\xff]))+|.",
    re.DOTALL,
)
_VALUES = re.compile(rb"<\*>(?:[-/.]*<\*>)*")
_SEPARATORS = frozenset((b",", b".", b"-", b"/", b"#", b"_", b"+", b":"))
_WORD_BYTES = frozenset(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$\x01" + bytes(range(128, 256))
)


class Matcher:
    """Frozen templates, ready to be found."""

    def __init__(self, templates: Dict[str, Any]) -> None:
        version = templates.get("version", VERSION)
        if version != VERSION:
            raise ValueError(
                f"the templates are of version {version}, and this reads version {VERSION}: "
                "fit the feature set again"
            )
        lexicon = templates.get("lexicon") or {}

        def words(name: str) -> FrozenSet[bytes]:
            return frozenset(word.encode() for word in lexicon.get(name, ()))

        self._states, self._functions = words("states"), words("functions")
        self._calendar, self._absent, self._keep = words("calendar"), words("absent"), words("keep")
        patterns = {mask["name"]: mask["pattern"].encode() for mask in templates.get("masks", ())}
        quotes = [patterns.get(name, b"(?!)") for name in _OVER_WHITE_SPACE[:3]]
        self._quotes = re.compile(b"|".join(quotes))
        # Quotes that are escaped begin with a backslash; for others it is the same which digits stand there.
        self._any_digits = not any(map(_DIGIT.search, (_BLIND.sub(b"", b"".join(quotes[1:])), *self._states)))
        self._unit = re.compile(patterns.get("unit_apart", b"(?!)"))
        kept = b"|".join(re.escape(word) for word in sorted(self._keep)) or b"(?!)"
        within = [b"(%s)" % (_KEPT % kept)] + [
            patterns[name] for name in patterns if name not in _OVER_WHITE_SPACE
        ]
        self._values = re.compile(b"|".join(within))
        self._numbered = frozenset(word.encode() for word in templates.get("numbered", ()))
        self._count = len(templates.get("templates", ()))
        forms: Dict[Tuple[bytes, ...], Dict[Tuple[int, ...], Dict[Tuple[bytes, ...], int]]] = {}
        for index, template in enumerate(templates.get("templates", ())):
            for pattern in template["patterns"]:
                tokens = tuple(token.encode() for token in pattern)
                wild = tuple(at for at, token in enumerate(tokens) if token == WILD)
                forms.setdefault(_skeleton(tokens), {}).setdefault(wild, {})[tokens] = index
        # Of several that fit, the one with the fewest wildcards is taken; of those, the one whose come first.
        self._forms = {
            skeleton: sorted(of_skeleton.items(), key=lambda form: (len(form[0]), form[0]))
            for skeleton, of_skeleton in forms.items()
        }
        self._words = _Words(self._values, self._keep)
        self._known: Dict[bytes, Optional[int]] = {}
        self._of_shapes: Dict[bytes, Optional[int]] = {}

    def find(self, message: str) -> Optional[int]:
        """The place of the message's template in `templates["templates"]`; nothing when it is unseen."""
        text = message.encode("utf-8", "replace")
        found = self.of_shape(text.translate(_ONES))
        return self._find(self._masked_words(text)) if found == BY_DIGITS else found

    def of_shape(self, shape: bytes) -> Optional[int]:
        """The same for all messages that are of a shape: that are it when all digits are ones. `BY_DIGITS`
        where it depends on the digits."""
        try:
            return self._of_shapes[shape]
        except KeyError:
            words = self._masked_shape(shape)
            found = BY_DIGITS if words is None else self._find(words)
            if len(self._of_shapes) >= CACHED:
                self._of_shapes.clear()
            self._of_shapes[shape] = found
            return found

    def _find(self, words: bytes) -> Optional[int]:
        try:
            return self._known[words]
        except KeyError:
            found = self._match(self.tokens(self._over_words(words)))
            if len(self._known) >= CACHED:
                self._known.clear()
            self._known[words] = found
            return found

    def mask(self, message: bytes) -> bytes:
        """The message with its values masked, and white space as single spaces."""
        return self._over_words(self._masked_words(message))

    def _masked_words(self, message: bytes) -> bytes:
        """What is quoted is masked, and the values within words."""
        if b'"' in message or b"'" in message or b"`" in message or b"\\" in message or b"<" in message:
            message = self._quotes.sub(self._quoted, message)
        words = self._words
        return b" ".join([words[word] for word in message.split()])

    def _masked_shape(self, shape: bytes) -> Optional[bytes]:
        """The same for all messages of a shape; nothing when it depends on their digits."""
        if b'"' in shape or b"'" in shape or b"`" in shape or b"\\" in shape or b"<" in shape:
            if b"\\" in shape or not self._any_digits:
                return None
            shape = self._quotes.sub(self._quoted, shape)
        words = [self._words.of_shape(word) for word in shape.split()]
        return None if None in words else b" ".join(words)  # type: ignore[arg-type]

    def _over_words(self, text: bytes) -> bytes:
        """Units that stand apart, objects, empty values and lists."""
        if b"<*>" in text:
            text = self._unit.sub(WILD, text)
        if b"=" in text:
            text = _EMPTY_VALUE.sub(b"=\x01", _OBJECT.sub(WILD, text))
        if b"(" in text or b"[" in text:
            text = _EMPTY_BRACKETS.sub(lambda found: found.group()[:1] + EMPTY + found.group()[-1:], text)
            if b"," in text:
                text = _LIST.sub(self._list, text)
        return text

    def _quoted(self, found: "re.Match[bytes]") -> bytes:
        quoted, message = found.group(), found.string
        if quoted[:1] in b"\\<":
            return WILD
        inner = quoted[1:-1]
        after = message[found.end() : found.end() + 2].lstrip()
        if after[:1] == b":" and message[: found.start()].rstrip()[-1:] in (b"{", b","):
            return quoted
        request = _REQUEST.match(inner)
        if request:
            return quoted[:1] + request.group(1) + b" " + WILD + quoted[:1]
        state = inner.lower()
        return quoted if state in self._states and state != b"none" else quoted[:1] + WILD + quoted[:1]

    def _list(self, found: "re.Match[bytes]") -> bytes:
        words = found.group()[1:-1].replace(b" ", b"").lower().split(b",")
        if all(word in self._states or word in self._functions for word in words):
            return found.group()
        return found.group()[:1] + WILD + found.group()[-1:]

    def tokens(self, masked: bytes) -> List[bytes]:
        """Words (also with `.`, `-` and `/` within), single other characters, spaces;
        values in a row are one."""
        if self._numbered:
            masked = _NUMBERED.sub(self._digit, masked)
        if len(masked) > BYTES:
            end = BYTES
            while masked[end] & 0xC0 == 0x80:
                end -= 1
            masked = masked[:end]
        cut = [found.group() for found in islice(_TOKEN.finditer(masked), TOKENS)]
        for at in range(len(cut) - 3, -1, -1):
            if cut[at + 2] == WILD and cut[at + 1] == b" " and cut[at] in self._calendar:
                cut[at] = WILD
        joined: List[bytes] = []
        for token in cut:
            if token in self._absent or WILD in token and _VALUES.fullmatch(token):
                token = WILD
            remove = _continued(joined, token) if WILD in token else None
            if remove is None:
                joined.append(token)
            elif remove:
                del joined[-remove:]
        return joined

    def _digit(self, found: "re.Match[bytes]") -> bytes:
        word = found.group()
        return _DIGIT.sub(WILD, word) if _DIGIT.sub(b"#", word) in self._numbered else word

    def _match(self, tokens: List[bytes]) -> Optional[int]:
        for wild, templates in self._forms.get(_skeleton(tuple(tokens)), ()):
            opened = list(tokens)
            for at in wild:
                opened[at] = WILD
            found = templates.get(tuple(opened))
            if found is not None:
                return found
        return None


class _Words(Dict[bytes, bytes]):
    """Words with their values masked. Most masks ask which bytes are digits, not for the digits:
    so a word is masked as it is
    only when the same with other digits could be masked otherwise."""

    def __init__(self, values: "re.Pattern[bytes]", keep: FrozenSet[bytes]) -> None:
        super().__init__()
        kept = b"|".join(re.escape(word.translate(_ONES)) for word in sorted(keep) if _DIGIT.search(word))
        self._values, self._kept = values, re.compile(_KEPT % (kept or b"(?!)"))
        self._shapes: Dict[bytes, Optional[bytes]] = {}

    def of_shape(self, shape: bytes) -> Optional[bytes]:
        """A word with ones for its digits, masked; nothing when other digits could be masked otherwise."""
        try:
            return self._shapes[shape]
        except KeyError:
            masked: Optional[bytes] = self._values.sub(_value, shape)
            # `0x1f`
            if b"1x" in shape or b"1X" in shape or _DIGIT.search(masked) or self._kept.search(shape):
                masked = None
            if len(self._shapes) >= CACHED:
                self._shapes.clear()
            self._shapes[shape] = masked
            return masked

    def __missing__(self, word: bytes) -> bytes:
        masked = self.of_shape(word.translate(_ONES))
        if masked is None:
            masked = self._values.sub(_value, word)
        if len(self) >= CACHED:
            self.clear()
        self[word] = masked
        return masked


def _value(found: "re.Match[bytes]") -> bytes:
    return WILD if found.group(1) is None else found.group()


def _skeleton(tokens: Tuple[bytes, ...]) -> Tuple[bytes, ...]:
    """The tokens with every word left open."""
    return tuple(WILD if token[0] in _WORD_BYTES or WILD in token else token for token in tokens)


def _continued(joined: List[bytes], token: bytes) -> Optional[int]:
    """How many separators to remove when a masked token only goes on with what the list ends in."""
    if joined[-1:] == [token]:
        return 0
    if joined[-2:] == [token, b" "]:
        return 1
    if token == WILD and len(joined) >= 2:
        if joined[-2] == WILD and joined[-1] in _SEPARATORS:
            return 1
        if joined[-3:] in ([WILD, b",", b" "], [WILD, b"#", b"#"]):
            return 2
    return None
