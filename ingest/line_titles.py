"""What can be a title, and what is a break, a caption or running text instead."""

from __future__ import annotations

import re

from archive.names import fold
from ingest.page_dates import find_days
from ingest.page_text import plain
from ingest.programme_labels import BREAKS, CAPTION

QUOTED = re.compile(
    r"“([^“”]{3,})”|„([^„“”]{3,})[“”]|«([^«»]{3,})»|»([^«»]{3,})«|\"([^\"]{3,})\"|「([^「」]{2,})」"
    r"|『([^『』]{2,})』|《([^《》]{2,})》|‘([^‘’]{6,})’(?!\w)|(?<!\w)'([^']{6,})'(?!\w)"
)
_CLOCK = (
    r"\d{1,2}(?:[:：.h]\d{2}|\s*h)(?::\d{2})?\s*(?:uhr|h|am|pm|a\.m\.|p\.m\.)?|\d{1,2}\s*(?:am"
    r"|pm|uhr)"
)
TIME = re.compile(
    rf"[\[(（]?(?:{_CLOCK})(?:\s*(?:[-–—~～至]|to|bis|à|a|до)\s*(?:{_CLOCK}))?(?:\s*(?:uhr|h|cest"
    rf"|cet|gmt|utc|bst|jst|est|pst)\b)?[\])）]?"
    r"(?=$|[^\d\w%])[\s,:：|｜–—-]*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"(?:(?:he|she|they|it|we|i|who|the (?:workshop|event|conference|meeting|forum|audience)"
    r"|this (?:talk|lecture|event|workshop|page))\s|in (?:his|her|their|this) (?:talk|lecture"
    r"|speech|remarks)"
    r"|welcome to |please |for more |click |thank)",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\s(?:is|was|are|were|has|have|had|will|gave|said|says|spoke|speaks|received|joined|leads"
    r"|led|works|worked|welcomed|discussed|presented|introduced"
    r"|reported|stressed|attended|took|held|opened|closed|noted|studied|[a-z]{3,}ed|ist|wurde"
    r"|hat|fue|foi|est|a été|es)\s",
)


def is_noise(text: str) -> bool:
    """Breaks, captions of clips, lone times, dates, rooms and addresses: never a title."""
    folded = fold(text).strip(" .,:;!*()[]-–—•·|/«»")
    if not folded or re.fullmatch(r"[\W\d_]+", folded):
        return True
    if len(text) < 40 and re.search(r"\d{4}", text) and len(text.split()) < 6 and find_days(text):
        return True
    if BREAKS.fullmatch(folded) or CAPTION.fullmatch(folded):
        return True
    if TIME.fullmatch(text.strip()) or re.fullmatch(
        r"https?://\S+|www\.\S+|\S+@\S+\.\w+", text.strip()
    ):
        return True
    return (
        re.fullmatch(
            r"(?:room|hall|auditorium|raum|saal|salle|sala|aula|zoom|live)\s?[\w.-]{0,12}"
            r"|\d+\s?(?:m|h|min|minutes|minuten|mins|views|likes|comments?)\.?"
            r"|[\w ]{0,12}\d{1,3}['′]",
            folded,
        )
        is not None
    )


def is_prose(text: str) -> bool:
    """Whether a text is running text rather than the title of something."""
    words = len(text.split())
    if _SENTENCE.match(text) or len(text) > 320:
        return True
    if re.search(r"[.!?]\s+[A-ZÀ-Ý][\w']*\s+\w+", text) and words > 18:
        return True
    if re.search(r"[。！？].{4,}[。！？]", text) or (text.endswith("。") and len(text) > 30):
        return True
    return (
        text.endswith((".", ":", "…"))
        and words >= 7
        and _VERB.search(f" {text.rstrip('.')} ") is not None
    )


def clean_title(text: str) -> str:
    """A title without quotation marks around it, separators, labels and captions of clips."""
    text = plain(text).strip(" \t,;:：–—|｜/-•·").strip()
    text = re.sub(r"\s*[(\[（【]([^()\[\]（）【】]{1,40})[)\]）】]$", _unless_caption, text)
    head, cut, tail = text.rpartition(" – ") if " – " in text else text.rpartition(" - ")
    if cut and CAPTION.fullmatch(fold(tail).strip(" .")):
        text = head
    if match := QUOTED.fullmatch(text.rstrip(".,。")):
        text = next(group for group in match.groups() if group is not None).strip(" ,")
    return text.strip()


def _unless_caption(match: re.Match[str]) -> str:
    return "" if CAPTION.fullmatch(fold(match[1]).strip(" .:")) else match[0]
