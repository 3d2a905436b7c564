"""Editors: names and passwords, where they are signed in, and the command that says who may."""

from __future__ import annotations

import io
import sqlite3
import time

import pytest
from conftest import Run

from archive import editors
from archive.catalog import Catalog
from archive.editors import add_editor, knows_password, sign_in, signed_in
from archive.errors import NotFound, UserError

PASSWORD = "a tide comes and goes"


def test_a_password_is_kept_as_its_hash_alone(catalog: Catalog) -> None:
    add_editor(catalog, "Ada Example", PASSWORD)
    file = catalog.home / "catalog.sqlite"
    with sqlite3.connect(file) as connection:
        (kept,) = connection.execute("SELECT password FROM editors").fetchone()
    connection.close()
    assert kept.startswith("scrypt:")
    assert PASSWORD.encode() not in file.read_bytes()


def test_a_name_is_known_however_it_is_written_and_a_password_only_as_it_is(
    catalog: Catalog,
) -> None:
    added = add_editor(catalog, "  Ada   Éxample ", PASSWORD)
    assert added.name == "Ada Éxample"
    assert knows_password(catalog, "ada example", PASSWORD) == added
    assert knows_password(catalog, "ada example", PASSWORD.upper()) is None
    assert knows_password(catalog, "bo sample", PASSWORD) is None


def test_an_unknown_name_costs_as_much_work_as_a_known_one(catalog: Catalog) -> None:
    add_editor(catalog, "Ada Example", PASSWORD)
    knows_password(catalog, "Nobody Here", PASSWORD)

    def cpu_s(name: str) -> float:
        taken = []
        for _ in range(5):
            began = time.process_time()
            knows_password(catalog, name, "not the password")
            taken.append(time.process_time() - began)
        return min(taken)

    assert 0.5 < cpu_s("Nobody Here") / cpu_s("Ada Example") < 2


@pytest.mark.parametrize("name", ["", "  ", "…", "x" * 61, "Ada\x00", "Ada \u202eelpmaxE"])
def test_what_is_no_name_is_refused(catalog: Catalog, name: str) -> None:
    with pytest.raises(UserError):
        add_editor(catalog, name, PASSWORD)
    assert editors.editors(catalog) == []


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_that_is_too_short_or_too_long_is_refused(
    catalog: Catalog, password: str
) -> None:
    with pytest.raises(UserError, match="10 to 200 characters"):
        add_editor(catalog, "Ada Example", password)


def test_the_same_name_twice_is_refused(catalog: Catalog) -> None:
    add_editor(catalog, "Ada Example", PASSWORD)
    with pytest.raises(UserError, match="already"):
        add_editor(catalog, "ADA EXAMPLE", PASSWORD)


def test_a_token_is_good_until_it_ends_or_somebody_signs_out(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = add_editor(catalog, "Ada Example", PASSWORD)
    first, second, third = (sign_in(catalog, ada) for _ in range(3))
    assert signed_in(catalog, first) == ada
    assert signed_in(catalog, first + "x") is None
    editors.sign_out(catalog, first)
    assert signed_in(catalog, first) is None
    assert editors.editors(catalog)[0].places == 2
    with monkeypatch.context() as patched:
        later = editors.time.time() + editors.SIGNED_IN_S + 1
        patched.setattr("archive.editors.time.time", lambda: later)
        assert signed_in(catalog, second) is None
    editors.sign_out_everywhere(catalog, ada)
    assert signed_in(catalog, third) is None


def test_another_password_and_a_removal_end_all_sign_ins(catalog: Catalog) -> None:
    ada = add_editor(catalog, "Ada Example", PASSWORD)
    token = sign_in(catalog, ada)
    editors.change_password(catalog, ada, PASSWORD + " again")
    assert signed_in(catalog, token) is None
    assert knows_password(catalog, ada.name, PASSWORD) is None
    token = sign_in(catalog, ada)
    editors.remove_editor(catalog, ada)
    assert signed_in(catalog, token) is None
    with pytest.raises(NotFound):
        editors.find_editor(catalog, ada.name)


def test_the_command_adds_lists_and_removes_editors(
    podium: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    code, _, said = podium("editor", "add", "Ada Example", "--password-stdin")
    assert (code, "may correct" in said) == (0, True)
    code, out, _ = podium("editor", "list")
    assert (code, out[:11]) == (0, "Ada Example")
    monkeypatch.setattr("sys.stdin", io.StringIO("another tide comes\n"))
    assert podium("editor", "password", "ada example", "--password-stdin")[0] == 0
    assert podium("editor", "remove", "Ada Example")[0] == 0
    assert podium("editor", "list", "--json")[1].strip() == "[]"


def test_the_command_asks_no_script_for_a_password(
    podium: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    code, _, said = podium("editor", "add", "Ada Example")
    assert code == 2
    assert "--password-stdin" in said
