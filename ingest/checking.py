"""Whether catalog, media and index agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from archive.catalog import Catalog
from archive.edits import remove_unused_recordings
from archive.errors import IndexBroken
from archive.store import MediaStore
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
    findings = Findings(faults=_missing_media(catalog))
    store = MediaStore(home)
    if repair:
        findings.repaired += [f"cleared {path}" for path in clear_leavings(catalog, store)]
        findings.repaired += [
            f"removed unused {path}" for path in remove_unused_recordings(catalog)
        ]
    findings.leavings = [str(path) for path in find_leavings(catalog, store)]
    findings.faults += _index_faults(catalog, home, findings, repair=repair)
    return findings


def _missing_media(catalog: Catalog) -> list[str]:
    faults = []
    for talk in catalog.talks():
        if talk.recording is None:
            continue
        path = Path(talk.recording.path)
        if not path.is_file():
            faults.append(f"{talk.slug}: its recording {path} is missing; ingest it again")
        elif path.stat().st_size != talk.recording.size:
            faults.append(f"{talk.slug}: its recording {path} was changed; ingest it again")
    return faults


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
