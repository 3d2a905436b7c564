"""What can be a title, and what is a break, a caption or running text instead."""

from __future__ import annotations

import re

from archive.names import fold
from ingest.pages.dates import find_days
from ingest.pages.labels import BREAKS, CAPTION
from ingest.plain_text import plain

QUOTED = re.compile(
    r"“([^“”]{3,})”|„([^„“”]{3,})[“”]|«([^«»]{3,})»|»([^«»]{3,})«|\"([^\"]{3,})\"|「([^「」]{2,})」"
    r"|『([^『』]{2,})』|《([^《》]{2,})》|‘([^‘’]{6,})’(?!\w)|(?<!\w)'([^']{6,})'(?!\w)"
)
_CLOCK = (
    r"\d{1,2}(?:[:：.h]\d{2}|\s*h)(?::\d{2})?\s*(?:uhr|h|am|pm|a\.m\.|p\.m\.)?|\d{1,2}\s*(?:am"
    r"|pm|uhr)"
)
TIME = re.compile(
    rf"[\[(（]?(?:{_CLOCK})(?!\.\d)(?:\s*(?:[-–—~～至]|to|bis|à|a|до)\s*(?:{_CLOCK}))?(?:\s*(?:uhr|h|cest"
    rf"|cet|gmt|utc|bst|jst|est|pst)\b)?[\])）]?"
    r"(?=$|[^\d\w%])[\s,:：|｜–—-]*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"(?:(?:he|she|they|it|we|i|the (?:workshop|event|conference|meeting|forum|audience)"
    r"|this (?:talk|lecture|event|workshop|page))\s|in (?:his|her|their|this) (?:talk|lecture"
    r"|speech|remarks)"
    r"|(?:watch|see|view|download|read) (?:the|our|all|more) "
    r"|welcome to |please |for more |click |thank)",
    re.IGNORECASE,
)
# Labels of what a page says of itself: who put it there, when, and how often it was read.
_BYLINE = re.compile(
    r"(?:^|[\s|])(?:author|source|from|time|date|updated|published|posted|views?|hits|clicks|editor"
    r"|来源|作者|编辑|发布时间|时间|日期|点击|浏览)(?: on)?\s?[:：]"
)
# How large a file is, or how long.
_SIZE = re.compile(r"\b\d+(?:[.,]\d+)? ?(?:kb|mb|gb|min|minutes|sec)\b|\b\d+:\d\d(?::\d\d)?\b")
_CEREMONY = re.compile(
    r"(?:(?:opening|welcom(?:e|ing)|closing|introductory|inaugural|concluding)[\s,&and]*)+"
    r"(?:address(?:es)?|remarks?|speech(?:es)?|words|session|ceremony|statements?)?"
    r"|remarks|grusswort|begrussung|ouverture|cloture|apertura|clausura|abertura|encerramento"
)
_FILE_NAME = re.compile(r"[\w%-]+(?:\.[\w%-]+)*\.[a-z0-9]{2,4}")
_VERB = re.compile(
    r"\s(?:is|was|are|were|has|have|had|will|gave|said|says|spoke|speaks|received|joined|leads"
    r"|led|works|worked|welcomed|discussed|presented|introduced"
    r"|reported|stressed|attended|took|held|opened|closed|noted|studied|[a-z]{3,}ed|ist|wurde"
    r"|teaches|writes|lives|directs|runs|heads|chairs|hat|fue|foi|est|a été|es)\s",
)


def is_caption(text: str) -> bool:
    """Whether the text of a link says no more than what it leads to: "Watch the video"."""
    if len(text) > 100:
        return False
    folded = re.sub(r"[()\[\]（）【】\s]+", " ", fold(plain(text))).strip(" .:!»«›>→-–—|▶►")
    folded = _SIZE.sub("", folded).strip()
    return not folded or any(form.fullmatch(folded) for form in (_FILE_NAME, CAPTION))


def is_noise(text: str) -> bool:
    """Breaks, captions of clips, lone times, dates, rooms and addresses: never a title."""
    folded = fold(text).strip(" .,:;!*()[]-–—•·|/«»")
    if not folded or re.fullmatch(r"[\W\d_]+", folded):
        return True
    if len(text) < 40 and re.search(r"\d{4}", text) and len(text.split()) < 6 and find_days(text):
        return True
    if BREAKS.fullmatch(folded) or is_caption(text) or len(_BYLINE.findall(folded)) > 1:
        return True
    if len(text) < 100 and len(parts := re.split(r"\s[·|•]\s", text)) > 1:
        return all(is_noise(part) for part in parts)
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


def is_ceremony(text: str) -> bool:
    """Whether a text is but the name of words that open or close a meeting."""
    return _CEREMONY.fullmatch(fold(text).strip(" .:")) is not None


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
        and words >= 5
        and _VERB.search(f" {text.rstrip('.')} ") is not None
    )


def clean_title(text: str) -> str:
    """A title without quotation marks around it, separators, labels and captions of clips."""
    text = plain(text).strip(" \t,;:：–—|｜/-•·").strip()
    text = re.sub(r"\s*[(\[（【]([^()\[\]（）【】]{1,40})[)\]）】]$", _unless_caption, text)
    if (cut := re.search(r"\s+[–—-]\s+(?=[^–—]{1,40}$)", text)) and is_caption(text[cut.end() :]):
        text = text[: cut.start()]
    if match := QUOTED.fullmatch(text.rstrip(".,。")):
        text = next(group for group in match.groups() if group is not None).strip(" ,")
    return text.strip(" \t–—|/-")


def _unless_caption(match: re.Match[str]) -> str:
    return "" if is_caption(match[1]) else match[0]
