"""The transcripts that a talk has, as ``podium show`` lists them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from archive.types import Track, Transcript
from web.commands.base import clock, plain


def print_versions(versions: Sequence[Transcript]) -> None:
    """A line for each transcript, with a star at those that are shown and searched."""
    for version in versions:
        click.echo(f"  {'*' if version.current else ' '} {describe(version)}")


def describe(version: Transcript) -> str:
    """A transcript's number, where it comes from and how far it can be trusted, in one line."""
    parts = [f"transcript {version.number}", _origin(version)]
    if version.track is Track.ENGLISH:
        parts.append("machine translation into English")
    parts.append(_language(version))
    if version.checked_by:
        parts.append(f"checked by {version.checked_by}")
    if version.chosen:
        parts.append("chosen by a person")
    if not version.complete:
        parts.append(f"in work, up to {clock(version.done_to_ms)}")
    return plain(" · ".join(part for part in (*parts, version.made_at[:10]) if part))


def _origin(version: Transcript) -> str:
    if version.origin == "captions":
        written = ", written by a machine of its site" if version.settings.get("automatic") else ""
        return f"captions {version.settings.get('file', '')}{written}"
    how = version.settings
    used = f" ({how['compute_type']} on {how['device']})" if "device" in how else ""
    return f"{version.engine} {version.model}{used}".strip()


def _language(version: Transcript) -> str:
    share = version.language_probability
    if share is None or not version.language:
        return version.language
    doubt = "guessed, in doubt" if version.language_in_doubt else "guessed"
    return f"{version.language} ({doubt}: {share:.0%} sure)"
