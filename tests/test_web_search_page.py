"""The search page as it is sent: what stands at each hit, and how much of it there is."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from html import unescape
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from web_seed import make_index, opened_app, seed, segments_of

from archive.catalog import Catalog
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.work.captions import save_captions
from web.search.search_page import TALKS
from web.search.strip import MOST_MARKS

LONG = 4_000
LARGEST_PAGE = 100_000


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The small archive, and a dozen talks of an hour in which a lantern is all there is."""
    settings = seed(tmp_path_factory.mktemp("home"), indexed=False)
    catalog = Catalog.open(settings)
    speakers = [
        SpeakerEntry(f"Speaker Number {n}", role="Head of the Office", affiliation="Long Institute")
        for n in range(12)
    ]
    slug = "a-long-address-made-of-the-title-of-a-talk-as-they-are"
    talks = [
        TalkEntry(f"On lanterns, part {n}", slug=f"{slug}-{n}", speakers=(speaker,))
        for n, speaker in enumerate(speakers)
    ]
    chosen = random.Random(5)
    for talk_id in save_programme(catalog, EventEntry("Lantern Days", slug="l"), talks).talk_ids:
        words = chosen.choices(["lantern", "lanterns", "over", "harbour", "& <others>"], k=LONG)
        spoken = segments_of(" ".join(words), to_ms=3_600_000)
        save_captions(catalog, talk_id, spoken, language="en", file="l.vtt")
    catalog.close()
    make_index(settings)
    with opened_app(settings) as app:
        yield app.test_client()


def _hits(page: str) -> list[str]:
    return re.findall(r'<article class="hit".*?</article>', page, re.DOTALL)


def _svg(part: str) -> ElementTree.Element:
    found = re.search(r"<svg viewBox.*?</svg>", part, re.DOTALL)
    assert found is not None
    return ElementTree.fromstring(found[0])


def test_a_hit_has_its_picture_and_what_its_speaker_was(client: FlaskClient) -> None:
    (hit,) = _hits(client.get("/search?q=fundy").text)
    assert (
        '<img src="/talks/moon-moves-sea/poster.jpg" alt="" width="320" height="180"'
        ' loading="lazy" decoding="async">' in hit
    )
    assert "Director, Example Institute of Oceans, Chile" in hit
    (silent,) = _hits(client.get("/search?q=suspension").text)
    assert "<img" not in silent
    assert 'class="still still-none"' in silent


def test_the_strip_is_a_drawing_with_a_link_and_a_title_at_each_mark(client: FlaskClient) -> None:
    (hit,) = _hits(client.get("/search?q=moon").text)
    links = list(_svg(hit))
    assert [link.tag for link in links] == ["a"] * 4
    for link in links:
        assert re.fullmatch(r"/talks/moon-moves-sea\?t=[0-9.]+", link.attrib["href"])
        assert re.match(r"0:\d\d .*[Mm]oon", link.findtext("title") or "")
        path = link.find("path")
        assert path is not None
        assert re.fullmatch(r"M\d+ 0h\d+v24h-\d+z", path.attrib["d"])
    assert [link.get("tabindex") for link in links] == [None, "-1", "-1", "-1"]


@pytest.mark.parametrize(
    "query", ["lantern", "lantern harbour over", '"lantern over"', "l NEAR/9 over"]
)
def test_a_page_of_long_talks_full_of_hits_stays_small(client: FlaskClient, query: str) -> None:
    page = client.get("/search", query_string={"q": query})
    assert len(page.data) <= LARGEST_PAGE
    assert len(_hits(page.text)) in (0, TALKS)


def test_the_exact_count_stands_beside_a_strip_that_has_fewer_links(client: FlaskClient) -> None:
    found = client.get("/api/v1/search?q=lantern&limit=1").get_json()["talks"][0]
    hit = _hits(client.get("/search?q=lantern").text)[0]
    assert found["occurrences"] > 1_000
    assert f"said {found['occurrences']:,} times" in unescape(hit)
    assert f"Where it is said: {found['occurrences']:,} places in 1 h" in unescape(hit)
    titles = [link.findtext("title") or "" for link in _svg(hit)]
    assert len(titles) <= MOST_MARKS
    counted = [re.search(r"\((\d+) times until", title) for title in titles]
    assert sum(int(one[1]) if one else 1 for one in counted) == found["occurrences"]


def test_pages_of_ten_talks_follow_each_other(client: FlaskClient) -> None:
    first = client.get("/search?q=lantern").text
    assert 'rel="next" href="/search?q=lantern&amp;offset=10"' in first
    second = client.get("/search?q=lantern&offset=10").text
    assert len(_hits(second)) == 2
    assert len(_hits(client.get("/search?q=lantern&limit=100").text)) == 12
