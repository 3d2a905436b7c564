"""What went wrong with a download, told apart, and what a person does about it.

yt-dlp's door describes a failure in a neutral ``Fault``; here it becomes the error that people see.
Where only a text says what happened, it is looked for in a table; a test compares the part that is
yt-dlp's own wording with the installed version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.errors import DownloadRefused, NetworkFailed, PodiumError, TryLater
from archive.phrases import Phrase, phrase, together
from ingest.downloads.failure_texts import GOT_ERROR, Kind, kind_told_by


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed download, in neutral terms.

    ``text`` is what yt-dlp or the site said, ``kind`` what is known without it. ``status`` is the
    HTTP status of the answer. ``figure`` is the size, length or number that the sentence names.
    ``runtime_missing`` says that yt-dlp missed a JavaScript runtime.
    """

    address: str
    text: str = ""
    kind: Kind | None = None
    status: int | None = None
    retry_after_s: float | None = None
    figure: str = ""
    runtime_missing: bool = False


class PassingFailure(PodiumError):
    """A failure that often passes: the same download is worth another try.

    ``happened`` says in a few words what it was. ``retry_after_s`` is the wait in seconds that the
    server asks for, or None.
    """

    happened = "failed"
    retry_after_s: float | None = None


class RefusedForNow(PassingFailure, DownloadRefused):
    """The server refuses; servers under load, and those whose links grow old, do it in passing."""


class NetworkFailedForNow(PassingFailure, NetworkFailed):
    """No answer, a broken connection, or a server that is overloaded."""


_COOKIES = phrase(
    "Save the cookies of a signed-in browser to a file and give it with --cookies FILE."
)
_ELSEWHERE = phrase("Ask for another copy, and bring it with `podium ingest CLIP --talk TALK`.")
_RETRY = phrase("Then run `podium retry`.")
_DOCTOR = phrase("`podium doctor` checks this machine.")

# Kind → the error's class, the sentence, the advice.
_MEANINGS: dict[Kind, tuple[type[PodiumError], Phrase, Phrase]] = {
    Kind.NOTHING_THERE: (
        DownloadRefused,
        phrase("%(address)s answered %(status)s: there is nothing at this address."),
        phrase("Check it in a browser, then ingest the right one with --talk."),
    ),
    Kind.GONE: (
        DownloadRefused,
        phrase("%(address)s is private or was removed (%(said)s)."),
        _ELSEWHERE,
    ),
    Kind.SIGN_IN: (
        DownloadRefused,
        phrase("%(address)s is shown only after a sign-in (%(said)s)."),
        _COOKIES,
    ),
    Kind.MEMBERS: (
        DownloadRefused,
        phrase("%(address)s is for paying members only (%(said)s)."),
        together(phrase("If you are one:"), _COOKIES),
    ),
    Kind.AGE: (DownloadRefused, phrase("%(address)s has an age limit (%(said)s)."), _COOKIES),
    Kind.BOT_CHECK: (
        DownloadRefused,
        phrase("%(address)s asks for proof that a person is asking (%(said)s)."),
        together(phrase("Wait some hours, or:"), _COOKIES, _RETRY),
    ),
    Kind.REGION: (
        DownloadRefused,
        phrase("%(address)s is not offered in this country (%(said)s)."),
        _ELSEWHERE,
    ),
    Kind.FORBIDDEN: (
        RefusedForNow,
        phrase("%(address)s answered %(status)s: the server refuses to give this clip."),
        together(phrase("Check in a browser whether it needs a sign-in; if so:"), _COOKIES, _RETRY),
    ),
    Kind.TOO_MANY: (
        NetworkFailedForNow,
        phrase("%(address)s answered %(status)s: it was asked too often%(wait)s."),
        together(phrase("Wait a while."), _RETRY),
    ),
    Kind.RATE_LIMIT: (
        NetworkFailed,
        phrase("%(address)s gives nothing for now, as it was asked too often (%(said)s)."),
        together(phrase("Wait an hour."), _RETRY),
    ),
    Kind.OUT_OF_ORDER: (
        NetworkFailedForNow,
        phrase(
            "%(address)s answered %(status)s: the server is overloaded or out of order%(wait)s."
        ),
        together(phrase("Wait a while."), _RETRY),
    ),
    Kind.STATUS: (
        DownloadRefused,
        phrase("%(address)s answered %(status)s."),
        phrase("Check it in a browser."),
    ),
    Kind.NO_VIDEO: (
        DownloadRefused,
        phrase("%(address)s is a page without a video that can be found."),
        phrase("Give the address of the video itself, or of its player's page."),
    ),
    Kind.NO_FORMAT: (
        DownloadRefused,
        phrase("%(address)s has no recording that can be fetched over http or https (%(said)s)."),
        together(
            phrase("Update yt-dlp (`pip install -U 'yt-dlp[default,deno]'`): sites change."), _RETRY
        ),
    ),
    Kind.NO_RUNTIME: (
        DownloadRefused,
        phrase(
            "%(address)s cannot be had without a JavaScript runtime, which YouTube's player needs."
        ),
        together(
            phrase("Install Deno (`pip install 'yt-dlp[default,deno]'`), or Node 22 or newer."),
            _RETRY,
        ),
    ),
    Kind.NO_FFMPEG: (
        DownloadRefused,
        phrase(
            "%(address)s has picture and sound in separate files, and joining them needs "
            "the program ffmpeg."
        ),
        together(
            phrase(
                "Install ffmpeg (`apt install ffmpeg`, `brew install ffmpeg`), or use --audio-only."
            ),
            _RETRY,
        ),
    ),
    Kind.LIVE: (
        TryLater,
        phrase(
            "%(address)s is a live stream that has not ended, or is not ready as a recording yet."
        ),
        phrase("Run `podium retry` when it is over."),
    ),
    Kind.UPCOMING: (
        TryLater,
        phrase("%(address)s has not begun yet (%(said)s)."),
        phrase("Run `podium retry` when it is over."),
    ),
    Kind.DRM: (
        DownloadRefused,
        phrase(
            "%(address)s is protected against copying (DRM), so it can only be watched where it is."
        ),
        _ELSEWHERE,
    ),
    Kind.TOO_LARGE: (
        DownloadRefused,
        phrase("%(address)s is too large: %(figure)s."),
        phrase("Allow more with --max-size, or take less with --max-height or --audio-only."),
    ),
    Kind.TOO_LONG: (
        DownloadRefused,
        phrase("%(address)s is too long: %(figure)s."),
        phrase("Allow more with --max-hours."),
    ),
    Kind.ENDLESS: (
        DownloadRefused,
        phrase("%(address)s gives a page of more than %(figure)s, which no page has."),
        phrase("Give the address of the recording itself."),
    ),
    Kind.SEVERAL: (
        DownloadRefused,
        phrase("%(address)s holds several clips."),
        phrase("Ingest the page without --talk, or give the address of one clip."),
    ),
    Kind.SCHEME: (
        DownloadRefused,
        phrase(
            "%(address)s leads to an address that is neither http nor https, "
            "which Podium does not fetch."
        ),
        phrase("Check it in a browser, and give the address of the clip itself."),
    ),
    Kind.REDIRECTS: (
        DownloadRefused,
        phrase("%(address)s leads round in a circle (redirect after redirect)."),
        phrase("Check it in a browser, and give the address where you end up."),
    ),
    Kind.UNSAFE: (
        DownloadRefused,
        phrase("%(address)s gives a file of a type that is no recording (%(said)s)."),
        phrase("Check it in a browser, and give the address of the recording itself."),
    ),
    Kind.CERTIFICATE: (
        DownloadRefused,
        phrase("%(address)s has a certificate that cannot be trusted (%(said)s)."),
        together(phrase("Check this machine's clock, then the address in a browser."), _RETRY),
    ),
    Kind.NO_ANSWER: (
        NetworkFailedForNow,
        phrase("%(address)s did not answer (%(said)s)."),
        together(phrase("Check the address and the network."), _RETRY),
    ),
    Kind.BROKE_OFF: (
        NetworkFailedForNow,
        phrase("%(address)s broke off before its end (%(said)s)."),
        phrase("Run `podium retry`: it goes on where it was."),
    ),
    Kind.UNKNOWN: (
        DownloadRefused,
        phrase("%(address)s could not be fetched: %(said)s."),
        together(
            phrase("Update yt-dlp (`pip install -U 'yt-dlp[default,deno]'`): sites change."), _RETRY
        ),
    ),
}
_HAPPENED = {Kind.NO_ANSWER: "no answer", Kind.BROKE_OFF: "broke off"}


def error_for(fault: Fault) -> PodiumError:
    """The error that people see for a fault; a PassingFailure where another try may help."""
    kind = _kind_of(fault)
    error_class, sentence, advice = _MEANINGS[kind]
    wait = phrase(", and asks to wait %(wait_s).0f s", wait_s=fault.retry_after_s or 0)
    told = sentence.filled(
        address=fault.address,
        status=fault.status,
        said=_said(fault.text),
        figure=fault.figure,
        wait=wait if fault.retry_after_s else "",
    )
    error = error_class(told, advice=together(advice, _DOCTOR))
    if isinstance(error, PassingFailure):
        error.happened = _HAPPENED.get(kind) or f"answered {fault.status}"
        error.retry_after_s = fault.retry_after_s
    return error


def _kind_of(fault: Fault) -> Kind:
    if fault.kind is not None:
        return fault.kind
    # An address may hold any words; only what was said of it counts.
    kind = kind_told_by(fault.text.replace(fault.address, ""))
    if fault.runtime_missing and (kind is Kind.NO_FORMAT or fault.status == 403):
        return Kind.NO_RUNTIME
    if kind is not None:
        return kind
    if fault.status is not None:
        return _kind_of_status(fault.status)
    return Kind.BROKE_OFF if GOT_ERROR in fault.text else Kind.UNKNOWN


def _kind_of_status(status: int) -> Kind:
    if status in (404, 410):
        return Kind.NOTHING_THERE
    if status == 401:
        return Kind.SIGN_IN
    if status == 403:
        return Kind.FORBIDDEN
    if status in (408, 425, 429):
        return Kind.TOO_MANY
    return Kind.OUT_OF_ORDER if status >= 500 else Kind.STATUS


def _said(text: str) -> str:
    """The first sentence or so of what was said, without what yt-dlp wraps around it."""
    # A carriage return is meant for terminals.
    lines = text.replace("\r", "").strip().splitlines()
    line = (lines[0] if lines else "").removeprefix("ERROR:").strip()
    line = line.removeprefix(GOT_ERROR).strip()
    # "[extractor] id: what it is about. Use --cookies … for the authentication. See …"
    line = re.sub(r"^\[[\w:+-]+\] (?:\S+: )?", "", line)
    line = re.split(r"\.? +Use --|; please report|\. See +http|\. If you| \(caused by ", line)[0]
    line = line.strip().rstrip(".:;")
    return (line if len(line) <= 200 else line[:199] + "…") or "it does not say why"


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """The exception and those that yt-dlp wrapped in it, the innermost last."""
    seen: BaseException | None = error
    while isinstance(seen, BaseException):
        yield seen
        wrapped = getattr(seen, "exc_info", None) or (None, None)
        inner = getattr(seen, "cause", None) or wrapped[1] or seen.__cause__ or seen.__context__
        seen = None if inner is seen else inner
