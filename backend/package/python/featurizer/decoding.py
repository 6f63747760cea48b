"""Bytes to text: encodings, and what does not belong into text."""

from __future__ import annotations

import re

from .errors import FormatError

_HEAD = 4096
"""Bytes of the head whose NULs are counted."""
_ESCAPES = re.compile(
    r"\0|\r(?=\n)"
    r"|\x1b(?:\[[0-?]*[ -/]*[@-~]?|\](?:[^\x07\x1b\n]{0,4095}(?:\x07|\x1b\\))?|[ -/]+[0-~]?|[78=>cDEM\\])?"
)
_C1 = {
    byte: character
    for byte in range(0x80, 0xA0)
    for character in (bytes((byte,)).decode("cp1252", "ignore"),)
    if character
}
_MAGIC = (
    (b"PAR1", "a Parquet file that is compressed again"),
    (b"\xfd7zXZ\0", "compressed twice"),
    (b"\x28\xb5\x2f\xfd", "compressed twice"),
    (b"BZh", "compressed twice"),
    (b"\x1f\x8b", "compressed twice"),
    (b"\x04\x22\x4d\x18", "compressed with LZ4"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"ElfFile\0", "a Windows event log; export its events as XML or CSV"),
    (b"LPKSHHRH", "a systemd journal; export it with `journalctl -o json`"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"%PDF-", "a PDF document"),
    (b"\x7fELF", "a program"),
)


def encoding(head: bytes) -> tuple[str, int]:
    """How a file is encoded, by its beginning, and how long its byte order mark is."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be")):
        if head.startswith(mark):
            return name, len(mark)
    head = head[:_HEAD]
    pairs = len(head) // 2
    even, odd = head[: 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if pairs > 4 and odd * 10 > pairs * 6 and even * 10 < pairs:
        return "utf-16le", 0
    if pairs > 4 and even * 10 > pairs * 6 and odd * 10 < pairs:
        return "utf-16be", 0
    return "utf-8", 0


def utf8(content: bytes, name: str) -> bytes:
    """A file's bytes as UTF-8, or close to it, without a byte order mark. `name` is what the grammar says: it
    counts where the beginning of the file does not tell."""
    found, mark = encoding(content[:_HEAD])
    if found == "utf-8" and name != "utf-8" and mark == 0:
        try:
            content[:_HEAD].decode()
        except UnicodeDecodeError as error:
            found = found if error.start + 4 > _HEAD else name
    return content[mark:] if found == "utf-8" else content[mark:].decode(found, "replace").encode()


def refuse_binary(name: str, head: bytes) -> None:
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise FormatError(f"{name}: it is {what}; give the text in it")


def text_of(content: bytes) -> str:
    """A text: lines that are not UTF-8 are read as Windows-1252."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return "\n".join(map(_line_of, content.split(b"\n")))


def _line_of(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1").translate(_C1)


def cleaned(text: str) -> str:
    """Without NULs, escape sequences (colours, titles of terminals), and carriage returns before newlines."""
    if "\0" in text or "\x1b" in text:
        return _ESCAPES.sub("", text)
    return text.replace("\r\n", "\n") if "\r\n" in text else text
