from __future__ import annotations

from itertools import pairwise

from transcribe.pieces import plan_pieces
from transcribe.voice import Span

HOUR = 3_600_000


def never_pausing(first_ms: int, last_ms: int) -> list[Span]:
    return [(first_ms, last_ms)]


def pausing(first_ms: int, last_ms: int) -> list[Span]:
    """Speech with a short pause each 20 s and a long one each minute, at its 50th second."""
    spans = []
    at = first_ms
    for pause in range(first_ms - first_ms % 10_000, last_ms + 10_000, 10_000):
        length = 2_000 if pause % 60_000 == 50_000 else 400
        if first_ms < pause and pause + length < last_ms:
            spans.append((at, pause))
            at = pause + length
    return [*spans, (at, last_ms)]


def test_a_short_recording_is_one_piece() -> None:
    (piece,) = plan_pieces(120_000, never_pausing)
    assert (piece.start_ms, piece.end_ms, piece.last) == (0, 120_000, True)


def test_pieces_are_cut_in_the_longest_pause_and_grow() -> None:
    pieces = list(plan_pieces(2 * HOUR, pausing))
    lengths = [piece.end_ms - piece.start_ms for piece in pieces]
    assert lengths[0] <= 120_000
    assert lengths[1] <= 300_000
    assert all(600_000 <= length <= 900_000 for length in lengths[2:-1])
    assert all(piece.end_ms % 60_000 == 51_000 for piece in pieces[:-1])


def test_pieces_follow_each_other_without_gap_to_the_end() -> None:
    for finder in (pausing, never_pausing):
        pieces = list(plan_pieces(2 * HOUR, finder))
        assert pieces[0].start_ms == 0
        assert pieces[-1].end_ms == 2 * HOUR
        assert all(one.end_ms == other.start_ms for one, other in pairwise(pieces))
        assert [piece.number for piece in pieces] == list(range(len(pieces)))
        assert [piece.last for piece in pieces] == [False] * (len(pieces) - 1) + [True]


def test_an_interrupted_plan_goes_on_as_if_it_had_not_been() -> None:
    pieces = list(plan_pieces(HOUR, pausing))
    ends_ms = {piece.number: piece.end_ms for piece in pieces}
    for numbers in ({0}, {0, 1, 2}, {0, 2}, {3}, set(ends_ms)):
        rest = plan_pieces(HOUR, pausing, done={number: ends_ms[number] for number in numbers})
        assert list(rest) == [piece for piece in pieces if piece.number not in numbers]


def test_silence_is_cut_too() -> None:
    pieces = list(plan_pieces(10 * HOUR, lambda first_ms, last_ms: []))
    assert pieces[0].end_ms == 90_000
    assert pieces[-1].end_ms == 10 * HOUR
