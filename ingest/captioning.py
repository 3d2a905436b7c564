"""Captions that come with a talk, stored as a transcript of their own."""

from __future__ import annotations

from pathlib import Path

from archive.catalog import Catalog
from archive.work.captions import save_captions
from transcribe.captions import read_captions


def take_captions(
    catalog: Catalog,
    talk_id: int,
    file: Path,
    *,
    language: str = "",
    automatic: bool = False,
    transcribe: bool = False,
) -> list[str]:
    """Store a caption file as the talk's transcript; sentences on what of it was not read.

    ``language`` is that of the captions, where it is known to differ from the talk's. With
    ``transcribe`` the talk is transcribed as well. Raises NotFound, BadSource or CorruptMedia
    where there are no captions in the file.
    """
    segments, faults = read_captions(file)
    save_captions(
        catalog,
        talk_id,
        segments,
        language=language or catalog.talk_by_id(talk_id).language,
        file=file.name,
        automatic=automatic,
        transcribe=transcribe,
    )
    return [f"{file}: {fault}" for fault in faults]
