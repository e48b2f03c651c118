"""The sentence that says when peak hours are → a Window, hours as printed, in the page's own zone."""

import re

from pipeline.domain.conditions import Window
from pipeline.domain.errors import DocumentShapeError

_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*(?:-|–|~|to|至)\s*([0-9]{1,2}):([0-9]{2})")
_SENTENCE = (
    re.compile(r"(?<![Oo]ff-)\bPeak hours are (?P<what>[^.]*)\.", re.IGNORECASE),
    re.compile(r"(?:^|[。；])(?P<what>[^。；]*)为高峰时段(?!价)"),
)
_ZONES = (
    (re.compile(r"\(UTC\+8\)|UTC\+8|Beijing time|北京时间", re.IGNORECASE), "Asia/Shanghai"),
    (re.compile(r"\(UTC\)|UTC(?!\+)"), "UTC"),
)
_DAYS = (
    (
        re.compile(r"Monday (?:through|to) Friday|on weekdays|weekdays|周一至周五|工作日", re.IGNORECASE),
        (1, 2, 3, 4, 5),
    ),
    (re.compile(r"every day|daily|每天|每日", re.IGNORECASE), ()),
)
_HOLIDAYS = re.compile(r"excluding Chinese public holidays|[（(]?不含中国法定节假日[)）]?", re.IGNORECASE)
_JOINTS = re.compile(r"\band\b|\bof\b|\bfrom\b|[,，、和的\s]", re.IGNORECASE)


def peak_window(text: str) -> Window:
    """The peak window that a text describes; DocumentShapeError where a word of the sentence is not understood."""
    found = [match["what"] for pattern in _SENTENCE for match in pattern.finditer(text)]
    if len(found) != 1:
        raise DocumentShapeError(f"{len(found)} sentences say when peak hours are: {text[:120]!r}")
    rest = found[0]
    hours = tuple(f"{int(a):02}:{b}-{int(c):02}:{d}" for a, b, c, d in _HOURS.findall(rest))
    rest = _HOURS.sub("", rest)
    zones = [zone for pattern, zone in _ZONES if pattern.search(rest)]
    days = [days for pattern, days in _DAYS if pattern.search(rest)]
    holidays = _HOLIDAYS.search(rest)
    for pattern in (*(pattern for pattern, _ in (*_ZONES, *_DAYS)), _HOLIDAYS, _JOINTS):
        rest = pattern.sub("", rest)
    if rest or not hours or len(zones) != 1 or len(days) > 1:
        raise DocumentShapeError(f"the peak hours {found[0]!r} are not understood ({rest!r})")
    return Window(
        name="peak",
        hours=hours,
        tz=zones[0],
        weekdays=days[0] if days else (),
        except_="Chinese public holidays" if holidays else None,
    )
