"""Names of institutions: whether a text is one, by the words and the form that such names have."""

from __future__ import annotations

import re

from archive.names import fold
from ingest.pages.post_words import HAN_INSTITUTION, INSTITUTION_ENDING, INSTITUTIONS
from ingest.plain_text import word_set

# What joins an office or a kind of institution to what it is of, in many languages.
PREPOSITION = re.compile(
    r"\s+(?:of|at|for|from|with|in|@|de|del|do|da|dos|das|di|della|dell['’]|der|des|von|vom|am"
    r"|an|bei|für|fur|à|au|aux|en|na|no|van|voor|aan|для|при)"
    r"(?:\s+|(?<=['’]))|\s+(?:d|dell|all|nell|l)['’]",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"\w+(?:[-/&.]\w+)*")
_JOINING = word_set(
    """
    of the and for de la le du der und des del do da di et y e & für voor van in at on to
    with zu
    """
)


def is_institution(text: str) -> bool:
    """Whether the text looks like the name of one institution and nothing more."""
    text = re.sub(r"\s*[(（][^()（）]*[)）]", "", text).strip()
    compact = re.sub(r"\s+", "", text)
    if not compact or len(text.split()) > 14:
        return False
    if HAN_INSTITUTION.search(compact):
        return 3 <= len(compact) <= 30
    if is_acronym(text):
        return True
    if not text[0].isupper() or re.search(r"[:?!|]", text):
        return False
    words = [word.strip(".,'’") for word in fold(text).split()]
    if len(words) > 2 and words[-2] in ("the", "a", "our", "my") and words[-1] in INSTITUTIONS:
        return False
    if _is_institution_word(words[-1]) or (is_acronym(text.split()[0]) and len(words) <= 3):
        # Russian writes only the first word of such a name with a capital.
        return is_phrase_of_capitals(text) or re.search(r"[а-я]", text) is not None
    for index, word in enumerate(words[:-1]):
        if _is_institution_word(word) and (
            index == 0 or is_phrase_of_capitals(" ".join(text.split()[:index]))
        ):
            rest = " " + " ".join(text.split()[index + 1 :])
            of_something = PREPOSITION.search(rest)
            if index == 0 and (of_something or not re.fullmatch(r"[a-z ]+", rest)):
                return True
            short = len(words) - index <= 3
            begins = of_something is not None and of_something.start() == 0
            return (short or begins) and is_phrase_of_capitals(rest)
    return False


def is_acronym(text: str) -> bool:
    """Whether the text is one word of capitals, such as CERN or CNRS-2."""
    letters = [c for c in text if c.isalpha()]
    return (
        2 <= len(text) <= 12
        and _ACRONYM.fullmatch(text) is not None
        and len(letters) > 1
        and all(c.isupper() for c in letters)
    )


def _is_institution_word(word: str) -> bool:
    return word in INSTITUTIONS or INSTITUTION_ENDING.search(word) is not None


def is_phrase_of_capitals(text: str) -> bool:
    """Whether all words but the small joining ones begin with a capital."""
    return all(not word[:1].islower() or word in _JOINING for word in text.split())
