"""Reading of single values that people type: dates, languages, countries, speakers.

Each function raises UserError with one sentence that names the value and says what is expected.
"""

from __future__ import annotations

import re
from datetime import date

from archive.countries import country_code
from archive.errors import UserError
from archive.programme import SpeakerEntry

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def parse_date(text: str) -> date | None:
    """An ISO date, or None for nothing."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UserError(
            f"{text!r} is no date.", advice="Write it as year-month-day, such as 2020-09-18."
        ) from error


def parse_language(text: str) -> str:
    """A BCP 47 language tag such as ``en`` or ``pt-BR``, or "" for an open one."""
    tag = text.strip()
    if tag and not _LANGUAGE.fullmatch(tag):
        raise UserError(f"{text!r} is no language tag.", advice="Write it as en, pt-BR or zh.")
    primary, dash, rest = tag.partition("-")
    return primary.lower() + dash + rest


def parse_country(text: str) -> str:
    """The ISO 3166 code of a country given by name or code, or "" for nothing."""
    if not text.strip():
        return ""
    code = country_code(text)
    if code is None:
        raise UserError(
            f"{text!r} is no country that ISO 3166 knows.",
            advice="Write its English name or its two-letter code.",
        )
    return code


def parse_number(text: str) -> int | None:
    """A whole number, or None for nothing."""
    if not text.strip():
        return None
    if not text.strip().isdecimal():
        raise UserError(f"{text!r} is no whole number.", advice="Write it in digits.")
    return int(text)


def parse_list(text: str) -> tuple[str, ...]:
    """Entries parted by semicolons."""
    return tuple(part for part in (p.strip() for p in text.split(";")) if part)


def parse_speaker(text: str) -> SpeakerEntry:
    """``Name|Role|Affiliation|Country``; all but the name may be missing."""
    parts = [part.strip() for part in text.split("|")]
    if not parts[0] or len(parts) > 4:
        raise UserError(f"{text!r} is no speaker.", advice='Write "Name|Role|Affiliation|Country".')
    name, role, affiliation, country = (*parts, "", "", "")[:4]
    return SpeakerEntry(
        name=name, role=role, affiliation=affiliation, country=parse_country(country)
    )
