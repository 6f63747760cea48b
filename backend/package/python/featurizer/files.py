"""Files, compressed or in archives, to the bytes of logs."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Union

from .errors import FormatError

Source = Union[str, "os.PathLike[str]"]
_COMPRESSED: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
    (b"\x1f\x8b", gzip.decompress),
    (b"BZh", bz2.decompress),
    (b"\xfd7zXZ\0", lzma.decompress),
)


class File(NamedTuple):
    """A file of logs."""

    name: str
    content: bytes
    stored: bytes
    """Its content as it was stored, which may be compressed."""


def read_files(path: Source) -> list[File]:
    """The content of a file, or of the files in a ZIP or a tar, with their names."""
    name, stored = Path(path).name, Path(path).read_bytes()
    content = stored
    for magic, what in ((b"\x28\xb5\x2f\xfd", "Zstandard"), (b"PAR1", "Parquet")):
        if content.startswith(magic):
            raise FormatError(f"{path}: {what} needs more than the standard library; give the text in it")
    try:
        for magic, decompress in _COMPRESSED:
            if content.startswith(magic):
                content = decompress(content)
                break
        else:
            if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
                return _members(name, _in_zip(content))
        if content[257:262] == b"ustar":
            return _members(name, _in_tar(content))
    except (OSError, EOFError, RuntimeError, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise FormatError(f"{path}: it is broken: {error}") from error
    return [File(name, content, stored)]


def copies(files: Sequence[File]) -> list[bool]:
    """Which files hold the same bytes as one before them."""
    seen: set[bytes] = set()
    found = []
    for file in files:
        found.append(bool(file.stored) and file.stored in seen)
        seen.add(file.stored)
    return found


def _members(archive: str, members: Iterable[tuple[str, bool, bytes]]) -> list[File]:
    """The ordinary files of an archive, by name; what is none is refused rather than passed over."""
    found = []
    for name, ordinary, stored in members:
        content = stored
        parts = re.split(r"[/\\]", name)
        if name.startswith(("/", "\\")) or ".." in parts or name[1:2] == ":" or not name or "\0" in name:
            raise FormatError(f"{archive}: `{name}` leads out of the archive")
        if "__MACOSX" in parts or ".DS_Store" in parts:
            continue
        if not ordinary:
            raise FormatError(f"{archive}: `{name}` is no ordinary file")
        for magic, decompress in _COMPRESSED:
            if content.startswith(magic):
                content = decompress(content)
                break
        found.append(File(f"{archive}/{name}", content, stored))
    if not found:
        raise FormatError(f"{archive}: it holds no files")
    return sorted(found)


def _in_zip(content: bytes) -> Iterator[tuple[str, bool, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            if not member.is_dir():
                ordinary = member.external_attr >> 28 != 0o12  # a link
                yield member.filename, ordinary, archive.read(member) if ordinary else b""


def _in_tar(content: bytes) -> Iterator[tuple[str, bool, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            if not member.isdir():
                opened = archive.extractfile(member) if member.isreg() else None
                yield member.name, opened is not None, opened.read() if opened else b""
