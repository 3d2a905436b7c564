"""Atoms gathered into units: everything that belongs to one talk.

The rule is that of the largest container: the largest element of the page that holds the people
of one talk, and of no other, holds the talk. Where a container holds several talks side by side,
without an element for each, it has to be cut. There are few ways to cut it: at numbers, at times,
at headings of one level, at people, at titles, at clips, or at talks that are whole already. Each
way is tried, and the one that leaves most talks whole – one title, one group of people, at most
one clip – is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.pages.atom import Atom, Kind

# What it counts for that each talk has an element of its own among its neighbours.
_OWN_CONTAINER = 1.5
_PEOPLE = (Kind.PERSON, Kind.TALK)


class Unit:
    """Atoms of one talk (or of none, where nobody is named in them), in reading order.

    ``whole``: people and title were found to belong together. The rest is counted once.
    """

    __slots__ = ("atoms", "clips", "first", "has_people", "has_title", "whole")

    def __init__(self, atoms: list[Atom], *, whole: bool = False) -> None:
        kinds = [atom.kind for atom in atoms]
        self.atoms = atoms
        self.first = atoms[0]
        self.whole = whole
        self.has_people = Kind.PERSON in kinds or Kind.TALK in kinds
        self.has_title = Kind.TITLE in kinds or Kind.TALK in kinds
        self.clips = kinds.count(Kind.CLIP)


@dataclass(slots=True)
class _Patience:
    """How many units may still be looked at; a page made to be slow runs out of it."""

    units: int = 200_000


def gather(atoms: Sequence[Atom]) -> list[Unit]:
    """The units of a page. Those without people hold what belongs to no talk."""
    return _in_container([Unit([atom]) for atom in atoms], 0, _Patience())


def _in_container(units: list[Unit], depth: int, patience: _Patience) -> list[Unit]:
    """The units of the atoms that share a container at ``depth``."""
    while len(units) > 1 and len({_step(unit, depth) for unit in units}) == 1:
        if _step(units[0], depth) is None:
            break
        depth += 1
    gathered: list[Unit] = []
    for step, group in groupby(units, key=lambda unit: _step(unit, depth)):
        inside = list(group)
        several = len(inside) > 1 and step is not None
        gathered += _in_container(inside, depth + 1, patience) if several else inside
    patience.units -= len(gathered)
    return _joined(gathered, depth) if patience.units > 0 else gathered


def _step(unit: Unit, depth: int) -> int | None:
    path = unit.first.path
    return path[depth] if depth < len(path) else None


def _joined(units: list[Unit], depth: int) -> list[Unit]:
    """The units of one container, joined to talks where it can be told which belong together."""
    people = [unit for unit in units if unit.has_people]
    if not people:
        return units
    if len(people) == 1 and not any(unit.first.kind is Kind.BREAK for unit in units):
        return _around(people[0], units, depth)
    segments = max(_ways(units), key=lambda way: _worth(way) - _torn(way, depth))
    apart = _by_container(units, depth)
    if apart and _worth(apart) + _OWN_CONTAINER > _worth(segments):
        segments = apart
    return [joined for segment in _without_tail(segments) for joined in _as_units(segment)]


def _without_tail(segments: list[list[Unit]]) -> list[list[Unit]]:
    """The segments, the last of them no longer than those before: what follows talks is no talk."""
    manned = [len(segment) for segment in segments[:-1] if _runs(segment) == 1]
    last, most = segments[-1], max(manned, default=0)
    tail = last[most:]
    if not most or not tail or not any(unit.has_people for unit in last[:most]):
        return segments
    told = len(manned) > 1 or last[most - 1].whole
    if tail[0].clips or (any(unit.clips for unit in tail) and not told):
        return segments
    return [*segments[:-1], last[:most], *([unit] for unit in tail)]


def _around(people: Unit, units: list[Unit], depth: int) -> list[Unit]:
    """One unit of all, but for containers with a title and a clip of their own beside a talk."""
    joined: list[Atom] = []
    apart: list[Unit] = []
    for _, group in groupby(units, key=lambda unit: _step(unit, depth)):
        inside = list(group)
        own = any(unit.has_title for unit in inside) and any(unit.clips for unit in inside)
        if own and (people.has_title or people.clips) and people not in inside and len(inside) > 1:
            apart += inside
        else:
            joined += [atom for unit in inside for atom in unit.atoms]
    return [Unit(joined, whole=people.whole), *apart]


def _by_container(units: list[Unit], depth: int) -> list[list[Unit]]:
    """A segment for each child of the container, where two of them at least are whole talks."""
    apart = [list(group) for _, group in groupby(units, key=lambda unit: _step(unit, depth))]
    whole = sum(len(group) == 1 and group[0].has_people and group[0].has_title for group in apart)
    return apart if whole > 1 else []


def _as_units(segment: list[Unit]) -> list[Unit]:
    runs = _runs(segment)
    if runs == 1:
        return [Unit([atom for unit in segment for atom in unit.atoms], whole=True)]
    return segment


def _ways(units: list[Unit]) -> Iterable[list[list[Unit]]]:
    """The ways to cut a container, those that a page's author marked most plainly first."""
    levels = sorted({_level(unit) for unit in units if _level(unit) < 9})
    yield _cut(units, lambda unit, _: unit.first.number is not None)
    for level in reversed(levels):
        yield _cut(units, lambda unit, _, at=level: _level(unit) <= at)  # type: ignore[misc]
    yield _cut(units, lambda unit, _: unit.first.reading.timed)
    yield _cut(units, lambda unit, _: unit.first.kind is Kind.MARK)
    yield _cut(units, lambda unit, before: unit.has_people and not _is_bare(before, unit))
    yield _cut(units, lambda unit, before: _is_title(unit) and not (before and _is_title(before)))
    yield _cut(units, lambda unit, before: _is_clip(unit) and not (before and _is_clip(before)))
    yield [units]


def _level(unit: Unit) -> int:
    return unit.first.level if unit.first.kind is not Kind.BREAK else 9


def _is_bare(before: Unit | None, unit: Unit) -> bool:
    """Whether people follow on people, neither of them with a title: one group."""
    return before is not None and before.has_people and not before.has_title and not unit.has_title


def _is_title(unit: Unit) -> bool:
    return unit.first.kind is Kind.TITLE and not unit.has_people


def _is_clip(unit: Unit) -> bool:
    return unit.first.kind is Kind.CLIP and not unit.has_people


def _cut(units: list[Unit], begins: Callable[[Unit, Unit | None], bool]) -> list[list[Unit]]:
    segments: list[list[Unit]] = []
    before: Unit | None = None
    for unit in units:
        pause = unit.first.kind is Kind.BREAK
        after_pause = before is not None and before.first.kind is Kind.BREAK
        if not segments or pause or after_pause or begins(unit, before):
            segments.append([])
        segments[-1].append(unit)
        before = unit
    return segments


def _runs(segment: list[Unit]) -> int:
    """How many groups of people a segment has; people in a row without titles are one group."""
    runs, open_run = 0, False
    for unit in segment:
        if unit.has_people:
            alone = unit.whole or unit.has_title or unit.clips > 0
            runs += 1 if alone or not open_run else 0
            open_run = not alone
        elif unit.first.kind not in (Kind.POST, Kind.PROSE):
            open_run = False
    return runs


def _torn(segments: list[list[Unit]], depth: int) -> float:
    """What it counts against a way that talks take from other talks' containers.

    That is a second clip, a clip beside a title of its own, or half of what a container holds.
    """
    torn = _split_containers(segments, depth)
    for segment in segments:
        if not any(unit.has_people for unit in segment):
            continue
        steps = {_step(unit, depth) for unit in segment if unit.clips}
        torn += len(steps) > 1 and None not in steps
        titled = any(unit.has_people and unit.has_title for unit in segment)
        torn += titled and _holds_another(segment, depth)
    return 4.0 * torn


def _split_containers(segments: list[list[Unit]], depth: int) -> int:
    """How many containers in which nobody is named lie in several segments."""
    places: dict[int, set[int]] = {}
    named: set[int | None] = {None}
    for place, segment in enumerate(segments):
        for unit in segment:
            step = _step(unit, depth)
            named |= {step} if unit.has_people else set()
            if step is not None:
                places.setdefault(step, set()).add(place)
    return sum(len(found) > 1 and step not in named for step, found in places.items())


def _holds_another(segment: list[Unit], depth: int) -> bool:
    """Whether a container in it has a clip, and a title in another line, and nobody named."""
    for step, group in groupby(segment, key=lambda unit: _step(unit, depth)):
        inside = list(group)
        if step is None or any(unit.has_people for unit in inside):
            continue
        clips = {unit.first.path for unit in inside if unit.clips}
        if clips and any(unit.has_title and unit.first.path not in clips for unit in inside):
            return True
    return False


def _worth(segments: list[list[Unit]]) -> float:
    """How well a way of cutting leaves talks whole."""
    return sum(_worth_of(segment) for segment in segments)


def _worth_of(segment: list[Unit]) -> float:
    runs = _runs(segment)
    clips = sum(unit.clips for unit in segment)
    titles = [i for i, unit in enumerate(segment) if unit.has_title]
    if runs == 0:
        same = len({unit.first.path for unit in segment}) == 1
        return 0.0 if same and titles and clips == 1 else -1.0 * clips - 0.2 * bool(titles)
    if runs > 1:
        return -4.0 * (runs - 1)
    people = [i for i, unit in enumerate(segment) if unit.has_people]
    loose = [i for i in titles if not segment[i].has_people]
    worth = 0.0
    if titles:
        beside = {j + offset for j in people for offset in (-1, 0, 1)}
        first_style = {atom.style for atom in segment[people[0]].atoms}
        worth += 4.0 + (0.5 if beside.intersection(titles) else 0.0) - 0.3 * max(0, len(loose) - 1)
        worth -= 0.2 if len(first_style) == 0 else 0.0
    worth -= 0.5 * (len(people) - 1)
    return worth + (1.0 if clips == 1 else -1.0 * max(0, clips - 1))
