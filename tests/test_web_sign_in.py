"""Who may correct: at the machine, signed in, and from elsewhere; and what keeps others out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from visiting import PASSWORD, Visitor, text_of
from web_seed import opened_app, seed

from archive.editors import add_editor, sign_in
from archive.settings import Settings, load_settings
from web.access.pauses import Pauses, network_of
from web.site import EXTENSION, Site


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return seed(tmp_path_factory.mktemp("home"), indexed=False)


@pytest.fixture
def app(home: Settings) -> Iterator[Flask]:
    """The site of an archive whose one editor is Ada Example."""
    with opened_app(home) as opened:
        catalog = _site(opened).catalog
        with catalog.writing() as connection:
            connection.exec_driver_sql("DELETE FROM editors")
        add_editor(catalog, "Ada Example", PASSWORD)
        yield opened


@pytest.fixture
def without_editors(tmp_path: Path) -> Iterator[Flask]:
    with opened_app(load_settings(home=tmp_path / "home")) as opened:
        yield opened


def _site(app: Flask) -> Site:
    found: Site = app.extensions[EXTENSION]
    return found


def test_an_editor_signs_in_and_goes_on_where_they_came_from(app: Flask) -> None:
    ada = Visitor(app)
    answer = ada.send(
        "/sign-in", "/sign-in", name="ada example", password=PASSWORD, next="/talks/salt?t=1"
    )
    assert (answer.status_code, answer.location) == (302, "/talks/salt?t=1")
    page = ada.get("/")
    assert "Signed in as Ada Example" in text_of(page.text)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in page.headers["Vary"]
    assert "Cookie" in Visitor(app).get("/").headers["Vary"]


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(app: Flask) -> None:
    cookie = Visitor(app).sign_in().headers["Set-Cookie"]
    for part in ("podium-signed-in=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1209600"):
        assert part in cookie
    assert "Secure" not in cookie
    ada = Visitor(app)
    secured = ada.client.post(
        "/sign-in",
        base_url="https://podium.example",
        data={"name": "Ada Example", "password": PASSWORD, "form_token": _secure_token(ada)},
    )
    assert "Secure" in secured.headers["Set-Cookie"]


def _secure_token(visitor: Visitor) -> str:
    page = visitor.get("/sign-in", base_url="https://podium.example").text
    return page.partition('name="form_token" value="')[2].partition('"')[0]


@pytest.mark.parametrize(
    "next_page", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:1"]
)
def test_signing_in_never_leads_to_another_site(app: Flask, next_page: str) -> None:
    answer = Visitor(app).send(
        "/sign-in", "/sign-in", name="Ada Example", password=PASSWORD, next=next_page
    )
    assert answer.location == "/account"


def test_a_wrong_name_and_a_wrong_password_are_told_alike(app: Flask) -> None:
    visitor = Visitor(app)
    wrong_name = visitor.sign_in("Nobody Here")
    wrong_password = visitor.sign_in("Ada Example", "not the password")
    assert wrong_name.status_code == wrong_password.status_code == 403
    assert "Name and password do not fit." in wrong_name.text
    assert "Name and password do not fit." in wrong_password.text
    assert "not the password" not in wrong_password.text


def test_passwords_cannot_be_tried_out(app: Flask) -> None:
    visitor = Visitor(app)
    for _ in range(3):
        assert visitor.sign_in(password="not the password").status_code == 403
    answer = visitor.sign_in()
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 2
    assert "Try again in" in answer.text
    # Somebody who fails in her name elsewhere does not keep Ada out.
    assert Visitor(app, "192.0.2.7").sign_in().status_code == 302


def test_signing_out_ends_one_sign_in_and_signing_out_everywhere_all(app: Flask) -> None:
    first, second, third = (Visitor(app) for _ in range(3))
    for visitor in (first, second, third):
        visitor.sign_in()
    assert "3 browsers" in text_of(first.get("/account").text)
    assert first.send("/sign-out", "/account").status_code == 302
    assert first.get("/account").status_code == 302
    assert second.get("/account").status_code == 200
    second.send("/sign-out-everywhere", "/account")
    assert third.get("/account").location == "/sign-in?next=/account"


def test_another_password_signs_out_all_other_browsers(app: Flask) -> None:
    here, there = Visitor(app), Visitor(app)
    here.sign_in()
    there.sign_in()
    new = {"new_password": "ebb and then flow", "again": "ebb and then flow"}
    change = "/account/password"
    assert here.send(change, "/account", password="wrong", **new).status_code == 403
    mistyped = {**new, "again": "ebb and then"}
    assert here.send(change, "/account", password=PASSWORD, **mistyped).status_code == 400
    short = {"new_password": "ebb", "again": "ebb"}
    assert "10 to 200" in here.send(change, "/account", password=PASSWORD, **short).text
    assert here.send(change, "/account", password=PASSWORD, **new).status_code == 302
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302


def test_a_form_of_another_site_is_refused(app: Flask) -> None:
    ada = Visitor(app)
    ada.sign_in()
    fields = {"form_token": ada.token("/account")}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ):
        assert ada.client.post("/sign-out", data=fields, headers=headers).status_code == 403
    assert ada.get("/account").status_code == 200
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert ada.client.post("/sign-out", data=fields, headers=own).status_code == 302


def test_a_form_without_the_token_of_this_sign_in_does_nothing(app: Flask) -> None:
    ada, other = Visitor(app), Visitor(app)
    ada.sign_in()
    other.sign_in()
    for fields in ({}, {"form_token": "0" * 64}, {"form_token": other.token("/account")}):
        assert ada.client.post("/sign-out", data=fields).status_code == 403
    assert ada.get("/account").status_code == 200


def test_a_form_with_a_password_that_grew_old_is_filled_in_anew(app: Flask) -> None:
    answer = Visitor(app).client.post(
        "/sign-in", data={"name": "Ada Example", "password": PASSWORD, "form_token": "0"}
    )
    assert answer.status_code == 403
    assert "Back to the form" in answer.text
    assert PASSWORD not in answer.text


def test_whoever_sits_at_the_machine_needs_no_sign_in(without_editors: Flask) -> None:
    page = Visitor(without_editors).get("/sign-in").text
    assert "you correct without signing in" in text_of(page)


@pytest.mark.parametrize(
    ("place", "headers"),
    [
        ("192.0.2.7", {}),
        ("127.0.0.1", {"Host": "rebound.example"}),
        ("127.0.0.1", {"Host": "127.0.0.1.rebound.example:8000"}),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}),
        ("127.0.0.1", {"Via": "1.1 proxy.example"}),
        ("127.0.0.1", {"Origin": "https://podium.example"}),
    ],
)
def test_who_comes_from_elsewhere_may_not_correct_and_is_told_what_is_missing(
    without_editors: Flask, place: str, headers: dict[str, str]
) -> None:
    page = Visitor(without_editors, place).get("/sign-in", headers=headers).text
    assert "podium editor add NAME" in page


def test_a_site_that_listens_on_another_address_wants_a_sign_in_of_everybody(
    tmp_path: Path,
) -> None:
    with opened_app(load_settings(home=tmp_path / "home", host="0.0.0.0")) as app:
        assert "podium editor add NAME" in Visitor(app).get("/sign-in").text


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_the_names_of_the_machine_itself_are_known(without_editors: Flask, host: str) -> None:
    page = Visitor(without_editors).get("/sign-in", headers={"Host": host}).text
    assert "without signing in" in page


def test_a_removed_editor_is_signed_out(app: Flask) -> None:
    catalog = _site(app).catalog
    bo = add_editor(catalog, "Bo Sample", PASSWORD)
    token = sign_in(catalog, bo)
    visitor = Visitor(app)
    visitor.client.set_cookie("podium-signed-in", token)
    assert visitor.get("/account").status_code == 200
    from archive.editors import remove_editor

    remove_editor(catalog, bo)
    assert visitor.get("/account").status_code == 302


def test_pauses_double_to_a_longest_one_and_are_forgotten() -> None:
    clock = [0.0]
    pauses = Pauses(free=2, longest_s=5, forget_s=60, now=lambda: clock[0])
    seen = []
    for _ in range(6):
        seen.append(pauses.left_s("a"))
        pauses.count("a")
    assert seen == [0, 0, 1, 2, 4, 5]
    assert pauses.left_s("b") == 0
    clock[0] = 3.0
    assert pauses.left_s("a") == 2
    clock[0] = 70.0
    pauses.count("a")
    assert pauses.left_s("a") == 0
    pauses.forget("a")
    assert pauses.left_s("a") == 0


def test_addresses_of_one_ipv6_network_are_one_place() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::2")
    assert network_of("2001:db8::1") != network_of("2001:db8:0:1::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of(None) == ""
