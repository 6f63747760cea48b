"""Times: every written form that logs commonly use, by the regular expressions of the training program (`forms.json`), and
the instants that they mean."""

from __future__ import annotations

import json
import math
import pkgutil
import re
import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from typing import Any, NamedTuple

from .limits import CACHED
from .text import WHITE

try:
    from zoneinfo import ZoneInfo
except ImportError:  # before Python 3.9 the names of regions say nothing
    ZoneInfo = None  # type: ignore[assignment,misc]

SECOND = 1_000_000
DAY = 86_400 * SECOND
_EPOCH = date(1970, 1, 1).toordinal()
_FORMS: dict[str, str] = {
    form["name"]: form["python"] for form in json.loads(pkgutil.get_data(__package__, "forms.json") or b"[]")
}
_NAMES = json.loads(pkgutil.get_data(__package__, "names.json") or b"{}")
_MONTHS = {name: int(month) for month, names in _NAMES["months"].items() for name in names}
_ZONES: dict[str, int] = _NAMES["zones"]
_OFFSET = re.compile(r"(?:UTC|GMT)? ?([+-])(\d{1,2})(?::?(\d{2}))?\Z")
_patterns: dict[str, re.Pattern[str]] = {}


class Raw(NamedTuple):
    """A time that was read."""

    instant: int | None
    """Microseconds since 1970 UTC; nothing when it is of no day."""
    has_year: bool = True
    has_clock: bool = True


def forms() -> Iterable[str]:
    return _FORMS


def expression(form: str) -> str:
    """The regular expression of a form, for `re.IGNORECASE`."""
    return _FORMS[form]


def pattern(form: str) -> re.Pattern[str]:
    if form not in _patterns:
        _patterns[form] = re.compile(_FORMS[form], re.IGNORECASE)
    return _patterns[form]


class Clock:
    """Reads times as a source has them; finer digits than microseconds are cut off."""

    def __init__(
        self, utc_offset_minutes: int, now: datetime | None = None, decided: dict[str, Any] | None = None
    ) -> None:
        seconds = time.time() if now is None else now.timestamp()
        decided = decided or {}
        self._utc_offset_minutes = utc_offset_minutes
        self._latest = round(seconds * SECOND) + DAY
        self._latest_year = datetime.fromtimestamp(self._latest // SECOND, timezone.utc).year + 1
        self._year: int | None = decided.get("year")
        self._rollover: int | None = decided.get("rollover")
        self._orders: dict[str, str] = {
            order["separator"]: order["order"] for order in decided.get("orders", ())
        }
        self._read: dict[tuple[str, str], Raw | None] = {}
        self._values: dict[str, Raw | None] = {}

    def read_at(self, text: str, at: int, form: str) -> tuple[Raw, int] | None:
        """The time of a form at a place of a text, and where it ends."""
        found = pattern(form).match(text, at)
        raw = None if found is None else self.of(form, found)
        return None if found is None or raw is None else (raw, found.end())

    def of(self, form: str, found: re.Match[str]) -> Raw | None:
        """What a match of the form's expression means."""
        key = (form, found.group())
        if key not in self._read:
            if len(self._read) >= CACHED:
                self._read.clear()
            self._read[key] = self._raw(form, found.groupdict())
        return self._read[key]

    def value(self, text: str) -> Raw | None:
        """Reads a whole text as a time in any form."""
        if text not in self._values:
            if len(self._values) >= CACHED:
                self._values.clear()
            self._values[text] = self._value(text)
        return self._values[text]

    def _value(self, text: str) -> Raw | None:
        text = text.strip(WHITE)
        if text.isascii() and text.isdigit():
            if len(text) < 20 and int(text) < 1 << 64:
                return integer(int(text))
            return None
        for form in _FORMS:
            found = self.read_at(text, 0, form)
            if found is not None and found[1] == len(text):
                return found[0]
        return None

    def _raw(self, form: str, parts: dict[str, str | None]) -> Raw | None:
        if parts.get("e"):
            return Raw(_unix(parts["e"] or ""))
        if parts.get("x"):
            digits = parts["x"] or ""
            seconds = int(digits[:16], 16) - (1 << 62) - 10
            return Raw(seconds * SECOND + int(digits[16:] or "0", 16) // 1000) if seconds >= 0 else None
        hour = _hour(parts)
        minute, second = int(parts.get("M") or 0), int(parts.get("S") or 0)
        if hour is not None and (not 0 <= hour <= 24 or minute > 59 or second > 60):
            return None
        day, has_year = self._day(form, parts, hour, minute, second)
        if day is None and (has_year or form != "time"):
            return None
        if hour is None or day is None:
            return Raw(None, has_year, hour is not None)
        micro = (
            int(parts["ms"] or 0) * 1000
            if parts.get("ms")
            else _micros(parts.get("f") or parts.get("f2") or "")
        )
        local = (day - _EPOCH) * 86_400 + hour * 3_600 + minute * 60 + second
        return Raw((local - self._offset(parts, local)) * SECOND + micro, has_year)

    def _day(
        self, form: str, parts: dict[str, str | None], hour: int | None, minute: int, second: int
    ) -> tuple[int | None, bool]:
        """The day as an ordinal, and whether its year is written."""
        year = _year(parts.get("Y"))
        try:
            if parts.get("j"):
                number = int(parts["j"] or 0)
                return (date(year or 0, 1, 1).toordinal() + number - 1 if 1 <= number <= 366 else None), True
            if parts.get("w"):
                return _week(year or 0, int(parts["w"] or 0), int(parts["u"] or 0)), True
            if parts.get("a"):
                year, month, number = self._ordered(form, parts, year)
            elif parts.get("d"):
                month = _MONTHS[(parts["b"] or "").lower()] if parts.get("b") else int(parts["m"] or 0)
                number = int(parts["d"] or 0)
            else:
                return None, False
            if year is not None:
                return date(year, month, number).toordinal(), True
            return self._without_year(month, number, hour or 0, minute, second), False
        except (ValueError, KeyError):
            return None, True

    def _ordered(
        self, form: str, parts: dict[str, str | None], year: int | None
    ) -> tuple[int | None, int, int]:
        """Year, month and day of numbers whose order is decided, or told by a number above 12, or the custom of their
        sign."""
        first, second = int(parts["a"] or 0), int(parts["n"] or 0)
        sign = parts.get("sep") or "mm-dd"
        order = self._orders.get(sign + (" 12h" if parts.get("p") else ""))
        short = len(parts.get("Y") or "") == 2
        if order == "year_first" and short:
            return 2000 + first, second, int(parts["Y"] or 0)
        if first > 12 or second > 12:
            day_first = first > 12
        elif order is not None:
            day_first = order == "day_first"
        else:
            day_first = sign in (".", "-")
        return (year, second, first) if day_first else (year, first, second)

    def _without_year(self, month: int, number: int, hour: int, minute: int, second: int) -> int | None:
        """The day in the year that the grammar says, or in the newest that puts it not after tomorrow."""
        if self._year is not None:
            before = self._rollover is not None and month * 100 + number >= self._rollover
            return date(self._year - before, month, number).toordinal()
        for year in range(self._latest_year, self._latest_year - 10, -1):
            try:
                day = date(year, month, number).toordinal()
            except ValueError:
                continue
            local = (day - _EPOCH) * 86_400 + hour * 3_600 + minute * 60 + second
            if (local - self._utc_offset_minutes * 60) * SECOND <= self._latest:
                return day
        return None

    def _offset(self, parts: dict[str, str | None], local: int) -> int:
        """Seconds east of UTC."""
        if parts.get("zm"):
            return int(parts["zm"] or 0) * 60
        zone = (parts.get("z") or parts.get("z2") or "").strip(" ()[]")
        if not zone:
            return self._utc_offset_minutes * 60
        upper = zone.upper()
        if upper in _ZONES:
            return _ZONES[upper] * 60
        if upper == "Z":
            return 0
        found = _OFFSET.match(upper)
        if found is not None:
            sign, hours, minutes = found.groups()
            return (int(hours) * 3_600 + int(minutes or 0) * 60) * (1 if sign == "+" else -1)
        if "/" in zone and ZoneInfo is not None:
            try:
                naive = datetime(1970, 1, 1) + timedelta(seconds=local)
                offset = naive.replace(tzinfo=ZoneInfo(zone)).utcoffset()
                return round(offset.total_seconds()) if offset is not None else 0
            except (KeyError, ValueError, OSError):
                pass
        return self._utc_offset_minutes * 60


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 70 else 1900)


def _hour(parts: dict[str, str | None]) -> int | None:
    """The hour of the day; -1 when there is none such."""
    if not parts.get("H"):
        return None
    hour, half = int(parts["H"] or 0), parts.get("p")
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        return -1
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _week(year: int, week: int, day: int) -> int | None:
    if not 1 <= week <= 53:
        return None
    fourth = date(year, 1, 4)
    return fourth.toordinal() - fourth.weekday() + (week - 1) * 7 + day - 1


def _micros(digits: str) -> int:
    return int((digits + "000000")[:6])


def _unix(text: str) -> int:
    whole, _, part = text.partition(".")
    value = int(whole)
    length = len(whole)
    micros = value * SECOND if length == 10 else value * 1000 if length == 13 else value
    return (micros if length < 19 else value // 1000) + (_micros(part) if part else 0)


def integer(value: int) -> Raw | None:
    """Unix time in s, ms, µs or ns, told apart by magnitude."""
    if value < 0:
        return None
    if value >= 1 << 64:
        return number(float(value))
    if value < 10**11:
        return Raw(value * SECOND)
    if value < 10**14:
        return Raw(value * 1_000)
    return Raw(value if value < 10**17 else value // 1_000)


def number(value: float) -> Raw | None:
    """The same, rounded to microseconds."""
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
    return Raw(whole + (micros - whole >= 0.5))
