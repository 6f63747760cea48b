"""Texts and numbers to instants."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from datetime import date, datetime, timezone

from .forms import (
    ACCESS,
    BSD,
    COMPACT,
    CTIME,
    DAY_FIRST,
    EPOCH,
    ISO,
    ISO_DATE,
    MONTHS,
    OFFSET,
    OTHERS,
    WITH_OFFSET,
)
from .limits import CACHED
from .values import WHITE

SECOND = 1_000_000
DAY = 86_400 * SECOND


class Clock:
    """Reads timestamps, as microseconds since 1970 UTC; finer digits are cut off."""

    def __init__(self, utc_offset_minutes: int, now: datetime | None = None) -> None:
        seconds = time.time() if now is None else now.timestamp()
        self._utc_offset_minutes = utc_offset_minutes
        self._latest = round(seconds * SECOND) + DAY
        self._latest_year = datetime.fromtimestamp(self._latest // SECOND, timezone.utc).year + 1
        self._known: dict[str, int | None] = {}

    def parse(self, text: str) -> int | None:
        """Read a whole text as a timestamp in any known form."""
        return self._remember(text, self._parse)

    def compact(self, text: str) -> int | None:
        """Read `yyMMdd HHmmss`; years from 69 are those of the last century."""
        return self._remember(text, lambda text: self._compact(text)[0])

    def prefix(self, text: str) -> tuple[int | None, int]:
        """Read the timestamp that a syslog line begins with, and its length."""
        if text[:1].isdigit():
            return self._iso(text)
        instant, length = self._bsd(text)
        return (instant, length) if instant is not None else self._ctime(text)

    def _remember(self, text: str, read: Callable[[str], int | None]) -> int | None:
        known = self._known
        if text not in known:
            if len(known) >= CACHED:
                known.clear()
            known[text] = read(text)
        return known[text]

    def _parse(self, text: str) -> int | None:
        text = text.strip(WHITE)
        if EPOCH.fullmatch(text):
            if text.isdigit() and int(text) < 1 << 64:
                return epoch_integer(int(text))
            try:
                return epoch(float(text))
            except ValueError:
                return None
        date_alone = ISO_DATE.fullmatch(text)
        if date_alone:
            return self._instant(date_alone)
        for read in (self._iso, self._bsd, self._ctime, self._access, self._compact, self._other):
            instant, length = read(text)
            if instant is not None and length == len(text):
                return instant
        return None

    def _other(self, text: str) -> tuple[int | None, int]:
        """The less common forms: the first that is a time at all."""
        for form in OTHERS:
            found = form.match(text)
            if found is None:
                continue
            parts, end = found.groupdict(), found.end()
            offset, end = _offset(text, end) if form in WITH_OFFSET else (None, end)
            year = parts.get("year")
            if form is DAY_FIRST:
                instant = self._day_first(parts)
            elif year is None:
                instant = self._instant_without_year(found)
            elif len(year) == 2:
                instant = self._instant(found, offset, _century(int(year)))
            else:
                instant = self._instant(found, offset)
            if instant is not None:
                return instant, end
        return None, 0

    def _iso(self, text: str) -> tuple[int | None, int]:
        found = ISO.match(text)
        if found is None:
            return None, 0
        offset, end = _offset(text, found.end())
        return self._instant(found, offset), end

    def _bsd(self, text: str) -> tuple[int | None, int]:
        found = BSD.match(text)
        if found is None:
            return None, 0
        if found.group("year"):
            return self._instant(found), found.end()
        return self._remember(found.group(), lambda _: self._instant_without_year(found)), found.end()

    def _ctime(self, text: str) -> tuple[int | None, int]:
        found = CTIME.match(text)
        if found is None:
            return None, 0
        return self._instant(found, 0 if found.group("utc") else None), found.end()

    def _access(self, text: str) -> tuple[int | None, int]:
        found = ACCESS.match(text)
        if found is None:
            return None, 0
        offset, end = _offset(text, found.end())
        if found.group("bracket"):
            if text[end : end + 1] != "]":
                return None, 0
            end += 1
        return self._instant(found, offset), end

    def _compact(self, text: str) -> tuple[int | None, int]:
        found = COMPACT.match(text)
        if found is None:
            return None, 0
        return self._instant(found, None, _century(int(found.group("year")))), found.end()

    def _instant_without_year(self, found: re.Match[str]) -> int | None:
        """The latest instant, in whichever year, that is not too late."""
        for year in range(self._latest_year, self._latest_year - 10, -1):
            instant = self._instant(found, None, year)
            if instant is not None and instant <= self._latest:
                return instant
        return None

    def _day_first(self, parts: dict[str, str | None]) -> int | None:
        """`7/1/2025, 4:56:35 PM`: with slashes the month first, unless it can only be the day."""
        first, second, half = parts["first"] or "", parts["second_part"] or "", parts["half"]
        month_first = parts["separator"] == "/" and int(first) <= 12
        parts = {**parts, "month": first if month_first else second, "day": second if month_first else first}
        parts["fraction"] = parts["fraction"] or parts["fraction1"]
        hour = int(parts["hour"] or parts["hour1"] or 0)
        if half is not None:
            if not 1 <= hour <= 12:
                return None
            parts["hour"] = str(hour % 12 + (12 if "p" in half.lower() else 0))
        return self._instant_of(parts)

    def _instant(
        self, found: re.Match[str], offset: int | None = None, year: int | None = None
    ) -> int | None:
        return self._instant_of(found.groupdict(), offset, year)

    def _instant_of(
        self, parts: dict[str, str | None], offset: int | None = None, year: int | None = None
    ) -> int | None:
        month = parts["month"] or ""
        try:
            day = date(
                int(parts["year"] or 0) if year is None else year,
                int(month) if month.isdigit() else MONTHS.index(month.lower()) + 1,
                int(parts["day"] or 0),
            ).toordinal()
        except ValueError:
            return None
        hour, minute, second = (
            int(parts.get(name) or parts.get(name + "1") or 0) for name in ("hour", "minute", "second")
        )
        if hour > 23 or minute > 59 or second > 60:
            return None
        micros = int(((parts.get("fraction") or "") + "000000")[:6]) + int(parts.get("millis") or 0) * 1_000
        seconds = (day - 719_163) * 86_400 + hour * 3_600 + minute * 60 + second
        offset = self._utc_offset_minutes if offset is None else offset
        return (seconds - offset * 60) * SECOND + micros


def _century(year: int) -> int:
    """Two digits of a year: from 69 on they are of the last century."""
    return year + (2000 if year < 69 else 1900)


def _offset(text: str, at: int) -> tuple[int | None, int]:
    """The offset from UTC in minutes, if one follows, and where it ends."""
    found = OFFSET.match(text, at)
    if found is None:
        return None, at
    if found.group("utc"):
        return 0, found.end()
    if found.group("minutes") is None and (found.group("colon") or found.group("space")):
        return None, at  # ` -05 …` after a space is as likely the message's as an offset
    hours, minutes = int(found.group("hours")), int(found.group("minutes") or 0)
    if hours > 18 or minutes > 59:
        return None, at
    return (hours * 60 + minutes) * (1 if found.group("sign") == "+" else -1), found.end()


def epoch_integer(value: int) -> int | None:
    """Unix time in s, ms, µs or ns, told apart by magnitude."""
    if value >= 1 << 64:
        return epoch(float(value))
    if value < 10**11:
        return value * SECOND
    if value < 10**14:
        return value * 1_000
    return value if value < 10**17 else value // 1_000


def epoch(value: float) -> int | None:
    if not math.isfinite(value) or value < 0 or value >= 1e20:
        return None
    micros = (
        value * 1e6
        if value < 1e11
        else value * 1e3
        if value < 1e14
        else value
        if value < 1e17
        else value / 1e3
    )
    whole = math.floor(micros)
    return whole + (micros - whole >= 0.5)
