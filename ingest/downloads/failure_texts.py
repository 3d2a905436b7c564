"""The known ways in which a download fails, and the texts by which they are told apart."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The known ways in which a download fails."""

    NOTHING_THERE = "nothing there"
    GONE = "private or removed"
    SIGN_IN = "sign-in"
    MEMBERS = "members only"
    AGE = "age limit"
    BOT_CHECK = "bot check"
    REGION = "region"
    FORBIDDEN = "forbidden"
    TOO_MANY = "too many requests"
    RATE_LIMIT = "rate limit"
    OUT_OF_ORDER = "server out of order"
    STATUS = "another status"
    NO_VIDEO = "no video"
    NO_FORMAT = "no format"
    NO_RUNTIME = "no JavaScript runtime"
    NO_FFMPEG = "no ffmpeg"
    LIVE = "live"
    UPCOMING = "upcoming"
    DRM = "DRM"
    TOO_LARGE = "too large"
    TOO_LONG = "too long"
    ENDLESS = "endless page"
    SEVERAL = "several clips"
    SCHEME = "other scheme"
    REDIRECTS = "redirect loop"
    UNSAFE = "unsafe file type"
    CERTIFICATE = "certificate"
    NO_ANSWER = "no answer"
    BROKE_OFF = "broke off"
    UNKNOWN = "unknown"


# Kind, what yt-dlp itself says, what sites say (their players' words, which yt-dlp passes on, and
# those of its HTTP library). The first kind with a text in what was said is the one; so the
# particular comes before the general: a private video also asks for a sign-in.
TEXTS: tuple[tuple[Kind, tuple[str, ...], tuple[str, ...]], ...] = (
    (Kind.BOT_CHECK, ("requiring a captcha challenge", "anti-bot challenge"), ("not a bot",)),
    (
        Kind.RATE_LIMIT,
        ("rate-limited by YouTube", "content isn't available, try again later"),
        (),
    ),
    (
        Kind.MEMBERS,
        (
            "members only",
            "subscribers only",
            "requires a subscription",
            "only available for premium",
            "purchase is required",
        ),
        ("members-only", "channel's members", "join this channel", "requires payment"),
    ),
    (
        Kind.AGE,
        ("confirm your age", "age-restricted", "age verified users"),
        ("inappropriate for some users",),
    ),
    (Kind.DRM, ("DRM protected", "known to use DRM protection"), ()),
    (Kind.UPCOMING, ("has not started",), ("premieres in", "will begin in")),
    (
        Kind.REGION,
        (
            "not available from your location",
            "due to geo restriction",
            "not made this video available in your country",
            "unavailable in your region",
        ),
        ("in your country",),
    ),
    (
        Kind.GONE,
        (
            "video is private",
            "VOD is private",
            "Private video",
            "no longer available",
            "video does not exist",
            "Video unavailable",
            "Video is unavailable",
            "has been removed",
            "has been deleted",
        ),
        ("has been terminated", "isn't available anymore"),
    ),
    (
        Kind.SIGN_IN,
        (
            "only available for registered users",
            "--cookies for the authentication",
            "Password protected video",
            "Login is required",
            "provide account credentials",
        ),
        ("sign in", "log in to"),
    ),
    (
        Kind.NO_FFMPEG,
        ("ffmpeg is not installed", "ffmpeg could not be found", "ffmpeg not found"),
        (),
    ),
    (Kind.UNSAFE, ("will be skipped for safety reasons",), ()),
    (
        Kind.SCHEME,
        ("unsupported url scheme", "URLs are disabled by default"),
        ("no connection adapters were found",),
    ),
    (Kind.NO_FORMAT, ("Requested format is not available", "No video formats found"), ()),
)
RUNTIME_MISSING = "No supported JavaScript runtime could be found"
GOT_ERROR = "[download] Got error:"


def kind_told_by(text: str) -> Kind | None:
    """The kind of failure whose words stand in ``text``; case and form of apostrophe aside."""
    plain = _plain(text)
    for kind, of_ytdlp, of_sites in TEXTS:
        if any(_plain(known) in plain for known in (*of_ytdlp, *of_sites)):
            return kind
    return None


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'")
