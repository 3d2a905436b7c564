"""The texts of the site come from its catalogue: a made-up language shows those that do not.

Every text of the catalogue stands in brackets there. The archive is written in Greek, as are the
names of days, languages and countries, so that a Latin letter outside of brackets is a text that
nobody could translate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from babel.messages.catalog import Catalog as Messages
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from site_pages import pages_of
from web_seed import make_index, opened_app, segments_of, store_clip, transcribe

from archive.catalog import Catalog
from archive.errors import DownloadRefused, PodiumError
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.settings import Settings, load_settings
from archive.types import Chapter
from archive.work.captions import save_captions
from archive.work.failures import clear_failure, record_failure
from archive.work.recordings import attach_recording
from ingest.media import probe
from web import languages

PROJECT = Path(__file__).parent.parent
GREEK = {"Accept-Language": "el"}
# Shown as they are in every language: the name, commands, addresses, what programs report.
# So is what the archive itself says (in English, and marked so).
SAME_EVERYWHERE = (
    "//code | //kbd | //a[@rel='noreferrer'] | //script | //style | //template | //textarea"
    " | //*[@lang='en'] | //*[@translate='no'] | //input"
)
ATTRIBUTES = ("aria-label", "placeholder", "alt", "label", "title")


@pytest.fixture(scope="module")
def messages() -> Messages:
    """The texts that stand in the site's code and templates, each with itself in brackets."""
    with (PROJECT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = Messages(locale="el")
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "phrase": None}
    for _file, _line, text, _comments, _context in extract_from_dir(
        PROJECT, methods, options, keywords=keywords
    ):
        bracketed = tuple(f"[{one}]" for one in text) if isinstance(text, tuple) else f"[{text}]"
        found.add(text, bracketed)
    return found


@pytest.fixture(scope="module")
def translations(tmp_path_factory: pytest.TempPathFactory, messages: Messages) -> Path:
    """A folder with a language in which each text stands in brackets."""
    folder = tmp_path_factory.mktemp("translations")
    (folder / "el" / "LC_MESSAGES").mkdir(parents=True)
    with (folder / "el" / "LC_MESSAGES" / "messages.mo").open("wb") as file:
        write_mo(file, messages)
    return folder


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An archive in Greek, by invented people, with a talk in each state."""
    settings = load_settings(home=tmp_path_factory.mktemp("home"))
    catalog = Catalog.open(settings)
    one = SpeakerEntry(
        "Άννα Παράδειγμα", aliases=("Παράδειγμα Άννα",), role="Διευθύντρια",
        affiliation="Ινστιτούτο Θαλασσών", country="GR",
    )  # fmt: skip
    two = SpeakerEntry("Βίκτωρ Δείγμας", role="Πρύτανης", country="CY")
    event = EventEntry(
        "Ημέρες της Παλίρροιας", slug="imeres", starts_on=date(2031, 5, 12),
        ends_on=date(2031, 5, 13), place="Λιμάνι", organizers=("Ινστιτούτο",),
        people=(("Γιώργος Τυχαίος", "συντονιστής"),), summary="Δύο ημέρες.",
        url="https://imeres.example/",
    )  # fmt: skip
    chapters = (Chapter(0, "Αρχή"), Chapter(20_000, "Τέλος"))
    entries = [
        TalkEntry("Η σελήνη και η θάλασσα", slug="selini", number=1, language="el",
                  description="Για την παλίρροια.", speakers=(one,), chapters=chapters),
        TalkEntry("Αναμονή", slug="anamoni", number=2, speakers=(two,)),
        TalkEntry("Αποτυχία", slug="apotychia", number=3, speakers=(two,)),
        TalkEntry("Μισή ομιλία", slug="misi", number=4, speakers=(one, two)),
        TalkEntry("Σιωπή", slug="siopi", number=5, speakers=()),
    ]  # fmt: skip
    selini, _, failed, half, silent = save_programme(catalog, event, entries).talk_ids
    save_programme(catalog, None, [TalkEntry("Μόνη", slug="moni", speakers=(two,))])
    clip = store_clip(settings)
    for talk_id in (selini, half, silent):
        attach_recording(catalog, talk_id, clip)
    spoken = segments_of("Η θάλασσα ανεβαίνει δύο φορές την ημέρα. " * 4, language="el")
    transcribe(catalog, selini, spoken, language="el")
    transcribe(catalog, half, spoken[:1], language="el", until_ms=20_000)
    transcribe(catalog, silent, ())
    save_captions(catalog, catalog.talk("moni").id, spoken, language="el", file="α.vtt")
    record_failure(catalog, failed, "fetch", DownloadRefused("Όχι.", advice="Ξανά."))
    catalog.close()
    make_index(settings)
    return settings


@pytest.fixture(scope="module")
def app(settings: Settings, translations: Path) -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "TRANSLATIONS", translations)
        with opened_app(settings) as app:
            yield app


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


SLUGS: dict[str, Sequence[str]] = {
    "talks": ["selini", "anamoni", "apotychia", "misi", "siopi", "moni"],
    "events": ["imeres"],
    "speakers": ["anna-paradeigma"],
}


def _outside(page: str, asked: str = "") -> list[str]:
    """What stands in Latin letters outside of brackets in the texts of a page.

    What was ``asked`` in its address is shown as it was typed.
    """
    document = html.fromstring(page)
    for element in document.xpath(SAME_EVERYWHERE):
        # What follows an element belongs to what holds it.
        element.drop_tree()
    texts = ["".join(block.itertext()) for block in document.xpath("//title | //body")]
    for name in ATTRIBUTES:
        texts += document.xpath(f"//@{name}")
    found = []
    for text in texts:
        plain = text
        for typed in dict(parse_qsl(urlsplit(asked).query)).values():
            plain = re.sub("|".join(map(re.escape, (typed, *typed.split()))), " ", plain)
        while (inner := re.sub(r"\[[^\[\]]*\]", " ", plain)) != plain:
            plain = inner
        found += re.findall(r"[^\W\d_]*[A-Za-z][^.\n]*", re.sub("Podium|UTC", " ", plain))
    return [words.strip() for words in found]


def test_the_catalogue_for_translators_holds_just_these_texts(messages: Messages) -> None:
    with (PROJECT / "web" / "translations" / "messages.pot").open("rb") as file:
        listed = {message.id for message in read_po(file) if message.id}
    texts = {message.id for message in messages if message.id}
    assert listed == texts, "make it anew, as CONTRIBUTING.md says"


def test_every_text_of_every_page_can_be_translated(app: Flask, client: FlaskClient) -> None:
    wrong = {}
    # What is said at addresses that have nothing to show is the archive's.
    for path in pages_of(app, SLUGS, statuses=(200,)):
        page = client.get(path, headers=GREEK).text
        assert '<html lang="el"' in page, path
        if outside := _outside(page, path):
            wrong[path] = outside
    assert wrong == {}


def test_a_reader_gets_the_language_that_the_browser_asks_for(client: FlaskClient) -> None:
    for accepted, language in (
        ("el", "el"),
        ("el-GR,el;q=0.9,en;q=0.8", "el"),
        ("en,el;q=0.5", "en"),
        ("sv", "en"),
        ("*", "en"),
        ("\x01nonsense;;q=,", "en"),
    ):
        page = client.get("/speakers", headers={"Accept-Language": accepted})
        assert f'<html lang="{language}"' in page.text, accepted
        assert "Accept-Language" in page.headers["Vary"]


def test_days_numbers_languages_and_countries_are_those_of_the_language(
    client: FlaskClient,
) -> None:
    greek = client.get("/events/imeres", headers=GREEK).text
    assert "12–13 Μαΐ" in greek
    browse = client.get("/browse", headers=GREEK).text
    assert "Ελλάδα" in browse
    assert "Κύπρος" in browse
    english = client.get("/browse", headers={"Accept-Language": "en"}).text
    assert "Greece" in english
    assert "Cyprus" in english


def test_why_a_talk_failed_is_said_in_the_language_of_the_page(app: Flask) -> None:
    """The error of a real file that is no recording, as the stage that read it kept it."""
    site = app.extensions["podium"]
    talk_id = site.catalog.talk("anamoni").id
    lamp = site.settings.home / "lamp.mp4"
    lamp.write_bytes(b"no recording")
    with pytest.raises(PodiumError) as refused:
        probe(lamp)
    record_failure(site.catalog, talk_id, "fetch", refused.value)
    greek = html.fromstring(app.test_client().get("/talks/anamoni", headers=GREEK).text)
    (said,) = greek.xpath("//*[contains(@class, 'notice-failed')]/p[1]")
    assert said.text_content() == (
        f"[{lamp} is no audio or video file.] [Give a recording, such as an mp4 or mp3.]"
    )
    assert not said.xpath(".//@lang")
    document = app.test_client().get("/api/v1/talks/anamoni", headers=GREEK).json
    assert document is not None
    assert document["reason"] == f"{lamp} is no audio or video file."
    # What was kept as a mere text is marked as what it is.
    greek = html.fromstring(app.test_client().get("/talks/apotychia", headers=GREEK).text)
    said = greek.xpath("//*[contains(@class, 'notice-failed')]/p[1]/span[@lang='en']")
    assert [one.text_content() for one in said] == ["Όχι.", "Ξανά."]
    clear_failure(site.catalog, talk_id)


def test_two_languages_of_one_page_are_not_taken_for_each_other(client: FlaskClient) -> None:
    english = client.get("/browse", headers={"Accept-Language": "en"})
    kept = {"If-None-Match": english.headers["ETag"]}
    assert client.get("/browse", headers={**GREEK, **kept}).status_code == 200
    assert client.get("/browse", headers={"Accept-Language": "en", **kept}).status_code == 304


def test_the_errors_of_the_site_can_be_translated(client: FlaskClient) -> None:
    for path in ("/nowhere", "/talks/nobody", "/events/never", "/speakers/nobody"):
        page = client.get(path, headers=GREEK)
        assert page.status_code == 404
        assert _outside(page.text) == [], path
    answer = client.post("/api/v1/talks", headers=GREEK).json
    assert answer is not None
    assert answer["error"]["message"] == "[This address cannot be used like that.]"


def test_the_texts_of_scripts_come_with_the_page(client: FlaskClient) -> None:
    page = html.fromstring(client.get("/speakers", headers=GREEK).text)
    (texts,) = page.xpath("//template[@id='completing']")
    assert dict(texts.attrib) == {
        "id": "completing",
        "data-list": "[Suggestions]",
        "data-speaker": "[Speaker]",
        "data-event": "[Event]",
        "data-talk": "[Talk]",
        "data-one": "[1 suggestion. Down arrow to choose, Enter to search.]",
        "data-many": "[{number} suggestions. Down arrow to choose, Enter to search.]",
    }
