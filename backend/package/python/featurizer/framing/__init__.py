"""Framing: a text into records, without reading them. What stands between records (banners, headers,
comments) is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .batches import batch_frames, is_path, path_of
from .blocks import block_frames
from .documents import document_frames
from .frame import Frame
from .lines import line_frames
from .rows import directive_frames, row_frames
from .xml import element_frames

__all__ = ["Frame", "frames_of", "line_frames"]


def frames_of(framing: dict[str, Any], text: str, name: str) -> Iterator[Frame]:
    """The records of a text that is not one of lines."""
    kind = framing["kind"]
    if kind == "json":
        path = framing.get("path", "")
        if is_path(path):
            return batch_frames(document_frames(text, path_of(path), name))
        return document_frames(text, path, name)
    if kind == "table":
        return row_frames(text, framing["delimiter"], framing["columns"], framing.get("skip", 0))
    if kind == "directives":
        return directive_frames(text)
    if kind == "xml":
        return element_frames(text, framing["element"])
    return block_frames(text)
