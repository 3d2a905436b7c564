"""Event pages of many makes: which talks they hold, and what is no talk."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from ingest.pages.event_page import read_event_page, read_event_text
from ingest.programmes.manifest import Manifest

DATA = Path(__file__).parent / "data"
PAGES = DATA / "pages"
ADDRESS = "https://example.org/events/x/"


def _expected() -> dict[str, list[str]]:
    pages: dict[str, list[str]] = {}
    name = ""
    for line in (DATA / "page_talks.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            pages[name].append(line.strip())
        elif line and not line.startswith("%"):
            name = line
            pages[name] = []
    return pages


EXPECTED = _expected()


def _read(name: str) -> Manifest | None:
    path = PAGES / name
    if path.suffix == ".txt":
        return read_event_text(path.read_text(encoding="utf-8"))
    return read_event_page(path.read_bytes(), ADDRESS)


def _shown(manifest: Manifest | None) -> list[str]:
    rows = []
    for talk in manifest.entries if manifest else ():
        people = "; ".join(
            "|".join((s.name, s.role, s.affiliation, s.country)).rstrip("|") for s in talk.speakers
        )
        clip = talk.source_url.replace(ADDRESS, "") or "-"
        rows.append(f"{talk.number or '-'} # {talk.title} # {people} # {clip}")
    return rows


def _page(body: str, **options: object) -> Manifest | None:
    html = f"<html><body><h1>An Event</h1>{body}</body></html>"
    return read_event_page(html, ADDRESS, **options)  # type: ignore[arg-type]


def _talk(body: str) -> Manifest:
    """A page with one talk whose container holds ``body`` too."""
    manifest = _page(
        f"<div><h3>On Examples</h3><p>Ada Example, Rector, University of X</p>{body}</div>"
    )
    assert manifest is not None
    assert len(manifest.talks) == 1
    return manifest


def test_each_page_has_an_expectation() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in PAGES.iterdir())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_page_of_any_make_gives_its_talks(name: str) -> None:
    assert _shown(_read(name)) == EXPECTED[name]


def test_the_first_event_is_read_from_its_news_text() -> None:
    manifest = _read("first_event.html")
    assert manifest is not None
    event = manifest.event
    assert event.title.startswith("High-Level Workshop of International Research Institutions")
    assert (event.starts_on, event.ends_on) == (date(2020, 9, 18), None)
    assert event.place == "Video conference"
    assert event.url == ADDRESS
    assert event.organizers == (
        "Beijing Municipal Government",
        "Chinese Academy of Sciences (CAS)",
        "Alliance of International Science Organizations (ANSO)",
    )
    assert [name for name, _ in event.people] == ["Jinghua Cao", "Yin Li"]
    assert all(part.startswith("facilitator") for _, part in event.people)
    assert manifest.doubts == ()
    assert all(talk.doubts == () for talk in manifest.talks)
    aliases = [talk.speakers[0].affiliation_aliases for talk in manifest.entries]
    assert aliases[2] == ("Oswaldo Cruz Foundation",)
    assert aliases[6:] == [("TUBITAK",), ("JST",), ("NSTDA",)]


def test_the_first_event_saved_as_text_waits_for_its_clips() -> None:
    page = read_event_page((PAGES / "first_event.html").read_bytes(), ADDRESS)
    text = "\n\n".join(
        f"{t.number}.{t.speakers[0].name}|{t.speakers[0].role} of "
        f"{t.speakers[0].affiliation}, {t.speakers[0].country and 'China'}.\n\n{t.title}"
        for t in (page.entries if page else ())
    )
    manifest = read_event_text(f"Workshop\n\nThe news comes first.\n\n{text}")
    assert manifest is not None
    assert [t.title for t in manifest.entries] == [t.title for t in (page.entries if page else ())]
    assert {t.source_url for t in manifest.entries} == {""}


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("held on September 18, 2020 in Exampleton", date(2020, 9, 18), None),
        ("held on 18 Sept. 2020", date(2020, 9, 18), None),
        ("held from 30 April to 2 May 2024", date(2024, 4, 30), date(2024, 5, 2)),
        ("held on 18-20 September 2020", date(2020, 9, 18), date(2020, 9, 20)),
        ("held on 2020-09-18", date(2020, 9, 18), None),
        ("held on 18.09.2020", date(2020, 9, 18), None),
        ("于2020年9月18日举行", date(2020, 9, 18), None),
        ("a eu lieu le 1er août 2021", date(2021, 8, 1), None),
        ("se celebró el 18 de septiembre de 2020", date(2020, 9, 18), None),
        ("fand am 3. März 2022 statt", date(2022, 3, 3), None),
        ("foi realizado em 5 de março de 2019", date(2019, 3, 5), None),
        ("прошла 18 сентября 2020 года", date(2020, 9, 18), None),
        ("was opened. Published on 25 September 2020", None, None),
        ("held on 03/04/2020", None, None),
    ],
)
def test_days_are_taken_where_they_are_clear(
    said: str, first: date | None, last: date | None
) -> None:
    manifest = _page(f"<p>It was {said}.</p><ul><li>Ada Example: On X</li></ul>")
    assert manifest is not None
    assert (manifest.event.starts_on, manifest.event.ends_on) == (first, last)


@pytest.mark.parametrize(
    "body",
    [
        "<p>10:30 Coffee break</p><p>Lunch</p><p>Registration</p><p>Opening ceremony</p>",
        "<nav><ul><li>Ada Example: On Examples</li></ul></nav>",
        "<footer><p>Ada Example, Office Manager: Contact Us Today</p></footer>",
        "<h2>Related news</h2><ul><li>Ada Example, Rector: On Examples</li></ul>",
        "<div class=comments-area><p>Bo Sample: Well Said</p></div>",
        "<div id=cookie-banner><p>Dr. Ada Example: On Cookies</p></div>",
        "<p>Ada Example, Rector of the University of X, spoke at the workshop.</p>",
        "<h2>Committee</h2><p>Ada Example, University of X</p><p>Bo Sample, CERN</p>",
        "<p>Moderator: Ada Example, Rector, University of X</p>",
    ],
)
def test_what_is_no_talk_does_not_become_one(body: str) -> None:
    assert _page(body) is None


@pytest.mark.parametrize(
    ("element", "source"),
    [
        ("<iframe src='//www.youtube.com/embed/abcdefghijk'></iframe>",
         "https://www.youtube.com/embed/abcdefghijk"),
        ("<iframe data-src='https://video.example.org/e/7'></iframe>",
         "https://video.example.org/e/7"),
        ("<video src=a.mp4 poster=b.jpg></video>", f"{ADDRESS}a.mp4"),
        ("<video><source src=a.webm type=video/webm><source src=a.mp4></video>",
         f"{ADDRESS}a.mp4"),
        ("<audio><source src=/a.mp3></audio>", "https://example.org/a.mp3"),
        ("<object data=a.mp4 type=video/mp4></object>", f"{ADDRESS}a.mp4"),
        ("<embed src='https://www.youtube.com/v/abcdefghijk'>",
         "https://www.youtube.com/v/abcdefghijk"),
        ("<p><a href='clip.MP4'>here</a></p>", f"{ADDRESS}clip.MP4"),
        ("<p><a href='https://vimeo.com/12345'>Watch the video</a></p>",
         "https://vimeo.com/12345"),
        ("<noscript><iframe src='https://player.vimeo.com/video/1'></iframe></noscript>",
         "https://player.vimeo.com/video/1"),
        ("<lite-youtube videoid=abcdefghijk></lite-youtube>",
         "https://www.youtube.com/watch?v=abcdefghijk"),
        ("<p>https://youtu.be/abcdefghijk</p>", "https://youtu.be/abcdefghijk"),
        ("<iframe src='https://www.google.com/maps/embed?x'></iframe>", ""),
        ("<iframe src='https://www.googletagmanager.com/ns.html' height=0 width=0></iframe>", ""),
        ("<iframe src='https://www.facebook.com/plugins/like.php'></iframe>", ""),
        ("<p><a href='https://www.youtube.com/@channel'>YouTube</a></p>", ""),
        ("<p><a href=slides.pdf>Slides</a></p>", ""),
        ("<img src=a.jpg><picture><source srcset=a.webp></picture>", ""),
    ],
)  # fmt: skip
def test_players_are_clips_and_other_frames_are_not(element: str, source: str) -> None:
    manifest = _talk(element)
    assert manifest.entries[0].source_url == source
    assert manifest.talks[0].doubts == ()


@pytest.mark.parametrize(
    "element",
    [
        "<iframe src='javascript:alert(1)'></iframe>",
        "<video src='file:///etc/passwd'></video>",
        "<iframe src='data:text/html,x'></iframe>",
        "<video src='blob:https://example.org/1'></video>",
        "<a href='file:///c:/a.mp4'>Watch</a>",
        "<a href='ftp://example.org/a.mp4'>Watch</a>",
    ],
)
def test_other_schemes_are_dropped_and_said(element: str) -> None:
    manifest = _talk(element)
    assert manifest.entries[0].source_url == ""
    assert any(doubt.startswith("source:") for doubt in manifest.talks[0].doubts)


def test_a_base_address_counts_for_relative_clips() -> None:
    html = (
        "<html><head><base href='https://cdn.example.org/v/'></head><body><h1>E</h1>"
        "<h3>On X</h3><p>Ada Example, Rector</p><video src='a.mp4'></video></body></html>"
    )
    manifest = read_event_page(html, ADDRESS)
    assert manifest is not None
    assert manifest.entries[0].source_url == "https://cdn.example.org/v/a.mp4"


def test_a_saved_page_takes_clips_beside_it_and_no_others(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "a b.mp4").write_bytes(b"x")
    (tmp_path / "out.mp4").write_bytes(b"x")
    talks = "".join(
        f"<div><h3>On {n}</h3><p>{n} Example, Rector, University of X</p><video src='{src}'>"
        "</video></div>"
        for n, src in (("Ada", "a%20b.mp4"), ("Bo", "../out.mp4"), ("Cy", "gone.mp4"))
    )
    manifest = read_event_page(f"<h1>E</h1>{talks}", "", folder=folder)
    assert manifest is not None
    assert [t.source_url for t in manifest.entries] == [str(folder / "a b.mp4"), "", ""]
    assert [len(t.doubts) for t in manifest.talks] == [0, 1, 1]
    assert manifest.event.url == ""


def test_a_link_that_says_video_is_a_clip_in_doubt() -> None:
    manifest = _talk("<p><a href=/media/7>Video</a> <a href=/media/8>Slides</a></p>")
    assert manifest.entries[0].source_url == "https://example.org/media/7"
    assert any(doubt.startswith("source:") for doubt in manifest.talks[0].doubts)


def test_a_player_comes_before_a_link_that_says_video() -> None:
    manifest = _talk("<p><a href=/media/7>Video</a></p><video src=a.mp4></video>")
    assert manifest.entries[0].source_url == f"{ADDRESS}a.mp4"
    assert manifest.talks[0].doubts == ()


def test_a_name_in_other_letters_is_the_same_person() -> None:
    manifest = _page("<ul><li>李湿地（LI Shidi），湿地研究所 所长：湿地与人</li></ul>")
    assert manifest is not None
    speaker = manifest.entries[0].speakers[0]
    assert (speaker.name, speaker.aliases) == ("李湿地", ("Li Shidi",))
    assert (speaker.role, speaker.affiliation) == ("所长", "湿地研究所")


def test_the_day_of_the_event_comes_before_that_of_the_news() -> None:
    manifest = _page(
        "<p>Date: Nov 12, 2021</p><p>It was held on November 8, 2021 in Exampleton. Mr. Bo Sample "
        "spoke.</p><ul><li>Ada Example: On X</li></ul>"
    )
    assert manifest is not None
    assert (manifest.event.starts_on, manifest.event.place) == (date(2021, 11, 8), "Exampleton")


def test_a_second_clip_becomes_a_doubt() -> None:
    manifest = _talk("<video src=a.mp4></video><video src=b.mp4></video>")
    assert manifest.entries[0].source_url == f"{ADDRESS}a.mp4"
    assert any("b.mp4" in doubt for doubt in manifest.talks[0].doubts)


def test_a_clip_of_no_talk_is_a_doubt_of_the_page() -> None:
    manifest = _page(
        "<section><h2>Films</h2><video src=film.mp4></video></section><ul>"
        "<li>Ada Example (CERN): On X <a href=1.mp4>video</a></li>"
        "<li>Bo Sample (CERN): On Y <a href=2.mp4>video</a></li></ul>"
    )
    assert manifest is not None
    assert [t.source_url for t in manifest.entries] == [f"{ADDRESS}1.mp4", f"{ADDRESS}2.mp4"]
    assert any("film.mp4" in doubt for doubt in manifest.doubts)


def test_two_lines_that_could_be_the_title_are_a_doubt() -> None:
    manifest = _page(
        "<p>Ada Example, Rector, University of X</p><p>On the one hand</p><p>On the other</p>"
    )
    assert manifest is not None
    assert any(doubt.startswith("title:") for doubt in manifest.talks[0].doubts)


@pytest.mark.parametrize(
    ("encoding", "declared", "charset", "name"),
    [
        ("gb18030", "gb2312", None, "张样本"),
        ("shift_jis", "Shift_JIS", None, "見本 花子"),
        ("cp1251", "windows-1251", None, "Иван Примеров"),
        ("cp1252", "iso-8859-1", None, "Käthe Müster"),
        ("cp1254", "", "windows-1254", "Ayşe Örnek"),
        ("utf-8", "gb2312", None, "Käthe Müster"),
        ("utf-8-sig", "", None, "Käthe Müster"),
        ("utf-16", "", None, "Käthe Müster"),
        ("cp1252", "no-such-charset", None, "Käthe Müster"),
    ],
)
def test_bytes_are_read_in_the_encoding_they_were_written_in(
    encoding: str, declared: str, charset: str | None, name: str
) -> None:
    html = (
        f"<html><head><meta charset='{declared}'></head><body><h1>E</h1>"
        f"<table><tr><th>Speaker</th><th>Title</th></tr><tr><td>{name}</td><td>Abc</td></tr></table>"
    )
    manifest = read_event_page(html.encode(encoding), ADDRESS, charset=charset)
    assert manifest is not None
    assert manifest.entries[0].speakers[0].name == name


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 10_000 + "Ada Example: On Examples" + "</div>" * 10_000,
        "<b>" * 10_000 + "Ada Example: On Examples",
        "<p><font>Ada Example: On Examples" * 20_000,
        "<table><tr><td>" * 5_000 + "Ada Example: On Examples",
        "<ul><li>Ada Example, Rector, University of X: On Examples</li></ul>" * 80_000,
        "<p>Ada Example, " + "and Bo Sample, " * 200_000 + "</p>",
        "<p>" + "(" * 100_000 + "Ada Example" + "</p>",
        "<table><tr><td colspan=99999 rowspan=99999>x</td></tr></table>" * 2_000,
        "<a href='https://vimeo.com/1'>Ada Example</a>" * 50_000,
        "<h3>On Examples</h3><p>Ada Example</p>" + "<video src=a.mp4></video>b" * 20_000,
        "<p " + " ".join(f"data-a{i}=//b/{i}.mp4" for i in range(60_000)) + ">Ada Example",
        ("<p>" + "Ada: “On X” " * 30 + "</p>") * 3_000,
        "<p>Ada Example, Rector</p>" * 8_000 + "<p>On things</p>" * 8_000,
        "",
        "\0\x01<",
    ],
    ids=range(15),
)  # fmt: skip
def test_hostile_pages_take_seconds_and_break_nothing(html: str) -> None:
    started = time.perf_counter()
    read_event_page(html.encode(), ADDRESS)
    assert time.perf_counter() - started < 20


def test_a_page_cut_off_anywhere_is_still_read() -> None:
    content = (PAGES / "first_event.html").read_bytes()
    for end in range(0, len(content), len(content) // 23):
        manifest = read_event_page(content[:end], ADDRESS)
        assert manifest is None or len(manifest.talks) <= 9
