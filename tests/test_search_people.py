"""The card of a person: who a query names, and in how many talks they speak and are named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from search_seed import segment

from archive.catalog import Catalog
from archive.edits import edit_speaker
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.removing import remove_talk
from archive.work.captions import save_captions
from search.answering.people import mention_query
from search.indexing import update
from search.opening import CurrentIndex, open_index
from search.results import PersonCard
from search.results_json import as_json
from search.searching import Searcher

ADA = SpeakerEntry("Ada Zeilbrunner", aliases=("Zeilbrunner Ada",))
BO = SpeakerEntry("Bo Sample")
WEI = SpeakerEntry("Wei Shili", aliases=("示例伟",), country="CN")
CLEO = SpeakerEntry("Cleo J. Muster-Vale V.", aliases=("Cleo Muster", "Клео Мустер"))
TWIN = SpeakerEntry("Dora Sample")
TALKS = {
    "lecture": ("professor ada zeilbrunner began it and bo sample ended it", (BO,)),
    "answer": ("ada zeilbrunner is my own name", (ADA,)),
    "panel": ("we heard zeilbrunner ada say so", (ADA, BO)),
    "songs": ("cleo muster sang and we want more example songs", (WEI,)),
    "closing": ("the end of all", (CLEO, TWIN)),
}


class Shore:
    def __init__(self, catalog: Catalog, index: CurrentIndex) -> None:
        self.catalog = catalog
        self.index = index
        self.searcher = Searcher(catalog, index)

    def cards(self, text: str) -> tuple[PersonCard, ...]:
        return self.searcher.search(text).people

    def names(self, text: str) -> list[str]:
        return [card.name for card in self.cards(text)]


@pytest.fixture
def shore(catalog: Catalog) -> Iterator[Shore]:
    entries = [
        TalkEntry(f"Talk {slug}", slug=slug, language="en", speakers=speakers)
        for slug, (_, speakers) in TALKS.items()
    ]
    entries.append(TalkEntry("Waiting", slug="waiting", speakers=(BO,)))
    saved = save_programme(catalog, EventEntry("Tidal Days", slug="tidal-days"), entries)
    for talk_id, (text, _) in zip(saved.talk_ids, TALKS.values(), strict=False):
        save_captions(catalog, talk_id, [segment(text)], language="en", file="a.vtt")
    index = open_index(catalog.home)
    update(catalog, index)
    yield Shore(catalog, index)
    index.close()


@pytest.mark.parametrize(
    "query",
    [
        "Ada Zeilbrunner",
        "zeilbrunner ada",
        "Zeilbrunner, Ada",
        '"Ada Zeilbrunner"',
        "Zeilbruner",
        "zeillbrunner",
        "Adda Zeilbrumner",
        "zeilbrunner",
        "zeilbrunner quantum",
        "quantum teleportation by Ada Zeilbrunner",
        "zeilbruner quantum",
        "speaker:bo-sample zeilbrunner",
        "zeilbrunner OR tide",
    ],
)
def test_a_query_that_names_a_person_puts_the_card_on_top(shore: Shore, query: str) -> None:
    (card,) = shore.cards(query)
    assert card == PersonCard("ada-zeilbrunner", "Ada Zeilbrunner", 2, 1)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("示例伟", ["Wei Shili"]),
        ("示例伟的演讲", ["Wei Shili"]),
        ("示例", []),
        ("Клео Мустер", ["Cleo J. Muster-Vale V."]),
        ("мустер", ["Cleo J. Muster-Vale V."]),
        ("muster-vale", ["Cleo J. Muster-Vale V."]),
        ("cleo", ["Cleo J. Muster-Vale V."]),
        ("wei", ["Wei Shili"]),
        ("shili songs", ["Wei Shili"]),
        ("sample", ["Bo Sample", "Dora Sample"]),
        ("dora sample", ["Dora Sample"]),
        ("sample zeilbrunner", ["Bo Sample", "Ada Zeilbrunner", "Dora Sample"]),
        ("bo sample zeilbrunner", ["Bo Sample", "Ada Zeilbrunner"]),
    ],
)
def test_aliases_scripts_and_namesakes(shore: Shore, query: str, names: list[str]) -> None:
    assert shore.names(query) == names


@pytest.mark.parametrize(
    "query",
    [
        "quantum",
        "we want",  # two letters from Wei Shili, and words of their own
        "example songs",  # one letter from Sample, and a word of its own
        "v",
        "j",
        "cleo songs",  # a given name beside other words
        "ada songs",
        "-zeilbrunner tide",
        "zeil*",
        '"zeilbrunner quantum"',
        "speaker:zeilbrunner",
        "",
        "xyzzy plugh",
    ],
)
def test_other_queries_have_no_card(shore: Shore, query: str) -> None:
    assert shore.cards(query) == ()


def test_only_what_others_say_counts_as_mentioned(shore: Shore) -> None:
    # Ada names herself in one talk; in the panel with her, nobody knows who named her.
    assert shore.cards("zeilbrunner")[0].mentioned == 1
    assert shore.cards("cleo muster") == (
        PersonCard("cleo-j-muster-vale-v", "Cleo J. Muster-Vale V.", 1, 1),
    )


def test_the_card_counts_talks_that_wait_and_follows_edits(shore: Shore) -> None:
    assert shore.cards("bo sample") == (PersonCard("bo-sample", "Bo Sample", 3, 0),)
    remove_talk(shore.catalog, shore.catalog.talk("lecture").id)
    update(shore.catalog, shore.index)
    assert shore.cards("zeilbrunner")[0].mentioned == 0
    assert shore.cards("bo sample")[0].talks == 2
    speaker = next(s for s in shore.catalog.speakers() if s.slug == "bo-sample")
    edit_speaker(shore.catalog, speaker.id, {"name": ["Bo Tidewater"]})
    assert shore.names("tidewater") == ["Bo Tidewater"]


def test_the_mentions_are_found_by_their_query(shore: Shore) -> None:
    speakers = {speaker.slug: speaker for speaker in shore.catalog.speakers()}
    asked = mention_query(speakers["ada-zeilbrunner"])
    assert asked == '"ada zeilbrunner" OR "zeilbrunner ada" -speaker:ada-zeilbrunner'
    results = shore.searcher.search(asked)
    assert [hit.slug for hit in results.talks] == ["lecture"]
    assert results.understood == asked
    long = replace(speakers["bo-sample"], aliases=tuple(f"{'x' * 90} y{n}" for n in range(9)))
    assert len(mention_query(long)) <= 256
    assert '"bo sample"' in mention_query(long)


def test_the_card_is_written_with_the_keys_of_the_contract(shore: Shore) -> None:
    assert as_json(shore.searcher.search("zeilbrunner"))["people"] == [
        {"slug": "ada-zeilbrunner", "name": "Ada Zeilbrunner", "talks": 2, "mentioned": 1}
    ]
    assert shore.searcher.search("zeilbrunner", offset=1).people == ()
