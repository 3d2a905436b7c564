"""People of the archive, found by their names in texts: the right ones, and above all no others."""

from __future__ import annotations

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archive.names import fold
from archive.types import Speaker
from ingest.speaker_matching import likely_speakers


def people(*names: str | tuple[str, ...]) -> list[Speaker]:
    listed = [(name,) if isinstance(name, str) else name for name in names]
    return [
        Speaker(number, f"speaker-{number}", name, tuple(aliases))
        for number, (name, *aliases) in enumerate(listed, start=1)
    ]


KNOWN = people(
    "Ada Example",
    "Bo Sample",
    "Anton Zeilbeispiel",
    "Ennio A. Muster V.",
    "Na Li",
    "Will May",
    "李明",
    "例山太郎",
    "홍길동",
    "Xiaoming Beispiel",
    "Ana-María Ejemplo",
    "A. Solo",
    "สมชาย ตัวอย่าง",
    "アダ・エグザンプル",
    "Ludwig van Modell",
    ("Prof. Cy Muestra, PhD", "Kyrill Образцов", "عادل مثال"),
)


def found(*texts: str) -> list[str]:
    return [speaker.name for speaker in likely_speakers(texts, KNOWN)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ada Example: How maps fold", "Ada Example"),
        ("How maps fold | ADA EXAMPLE", "Ada Example"),
        ("ada example: how maps fold", "Ada Example"),
        ("Example, Ada: How maps fold", "Ada Example"),
        ("A talk by Example Ada", "Ada Example"),
        ("Dr Ada Example, head of a museum", "Ada Example"),
        ("Ada Example CEO", "Ada Example"),
        ("Ada Example's maps", "Ada Example"),
        ("Interview mit Ada Example über Karten", "Ada Example"),
        ("Keynote (Ada\u00a0Example)", "Ada Example"),
        ("Ada B. Example", "Ada Example"),
        ("Prof. Sample on maps", "Bo Sample"),
        ("A talk by Prof. Dr. Sample", "Bo Sample"),
        ("A. Zeilbeispiel: Light", "Anton Zeilbeispiel"),
        ("Ennio Muster – Ageing", "Ennio A. Muster V."),
        ("Ennio A. Muster V.: Ageing", "Ennio A. Muster V."),
        ("Keynote: Na Li", "Na Li"),
        ("Li Na speaks", "Na Li"),
        ("Will May: Months", "Will May"),
        ("主讲人李明教授", "李明"),
        ("李明：地图", "李明"),
        ("講演者例山太郎氏", "例山太郎"),
        ("例山 太郎", "例山太郎"),
        ("홍길동 교수의 강연", "홍길동"),
        ("홍길동은 말했다", "홍길동"),
        ("Xiao-Ming Beispiel", "Xiaoming Beispiel"),
        ("Ana Maria Ejemplo", "Ana-María Ejemplo"),
        ("ANAMARÍA EJEMPLO", "Ana-María Ejemplo"),
        ("Ana-Mari\u0301a Ejemplo", "Ana-María Ejemplo"),
        ("A. Solo: Alone", "A. Solo"),
        ("บรรยายโดยสมชาย ตัวอย่างเรื่องแผนที่", "สมชาย ตัวอย่าง"),
        ("講演者アダ・エグザンプル氏", "アダ・エグザンプル"),
        ("Ludwig van Modell", "Ludwig van Modell"),
        ("Ludwig Modell, maps", "Ludwig van Modell"),
        ("Cy Muestra", "Prof. Cy Muestra, PhD"),
        ("Доклад: Kyrill Образцов", "Prof. Cy Muestra, PhD"),
        ("محاضرة عادل مثال", "Prof. Cy Muestra, PhD"),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, name: str) -> None:
    assert found(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Ada Examples",
        "Madada Example",
        "adaexample",
        "Mary Ada Example",
        "J. Ada Example",
        "Ada Example Smith",
        "Ada Example-Smith",
        "Anna-Ada Example",
        "The Ada Example Prize",
        "Der Ada-Example-Preis",
        "Bo Example and Ada Sample",
        "Bo Example, Ada Sample",
        "Maps, Bo, Ada, Example",
        "Written by Ada. Example of a map",
        "Thanks to Ada\nExample of a map",
        "In May Will Sample comes",
        "I will may be",
        "Sample of maps",
        "A Sample of maps",
        "A Solo flight",
        "Examples by Sample",
        "Bo Q Sample",
        "Prof. Mary Sample",
        "Prof. M. Sample",
        "Prof. Li",
        "prof. sample of",
        "B. Muster: Ennio",
        "Ennio B. Muster",
        "Li",
        "李明博来了",
        "黎李明",
        "홍길동무",
        "",
    ],
)
def test_a_name_that_is_somebody_elses_or_nobodys_is_not_taken(text: str) -> None:
    assert found(text) == []


def test_whom_the_title_names_comes_before_whom_the_description_names() -> None:
    assert found("Bo Sample: Glue", "Ada Example and Bo Sample fold") == [
        "Bo Sample",
        "Ada Example",
    ]


def test_within_a_text_whole_names_come_first_and_then_their_order() -> None:
    text = "A. Zeilbeispiel, Bo Sample and Ada Example"
    assert found(text) == ["Bo Sample", "Ada Example", "Anton Zeilbeispiel"]


def test_of_two_people_whom_an_initial_fits_neither_is_taken() -> None:
    both = people("Anton Zeilbeispiel", "Anna Zeilbeispiel")
    assert likely_speakers(["A. Zeilbeispiel", "Prof. Zeilbeispiel"], both) == []
    assert likely_speakers(["Anna Zeilbeispiel"], both) == both[1:]


def test_of_two_people_with_one_name_neither_is_taken() -> None:
    assert likely_speakers(["Ada Example"], people("Ada Example", "Ada Example")) == []


def test_the_longer_of_two_names_is_the_one_that_stands_there() -> None:
    both = people("Ennio Muster", "Ennio A. Muster")
    assert likely_speakers(["Ennio A. Muster"], both) == both[1:]
    assert likely_speakers(["Ennio Muster"], both) == both[:1]


def test_many_people_and_a_long_text_take_little_time() -> None:
    many = people(*(f"Given{n % 50} Family{n}" for n in range(5_000)))
    text = "Given7 Family57 " * 3_000 + "例" * 20_000
    started = time.monotonic()
    assert likely_speakers([text], [*many, *people("例例例")[:1]]) != []
    assert time.monotonic() - started < 10


letters = st.characters(categories=["Ll"], max_codepoint=0x17F)
given_names = st.text(letters, min_size=2, max_size=9).map(str.capitalize)
family_names = st.text(letters, min_size=5, max_size=9).map(str.capitalize)
fillers = st.sampled_from(["how", "maps", "fold", "and", "why", "they", "tear", "–", "2031"])


@given(given_names, family_names, st.lists(fillers, max_size=5), st.lists(fillers, max_size=5))
def test_a_whole_name_between_other_words_is_always_found(
    first: str, last: str, before: list[str], after: list[str]
) -> None:
    assume(len(fold(first)) > 1 and len(fold(last)) > 1 and fold(first) != fold(last))
    text = " ".join([*before, first, last, *after])
    assert likely_speakers([text], people(f"{first} {last}")) == people(f"{first} {last}")


@given(given_names, family_names, given_names, family_names)
def test_sharing_one_name_with_somebody_is_not_being_them(
    first: str, last: str, other_first: str, other_last: str
) -> None:
    words = {fold(word) for word in (first, last, other_first, other_last)}
    assume(len(words) == 4)
    assume(fold(first)[0] != fold(other_first)[0])
    known = people(f"{first} {last}")
    for somebody in (f"{first} {other_last}", f"{other_first} {last}"):
        assert likely_speakers([f"A talk by {somebody}", f"{somebody}: maps"], known) == []


@given(given_names, family_names, st.text(letters, min_size=1, max_size=4))
def test_a_part_of_a_longer_word_is_never_a_name(first: str, last: str, more: str) -> None:
    assume(fold(last + more) != fold(last) and fold(more + first) != fold(first))
    known = people(f"{first} {last}")
    assert likely_speakers([f"by {first} {last}{more}"], known) == []
    assert likely_speakers([f"by {more}{first} {last}"], known) == []


anything = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["Ada", "Example", "A.", "Prof.", "Bo", ",", "-", "李明", "教授", "例", "ー", "Li"]
    )
).map(" ".join)


@given(st.lists(anything, max_size=3), st.lists(anything, max_size=4))
def test_any_texts_and_names_give_known_people_once(texts: list[str], names: list[str]) -> None:
    known = people(*names)
    result = likely_speakers(texts, known)
    assert len({speaker.id for speaker in result}) == len(result)
    assert all(speaker in known for speaker in result)
