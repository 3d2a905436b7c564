"""What search finds of speech with known words: a small part of benchmarks/search_quality.py."""

from __future__ import annotations

import sys

import pytest
from conftest import PROJECT

sys.path.insert(0, str(PROJECT / "benchmarks"))

from golden_questions import Kind, questions_of
from golden_set import sample_clips, take_in
from golden_verdicts import Verdict
from search_quality import ask, drawn

from archive.settings import load_settings
from ingest.workshop import Workshop
from search.searching import Searcher

RUNS_OF_EACH = 40


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Verdict]:
    """Runs of five words at random places of two clips, asked as a person would type them."""
    home = tmp_path_factory.mktemp("golden")
    with Workshop.opened(load_settings(home=home, model="tiny.en")) as shop:
        recordings = take_in(shop, sample_clips(only=["sample-tides", "sample-bridges"]))
        questions = drawn(questions_of(recordings), RUNS_OF_EACH, seed=20)
        asked = [question for question in questions if question.kind is Kind.RUN]
        return ask(Searcher(shop.catalog, shop.index), asked)


def test_five_words_that_were_heard_right_are_found_first(runs: list[Verdict]) -> None:
    heard_right = [one for one in runs if not one.question.misheard]
    assert len(heard_right) > RUNS_OF_EACH
    lost = [one.question.text for one in heard_right if not one.first]
    assert len(lost) <= 0.03 * len(heard_right), lost


def test_most_runs_are_found_though_words_were_misheard(runs: list[Verdict]) -> None:
    assert len(runs) == 2 * RUNS_OF_EACH
    assert sum(one.first for one in runs) >= 0.85 * len(runs)
    assert sum(one.ten for one in runs) >= 0.9 * len(runs)


def test_a_hit_starts_where_its_words_begin(runs: list[Verdict]) -> None:
    off_ms = sorted(one.jump_ms for one in runs if one.jump_ms is not None)
    assert off_ms[len(off_ms) // 2] <= 100
    assert off_ms[int(len(off_ms) * 0.9)] <= 1_000
