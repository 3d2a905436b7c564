"""Names, slugs and countries: what two spellings have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.countries import country_code, country_name, country_names
from archive.names import fold, name_key, slugify, unused_slug


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("İstanbul", "istanbul"),
        ("São Paulo", "sao paulo"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Ｆｕｌｌ", "full"),
        ("東京", "東京"),
    ],
)
def test_case_and_accents_are_folded(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text())
def test_folding_twice_is_folding_once_and_slugs_are_plain(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    slug = slugify(text, "talk")
    assert slug
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(slug) <= 60


def test_punctuation_does_not_part_two_spellings_of_a_name() -> None:
    assert name_key("Ennio A. Vivaldi V.") == name_key("ennio a vivaldi v")


def test_a_slug_that_is_taken_gets_a_number() -> None:
    assert unused_slug("On Examples", "talk", {"on-examples", "on-examples-2"}.__contains__) == (
        "on-examples-3"
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("the United States", "US"),
        ("usa", "US"),
        ("Russia", "RU"),
        ("Brazil", "BR"),
        ("de", "DE"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_a_country_is_known_by_any_of_its_names(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_a_country_is_found_by_its_old_name_too() -> None:
    assert country_name("TR") == "Türkiye"
    assert "Turkey" in country_names("TR")
