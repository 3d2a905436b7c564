"""Every page of the site, derived from its map of addresses, so that no new page is forgotten.

A page with a parameter that stands in no table here fails, and says where to add it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from flask import Flask
from web_seed import segments_of
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from archive.catalog import Catalog
from archive.programme import SpeakerEntry, TalkEntry, save_programme
from archive.types import Chapter
from archive.work.captions import save_captions

# What a parameter is in addresses that takes any text.
PARAMETERS: dict[str, object] = {"filename": "podium.css", "name": "clip.mp4", "key": "0" * 32}
# Ways to ask for a page that show more of it, by endpoint.
ASKED: dict[str, Sequence[str]] = {
    "pages.search": (
        "",
        "?q=tide",
        "?q=tide&speaker=ada-example&sort=date&in=speech",
        "?q=Ada Example",
        "?q=nothing of that kind stands here",
        "?q=fundie",
        "?q=xylophone",
        "?q=script",
    ),
    "pages.talk": ("", "?t=5.2", "?q=moon", "?q=xylophone", "?t=1&q=tide"),
    "quotes.page": ("?t=5,9", "?t=5,9&quote=nothing like it&before=a&after=b"),
    "concordance.page": ("", "?q=tide", "?q=xylophone", "?q=nothing of that kind"),
    "reel.page": ("", "?m=moon-moves-sea,5,9&m=turbines,1,2", "?m=nobody,1,2"),
    "editing.passage": ("", "?t=5.2"),
    "suggesting.form": ("", "?t=5.2"),
    "everywhere.choose": ("", "?wrong=tide&right=tides", "?wrong=xylophone&right=tides"),
    "joining.page": ("", "?other=Chen Fictional"),
    "browse.show": ("", "?year=2031&country=SG", "?year=1066"),
    "pages.speakers": ("", "?letter=a"),
    "embed.show": ("", "?t=5,9"),
    "oembed.show": ("?url={here}/talks/moon-moves-sea",),
}
NOT_PAGES = ("/nowhere", "/talks/nobody")
"""Addresses at which there is nothing, which is said on a page as well."""


def addresses_of(
    app: Flask, slugs: dict[str, Sequence[str]], *, here: str = "http://localhost"
) -> Iterator[str]:
    """Every address that may be read, with each of the slugs of its kind.

    ``slugs`` are those of talks, events and speakers, by the first part of their addresses.
    """
    bound = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in (rule.methods or ()):
            continue
        values = values_of(rule)
        for slug in _slugs(rule.rule, slugs) if "slug" in rule.arguments else [None]:
            own = values if slug is None else {**values, "slug": slug}
            for query in ASKED.get(rule.endpoint, ("",)):
                yield bound.build(rule.endpoint, own) + query.format(here=here)
    yield from NOT_PAGES


def values_of(rule: Rule) -> dict[str, object]:
    """Values for the parameters of an address, but for its slug."""
    return {name: _value(rule, name) for name in rule.arguments - {"slug"}}


def _value(rule: Rule, name: str) -> object:
    converter = rule._converters[name]
    if isinstance(converter, IntegerConverter):
        return 1
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    assert name in PARAMETERS, f"{rule}: say in {__name__}.PARAMETERS what {name} is"
    return PARAMETERS[name]


def pages_of(
    app: Flask,
    slugs: dict[str, Sequence[str]],
    statuses: Collection[int] = (200, 404),
    *,
    whole: bool = True,
) -> list[str]:
    """The addresses that are pages for people: those that answer so, with HTML.

    Not ``whole`` ones are parts that a script puts into a page.
    """
    client = app.test_client()
    found = []
    for address in addresses_of(app, slugs):
        with client.get(address) as answer:
            if answer.mimetype != "text/html" or answer.status_code not in statuses:
                continue
            if not whole or answer.text.lstrip().startswith("<!doctype html>"):
                found.append(address)
    return found


def _slugs(rule: str, slugs: dict[str, Sequence[str]]) -> Sequence[str]:
    places = rule.removeprefix("/api/v1").split("/")
    kind = "talks" if places[1] == "embed" else places[1]
    return slugs[kind]


def add_talk_from_right_to_left(catalog: Catalog) -> str:
    """A talk in Arabic by an invented person; its slug."""
    speaker = SpeakerEntry("مثال النموذجي", role="مدير", affiliation="معهد البحار")
    talk = TalkEntry(
        "كيف يحرك القمر البحر", slug="qamar", language="ar", description="عن المد والجزر.",
        speakers=(speaker,), chapters=(Chapter(0, "القمر"), Chapter(20_000, "البحر")),
    )  # fmt: skip
    (talk_id,) = save_programme(catalog, None, [talk]).talk_ids
    spoken = segments_of("يرتفع البحر مرتين في اليوم والسبب هو القمر القريب. " * 3, language="ar")
    save_captions(catalog, talk_id, spoken, language="ar", file="qamar.vtt")
    return "qamar"
