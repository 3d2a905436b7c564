"""Somebody who visits the site: each form they send carries the token of its page."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "a tide comes and goes"


class Visitor:
    """A browser of its own. ``place`` is the address that it asks from."""

    def __init__(self, app: Flask, place: str = "127.0.0.1") -> None:
        self.client: FlaskClient = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = place

    def get(self, address: str, **more: Any) -> TestResponse:
        return self.client.get(address, **more)

    def token(self, page: str = "/sign-in") -> str:
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', self.get(page).text)
        assert found is not None, page
        return found[1]

    def send(self, address: str, page: str, **fields: Any) -> TestResponse:
        """Send the form of ``page``, to ``address``."""
        return self.client.post(address, data={"form_token": self.token(page), **fields})

    def sign_in(self, name: str = "Ada Example", password: str = PASSWORD) -> TestResponse:
        return self.send("/sign-in", "/sign-in", name=name, password=password)


def text_of(html: str) -> str:
    """What a person reads of a page: no markup, single blanks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
