"""What stands behind a speaker's name: role, institution and country, taken apart.

The text is cut at commas, semicolons and parentheses. A last part that names a country is the
country. Of the other parts, those that end in an office ("Acting Vice President") are roles, and
those that look like an institution ("Institute of …", "… Academy", CERN) are affiliations;
"President of X" is cut where X is an institution or must be one. What is neither is kept, and
said to be unsure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from archive.names import fold
from ingest.pages.countries import read_country
from ingest.pages.institution_names import (
    PREPOSITION,
    is_acronym,
    is_institution,
    is_phrase_of_capitals,
)
from ingest.pages.post_words import (
    FIELDS,
    HAN_ROLE,
    INSTITUTIONS,
    OWNERS,
    ROLE_HEADS,
    ROLE_MODIFIERS,
)

_LONGEST_PART_WORDS = 16
_PLACE_PREPOSITION = re.compile(r"\s(?:at|@|bei|am|an der|à|au|en)\s", re.IGNORECASE)
_ARTICLE = re.compile(
    r"(?:the|der|die|das|dem|den|la|le|les|l['’]|el|los|las|o|a|os|as|il|lo|gli)(?:\s+|(?<=['’]))",
    re.IGNORECASE,
)
_OF_THE = re.compile(r"\s(?:of|at|for|with) the ")
_ABBREVIATED = re.compile(r"\w\.\s?\w\.$")
_FINITE_VERB = re.compile(
    r"\s(?:is|was|are|were|has|have|had|will|gave|said|spoke|speaks|opens|opened)\s"
)
_TRADE_ENDING = re.compile(r"(?:logist|scientist|ist|ian|wright|eer|maker|holder)$")


@dataclass(frozen=True, slots=True)
class Post:
    """What a speaker is and where; ``unsure`` is the part whose meaning was guessed.

    ``marks`` grows with each part that was recognised. ``each`` are the posts that semicolons part,
    for as many people.
    """

    role: str = ""
    affiliation: str = ""
    aliases: tuple[str, ...] = ()
    country: str = ""
    unsure: str = ""
    marks: int = 0
    each: tuple[Post, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether something was understood and nothing guessed."""
        return bool(self.role or self.affiliation or self.country) and not self.unsure


@lru_cache(maxsize=20_000)
def read_post(text: str) -> Post | None:
    """The role, institution and country that ``text`` holds, or None where it holds else."""
    text = text.strip(" \t,;:：–—-|。，、").strip()
    if not _ABBREVIATED.search(text):
        text = text.rstrip(". ")
    text = re.sub(r"\s[·•‧]\s", ", ", text)
    if match := re.fullmatch(r"[(（\[]([^()（）\[\]]+)[)）\]]", text):
        text = match[1].strip()
    if not text or len(text) > 300:
        return None
    whole = _read_post(text)
    parts = split_outside(text, ";；")
    each = [_read_post(part) for part in parts] if len(parts) > 1 else []
    if whole and len(each) > 1 and all(post and post.plain for post in each):
        return replace(whole, each=tuple(post for post in each if post))
    return whole


def _read_post(text: str) -> Post | None:
    parts, country = _parts(text)
    country, parts = _country_of(parts, country)
    if not all(_may_be_post(part) for part in parts):
        return None
    # Behind a country comes nothing more of a post.
    inner = [place for place, part in enumerate(parts[:-1]) if place and read_country(part)]
    if inner and not all(is_institution(p) or is_role(p) for p in parts[inner[0] + 1 :]):
        return None
    return _sorted_parts(parts, country) if parts or country else None


def _parts(text: str) -> tuple[list[str], str]:
    """The parts between commas; a country in parentheses at the end is taken off."""
    country = ""
    if match := re.search(r"\s*[(（\[]([^()（）\[\]]+)[)）\]]$", text):
        head, _, last = match[1].replace("，", ",").rpartition(",")
        if country := read_country(last, alone=not head):
            text = text[: match.start()] + (f", {head}" if head else "")
    return [p for p in split_outside(text, ",;，；、|｜\n") if p], country


def split_outside(text: str, marks: str) -> list[str]:
    """``text`` cut at the marks that stand outside parentheses."""
    parts, depth, begin = [], 0, 0
    for index, character in enumerate(text):
        depth += (character in "([（") - (character in ")]）")
        if depth <= 0 and character in marks:
            parts.append(text[begin:index].strip())
            begin = index + 1
    return [*parts, text[begin:].strip()]


def _country_of(parts: list[str], country: str) -> tuple[str, list[str]]:
    if country or not parts:
        return country, parts
    last = parts[-1]
    if code := read_country(last, alone=False):
        return code, parts[:-1]
    for behind in (r"\s[–—-]\s([^–—-]+)$", r"\.\s+([A-Z][\w .]+)$"):
        if (match := re.search(behind, last)) and (code := read_country(match[1])):
            return code, [*parts[:-1], last[: match.start()]]
    return "", parts


def _may_be_post(part: str) -> bool:
    words = part.split()
    if _FINITE_VERB.search(part):
        return False
    if len(words) > _LONGEST_PART_WORDS or re.search(r"[?!“”«»„《》]|[:：]\s?\S", part):
        return False
    return not part[:1].islower() or is_role(part)


def _sorted_parts(parts: list[str], country: str) -> Post:
    role: list[str] = []
    affiliation: list[str] = []
    unsure: list[str] = []
    marks = 1 if country else 0
    several = len(parts) > 1 and any(is_institution(part) for part in parts[1:])
    for index, part in enumerate(parts):
        if is_role(part):
            office, place = split_role(part, elsewhere=several or bool(affiliation))
            role += [office] if office else []
            affiliation += [place] if place else []
            marks += 2 * bool(office) + 2 * bool(place)
        elif is_institution(part) or (affiliation and _is_place(part)):
            affiliation.append(part)
            marks += 2
        elif index == 0 and len(parts) > 1 and not role:
            role.append(part)
            unsure.append(part)
        elif role and not affiliation and index == len(parts) - 1:
            affiliation.append(part)
        else:
            unsure.append(part)
            affiliation.append(part)
    name, aliases = _aliases(", ".join(affiliation))
    return Post(", ".join(role), name, aliases, country, ", ".join(unsure), marks)


def _is_place(part: str) -> bool:
    return len(part.split()) <= 3 and part[:1].isupper()


def _aliases(affiliation: str) -> tuple[str, tuple[str, ...]]:
    """The institution's name, and its short or long form that stands in parentheses."""
    if re.search(r"[（(]", affiliation) is None:
        return affiliation, ()
    match = re.fullmatch(r"([^()（）]{2,}?)\s*[(（]([^()（）]{2,})[)）](,[^()（）]+)?", affiliation)
    if match is None:
        return affiliation, ()
    inside = match[2].strip()
    alias = re.sub(r"^(?:the|The)\s+", "", inside)
    short = is_acronym(alias) or (len(alias.split()) == 1 and len(alias) <= 12)
    if short or is_institution(alias):
        return match[1].strip() + (match[3] or ""), (alias,)
    return affiliation, ()


def is_role(text: str) -> bool:
    """Whether the text begins with an office: "Acting Vice President", "Professor of Physics"."""
    compact = re.sub(r"\s+", "", text)
    if HAN_ROLE.search(compact) and not compact.isascii():
        return len(compact) <= 30
    words = fold(_head(text)).replace(",", " ").split()
    if (
        not words
        or len(words) > 9
        or words[0] in ("a", "an", "the", "my", "our", "how", "why", "what")
    ):
        return False
    words = [word.strip(".'’()") for word in words]
    if _is_office(words[-1]) or words[0] == "chief":
        small = len(words) <= 3 and text[0].islower()
        return small or all(_is_capital_or_joining(word) for word in _head(text).split())
    if not _is_office(words[0]):
        return False
    return all(w in ROLE_MODIFIERS or _is_office(w) for w in words[1:]) or bool(
        _office_and_place(text)
    )


def _is_office(word: str) -> bool:
    if word in ROLE_HEADS or word.removesuffix("s") in ROLE_HEADS:
        return True
    parts = word.split("-")
    if len(parts) > 1 and (parts[-1].removesuffix("s") in ROLE_HEADS or parts[0] in ROLE_HEADS):
        return True
    return len(word) > 6 and _TRADE_ENDING.search(word) is not None and word not in INSTITUTIONS


def _is_capital_or_joining(word: str) -> bool:
    return not word[:1].islower() or fold(word) in ROLE_MODIFIERS | ROLE_HEADS | {
        "and",
        "und",
        "et",
        "y",
        "e",
        "for",
        "of",
    }


def _head(text: str) -> str:
    """The text up to its first preposition."""
    match = PREPOSITION.search(text)
    return text[: match.start()] if match else text


def _office_and_place(text: str) -> tuple[str, str] | None:
    """Office and institution that stand side by side, as in Russian."""
    words = text.split()
    for count in range(1, min(4, len(words) - 1)):
        office = [fold(word) for word in words[:count]]
        if office[-1] not in ROLE_MODIFIERS | ROLE_HEADS:
            return None
        place = " ".join(words[count:])
        next_word = fold(words[count])
        if next_word in ROLE_MODIFIERS or _is_office(next_word) or office[-1] not in ROLE_HEADS:
            continue
        if is_institution(place) and len(words) - count > 1:
            return " ".join(words[:count]), place
    return None


def split_role(text: str, *, elsewhere: bool) -> tuple[str, str]:
    """Office and institution of "President of X"; ``elsewhere``: the institution stands apart."""
    compact = text.strip()
    if not compact.isascii() and (match := HAN_ROLE.search(re.sub(r"\s+", " ", compact))):
        return compact[match.start() :].strip(), compact[: match.start()].strip()
    if found := _office_and_place(text):
        return found
    cuts = list(PREPOSITION.finditer(text))
    first, _, last = text.rpartition(" ")
    named = is_acronym(first) or len(first.split()) > 1
    if not cuts and named and _is_office(fold(last)) and is_institution(first):
        return last, first
    at_place = [_cut_at(text, m) for m in _PLACE_PREPOSITION.finditer(text)]
    for left, right in (*at_place, *(_cut_at(text, cut) for cut in cuts)):
        # "Head of Department, Institute of X": no institution is called "Department".
        part_only = elsewhere and fold(right) in INSTITUTIONS
        if not part_only and (is_institution(right) or _joined_institutions(right)):
            return left, right
    if at_place and at_place[0][1][:1].isupper() and not elsewhere:
        return at_place[0]
    # "of the British Upland Survey": what has an article and a name of several words is a body.
    if not elsewhere and (match := _OF_THE.search(text)):
        left, right = _cut_at(text, match)
        if len(right.split()) > 1 and is_phrase_of_capitals(right):
            return left, right
    words = fold(_head(text)).split()
    owner = words and (words[-1] in OWNERS or words[0] in OWNERS)
    owner = owner or words[-2:] in (["managing", "director"], ["executive", "director"])
    if cuts and not elsewhere and owner:
        right = _without_article(text[cuts[0].end() :].strip())
        if right[:1].isupper() and fold(right.split()[0]) not in FIELDS:
            return text[: cuts[0].start()].strip(), right
    return text, ""


def _cut_at(text: str, match: re.Match[str]) -> tuple[str, str]:
    return text[: match.start()].strip(), _without_article(text[match.end() :].strip())


def _without_article(text: str) -> str:
    return _ARTICLE.sub("", text, count=1) if _ARTICLE.match(text) else text


def _joined_institutions(text: str) -> bool:
    return all(is_institution(part.strip()) for part in re.split(r"\s(?:and|und|et|y|e|&)\s", text))
