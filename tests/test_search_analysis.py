import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.words.analysis import surfaces, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COVID-19 covid19 covid 19", "covid 19 covid 19 covid 19"),
        ("don't don’t", "dont dont"),
        ("C++, C# and F#.", "c++ c# and f#"),
        ("$1,000.50 and 1000.50", "1000 50 and 1000 50"),
        ("12,34 and 12345,678", "12 34 and 12345 678"),
        ("at 10:30 on www.x.org", "at 10 30 on www x org"),
        ("São Paulo, Türkiye, İstanbul, ıssız", "sao paulo turkiye istanbul issiz"),
        ("Straße Łódź Ørsted", "strasse lodz orsted"),
        ("to be, or not to be", "to be or not to be"),
        ("東京は高い", "東 京 は 高 い"),
        ("ภาษา", "ภ า ษ า"),
        ("한국어 문장을", "한 국 어 문 장 을"),
        ("l'énergie, D’ABORD qu'il", "l energie d abord qu il"),
        ("dell'acqua, un'altra, c'è, d'água", "dell acqua un altra ce d agua"),
        ("it's O'Brien's y'all aujourd'hui", "its obriens yall aujourdhui"),
        ("हिन्दी भाषा", "हिन्दी भाषा"),
        ("٣٤ soft\u00adhyphen a\x00b", "34 softhyphen a b"),
    ],
)
def test_text_splits_as_the_rules_say(text: str, expected: str) -> None:
    assert " ".join(surfaces(text)) == expected


def test_composed_and_decomposed_letters_are_the_same_word() -> None:
    assert surfaces("cafe\u0301") == surfaces("café") == ("cafe",)
    assert surfaces("\u1112\u1161\u11ab") == surfaces("한")
    assert surfaces("か\u3099") == surfaces("が")


def test_each_token_knows_its_place_in_the_source() -> None:
    text = "The cafe\u0301’s C++, 1,000 東京"
    assert [text[token.start : token.end] for token in tokens(text)] == [
        "The", "cafe\u0301’s", "C++", "1,000", "東", "京",
    ]  # fmt: skip


@given(st.text(max_size=80))
@settings(max_examples=400, deadline=None)
def test_spans_are_ordered_and_surfaces_are_their_own_tokens(text: str) -> None:
    found = tokens(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    for surface in surfaces(text):
        assert surfaces(surface) == (surface,)
