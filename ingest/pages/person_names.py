"""Whether a text is a person's name, how plainly, and the name without its titles.

A name is told by its form (two to six words with capitals, initials, particles such as "van", or
the forms of Han, kana, Hangul), by titles around it ("Prof.", "PhD", "教授"), and by a list of
given names. Words that are common in titles of talks speak against it. Where a page says itself
that a name stands there (a column "Speaker"), ``told=True`` asks for the form alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from archive.countries import country_code
from archive.names import fold
from ingest.pages.name_vocabulary import (
    COMMON_WORDS,
    GIVEN_NAMES,
    HAN_DOUBLE_SURNAMES,
    HAN_SURNAMES,
    HANGUL_SURNAMES,
)
from ingest.pages.post_words import HAN_INSTITUTION, HAN_ROLE, INSTITUTIONS, ROLE_HEADS
from ingest.plain_text import word_set

_LONGEST_NAME = 70
_PARTICLES = word_set(
    """
    de da do dos das du del della dello degli dei dal di la le las los van von vom der den
    des ter ten te zu zum zur op af av bin ibn bint binti binte al el ul ur e y i ben abu ould
    aït ap ab ní nic ó st st. d' 't
    """
)
# Particles that begin titles rather than names, where they are written with a capital.
_NO_BEGINNINGS = word_set("Vom Zum Zur Der Den Des E Y I")
# Particles that are given names as well.
_GIVEN_PARTICLES = word_set("di al ben van bin ten")
_HONORIFIC = re.compile(
    r"""(?:
    (?:(?:dr|prof|mag|dott|sig)\.(?:in|ssa|ra)|(?:hab|mgr|docent|inż|phdr|mudr|rndr|judr|paeddr)\.?|(?:univ|ao|em|assoc|asst|hon|adj)\.?-?\s?prof|dr\.?-ing|prof(?:essor(?:in|a)?|esseure?)?\.?ª?|dr(?:a|s|in)?\.?ª?|doctora?|docteure?|mr|mrs|ms|miss|mx|mme|mlle
    |sir|dame|lady|baroness|lord|datuk|datin|dato|shri|smt|sheikh|rabbi|herr|frau|hr|sra|srta|señora?|dña|doña|sayın|assoc|asst|akad|академик|проф|д-р)
    (?:\.\s*|(?=\s))
    |(?:acad|ing|dipl\.?-?ing|eng|arch|sr|sig|sig\.?ra|ir|mag|lic|gen|col|capt|rev|hon|doc|doç|öğr|gör|yrd
    |univ|emer|ao|pd|priv\.-doz|em|mult|habil|phil|med|iur|jur|oec|rer|nat|tech|techn|dott(?:\.?ssa)?|h\.?\s?c|ph\.?d|prof\.ssa
    |h\.\s?e|h\.\s?r\.\s?h)\.\s*
    |(?:academician|corr(?:\.|esponding)\s?member|emeritus|distinguished(?=\sprof)|h\.?e|his\s+excellency|her\s+excellency|excellency
    |(?:the\s+)?(?:right\s+)?hono(?:u)?rable|nobel\s+laureate|professeur|профессор|доктор|господин|госпожа)(?=\s)
    |(?:ผู้ช่วยศาสตราจารย์|รองศาสตราจารย์|ศาสตราจารย์|นางสาว|นายแพทย์|นาย|นาง|ดร|ผศ|รศ|ศ|นพ|พญ)\.?\s*
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
# "M." is Monsieur where a given name follows that is written out.
_ARTICLE = re.compile(
    r"^(?:the|la|el|le|der|die|il|lo|o|a)\s+(?=(?:prof|dr|sra?|sig|dott|rt|hon)[\w.]*\s)", re.I
)
_MONSIEUR = re.compile(
    r"^(?:M|Hr|Fr|Sr)\.\s+(?=[^\W\d_a-z][^\W\d_.]+(?:-[^\W\d_]+)?\s+[^\W\d_]{2})"
)
_SUFFIX = re.compile(
    r"(?:,\s*|\s+)(?:ph\.?\s?d|d\.?\s?phil|d\.?sc|sc\.d|m\.?\s?d|m\.?\s?sc|b\.?\s?sc|m\.a|ma"
    r"|m\.?b\.?a"
    r"|ll\.?m|m\.?eng|m\.?p\.?h|m\.?phil|frse|frsc|frs|freng|fmedsci|fba|faa|fieee|obe|cbe|mbe"
    r"|kbe|dbe"
    r"|osb|sj|esq|dr\.?\s?h\.?\s?c|habil|csc|drsc|mp|mep|kc|qc)\.?$",
    re.IGNORECASE,
)
_PRONOUNS = re.compile(r"\s*[(\[](?:she|he|they|her|him)\s*/[^)\]]{2,20}[)\]]\s*", re.IGNORECASE)
_EAST_ASIAN_HONORIFIC = re.compile(
    r"\s*(?:副教授|准教授|特聘教授|教授|院士|博士|先生|女士|老师|老師|研究员|研究員|同志|氏|さん|様|교수|박사|선생님|씨)$"
)
_HAN, _KANA, _HANGUL = r"\u3400-\u9fff々", r"\u3040-\u30ff", r"\uac00-\ud7a3"
_EAST_ASIAN = re.compile(rf"[{_HAN}{_KANA}{_HANGUL}]")
_UNCASED = re.compile(r"[\u0590-\u06ff\u0900-\u0fff\u1000-\u109f\u1780-\u17ff]")
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼʻ‘`´.-][^\W\d_]+)*\.?['’]?", re.UNICODE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?){1,4}|[A-Z]{1}")
_TITLE_WORDS = word_set("dr dra prof professor mr mrs ms mme herr frau sra srta dna sir dame")
_GENERATION = word_set("jr jr. sr sr. ii iii iv")
# Surnames of two letters, which are no initials where they stand in capitals.
_SHORT_SURNAMES = word_set(
    """
    an bi bo cu do du fu ge gu he ho hu ji ke ko le li lo lu lv ma mo ng ni oh ou qi qu ru
    su ta to tu vo wu xi xu ye yi yu
    """
)


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name. ``certainty``: 0 by its form alone, 1 with a sign, 2 and more plainly."""

    text: str
    certainty: int


@lru_cache(maxsize=20_000)
def read_name(text: str, *, told: bool = False) -> Name | None:
    """The name that ``text`` is, or None where it is something else or more than a name."""
    text = _PRONOUNS.sub(" ", text)
    text = re.sub(r"(?<=[^\W\d_])(?:\s*[*†‡§¹²³⁴]+|\d)$", "", text.strip(" \t,;:–—-|*")).strip()
    if not text or len(text) > _LONGEST_NAME:
        return None
    bare, titled = _without_titles(text)
    if not bare:
        return None
    bonus = 2 if titled else 0
    if _EAST_ASIAN.search(bare):
        certainty = _east_asian(bare, told=told or titled)
    elif _UNCASED.search(bare):
        words = bare.split()
        certainty = 0 if (told or titled) and 1 <= len(words) <= 5 else None
    else:
        return _cased(bare, bonus, told=told, titled=titled)
    return None if certainty is None else Name(bare, certainty + bonus)


def _is_surname(letters: str) -> bool:
    """Whether what could be letters behind a name is written as a surname: "Ma", "Mba"."""
    written = letters.strip(" ,")
    return written.istitle() and written.isalpha() and written not in ("Esq", "Habil")


def is_letters(text: str) -> bool:
    """Whether a text is but the letters behind a name: "FRS", "PhD"."""
    return _SUFFIX.fullmatch(f", {text.strip()}") is not None


def _without_titles(text: str) -> tuple[str, bool]:
    """The text without honorifics before and letters behind it, and whether there were any."""
    bare, titled = _MONSIEUR.sub("", _ARTICLE.sub("", text)), False
    while (match := _HONORIFIC.match(bare)) and len(match[0]) < len(bare):
        bare, titled = bare[match.end() :].lstrip(" ,"), True
    while (match := _SUFFIX.search(bare)) and not _is_surname(match[0]):
        bare, titled = bare[: match.start()].rstrip(" ,"), True
    if (match := _EAST_ASIAN_HONORIFIC.search(bare)) and match.start() >= 2:
        bare, titled = bare[: match.start()], True
    words = bare.split()
    if words and words[-1].endswith(".") and not _is_abbreviated(words[-1]):
        bare = bare[:-1].rstrip()
    return bare.rstrip("。，,"), titled


def _is_abbreviated(word: str) -> bool:
    return word.lower() in _GENERATION or _INITIALS.fullmatch(word) is not None


def _east_asian(text: str, *, told: bool) -> int | None:
    """How certain a name in Han, kana or Hangul is; None where the form is not a name's."""
    parts = re.split(r"[\s·・‧•]+", text)
    joined = "".join(parts)
    if not re.fullmatch(rf"[{_HAN}{_KANA}{_HANGUL}ー]+", joined):
        return None
    if HAN_INSTITUTION.search(joined) or HAN_ROLE.search(joined):
        return None
    if re.search(r"[·・‧•]", text) and len(joined) <= 20 and all(parts):
        return 1
    if re.fullmatch(rf"[{_HANGUL}]+", joined):
        known = joined[0] in HANGUL_SURNAMES and len(joined) == 3
        return (1 if known else 0) if len(joined) <= 5 and (known or told) else None
    if re.fullmatch(rf"[{_HAN}]+", joined):
        surname = joined[:2] in HAN_DOUBLE_SURNAMES or joined[0] in HAN_SURNAMES
        if len(joined) in (2, 3) and surname and len(parts) <= 2:
            return 1
        spaced = len(parts) == 2 and 2 <= len(joined) <= 6 and all(len(p) <= 3 for p in parts)
        return 0 if spaced or (told and 2 <= len(joined) <= 5) else None
    return 0 if (told or len(parts) == 2) and len(joined) <= 14 else None


def _cased(text: str, bonus: int, *, told: bool, titled: bool) -> Name | None:
    """A name in Latin, Cyrillic, Greek and the like."""
    if "," in text:
        turned = _surname_first(text)
        # "CERN, Geneva" has the same form as "EXAMPLE, Ada".
        known = fold(turned.split()[0]) in GIVEN_NAMES if turned else False
        told = told or text.partition(",")[0].isupper()
        return _cased(turned, bonus + known, told=told, titled=titled) if turned else None
    words = re.sub(r"(?<=[^\W\d_]\.)(?=[^\W\d_])", " ", text).split()
    if not 1 <= len(words) <= 6 or not all(_is_name_word(word) for word in words):
        return None
    full = [
        word
        for place, word in enumerate(words)
        if not _is_abbreviated(word)
        and (word.lower() not in _PARTICLES or (place == 0 and word.lower() in _GIVEN_PARTICLES))
    ]
    if (
        words[0] in _NO_BEGINNINGS
        or not full
        or (words[-1].lower() in _PARTICLES and len(words[-1]) > 2)
    ):
        return None
    if len(full) + sum(_INITIALS.fullmatch(w) is not None for w in words) < (
        1 if told or titled else 2
    ):
        return None
    if (
        not titled
        and len(full) == 1
        and len(words) == 2
        and _INITIALS.fullmatch(words[-1])
        and not told
    ):
        return None
    folded = [fold(word).strip(".'’") for word in full]
    given = any(word in GIVEN_NAMES or word.split("-")[0] in GIVEN_NAMES for word in folded[:-1])
    last_given = folded[-1] in GIVEN_NAMES
    strange = sum(_speaks_against(word) for word in folded)
    if folded[-1] in INSTITUTIONS or (
        told and strange == len(folded) and not given and strange > 1
    ):
        return None
    # "Prof. Ada Example Wins Prize" has a title, and is a headline.
    free = titled and len(full) < 4
    if strange and not free and (strange > 1 or not (given or told) or _speaks_against(folded[0])):
        return None
    if not titled and (country_code(text) is not None or (len(text.split()) == 1 and not told)):
        return None
    certainty = bonus + 2 * given + (last_given and not given)
    certainty += any(_INITIALS.fullmatch(word) is not None for word in words)
    certainty += _has_loud_surname(words) - (2 if strange and not (told or titled) else 0)
    return Name(_tidy(words), max(certainty, 0))


def _surname_first(text: str) -> str:
    """``Given Surname`` for "Surname, Given"; "" where the comma means something else."""
    surname, _, given = (part.strip() for part in text.partition(","))
    words = given.split()
    if not surname or not words or "," in given or len(words) > 3:
        return ""
    if fold(words[-1]) in {"jr", "jr.", "sr", "sr."}:
        return f"{surname} {given}"
    known = fold(words[0]) in GIVEN_NAMES or _INITIALS.fullmatch(words[0]) is not None
    loud = surname.isupper() and len(surname) > 1
    solid = [word for word in surname.split() if word.lower() not in _PARTICLES]
    if (
        len(solid) > 2
        or not (loud or known)
        or fold(solid[0] if solid else "") in GIVEN_NAMES - {fold(surname)}
    ):
        return ""
    # "TAKE, Ada": a surname that is set in capitals may be a common word.
    offices = any(fold(word) in ROLE_HEADS | INSTITUTIONS for word in solid)
    loud = loud and len(surname) > 3 and not offices
    if any(_speaks_against(fold(word)) for word in (*words, *(() if loud else solid))):
        return ""
    return f"{given} {surname}"


def _is_name_word(word: str) -> bool:
    if word.lower() in _PARTICLES or _is_abbreviated(word):
        return True
    if (
        not _WORD.fullmatch(word)
        or re.search(r"[a-z][A-Z]$", word)
        or (word.endswith(".") and len(word) > 4)
    ):
        return False
    if fold(word).strip(".") in _TITLE_WORDS:
        return False
    prefix = re.match(r"(?:al|el|d|l|o|ul|de|dell|ibn|bin)['’-](?=[^\W\d_])", word)
    first = word[prefix.end()] if prefix else word.lstrip("'’ʻ‘")[0]
    return first.isupper() or first.istitle()


def _speaks_against(word: str) -> bool:
    return all(
        part in COMMON_WORDS or part in INSTITUTIONS or part in ROLE_HEADS or _ENDING.search(part)
        for part in word.split("-")
    )


# Endings that nouns of titles have and names hardly ever.
_ENDING = re.compile(
    r"(?:.{3}(?:tion|tions|sions|ology|ologies|ization|isation|ities|ness|isms?|ical|istics"
    r"|omics|graphy|metry)"
    r"|.{4}(?:ments?|ability|ships?|ation|wissenschaft|ungen|keit))$"
)


def _has_loud_surname(words: list[str]) -> bool:
    loud = [word for word in words if len(word) > 2 and word.isupper()]
    return bool(loud) and len(loud) < len(words)


def _tidy(words: list[str]) -> str:
    """The words of a name joined, with surnames in capitals made plain."""
    return " ".join(_plain_case(word) for word in words)


def _plain_case(word: str) -> str:
    letters = re.sub(r"[^\w]", "", word)
    if (
        not word.isupper()
        or len(letters) < 2
        or _INITIALS.fullmatch(word)
        or fold(word) in _GENERATION
    ):
        return word
    if word.lower() in _PARTICLES and (len(letters) > 2 or fold(word) not in _SHORT_SURNAMES):
        return word.lower()
    if len(letters) == 2 and fold(word) not in _SHORT_SURNAMES:
        return word
    parts = re.split(r"([-'’])", word)
    plain = "".join(part[:1] + part[1:].lower() for part in parts)
    return re.sub(r"^(Mc)([a-z])", lambda m: m[1] + m[2].upper(), plain)
