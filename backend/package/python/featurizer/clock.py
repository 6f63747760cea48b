"""Times: every written form that logs commonly use, by the regular expressions of the training program
(`forms.json`), and the instants that they mean."""

from __future__ import annotations

import json
import pkgutil
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple

from .errors import FormatError
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
_OFFSET = re.compile(r"(?:UTC|GMT)? ?([+-])([0-9]{1,2})(?::?([0-9]{2}))?\Z")
_NUMERIC = re.compile(r"[0-9.]*")
_AUDIT = re.compile(r"[^(]*\(([1-4][0-9.]*)[^0-9.]", re.DOTALL)
_DIGITS = re.compile(r"[0-9]+")
# The groups that a day depends on.
_OF_DAYS = ("Y", "m", "b", "d", "a", "n", "sep", "p", "j", "w", "u")
# The groups that hold a part of a second.
_FRACTIONS = ("ms", "f", "f2")
_BY_DOTS = (
    *("ctime-day", "day-month-year", "day-month-dots", "numeric", "numeric-dots", "day-month", "mm-dd"),
    "date-numeric",
)
_BY_WORDS = (
    *("iso", "ctime", "ctime-day", "month-day-year", "day-month-year", "numeric", "month-day", "day-month"),
)
_patterns: dict[str, re.Pattern[str]] = {}


class Raw(NamedTuple):
    """A time that was read."""

    instant: int | None
    """Microseconds since 1970 UTC; nothing when it is of no day, or of one that does not exist."""
    has_year: bool = True
    has_clock: bool = True
    open: tuple[int, int, int] | None = None
    """Month, day and microseconds from the day's beginning (UTC), where the year is not written."""


def forms() -> Iterable[str]:
    return _FORMS


def expression(form: str) -> str:
    """The regular expression of a form, for `re.IGNORECASE`."""
    return _FORMS[form]


def pattern(form: str) -> re.Pattern[str]:
    if form not in _patterns:
        _patterns[form] = re.compile(_FORMS[form], re.IGNORECASE)
    return _patterns[form]


def _candidates(text: str) -> Sequence[str]:
    """The forms that a text may begin with, in order of belief."""
    digits = _DIGITS.match(text)
    if digits is None:
        return ("tai64n",) if text.startswith("@") else _BY_WORDS if text[:1].isalpha() else ()
    run, after = digits.end(), text[digits.end() : digits.end() + 1]
    if run <= 2:
        if after == ":":
            return "time-iso", "time-month-day-year", "time-day-month-year", "time-numeric", "time"
        if after and after in "-/.":
            return _BY_DOTS
        if after and after in " \t":
            return "ctime-day", "day-month-year", "day-month-dots", "day-month"
        return ("day-month-year", "day-month-tight", "day-month-dots") if after else ()
    if run == 4:
        if after and after in "-/.:":
            return "iso", "year-month-day", "ordinal", "week", "iso-dots", "mmdd-slash", "date"
        return ("iso-spaces", "year-month-day") if after and after in " \t" else ("ideographs",)
    if run == 6:
        return "two-six", "six-time"
    if run == 7:
        return ("julian-day",)
    if run == 8:
        return "compact", "basic"
    if run in (14, 17, 20):
        return ("basic",)
    return ("epoch",) if run in (10, 13, 16, 19) else ()


class Home(NamedTuple):
    """How a format says that times are to be understood which do not say it themselves."""

    utc_offset_minutes: int = 0
    time_zone: str | None = None
    year: int | None = None
    order: str | None = None

    @staticmethod
    def of(written: dict[str, Any], utc_offset_minutes: int) -> Home:
        zone, day_first = written.get("time_zone"), written.get("day_first")
        if zone is not None and _offset(zone, 0) is None:
            raise FormatError(f"the time zone `{zone}` is not known here: it needs Python 3.9 and its data")
        order = None if day_first is None else "day_first" if day_first else "month_first"
        return Home(utc_offset_minutes, zone, written.get("year"), order)

    def offset(self, local: int) -> int:
        """Seconds east of UTC."""
        offset = None if self.time_zone is None else _offset(self.time_zone, local)
        return self.utc_offset_minutes * 60 if offset is None else offset


class Clock:
    """Reads times as a source has them; finer digits than microseconds are cut off."""

    def __init__(
        self, home: Home, now: datetime | None = None, decided: dict[str, Any] | None = None
    ) -> None:
        seconds = time.time() if now is None else now.timestamp()
        decided = decided or {}
        self._home = home
        self._latest = round(seconds * SECOND) + DAY
        # A year more than the UTC year covers offsets around New Year; `latest` decides.
        self._latest_year = datetime.fromtimestamp(self._latest // SECOND, timezone.utc).year + 1
        # What a grammar decides is believed before what the format says of all.
        own = decided.get("year")
        self._year: int | None = home.year if own is None else own
        self._rollover: int | None = None if own is None else decided.get("rollover")
        self._orders = {order["separator"]: order["order"] for order in decided.get("orders", ())}
        self._read: dict[tuple[str, str], Raw | None] = {}
        self._values: dict[str, Raw | None] = {}
        self._minutes: dict[tuple[str, str, str], int] = {}
        self._days: dict[tuple[Any, ...], int | None] = {}
        self.leaves_years_open = False
        """Whether a time was read whose year is not written."""

    def read_at(self, text: str, at: int, form: str) -> tuple[Raw, int] | None:
        """The time of a form at a place of a text, and where it ends."""
        found = pattern(form).match(text, at)
        raw = None if found is None else self.of(form, found)
        return None if found is None or raw is None else (raw, found.end())

    def of(self, form: str, found: re.Match[str]) -> Raw | None:
        """What a match of the form's expression means; nothing when its numbers are not those of a time."""
        key = (form, found.group())
        if key not in self._read:
            if len(self._read) >= CACHED:
                self._read.clear()
            self._read[key] = self._of_minute(form, found)
        return self._read[key]

    def _of_minute(self, form: str, found: re.Match[str]) -> Raw | None:
        """The same, by another time of its minute."""
        names = found.re.groupindex
        second = found["S"] if "S" in names else None
        if second is None or int(second) > 59:
            return self._raw(found.groupdict())
        text, begin, micro, end = found.group(), found.start(), 0, found.end("S")
        for name in _FRACTIONS:
            if name in names and found[name]:
                micro, end = _micro(found[name], name == "ms"), found.end(name)
        key = (form, text[: found.start("S") - begin], text[end - begin :])
        within = int(second) * SECOND + micro
        if key in self._minutes:
            return Raw(self._minutes[key] + within)
        raw = self._raw(found.groupdict())
        # Regions change their offset within minutes, and the last minute of a day may have but one time.
        if raw is None or raw.instant is None or not (raw.has_year and raw.has_clock):
            return raw
        if self._home.time_zone is None and "/" not in key[2] and int(found["H"]) < 24:
            if len(self._minutes) >= CACHED:
                self._minutes.clear()
            self._minutes[key] = raw.instant - within
        return raw

    def days_in(self, text: str, form: str) -> Iterator[tuple[re.Match[str], int, tuple[int, int]]]:
        """The times of a form, one with years, in a text: year, month and day."""
        for found in pattern(form).finditer(text):
            parts = found.groupdict()
            if parts.get("Y") and self.of(form, found) is not None:
                year, month, day = self._ordered(parts) if parts.get("a") else _named(parts)
                yield found, year, (month, day)

    def value(self, text: str) -> Raw | None:
        """The time that a text is as a whole, quotes and brackets around it aside; numbers are Unix time."""
        if text not in self._values:
            if len(self._values) >= CACHED:
                self._values.clear()
            self._values[text] = self._value(text.strip(WHITE).strip("\"[]'<>"))
        return self._values[text]

    def written(self, text: str) -> Raw | None:
        """The same of a text that is known to be a time: glog's forms count without their letter."""
        raw = self.value(text)
        if raw is None:
            for form in ("letter-mmdd", "letter-yymmdd", "letter-yyyymmdd"):
                found = self.read_at(f"I{text}", 1, form)
                if found is not None and found[1] == len(text) + 1:
                    return found[0]
        return raw

    def _value(self, text: str) -> Raw | None:
        numeric = _NUMERIC.match(text)
        end = 0 if numeric is None else numeric.end()
        strongest = self._strongest(text)
        if end == len(text):
            if strongest is not None and strongest[1] == end:
                return strongest[0]
            if text.isdigit():
                return integer(int(text)) if int(text) < 1 << 64 else number(float(text))
            return _float(text)
        if text[end] in "eE":
            return _float(text)
        audit = _AUDIT.match(text) if end == 0 else None
        if audit is not None:
            found = self.read_at(audit.group(1), 0, "epoch")
            return None if found is None else found[0]
        if strongest is None or len(text[strongest[1] :].encode()) > 2:
            return None
        return strongest[0]

    def _strongest(self, text: str) -> tuple[Raw, int] | None:
        """The strongest time that a text begins with."""
        for form in _candidates(text):
            found = self.read_at(text, 0, form)
            if found is not None:
                return found
        return None

    def _raw(self, parts: dict[str, str | None]) -> Raw | None:
        if parts.get("e"):
            return _plausible(_unix(parts["e"] or ""))
        if parts.get("x"):
            digits = parts["x"] or ""
            seconds = int(digits[:16], 16) - (1 << 62) - 10
            return Raw(seconds * SECOND + int(digits[16:] or "0", 16) // 1000) if seconds >= 0 else None
        milli = parts.get("ms")
        micro = _micro(milli, True) if milli else _micro(parts.get("f") or parts.get("f2") or "", False)
        hour, minute, second = parts.get("H"), int(parts.get("M") or 0), int(parts.get("S") or 0)
        of_day = 0 if hour is None else _hour(int(hour), parts.get("p"))
        late = of_day == 24 and (minute or second or micro)
        if of_day is None or of_day > 24 or minute > 59 or second > 60 or late or not _is_plausible(parts):
            return None
        has_year = bool(parts.get("Y"))
        if not any(map(parts.get, ("d", "a", "j", "w"))):
            return Raw(None, False)
        seconds = of_day * 3_600 + minute * 60 + second
        if not has_year:
            return self._open(parts, seconds, micro, hour is not None)
        key = tuple(map(parts.get, _OF_DAYS))
        if key not in self._days:
            if len(self._days) >= CACHED:
                self._days.clear()
            self._days[key] = self._day(parts)
        day = self._days[key]
        instant = None if day is None else self._at_zone(parts, day * 86_400 + seconds) + micro
        return Raw(instant, True, hour is not None)

    def _open(self, parts: dict[str, str | None], seconds: int, micro: int, has_clock: bool) -> Raw:
        """A time that leaves its year out."""
        self.leaves_years_open = True
        _, month, number = self._ordered(parts) if parts.get("a") else _named(parts)
        instant = self._in_year(parts, month, number, seconds)
        rest = (seconds - (_written_offset(parts, 0) or 0)) * SECOND + micro
        return Raw(None if instant is None else instant + micro, False, has_clock, (month, number, rest))

    def _in_year(self, parts: dict[str, str | None], month: int, number: int, seconds: int) -> int | None:
        if self._year is not None:
            before = self._rollover is not None and month * 100 + number >= self._rollover
            day = days(self._year - before, month, number)
            return None if day is None else self._at_zone(parts, day * 86_400 + seconds)
        # The latest year in which the time is not after the bound; eight years back hold a 29 February.
        for year in range(self._latest_year, self._latest_year - 10, -1):
            day = days(year, month, number)
            instant = None if day is None else self._at_zone(parts, day * 86_400 + seconds)
            if instant is not None and instant <= self._latest:
                return instant
        return None

    def _day(self, parts: dict[str, str | None]) -> int | None:
        """Days since 1970 of a day with a year; nothing when it does not exist."""
        year = _year(parts["Y"] or "")
        if parts.get("j"):
            number = int(parts["j"] or 0)
            first, last = days(year, 1, 1), days(year, 12, 31)
            return None if first is None or last is None or first + number - 1 > last else first + number - 1
        if parts.get("w"):
            return _week(year, int(parts["w"] or 0), int(parts["u"] or 0))
        return days(*(self._ordered(parts) if parts.get("a") else _named(parts)))

    def _ordered(self, parts: dict[str, str | None]) -> tuple[int, int, int]:
        """Year (0 for none), month and day of a date of numbers."""
        first, second, written = int(parts["a"] or 0), int(parts["n"] or 0), parts.get("Y")
        year = _year(written) if written else 0
        sign = (parts.get("sep") or "/") if written else "mm-dd"
        order = self._orders.get(sign + (" 12h" if parts.get("p") else ""), self._home.order)
        short = int(written) if written and len(written) == 2 else None
        if order == "year_first" or (order is None and self._is_year_first(first, second, short)):
            return (_century(first), second, short) if short is not None else (0, 0, 0)
        month_first = order == "month_first" if order is not None else sign in ("/", "mm-dd")
        # A number above 12 is no month, whatever was decided.
        month_first = False if first > 12 else second > 12 or month_first
        return (year, first, second) if month_first else (year, second, first)

    def _is_year_first(self, first: int, second: int, last: int | None) -> bool:
        """Whether three numbers of two digits can only sensibly have the year first."""
        if last is None or not 1 <= second <= 12 or not 1 <= last <= 31:
            return False
        return first > 31 or (first > 12 and self._latest_year - 1 >= _century(first) >= _century(last))

    def _at_zone(self, parts: dict[str, str | None], local: int) -> int:
        """The instant of seconds since 1970 in the time's zone."""
        offset = _written_offset(parts, local)
        return (local - (self._home.offset(local) if offset is None else offset)) * SECOND


def _written_offset(parts: dict[str, str | None], local: int) -> int | None:
    """Seconds east of UTC, as the time says them."""
    if parts.get("zm"):
        return int(parts["zm"] or 0) * 60
    for zone in (parts.get("z"), parts.get("z2")):
        offset = _offset(zone.strip(" ()[]"), local) if zone else None
        if offset is not None:
            return offset
    return None


def _offset(zone: str, local: int) -> int | None:
    """Seconds east of UTC; nothing of a zone that nobody knows."""
    upper = zone.upper()
    if upper in _ZONES:
        return _ZONES[upper] * 60
    if upper == "Z":
        return 0
    found = _OFFSET.match(upper)
    if found is not None:
        sign, hours, minutes = found.groups()
        return (int(hours) * 3_600 + int(minutes or 0) * 60) * (1 if sign == "+" else -1)
    if "/" not in zone or ZoneInfo is None:
        return None
    try:
        # Of a time that exists twice the earlier is meant; one that does not has the offset before the gap.
        of_day = datetime(1970, 1, 1) + timedelta(seconds=local)
        offset = of_day.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    except (KeyError, ValueError, OSError, OverflowError):
        return None
    return None if offset is None else round(offset.total_seconds())


def _is_plausible(parts: dict[str, str | None]) -> bool:
    """Whether its numbers are those of a day; whether it exists is seen when it becomes an instant."""
    written = parts.get("Y") or ""
    if written and not 1970 <= _year(written) <= 2105:
        return False
    if parts.get("j"):
        return 1 <= int(parts["j"] or 0) <= 366
    if parts.get("w"):
        return 1 <= int(parts["w"] or 0) <= 53
    if parts.get("a"):
        first, second = int(parts["a"] or 0), int(parts["n"] or 0)
        if len(written) == 2 and first > 31:
            return first >= 70 and 1 <= second <= 12 and 1 <= int(written) <= 31
        return 1 <= first <= 31 and 1 <= second <= 31 and min(first, second) <= 12
    if not parts.get("d"):
        return True
    return 1 <= int(parts["d"] or 0) <= 31 and (bool(parts.get("b")) or 1 <= int(parts["m"] or 0) <= 12)


def _named(parts: dict[str, str | None]) -> tuple[int, int, int]:
    """Year (0 for none), month and day that are written as such."""
    month = _MONTHS[(parts["b"] or "").lower()] if parts.get("b") else int(parts["m"] or 0)
    return _year(parts["Y"] or "") if parts.get("Y") else 0, month, int(parts["d"] or 0)


def _century(year: int) -> int:
    """Two digits of a year: 70–99 are 1970–1999."""
    return year + (2000 if year < 70 else 1900)


def _year(text: str) -> int:
    return int(text) if len(text) > 2 else _century(int(text))


def _hour(hour: int, half: str | None) -> int | None:
    """The hour of the day; nothing when there is none such."""
    if half is None:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0) if 1 <= hour <= 12 else None


def days(year: int, month: int, day: int) -> int | None:
    """Days since 1970 of a day that exists."""
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


def _micro(text: str, milli: bool) -> int:
    """Microseconds of a number of milliseconds, or of the digits behind a point."""
    return int(text) * 1000 if milli else int((text + "000000")[:6])


def _week(year: int, week: int, day: int) -> int | None:
    """Days since 1970 of a day of an ISO week."""
    fourth = date(year, 1, 4)
    monday = fourth.toordinal() - fourth.weekday() + (week - 1) * 7
    if date.fromordinal(monday).isocalendar()[0] != year:
        return None
    return monday + day - 1 - _EPOCH


def _unix(text: str) -> int:
    whole, _, part = text.partition(".")
    value, length = int(whole), len(whole)
    micros = value * SECOND if length == 10 else value * 1000 if length == 13 else value
    return (micros if length < 19 else value // 1000) + (int((part + "000000")[:6]) if part else 0)


def _plausible(micros: int) -> Raw | None:
    """From 1999 to 2099: what a number must be to be taken for a time."""
    return Raw(micros) if 940_000_000_000_000 < micros < 4_100_000_000_000_000 else None


def integer(value: int) -> Raw | None:
    """Unix time in s, ms, µs or ns, told apart by magnitude."""
    if value < 0:
        return None
    if value < 10**11:
        return _plausible(value * SECOND)
    if value < 10**14:
        return _plausible(value * 1_000)
    return _plausible(value if value < 10**17 else value // 1_000)


def number(value: float) -> Raw | None:
    """The same; finer digits than microseconds are cut off."""
    for scale, digits in ((1e6, 6), (1e3, 3), (1.0, 0), (1e-3, 0)):
        if 9.4e14 < value * scale < 4.1e15:
            exact = Decimal(repr(value)).scaleb(digits)
            return Raw(int(value * scale if scale < 1 else exact))
    return None


def _float(text: str) -> Raw | None:
    try:
        return number(float(text))
    except ValueError:
        return None
