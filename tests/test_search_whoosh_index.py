"""The Whoosh index: the contract, and what only files can do."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from contracts.search_index import SearchIndexContract
from contracts.search_twin import check_against_the_twin
from hypothesis import given, settings
from hypothesis import strategies as st
from search_seed import asking, document, places, quoted

from archive.errors import Busy, IndexBroken
from search.documents import TalkDocument
from search.engine import whoosh_postings
from search.engine.memory_index import MemoryIndex
from search.engine.whoosh_index import WhooshIndex
from search.storage.checksums import Checksum, Commit
from search.storage.files import locked

PROJECT = Path(__file__).parent.parent


class TestWhooshIndex(SearchIndexContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[WhooshIndex]:
        opened = WhooshIndex.create(tmp_path / "index")
        yield opened
        opened.close()


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_random_talks_and_requests_agree_with_the_twin(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = WhooshIndex.create(Path(folder) / "index")
        check_against_the_twin(index, data)
        index.close()


@pytest.mark.parametrize("whole", [-1, 3])
def test_words_that_stand_often_are_read_for_the_shown_talks_alone(whole: int) -> None:
    @given(data=st.data())
    @settings(max_examples=30, deadline=None)
    def agree(data: st.DataObject) -> None:
        with tempfile.TemporaryDirectory() as folder:
            index = WhooshIndex.create(Path(folder) / "index")
            check_against_the_twin(index, data)
            index.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whoosh_postings, "_READ_WHOLE", whole)
        patch.setattr(whoosh_postings, "_READ_AT_ONCE", whole)
        agree()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    WhooshIndex.create(tmp_path / "index").close()
    return tmp_path / "index"


def _talks(folder: Path, word: str) -> list[int]:
    index = WhooshIndex(folder)
    try:
        return sorted(match.talk_id for match in index.search(asking(word)).matches)
    finally:
        index.close()


def _write(folder: Path, talk_id: int) -> None:
    index = WhooshIndex(folder)
    index.replace([document(talk_id, f"tide number {talk_id}")])
    index.close()


def test_a_document_that_breaks_the_writer_changes_nothing(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.replace([document(1, "tide")])
    broken = document(2, "moon")
    object.__setattr__(broken.speeches[0].stream, "surfaces", (None,))
    with pytest.raises(AttributeError, match="encode"):
        index.replace([document(1, "moon", revision=2), broken])
    assert index.indexed() == {1: 1}
    index.replace([document(3, "moon")])
    index.close()
    assert (_talks(folder, "tide"), _talks(folder, "moon")) == ([1], [3])


def test_what_one_process_writes_another_sees(folder: Path) -> None:
    index = WhooshIndex(folder)
    assert not index.search(asking("tide")).matches
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(folder, talk_id)) for talk_id in (1, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(match.talk_id for match in index.search(asking("tide")).matches) == [1, 2]
    assert len(index.search(asking(quoted("tide number"))).matches) == 2
    index.close()


_WRITE_FOREVER = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[3]]
from search.engine.whoosh_index import WhooshIndex
from search_seed import document
index = WhooshIndex(Path(sys.argv[1]))
revision = 1
while True:
    revision += 1
    index.replace([document(n, f"tide {revision} moon", revision=revision) for n in range(3)])
    print(revision, flush=True)
"""


def test_killed_at_any_moment_it_opens_at_a_whole_commit(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.replace([document(n, "tide 1 moon") for n in range(3)])
    index.close()
    for kill_after in range(1, 5):
        arguments = [sys.executable, "-c", _WRITE_FOREVER, folder, PROJECT, PROJECT / "tests"]
        writer = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        committed = [int(writer.stdout.readline()) for _ in range(kill_after)][-1]
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        index = WhooshIndex(folder)
        revision = index.indexed()[0]
        assert revision >= committed or revision == 1
        assert index.indexed() == {0: revision, 1: revision, 2: revision}
        assert len(index.search(asking(quoted(f"tide {revision} moon"))).matches) == 3
        # The next writer starts its count again; the killed one's lock went with it.
        index.replace([document(n, "tide 1 moon") for n in range(3)])
        assert len(list((folder / "talks").iterdir())) <= 6
        index.close()


def test_a_second_writer_waits_and_says_so(folder: Path) -> None:
    index = WhooshIndex(folder, lock_wait_s=0.1)
    with locked(folder / "lock", 1), pytest.raises(Busy, match="Another process"):
        index.replace([document(1, "tide")])
    index.replace([document(1, "tide")])
    index.close()
    assert _talks(folder, "tide") == [1]


@pytest.mark.parametrize("damage", ["cut", "emptied", "zeroed", "deleted", "flipped"])
@pytest.mark.parametrize("kind", ["*.toc", "*.trm", "*.pst", "*stored.col", "talks/*.talk"])
def test_damaged_files_are_noticed_and_kept(folder: Path, kind: str, damage: str) -> None:
    index = WhooshIndex(folder)
    index.replace([document(n, f"tide {n} moon " * 200) for n in range(3)])
    index.close()
    path = next(folder.glob(kind))
    content = path.read_bytes()
    if damage == "deleted":
        path.unlink()
    else:
        changed = {
            "cut": content[: len(content) // 2],
            "emptied": b"",
            "zeroed": bytes(len(content)),
            "flipped": bytes(byte ^ 0x5A for byte in content),
        }
        path.write_bytes(changed[damage])
    names = sorted(os.listdir(folder))
    with pytest.raises(IndexBroken):
        _talks(folder, "tide")
    assert set(names) <= set(os.listdir(folder))


def test_words_are_found_behind_whole_blocks_of_removed_talks(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.replace([document(n, f"the tide {n} of the moon", title="tide") for n in range(300)])
    for _ in range(2):
        for request in (asking("tide"), asking(quoted("the tide 299 of the moon"))):
            found = index.search(request)
            shown = found.evidence[299 if request.wanted[0].quoted else found.matches[0].talk_id]
            (speech,) = shown.speeches
            assert speech.hits.first.tolist() == [0 if request.wanted[0].quoted else 1]
        index.remove(range(290))
    assert [match.talk_id for match in index.search(asking(quoted("the tide"))).matches] == [
        *range(290, 300)
    ]
    index.close()


def test_tidying_merges_small_segments_and_changes_no_answer(folder: Path) -> None:
    index = WhooshIndex(folder)
    for n in range(20):
        index.replace([document(n, f"tide number {n}", title="moon")])
    index.remove([3])
    before = index.search(asking("tide", "moon"))
    segments = len(list(folder.glob("*.trm")))
    while index.tidy():
        pass
    assert len(list(folder.glob("*.trm"))) < segments / 2
    after = index.search(asking("tide", "moon"))
    assert [m.talk_id for m in after.matches] == [m.talk_id for m in before.matches]
    assert len(after.matches) == 19
    index.close()


def test_a_merge_is_done_by_steps_while_talks_are_edited(folder: Path) -> None:
    index, twin, reader = WhooshIndex(folder), MemoryIndex(), WhooshIndex(folder)

    def write(*talks: TalkDocument) -> None:
        # A merge that is under way, or done, is in no writer's way.
        index.replace(talks)
        twin.replace(talks)

    for n in range(10):
        write(document(n, f"tide number {n} " * 40, title="moon"))
    assert len(reader.search(asking("tide")).matches) == 10
    segments = len(list(folder.glob("*.trm")))
    assert index.tidy(step_s=0)
    write(document(3, "tide again", revision=2))
    assert index.tidy(step_s=0)
    index.remove([4])
    twin.remove([4])
    while index.tidy(step_s=0):
        assert len(reader.search(asking("tide")).matches) == 9
    assert len(list(folder.glob("*.trm"))) < segments - 4
    write(document(5, "tide at last", revision=2))
    for opened in (index, reader, WhooshIndex(folder)):
        for request in (asking("tide", "moon"), asking(quoted("number 7"))):
            ours, theirs = opened.search(request), twin.search(request)
            assert [match.talk_id for match in ours.matches] == [
                match.talk_id for match in theirs.matches
            ]
            assert {talk: places(one) for talk, one in ours.evidence.items()} == {
                talk: places(one) for talk, one in theirs.evidence.items()
            }
        assert opened.indexed() == twin.indexed()
        opened.close()


def test_who_waits_for_a_change_does_not_wait_for_a_merge_that_can_be_put_off(folder: Path) -> None:
    index = WhooshIndex(folder)
    for n in range(9):
        index.replace([document(n, f"tide number {n}")])
    segments = len(list(folder.glob("*.trm")))
    assert index.tidy(step_s=0)
    index.replace([document(9, "one more tide")])
    assert not index.tidy(overdue=True, step_s=60.0)
    assert len(list(folder.glob("*.trm"))) == segments + 1
    while index.tidy():
        pass
    assert len(list(folder.glob("*.trm"))) < segments
    index.close()


def test_one_merges_at_a_time_and_a_merge_that_was_left_is_begun_anew(folder: Path) -> None:
    index, other = WhooshIndex(folder), WhooshIndex(folder)
    for n in range(9):
        index.replace([document(n, f"tide number {n}")])
    assert index.tidy(step_s=0)
    assert not other.tidy()
    index.close()
    assert not (folder / "merging").exists()
    while other.tidy():
        pass
    assert len(list(folder.glob("*.trm"))) == 2
    assert len(other.search(asking("tide")).matches) == 9
    other.close()


def test_a_part_whose_talks_were_mostly_replaced_is_written_anew(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.replace([document(n, "tide " * 50) for n in range(6)])
    index.replace([document(n, "moon", revision=2) for n in range(4)])
    sizes = sum(path.stat().st_size for path in folder.glob("*.words"))
    while index.tidy():
        pass
    assert index.vocabulary().frequency("tide") == 2
    assert sum(path.stat().st_size for path in folder.glob("*.words")) <= sizes
    assert index.indexed() == {**dict.fromkeys(range(4), 2), 4: 1, 5: 1}
    index.close()


def test_a_commit_names_and_verifies_all_of_its_files(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.replace([document(1, "tide")])
    index.replace([document(2, "tide")])
    (commit,) = folder.glob("*.sums")
    named = Commit.read(commit).files
    others = {"talks", "lock", commit.name}
    assert named.keys() == {path.name for path in folder.iterdir()} - others
    assert all(Checksum.of(folder / name) == known for name, known in named.items())
    index.close()


def test_readers_of_ended_threads_leave_nothing_open(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.replace([document(1, "tide")])
    for _ in range(3):
        thread = threading.Thread(target=index.search, args=(asking("tide"),))
        thread.start()
        thread.join()
    index.close()
