"""Which elements of a page are clips, and at what address.

A clip is an embedded player (``iframe``, ``video``, ``audio``, ``object``, ``embed``), a link to a
media file or to a clip of a site that yt-dlp names, or an element that a script turns into a
player and that carries such an address in a ``data-`` attribute. Maps, counters, forms and social
boxes are none.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from archive.names import fold
from ingest.pages.addresses import Addresses, suffix_of
from ingest.pages.line_titles import is_caption
from ingest.plain_text import one_line
from ingest.sources import MEDIA_SUFFIXES

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_ATTRIBUTES = 60
# Frames that show no clip: hosts, or hosts with the beginning of the path.
_NO_PLAYERS = re.compile(
    r"(?:[\w.-]+\.)?(?:google\.[a-z.]+/(?:maps|recaptcha|calendar|forms)|maps\.google\."
    r"|recaptcha\.net|googletagmanager\.|google-analytics\.|googlesyndication\."
    r"|doubleclick\.|googleadservices\.|docs\.google\.com|calendar\.google\.com"
    r"|accounts\.google\.|openstreetmap\.|map\.baidu\.|api\.map\.baidu\.|amap\.com|map\.qq\.com"
    r"|bing\.com/maps"
    r"|facebook\.com/plugins/(?!video)|facebook\.com/(?:tr|v[\d.]+/plugins/(?!video))"
    r"|platform\.twitter\.|syndication\.twitter\.|platform\.x\.com|platform\.linkedin\."
    r"|linkedin\.com/embed|instagram\.com/|pinterest\."
    r"|disqus\.|addthis\.|addtoany\.|sharethis\.|widgets\.wp\.com|jetpack\.|gravatar\."
    r"|cookiebot\.|onetrust\.|cookielaw\.|usercentrics\.|consent[a-z]*\.|hotjar\.|matomo\."
    r"|piwik\.|hs-sites\.|hsforms\.|hubspot\."
    r"|mailchimp\.|list-manage\.|typeform\.|surveymonkey\.|jotform\.|eventbrite\."
    r"|tickettailor\.|stripe\.|paypal\.|slideshare\.|speakerdeck\.|issuu\.|calameo\.|scribd\."
    r"|prezi\.|canva\.|livechat|tawk\.|intercom\.|zendesk\.|zopim\.|weather|tianqi\."
    r"|share\.baidu\.|bdimg\.share|cnzz\.|tongji\.|ad[sx]?\d*\.|adserv|adnxs\.|criteo\."
    r"|taboola\.|outbrain\.|slido\.com|app\.sli\.do|menti)"
)
# Links that say that a clip is behind them.
_NAMED_CLIP = re.compile(
    r"video|record|watch|replay|film|nagranie|opptak|aufzeichnung|mitschnitt|enregistrement|grabacion|gravacao"
    r"|видео|запись|视频|录像|回放|動画|録画|영상"
)
_CLIP_PATH = re.compile(r"/(?:videos?|watch|recordings?|play|vod|mediathek)/[^/]+/?$")
_YOUTUBE_ELEMENTS = frozenset({"lite-youtube", "amp-youtube", "youtube-video"})
_VIMEO_ELEMENTS = frozenset({"lite-vimeo", "amp-vimeo", "vimeo-video"})
_VIDEO_ID = re.compile(r"[\w-]{6,20}")


@dataclass(frozen=True, slots=True)
class Found:
    """A clip's address, or why an element that looks like one has none; both where it is unsure."""

    address: str
    doubt: str = ""


def clip_of(element: _Element, tag: str, addresses: Addresses) -> Found | None:
    """The clip that an element is, or None. Its text, where it has some, stays text."""
    attributes = {
        str(k).lower(): str(v) for k, v in list(element.attrib.items())[:_MOST_ATTRIBUTES]
    }
    if tag == "iframe":
        return _frame(attributes, addresses)
    if tag in ("video", "audio"):
        return _player(element, attributes, addresses)
    if tag in ("object", "embed"):
        return _plugin(element, attributes, addresses)
    if tag == "a":
        return _link(element, attributes, addresses)
    return _by_script(tag, attributes, addresses)


def _frame(attributes: dict[str, str], addresses: Addresses) -> Found | None:
    if any(_is_dot(attributes.get(side, "")) for side in ("width", "height")):
        return None
    raws = [attributes.get("src", "")]
    raws += [
        v for k, v in attributes.items() if k.startswith("data-") and k.endswith(("src", "url"))
    ]
    doubt = ""
    for raw in raws:
        address, why = addresses.resolve(raw)
        doubt = doubt or why
        if not address:
            continue
        if _NO_PLAYERS.match(address.partition("://")[2]) or suffix_of(address) == ".pdf":
            return None
        if not address.startswith("http") and suffix_of(address) not in MEDIA_SUFFIXES:
            return None
        return Found(address)
    return Found("", doubt) if doubt else None


def _is_dot(size: str) -> bool:
    number = re.match(r"\s*(\d+)(?:px)?\s*$", size)
    return number is not None and int(number[1]) <= 2


def _player(element: _Element, attributes: dict[str, str], addresses: Addresses) -> Found | None:
    """A ``video`` or ``audio``: of several ``source`` elements the MP4, else the first."""
    raws = [attributes.get("src", ""), attributes.get("data-src", "")]
    sources = [
        (s.get("src") or s.get("data-src") or "", s.get("type") or "")
        for s in element.iter("source")
    ][:20]
    sources.sort(key=lambda s: not (suffix_of(s[0]) in (".mp4", ".m4a") or "mp4" in s[1]))
    raws += [address for address, _ in sources]
    doubt = ""
    for raw in raws:
        address, why = addresses.resolve(raw)
        if address:
            return Found(address)
        doubt = doubt or why
    return Found("", doubt or "source: a player without an address stands here; a script fills it")


def _plugin(element: _Element, attributes: dict[str, str], addresses: Addresses) -> Found | None:
    raws = [attributes.get("data", ""), attributes.get("src", "")]
    raws += [
        p.get("value") or ""
        for p in element.iter("param")
        if (p.get("name") or "").lower() in ("movie", "src", "url", "filename")
    ]
    plays = attributes.get("type", "").startswith(("video/", "audio/"))
    for raw in raws[:20]:
        address, _ = addresses.resolve(raw)
        if address and (plays or addresses.names_clip(address)):
            return Found(address)
    return None


def _link(element: _Element, attributes: dict[str, str], addresses: Addresses) -> Found | None:
    label = one_line(" ".join(str(t) for t in list(element.itertext())[:20]))
    raw = attributes.get("href", "")
    address, why = addresses.resolve(raw)
    if address and addresses.names_clip(address, label):
        return Found(address)
    named = _NAMED_CLIP.search(fold(label)) is not None and is_caption(label)
    if address.startswith("http") and (named or _CLIP_PATH.search(urlsplit(address).path)):
        if addresses.may_hold_clip(address):
            return Found(
                address, f"source: {address} is a page; whether it has a clip is not known"
            )
        return None
    if why and (
        suffix_of(raw) in MEDIA_SUFFIXES
        or (
            re.fullmatch(
                r"(?:watch|play|video|the|here|this|recording|clip|视频|[\s▶]).*", fold(label)
            )
            and "scheme" in why
        )
    ):
        return Found("", why)
    return _by_script("a", attributes, addresses)


def _by_script(tag: str, attributes: dict[str, str], addresses: Addresses) -> Found | None:
    """Elements that become players, and lightboxes: their address is in an attribute."""
    for name in (
        "videoid",
        "video-id",
        "data-videoid",
        "data-youtube-id",
        "data-yt-id",
        "data-youtube",
    ):
        value = attributes.get(name, "")
        if not _VIDEO_ID.fullmatch(value):
            continue
        if tag in _YOUTUBE_ELEMENTS or "youtube" in name or "yt" in name:
            return Found(f"https://www.youtube.com/watch?v={value}")
        if tag in _VIMEO_ELEMENTS:
            return Found(f"https://vimeo.com/{value}")
    for name, value in attributes.items():
        if not name.startswith("data-"):
            continue
        for raw in _addresses_in(value):
            address, _ = addresses.resolve(raw)
            if (
                address
                and suffix_of(address) not in (".jpg", ".png", ".webp")
                and addresses.names_clip(address)
            ):
                return Found(address)
    return None


def _addresses_in(value: str) -> list[str]:
    value = value.strip()
    if re.match(r"(?:https?:)?//\S+$", value):
        return [value]
    if match := re.match(r"<iframe\s[^<>]{0,300}?src=[\"']([^\"'<>]+)", value):
        return [match[1]]
    if suffix_of(value) in MEDIA_SUFFIXES and " " not in value:
        return [value]
    if not value.startswith("{") or len(value) > 20_000 or "//" not in value.replace("\\/", "/"):
        return []
    try:
        found: Any = json.loads(value)
    except (ValueError, RecursionError):
        return []
    return [v for v in found.values() if isinstance(v, str) and re.match(r"(?:https?:)?//\S+$", v)][
        :10
    ]
