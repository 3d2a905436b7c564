"""People with their posts in a piece of text: "A and B (Institute); C, Rector, University"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from archive.names import fold
from archive.programme import SpeakerEntry
from ingest.pages.countries import read_country
from ingest.pages.institution_names import is_institution
from ingest.pages.person_names import Name, is_letters, read_name
from ingest.pages.post_words import HAN_ROLE, ROLE_HEADS, ROLE_MODIFIERS
from ingest.pages.speaker_posts import Post, is_role, read_post, split_outside

_LONGEST = 600
_MOST_PEOPLE = 40
_AND = re.compile(
    r"\s+(?:and|und|et|y|e|ve|og|och|en|i|и|with|mit|&|＆|\+)\s+|\s*[&＆]\s*"
    r"|(?<=[\u3400-\u9fff])[和与及](?=[\u3400-\u9fff]{2})",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:online|virtual(?:ly)?|remote|in person|via zoom|zoom|tbc|tbd|to be confirmed|video"
    r"|live|recorded|invited|keynote|chair|speaker|presenting|\d+\s*min\w*)",
    re.IGNORECASE,
)
_OF_ALL = re.compile(
    r"(?:both|all|beide|alle|tous|ambos|ambas)\s(?:(?:of|at|from)\s)?", re.IGNORECASE
)
_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0e7f]")


@dataclass(frozen=True, slots=True)
class People:
    """Speakers in the order of the text; ``certainty`` as in ``person_names``, posts included."""

    entries: tuple[SpeakerEntry, ...]
    certainty: int
    doubts: tuple[str, ...] = ()


@dataclass(slots=True)
class _Group:
    """People who are named together and share what follows."""

    names: list[Name] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)
    role: str = ""
    aliases: tuple[str, ...] = ()


@lru_cache(maxsize=50_000)
def read_people(text: str, *, told: bool = False) -> People | None:
    """The people that ``text`` consists of, or None where it holds anything else.

    ``told``: the page says that people stand here, so that the form of a name is enough.
    """
    text = (
        re.sub(r"\s+", " ", text).strip(" ,;:|–—-/.。·•")
        if "." not in text[-3:]
        else text.strip(" ,;:|–—-/")
    )
    text = re.sub(r"\s*,\s*(?=[(（])", " ", text)
    if not 2 <= len(text) <= _LONGEST:
        return None
    if "/" in text and all(read_name(name) for name in text.split("/")):
        text = text.replace("/", ";")
    groups = _groups(text, told=told)
    if groups is None or sum(len(group.names) for group in groups) > _MOST_PEOPLE:
        return None
    entries: list[SpeakerEntry] = []
    doubts: list[str] = []
    certainties: list[int] = []
    for group in groups:
        post = _post_of(group)
        if post is None:
            return None
        if group.role:
            post = replace(post, role=", ".join(part for part in (group.role, post.role) if part))
        for name in group.names:
            aliases = group.aliases if len(group.names) == 1 else ()
            said = (post.role, post.affiliation, post.aliases, post.country)
            entries.append(SpeakerEntry(name.text, aliases, *said))
        if post.unsure:
            doubts.append(_unsure_post(group, post))
        if len(group.names) > 1 and (post.role or post.affiliation):
            doubts.append(
                f"speakers: {post.affiliation or post.role!r} was taken for all of {_named(group)}"
            )
        best = max(name.certainty for name in group.names)
        certainties.append(best + post.marks)
    sure = certainties[0] if len(certainties) == 1 else max(min(certainties), certainties[0] - 1)
    return People(tuple(entries), sure, tuple(doubts))


def _named(group: _Group) -> str:
    return ", ".join(name.text for name in group.names)


def _unsure_post(group: _Group, post: Post) -> str:
    return (
        f"speakers: role and institution of {_named(group)} could not be told apart in "
        f"{post.unsure!r}"
    )


def _post_of(group: _Group) -> Post | None:
    if not group.posts:
        return Post()
    return read_post(", ".join(group.posts))


def _groups(text: str, *, told: bool) -> list[_Group] | None:
    """People with the texts of their posts, or None where the text begins with no name."""
    groups: list[_Group] = []
    pieces = _pieces(text)
    listed = False
    for index, (joint, piece) in enumerate(pieces):
        if not piece:
            continue
        core, brackets = _without_brackets(piece)
        listed = listed or (not groups and bool(brackets))
        behind = any(later[0] == "and" and read_name(later[1]) for later in pieces[index + 1 :])
        name = _name_here(core, brackets, pieces[index + 1 :], told=told and not groups)
        if not groups:
            later = ", ".join([*brackets, *(piece for _, piece in pieces[index + 1 :])])
            first = _first_group(core, later, name, told=told)
            if first is None:
                return None
            groups.append(first)
        elif name and _begins_person(
            joint,
            name,
            brackets if listed else _no_countries(brackets),
            behind=behind,
            told=told,
            groups=groups,
        ):
            if joint == "and" and not groups[-1].posts:
                groups[-1].names.append(name)
            else:
                groups.append(_Group([name]))
        elif joint == "and" and groups[-1].posts:
            groups[-1].posts[-1] += f" and {piece}"
            continue
        else:
            groups[-1].posts.append(piece)
            continue
        if len(groups) > 1 and any(_OF_ALL.match(bracket) for bracket in brackets):
            brackets = [_OF_ALL.sub("", bracket) for bracket in brackets]
            for group in groups[:-1]:
                group.posts += [] if group.posts else brackets
        written = [b for b in brackets if _is_other_script(core, b)]
        groups[-1].aliases += tuple(name.text for b in written if (name := read_name(b, told=True)))
        groups[-1].posts += [b for b in brackets if b not in written]
    return groups or None


def _is_other_script(name: str, other: str) -> bool:
    """Whether ``other`` is a name in Latin letters behind one in other letters, or the reverse."""
    latin = [re.search(r"[A-Za-z]", text) is not None for text in (name, other)]
    return latin[0] != latin[1] and read_name(other, told=True) is not None


def _begins_person(
    joint: str, name: Name, brackets: list[str], *, behind: bool, told: bool, groups: list[_Group]
) -> bool:
    """Whether a name that is not the first is another person, not an institution's name."""
    if joint in (";", "and"):
        return joint == ";" or name.certainty > 0 or told or not groups[-1].posts
    signs = name.certainty + (2 if brackets else 0) + (1 if behind else 0) + (1 if told else 0)
    return signs >= SURE_AFTER_COMMA


SURE_AFTER_COMMA = 2


def _pieces(text: str) -> list[tuple[str, str]]:
    """The text cut at commas, semicolons and "and", each piece with what stands before it."""
    pieces: list[tuple[str, str]] = []
    for index, block in enumerate(split_outside(text, ";；\n")):
        parts = split_outside(block, ",，、|｜")
        whole = read_name(parts[0]) is not None and not parts[0].isupper()
        if len(parts) >= 2 and not whole and _turned(parts[0], parts[1]):
            parts = [f"{parts[0]}, {parts[1]}", *parts[2:]]
        parts = [part for part in parts if not is_letters(part)]
        for place, part in enumerate(parts):
            joint = ("start" if index == 0 else ";") if place == 0 else ","
            for turn, bit in enumerate(_split_and(part)):
                pieces.append((joint if turn == 0 else "and", bit))
    return pieces[:120]


def _turned(surname: str, given: str) -> bool:
    """Whether two parts are one name with the surname first."""
    return read_name(f"{surname}, {_without_brackets(given)[0]}") is not None


def _split_and(part: str) -> list[str]:
    """``part`` cut at "and", outside parentheses and only where a name stands behind it."""
    bits, begin = [], 0
    for match in _AND.finditer(part):
        before, behind = part[begin : match.start()], part[match.end() :]
        if part.count("(", 0, match.start()) > part.count(")", 0, match.start()):
            continue
        core = _without_brackets(_AND.split(behind, maxsplit=1)[0])[0]
        if read_name(core) and (
            read_name(_without_brackets(before)[0]) or begin or not before.strip()
        ):
            bits.append(before.strip())
            begin = match.end()
    rest = re.sub(r"^(?:and|und|et|y|e|&)\s+", "", part[begin:].strip())
    return [*bits, rest]


def _without_brackets(piece: str) -> tuple[str, list[str]]:
    """A piece without the parentheses at its end, and what stands in them."""
    brackets: list[str] = []
    while match := re.search(
        r"\s*[(（\[]([^()（）\[\]]*(?:[(（][^()（）]*[)）][^()（）]*)?)[)）\]][.。]?$", piece
    ):
        if not match.start():
            break
        if not _ASIDE.fullmatch(match[1].strip()) and not re.fullmatch(r"\w+\s*/\s*\w+", match[1]):
            brackets.insert(0, match[1].strip())
        piece = piece[: match.start()]
    return piece.strip(), [b for b in brackets if b]


def _name_here(
    core: str, brackets: list[str], later: list[tuple[str, str]], *, told: bool
) -> Name | None:
    name = read_name(core, told=told)
    if name or not _EAST.search(core):
        return name
    # A name in Han or kana shows by what is said of it.
    said = ", ".join(brackets or [piece for _, piece in later])
    post = read_post(said) if said else None
    return read_name(core, told=True) if post and post.plain else None


def _no_countries(brackets: list[str]) -> list[str]:
    """Brackets that may stand behind a name, and not as "(Denmark)" behind an institution."""
    return [bracket for bracket in brackets if not read_country(bracket, alone=True)]


def _first_group(core: str, later: str, name: Name | None, *, told: bool) -> _Group | None:
    if name:
        office = HAN_ROLE.search(core) if _EAST.search(core) else None
        return _Group([name], role=office[0] if office else "")
    return _office_first(core, later) or _east_asian_words(core) or _name_stop_post(core, told=told)


def _office_first(core: str, later: str) -> _Group | None:
    """ "President Ada Example": an office in front of a name."""
    words = core.split()
    post = read_post(later) if later else None
    sure = 0 if post and post.marks > 1 else 1
    if match := re.search(r"\s(?:prof|dr)\.?\s", core, re.IGNORECASE):
        name, post = read_name(core[match.start() :]), read_post(core[: match.start()])
        if name and post and post.plain:
            return _Group([name], [core[: match.start()]])
    for count in range(1, min(4, len(words) - 1)):
        office = words[:count]
        if not all(fold(word).strip(".") in ROLE_HEADS | ROLE_MODIFIERS for word in office):
            return None
        name = read_name(" ".join(words[count:]))
        if fold(office[-1]) in ROLE_HEADS and name and name.certainty >= sure:
            return _Group([name], role=" ".join(office))
    return None


def _east_asian_words(core: str) -> _Group | None:
    """Name, office and institution that stand with blanks or with nothing between them."""
    if not _EAST.search(core) or len(core) > 60:
        return None
    words = core.split()
    for count in (1, 2):
        for at in range(len(words) - count + 1):
            name = read_name(" ".join(words[at : at + count]))
            rest = [*words[:at], *words[at + count :]]
            if name and rest and all(is_institution(word) or is_role(word) for word in rest):
                return _Group([name], sorted(rest, key=lambda w: not is_role(w)))
    if len(words) == 1 and len(core) <= 30:
        for cut in range(len(core) - 2, 2, -1):
            name, before = read_name(core[cut:]), core[:cut]
            if name and name.certainty and (is_institution(before) or HAN_ROLE.search(before)):
                return _Group([name], [before])
    return None


def _name_stop_post(core: str, *, told: bool) -> _Group | None:
    """ "Ada Example. President": a full stop, a dash or a bar behind the name."""
    for match in re.finditer(r"\s*[.。:：]\s+|\s+[–—-]\s+|\s*[:：|｜]\s*", core):
        name = read_name(core[: match.start()], told=told)
        post = read_post(core[match.end() :])
        if name and post and (post.plain or told):
            return _Group([name], [core[match.end() :]])
    return None
