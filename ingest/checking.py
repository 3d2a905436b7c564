"""Whether catalog, media and index agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.catalog import Catalog
from archive.errors import IndexBroken
from archive.removing import remove_unused_recordings
from archive.states import waiting_advice
from archive.store import MediaStore
from archive.types import Talk
from archive.work.recordings import let_go_recording
from ingest.leavings import clear_leavings, find_leavings
from search.indexing import check as check_index
from search.indexing import reindex, update
from search.opening import open_index


@dataclass(slots=True)
class Findings:
    """``faults`` are disagreements; ``leavings`` are what interrupted runs left, which is none."""

    faults: list[str] = field(default_factory=list)
    leavings: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)


def check(catalog: Catalog, home: Path, *, repair: bool = False) -> Findings:
    """Compare what the catalog holds with the media store and the index; mend what can be."""
    findings = Findings()
    store = MediaStore(home)
    for talk, path, fault in _lost_media(catalog):
        if repair:
            findings.repaired.append(f"{fault}; {_let_go(catalog, store, talk, path)}")
        else:
            findings.faults.append(fault)
    if repair:
        findings.repaired += [f"cleared {path}" for path in clear_leavings(catalog, store)]
        findings.repaired += [
            f"removed unused {path}" for path in remove_unused_recordings(catalog)
        ]
    findings.leavings = [str(path) for path in find_leavings(catalog, store)]
    findings.faults += _index_faults(catalog, home, findings, repair=repair)
    return findings


def _lost_media(catalog: Catalog) -> Iterator[tuple[Talk, Path, str]]:
    """The talks whose recording is not there as it was stored, where it was, and what is wrong."""
    for talk in catalog.talks():
        if talk.recording is None:
            continue
        path = Path(talk.recording.path)
        if not path.is_file():
            yield talk, path, f"{talk.slug}: its recording {path} is missing"
        elif path.stat().st_size != talk.recording.size:
            yield talk, path, f"{talk.slug}: its recording {path} was changed"


def _let_go(catalog: Catalog, store: MediaStore, talk: Talk, path: Path) -> str:
    """Take a lost recording from its talk; what that means for the talk.

    A file that was changed is set aside, since it may be all that is left of the recording.
    """
    aside = store.set_aside(path)
    let_go_recording(catalog, talk.id)
    kept = f"kept as {aside.name}; " if aside else ""
    if talk.source_url:
        return f"{kept}`podium retry {talk.slug}` fetches it again"
    return f"{kept}bring another with `{waiting_advice(talk.slug)}`"


def _index_faults(catalog: Catalog, home: Path, findings: Findings, *, repair: bool) -> list[str]:
    try:
        index = open_index(home)
        try:
            faults = check_index(catalog, index)
            if faults and repair:
                update(catalog, index)
                findings.repaired += [f"index: {fault}" for fault in faults]
                faults = check_index(catalog, index)
            return [f"index: {fault}" for fault in faults]
        finally:
            index.close()
    except IndexBroken as error:
        if not repair:
            return [f"index: {error.message} Run `podium check --repair`."]
        reindex(catalog, home)
        findings.repaired.append(f"index: {error.message} It was built anew.")
        return []
