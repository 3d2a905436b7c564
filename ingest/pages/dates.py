"""Dates as programmes write them, in many languages: one day, or the first and the last."""

from __future__ import annotations

import re
from datetime import date

from archive.names import fold

_MONTHS = (
    "january jan janvier janv januar januari enero ene janeiro gennaio gen января январь "
    "stycznia ocak มกราคม",
    "february feb fevrier fevr februar februari febrero fevereiro fev febbraio февраля февраль "
    "lutego subat กุมภาพันธ์",
    "march mar mars marz maerz marzo marco maart марта март marca mart มีนาคม",
    "april apr avril avr abril abr aprile апреля апрель kwietnia nisan เมษายน",
    "may mai mayo maio maggio mag mei maj мая май maja mayis พฤษภาคม",
    "june jun juin juni junio junho giugno giu июня июнь czerwca haziran มิถุนายน",
    "july jul juillet juil juli julio julho luglio lug июля июль lipca temmuz กรกฎาคม",
    "august aug aout agosto ago augustus augusti августа август sierpnia agustos สิงหาคม",
    "september sept sep septembre septiembre setembro settembre set сентября сентябрь wrzesnia "
    "eylul กันยายน",
    "october oct octobre oktober okt octubre outubro out ottobre ott октября октябрь "
    "pazdziernika ekim ตุลาคม",
    "november nov novembre noviembre novembro ноября ноябрь listopada kasim พฤศจิกายน",
    "december dec decembre dezember dez diciembre dic dezembro dicembre декабря декабрь "
    "grudnia aralik ธันวาคม",
)
_NUMBER_OF = {
    fold(name): number for number, names in enumerate(_MONTHS, 1) for name in names.split()
}
_MONTH = rf"({'|'.join(sorted(map(re.escape, _NUMBER_OF), key=len, reverse=True))})\b\.?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?"
_OF = r"(?:\s+(?:de|del|of|di))?\s+"
_TO = (
    r"\s*(?:-|–|—|~|to|bis|au|al|a|do|und|and|&|et|y|e|до|по|through|until)\s*(?:the\s+|the"
    r"|le\s+|el\s+)?"
)
_YEAR = r"((?:19|20)\d{2})"
_WEEKDAY = r"(?:[^\W\d_]+day,?\s+)?"
_FORMS = (
    # 30 April – 2 May 2024; 18-20 September 2020; 18 September 2020
    (
        rf"(?<!\d){_DAY}{_OF}{_MONTH}(?:(?:\s+de)?\s+{_YEAR})?{_TO}{_WEEKDAY}{_DAY}{_OF}{_MONTH},?{_OF}{_YEAR}",
        "d m y d m y",
    ),
    (rf"(?<!\d){_DAY}{_TO}{_DAY}{_OF}{_MONTH},?{_OF}{_YEAR}", "d d m y"),
    (rf"(?<!\d){_DAY}{_OF}{_MONTH},?{_OF}{_YEAR}", "d m y"),
    # September 18–20, 2020; April 30 – May 2, 2024; September 18, 2020
    (rf"\b{_MONTH}\s+{_DAY}{_TO}{_MONTH}\s+{_DAY},?\s+{_YEAR}", "m d m d y"),
    (rf"\b{_MONTH}\s+{_DAY}{_TO}{_DAY},?\s+{_YEAR}", "m d d y"),
    (rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}", "m d y"),
    # 2020年9月18日至20日; 2020-09-18; 2020/09/18; 2020. 9. 18.
    (
        rf"{_YEAR}\s*[年년]\s*(\d{{1,2}})\s*[月월]\s*(\d{{1,2}})\s*[日일号]?\s*(?:-|–|—|~|～|至|到"
        rf"|、)\s*(\d{{1,2}})\s*[日일号]",
        "y m d d",
    ),
    (rf"{_YEAR}\s*[年년]\s*(\d{{1,2}})\s*[月월]\s*(\d{{1,2}})\s*[日일号]", "y m d"),
    (rf"(?<![\d/.-]){_YEAR}([-/.])\s?(\d{{1,2}})\2\s?(\d{{1,2}})(?![\d-])", "y _ m d"),
    # 18.–20.09.2020; 18.09.2020
    (r"(?<![\d.])(\d{1,2})\.?\s*[-–]\s*(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d{2})", "d d m y"),
    (r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d{2})(?!\d)", "d m y"),
    (r"(?<![\d/])(\d{1,2})/(\d{1,2})/((?:19|20)\d{2})(?!\d)", "slash"),
)
_PATTERNS = tuple(
    (re.compile(fold(form) if "年" not in form else form), order) for form, order in _FORMS
)

Days = tuple[date, date]


def find_days(text: str) -> list[Days]:
    """First and last day of each date in the text; where "03/04/2020" is unclear, none."""
    folded = fold(text[:2000])
    found: list[tuple[int, Days]] = []
    taken: list[tuple[int, int]] = []
    for pattern, order in _PATTERNS:
        for match in pattern.finditer(folded):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            if days := _days([part or "" for part in match.groups()], order):
                taken.append(match.span())
                found.append((match.start(), days))
    return [days for _, days in sorted(found)]


def _days(parts: list[str], order: str) -> Days | None:
    if order == "slash":
        one, two = int(parts[0]), int(parts[1])
        if (one > 12) == (two > 12):
            return None
        order = "d m y" if one > 12 else "m d y"
    fields: dict[str, list[int]] = {"d": [], "m": [], "y": []}
    for part, letter in zip(parts, order.split(), strict=True):
        if letter in fields and part:
            fields[letter].append(
                _NUMBER_OF.get(part.rstrip("."), 0)
                if letter == "m" and not part.isdecimal()
                else int(part)
            )
    days, months, years = fields["d"], fields["m"], fields["y"]
    try:
        first = date(years[0], months[0], days[0])
        last = date(years[-1], months[-1], days[-1])
    except (ValueError, IndexError):
        return None
    return (first, last) if first <= last else None
