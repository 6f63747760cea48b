"""The forms of times, as expressions."""

from __future__ import annotations

import re

_MONTH = "(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?"
_TIME_MINUTES = r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?|(?!:))"


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


ISO_DATE = _form(r"(?P<year>\d{4})(?P<separator>[-/.])(?P<month>\d\d)(?P=separator)(?P<day>\d\d)")
ISO = _form(ISO_DATE.pattern + "[T ]" + _TIME_MINUTES)
BSD = _form(_MONTH + r" +(?P<day>\d{1,2}) +(?:(?P<year>\d{4}) (?=\d\d:))?" + _TIME)
CTIME = _form(
    r"(?:mon|tue|wed|thu|fri|sat|sun) +"
    + _MONTH
    + r" +(?P<day>\d{1,2}) +"
    + _TIME
    + r" (?P<utc>(?:utc|gmt) ?)?(?P<year>\d{4})"
)
ACCESS = _form(r"(?P<bracket>\[?)(?P<day>\d\d)/" + _MONTH + r"/(?P<year>\d{4}):" + _TIME)
COMPACT = _form(r"(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d) (?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)")
_NAMED_MONTH = r"(?P<day>\d{1,2})(?P<separator>[- /])" + _MONTH + r"(?P=separator)(?P<year>\d{4}) " + _TIME
_DATE = r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)[-T ]"
_PACKED = _form(
    _DATE
    + r"(?:(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)|"
    + r"(?P<hour1>\d{1,2}):(?P<minute1>\d{1,2}):(?P<second1>\d{1,2}))"
    + r"(?::(?P<millis>\d{1,3})|[.,](?P<fraction>\d+))?"
)
_MAIL = _form(r"(?:mon|tue|wed|thu|fri|sat|sun), +" + _NAMED_MONTH)
# Blue Gene/L's; HealthApp's and ISO's basic form; Spark's; month or day first; without a year; with a month's
# name; glog's; mail's.
DAY_FIRST = _form(
    r"(?P<first>\d{1,2})(?P<separator>[/.-])(?P<second_part>\d{1,2})(?P=separator)(?P<year>\d{4}),? +"
    r"(?:(?P<hour1>\d):(?P<minute1>\d\d)(?::(?P<second1>\d\d)(?:[.,](?P<fraction1>\d+))?|(?!:))|"
    + _TIME_MINUTES
    + r")(?P<half> ?[ap]m)?"
)
OTHERS = (
    _form(
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)-(?P<hour>\d\d)\.(?P<minute>\d\d)\.(?P<second>\d\d)"
        r"(?:[.,](?P<fraction>\d+))?"
    ),
    _PACKED,
    _form(r"(?P<year>\d\d)/(?P<month>\d\d)/(?P<day>\d\d) " + _TIME),
    DAY_FIRST,
    _form(r"(?P<month>\d\d)[-./](?P<day>\d\d) " + _TIME),
    _form(_NAMED_MONTH),
    _form(r"(?P<month>\d\d)(?P<day>\d\d) " + _TIME),
    _MAIL,
)
WITH_OFFSET = (_PACKED, OTHERS[5], _MAIL)
OFFSET = _form(
    r"(?P<utc>Z| (?:utc|gmt) ?)|(?P<space> ?)(?P<sign>[+-])(?P<hours>\d\d)(?P<colon>:?)(?P<minutes>\d\d)?"
)
EPOCH = _form(r"[0-9.]+")
