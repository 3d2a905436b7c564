"""A concordance: each occurrence is a line, and its counts are those of the search."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from answer_seed import save_english
from search_seed import STEP_MS, segment

from archive.catalog import Catalog
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.settings import load_settings
from archive.work.captions import save_captions
from search.answering import concordance
from search.answering.concordance import Concordance, Line, Order
from search.indexing import update
from search.opening import open_index
from search.searching import Searcher

ADA = SpeakerEntry("Ada Zeilbrunner")
BO = SpeakerEntry("Bo Sample")
VOCABULARY = ["tide", "moon", "sea", "the", "of", "harbour", "pilots", "tides", "écluse", "Mond"]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    """Twelve talks of a few words over and over, some with two speakers, some with two tracks."""
    settings = load_settings(home=Path(tmp_path_factory.mktemp("home")))
    catalog = Catalog.open(settings)
    chosen = random.Random(6)
    talks = [
        TalkEntry(
            f"Talk {number}", slug=f"t{number}", language="en",
            speakers=(ADA, BO) if number % 5 == 0 else (BO if number % 3 else ADA,),
            given_on=date(2020 + number % 4, 5, 1),
        )
        for number in range(12)
    ]  # fmt: skip
    saved = save_programme(catalog, EventEntry("Days", slug="days"), talks).talk_ids
    for number, talk_id in enumerate(saved):
        words = " ".join(chosen.choices(VOCABULARY, k=chosen.randint(5, 60)))
        if number == 11:  # found in its English track alone
            words = "das Wasser steigt"
        save_captions(catalog, talk_id, [segment(words)], language="en", file="a.vtt")
        if number % 4 == 3:
            save_english(catalog, talk_id, (segment("the tide rises and the tide falls"),))
    index = open_index(catalog.home)
    update(catalog, index)
    yield Searcher(catalog, index)
    index.close()
    catalog.close()


def every(found: Concordance) -> list[Line]:
    return found.lines.read(0, 10_000)


QUERIES = [
    "tide", "the", "tide moon", '"the tide"', "tide OR moon", "tide NEAR/3 moon", "tid*",
    "-sea tide",
    "the of tide moon xylophone", "nothing-of-it", "", "harbour speaker:bo", "tide year:2021",
    "ecluse", "rises", "tide language:en", '"the sea" tide',
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_counts_are_those_of_the_search(searcher: Searcher, query: str) -> None:
    totals = searcher.search(query).totals
    for order in Order:
        found = searcher.concordance(query, order=order)
        assert found.totals == totals
        assert len(found.lines) == totals.occurrences
        lines = every(found)
        assert len(lines) == totals.occurrences
        assert sum(share.occurrences for share in found.shares) == totals.occurrences
        assert len({(line.talk, line.start_ms, line.words) for line in lines}) == len(lines)


@pytest.mark.parametrize("order", Order)
def test_pages_put_together_are_the_whole(searcher: Searcher, order: Order) -> None:
    lines = searcher.concordance("tide", order=order).lines
    pages = [line for offset in range(0, len(lines), 3) for line in lines.read(offset, 3)]
    assert pages == lines.read(0, len(lines))
    assert lines.read(len(lines), 3) == []


def test_a_line_has_the_words_left_and_right_and_opens_at_the_word(searcher: Searcher) -> None:
    for line in every(searcher.concordance('"the tide"')):
        assert line.words == "the tide"
        assert not line.left or line.left.endswith(" ")
        assert not line.right or line.right.startswith(" ")
        assert max(len(line.left), len(line.right)) <= concordance.REACH + 1
        assert line.start_ms % STEP_MS == 0
        assert line.url == f"/talks/{line.talk}?t={line.start_ms / 1000:g}"


def test_lines_are_sorted_by_the_words_beside_them(searcher: Searcher) -> None:
    def right(line: Line) -> list[str]:
        return [word.casefold().replace("é", "e") for word in line.right.split()][:3]

    def left(line: Line) -> list[str]:
        return [word.casefold().replace("é", "e") for word in reversed(line.left.split())][:3]

    by_right = [right(line) for line in every(searcher.concordance("moon", order=Order.RIGHT))]
    assert by_right == sorted(by_right)
    by_left = [left(line) for line in every(searcher.concordance("moon", order=Order.LEFT))]
    assert by_left == sorted(by_left)


def test_the_newest_talk_is_first_and_within_it_the_first_word(searcher: Searcher) -> None:
    lines = every(searcher.concordance("tide"))
    years = [2020 + int(line.talk[1:]) % 4 for line in lines]
    assert years == sorted(years, reverse=True)
    for slug in {line.talk for line in lines}:
        times = [line.start_ms for line in lines if line.talk == slug]
        assert times == sorted(times)


def test_lines_of_one_speaker_stand_together_and_unknown_ones_last(searcher: Searcher) -> None:
    speakers = [line.speaker for line in every(searcher.concordance("tide", order=Order.SPEAKER))]
    assert list(dict.fromkeys(speakers)) == ["ada-zeilbrunner", "bo-sample", None]


def test_a_share_is_of_all_that_a_speaker_says(searcher: Searcher) -> None:
    shares = searcher.concordance("tide").shares
    all_words = " OR ".join([*VOCABULARY, "das", "wasser", "steigt"])
    said = {share.speaker: share.occurrences for share in searcher.concordance(all_words).shares}
    for share in shares:
        assert share.words == said[share.speaker]
        assert share.per_thousand == pytest.approx(1000 * share.occurrences / share.words)
    assert {share.name for share in shares} == {"Ada Zeilbrunner", "Bo Sample", ""}
    rates = [share.per_thousand for share in shares]
    assert rates == sorted(rates, reverse=True)


def test_where_too_many_are_to_be_sorted_the_rest_follows_in_time(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = every(searcher.concordance("tide"))
    monkeypatch.setattr(concordance, "MOST_SORTED", 20)
    found = searcher.concordance("tide", order=Order.RIGHT)
    assert 0 < found.lines.ordered <= 20
    lines = every(found)
    assert sorted(map(repr, lines)) == sorted(map(repr, whole))
    assert lines[found.lines.ordered :] == whole[found.lines.ordered :]
