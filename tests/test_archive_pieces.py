"""The stored form of a piece gives back what it was made of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.pieces import pack, segment_document, segment_of, unpack
from archive.types import Segment, Word

TIMES = st.integers(0, 2**31)
WORDS = st.builds(
    Word,
    st.text(min_size=1),
    st.booleans(),
    TIMES,
    TIMES,
    st.integers(0, 1000).map(lambda thousandths: thousandths / 1000),
    st.booleans(),
    st.text(max_size=5),
)
SEGMENTS = st.builds(
    Segment,
    TIMES,
    TIMES,
    st.lists(WORDS, min_size=1, max_size=4).map(tuple),
    st.sampled_from(["", "en", "pt-BR"]),
    st.booleans(),
)


@given(st.lists(SEGMENTS, max_size=4))
def test_a_piece_is_read_as_it_was_written(segments: list[Segment]) -> None:
    assert unpack(pack(segments)) == tuple(segments)


@given(SEGMENTS)
def test_a_segment_in_another_document_too(segment: Segment) -> None:
    read = segment_of(segment_document(segment))
    assert read == segment
    assert all(type(word.space_before) is bool for word in read.words)


def test_probabilities_are_kept_in_thousandths() -> None:
    word = Word("so", True, 0, 200, probability=0.12345)
    (segment,) = unpack(pack([Segment(0, 200, (word,))]))
    assert segment.words[0].probability == 0.123
