"""The years of times that leave them out: decided once for a file, by a sample of it, as training does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from .clock import DAY, SECOND, Clock, Raw, days
from .decoding import cleaned, encoding, text_of
from .limits import SAMPLED_BYTES

_LATER_BYTES = 32 << 10
_HINTING = ("iso", "ctime", "month-day-year", "day-month-year", "date")
"""The forms that messages say full times in."""
_HINT_REACH = 400
_FULL_YEAR = re.compile("(?:19|20)[0-9]{2}")
_NEW_YEAR = 186
"""Days, of months of 31, by which times fall or rise only where a year ends."""


def sample(content: bytes, stored: bool) -> Iterator[str]:
    """The head of a file, and whole lines from its middle and its end where it lies there as it is read."""
    found, mark = encoding(content[:4096])

    def text(piece: bytes, cut: bool) -> str:
        if found != "utf-8":
            piece = piece.decode(found, "replace").encode()
        return cleaned(text_of(piece[: piece.rfind(b"\n") + 1] if cut else piece))

    size = len(content)
    head = content[mark:SAMPLED_BYTES]
    yield text(head, size >= SAMPLED_BYTES and b"\n" in head)
    if not stored or size < SAMPLED_BYTES:
        return
    for start in (size // 2, max(size - _LATER_BYTES, 0)):
        if start >= SAMPLED_BYTES:
            piece = content[start - start % 2 : start - start % 2 + _LATER_BYTES]
            line = max(piece.find(b"\n") + 1, 0)
            later = text(piece[line if found == "utf-8" else line + line % 2 :], True)
            if later.strip():
                yield later


def hint(clock: Clock, month_day: tuple[int, int], record: str) -> int | None:
    """The year of another time of the same day in a record."""
    if _FULL_YEAR.search(record, 0, _HINT_REACH) is None:
        return None
    found = [
        (match.start(), year)
        for form in _HINTING
        for match, year, day in clock.days_in(record, form)
        if day == month_day and match.end() <= _HINT_REACH
    ]
    return min(found)[1] if found else None


def decide(raws: Sequence[Raw], hints: Sequence[int], now: datetime) -> tuple[int | None, int | None]:
    """The latest year of times without one, and the month and day (`1231`) from which on they are of the year
    before; nothing where all say their years."""
    opened = [raw.open for raw in raws if raw.open is not None]
    if not opened:
        return None, None
    stamps = [month * 31 + day for month, day, _ in opened]
    after = _turned(stamps)
    rollover = _threshold(stamps, after)
    latest = round(now.timestamp() * SECOND) + DAY

    def fits(year: int) -> bool:
        for month, day, rest in opened:
            before = rollover is not None and month * 100 + day >= rollover
            count = days(year - before, month, day)
            if count is None or count * DAY + rest > latest:
                return False
        return True

    rolls = rollover is not None
    if hints:
        counts = Counter(hints)
        common = max(counts, key=lambda year: (counts[year], year))
        return (max(hints) if rolls and max(hints) == common + 1 else common + rolls), rollover
    this_year = now.year
    newest = next((year for year in range(this_year + 1, this_year - 60, -1) if fits(year)), this_year)
    return newest, rollover


def _turned(stamps: Iterable[int]) -> list[bool]:
    """Which times are after New Year: a fall by more than half a year is one, and a rise by as much takes it
    back."""
    years, previous = 0, None
    offsets = []
    for stamp in stamps:
        if previous is not None and previous > stamp + _NEW_YEAR:
            years += 1
        elif previous is not None and stamp > previous + _NEW_YEAR and years > 0:
            years -= 1
        previous = stamp
        offsets.append(years)
    last = max(offsets)
    return [offset == last and last > 0 for offset in offsets]


def _threshold(stamps: Sequence[int], turned: Sequence[bool]) -> int | None:
    after = [stamp for stamp, is_after in zip(stamps, turned) if is_after]
    before = [stamp for stamp, is_after in zip(stamps, turned) if not is_after]
    if not after or not before:
        return None
    if max(after) < min(before):
        stamp = (max(after) + min(before) + 1) // 2
    else:
        # More than a year: what is wrong then is as little as possible.
        stamp = min(
            range(32, 13 * 31 + 1),
            key=lambda one: sum(stamp >= one for stamp in after) + sum(stamp < one for stamp in before),
        )
    month, day = divmod(stamp - 1, 31)
    return month * 100 + day + 1
