"""How values are shown on pages: times, days, languages, countries, marked text.

Every function here takes plain text and gives plain text or ``Markup`` in which all foreign text
is escaped already; templates escape the rest by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import urlsplit

import pycountry
from babel import Locale
from babel.dates import format_date, format_datetime, format_interval
from babel.numbers import format_decimal
from flask import Flask, current_app, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from archive.countries import country_name as archived_name
from archive.hosts import is_loopback
from archive.phrases import Phrase
from archive.types import Event, Talk
from web.languages import page_locale

POSTER_WIDTH = 480
"""Pixels of a poster."""


def clock(time_ms: int) -> str:
    """A place in a recording as its player shows it: ``1:15``, ``1:02:03``."""
    seconds = time_ms // 1000
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def duration(time_ms: int) -> str:
    """How long something takes, to read at a glance: ``45 s``, ``18 min``, ``1 h 20 min``."""
    if time_ms < 60_000:
        return str(_("%(seconds)s s", seconds=max(1, round(time_ms / 1000))))
    hours, minutes = divmod(round(time_ms / 60_000), 60)
    if not hours:
        return str(_("%(minutes)s min", minutes=minutes))
    if not minutes:
        return str(_("%(hours)s h", hours=hours))
    return str(_("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes))


def day(value: date) -> str:
    """A day in words: ``18 September 2020``."""
    return str(format_date(value, "long", locale=page_locale()))


def instant(value: str) -> Markup:
    """When something was done, given in ISO 8601: ``18 September 2020, 14:05 UTC``."""
    return Markup('<time datetime="{}">{}</time>').format(value, instant_text(value))


def instant_text(value: str) -> str:
    """The same without markup."""
    when = datetime.fromisoformat(value)
    return f"{format_datetime(when, 'd MMMM y, HH:mm', locale=page_locale())} UTC"


def event_days(event: Event) -> str:
    """When an event is held, "" where that is not known."""
    if event.starts_on is None:
        return ""
    if event.ends_on is None or event.ends_on == event.starts_on:
        return day(event.starts_on)
    days = event.starts_on, event.ends_on
    return str(format_interval(*days, "yMMMd", locale=page_locale()))


def language_name(tag: str) -> str:
    """The name of a BCP 47 language; the tag itself where it is not known."""
    code, _dash, region = tag.partition("-")
    locale = page_locale()
    name = locale.languages.get(code.lower()) or _english_name(code.lower())
    if not name:
        return tag
    where = locale.territories.get(region.upper()) or locale.scripts.get(region.title()) or region
    return f"{name} ({where})" if where else str(name)


def country_name(code: str) -> str:
    """The name of a country by its ISO 3166 code; the code itself where it is not known."""
    locale = page_locale()
    # English names are those by which the filters of the search know a country.
    english = archived_name(code)
    return english if locale.language == "en" else locale.territories.get(code, english)


def number(value: int) -> str:
    """A number with its thousands apart: ``1,204``."""
    return _number(value, page_locale())


@lru_cache(maxsize=4096)
def _number(value: int, locale: Locale) -> str:
    # A page of hits has a hundred of them, mostly the same.
    return str(format_decimal(value, locale=locale))


def _english_name(code: str) -> str:
    """For languages that have no name in CLDR: that of ISO 639."""
    key = {"alpha_2": code} if len(code) == 2 else {"alpha_3": code}
    found = pycountry.languages.get(**key)
    return "" if found is None else re.sub(r" \(.*\)$", "", str(found.name))


def marked(text: str, spans: Collection[tuple[int, int]]) -> Markup:
    """``text`` escaped, with ``<mark>`` around each span (pairs of code point offsets)."""
    if not spans:
        return escape(text)
    parts: list[Markup] = []
    done = 0
    for start, end in sorted(spans):
        if start < done or end <= start:
            continue
        parts.append(escape(text[done:start]))
        parts.append(Markup("<mark>{}</mark>").format(text[start:end]))
        done = end
    parts.append(escape(text[done:]))
    return Markup("").join(parts)


def translated(text: str) -> str:
    """What the archive says, in the language of the page where that has it."""
    if not isinstance(text, Phrase):
        return text
    pattern = str(_(text.pattern))
    values = {
        name: translated(value) if isinstance(value, str) else value
        for name, value in text.values.items()
    }
    return pattern % values if values else pattern.replace("%%", "%")


def with_commands(text: str) -> Markup:
    """A sentence of advice, in which what stands between backticks is a command."""
    pieces = translated(text).split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )


def web_address(url: str) -> str:
    """``url`` where a page may link to it, else "": on the web, and not on loopback."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or is_loopback(parts.hostname):
        return ""
    return url


def host(url: str) -> str:
    """The host of a web address, as a short name for a link."""
    return urlsplit(url).netloc.rpartition("@")[2].removeprefix("www.")


def count(amount: int, one: str, many: str) -> str:
    """A number with its noun: ``1 talk``, ``1,204 talks``."""
    return f"{amount:,} {one if amount == 1 else many}"


def decimal(value: float, places: int) -> str:
    """A number with that many decimal places: ``0.42``."""
    return str(format_decimal(value, f"#,##0.{'0' * places}", locale=page_locale()))


def percent(share: float) -> str:
    """A probability for people: ``62 %``."""
    return str(_("%(number)s %%", number=f"{share * 100:.0f}"))


def sentence(text: str) -> str:
    """A reason as a sentence of its own: with a capital letter and a full stop."""
    text = translated(text)
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


def poster_address(talk: Talk, *, external: bool = False) -> str:
    """Where a picture of a talk is, "" for sound alone and for talks without a recording."""
    recording = talk.recording
    if recording is None or not recording.is_video:
        return ""
    if "frames.poster" not in current_app.view_functions:
        return ""
    return url_for("frames.poster", slug=talk.slug, _external=external)


def register(app: Flask) -> None:
    """Make these the filters of the site's templates, ``poster_address`` a function."""
    app.jinja_env.globals["poster_address"] = poster_address
    app.jinja_env.filters.update(
        clock=clock,
        duration=duration,
        day=day,
        instant=instant,
        event_days=event_days,
        language_name=language_name,
        country_name=country_name,
        marked=marked,
        with_commands=with_commands,
        web_address=web_address,
        host=host,
        count=count,
        number=number,
        decimal=decimal,
        percent=percent,
        sentence=sentence,
        translated=translated,
    )
    app.jinja_env.tests["phrase"] = lambda text: isinstance(text, Phrase)
