"""The languages of the site itself: which one a reader gets, and where its texts come from.

English stands in the templates and is the key of each text. Another language is a folder in
``web/translations``; CONTRIBUTING.md says how one is added.
"""

from __future__ import annotations

from flask import Flask, current_app, request
from flask_babel import Babel, get_locale

DEFAULT = "en"
_LANGUAGES = "PODIUM_LANGUAGES"


def register(app: Flask) -> None:
    """Give the templates ``_``, ``ngettext`` and ``page_language``."""
    babel = Babel(app, default_locale=DEFAULT, locale_selector=_wanted)
    with app.app_context():
        app.config[_LANGUAGES] = sorted({str(locale) for locale in babel.list_translations()})
    app.jinja_env.globals["page_language"] = page_language


def page_language() -> str:
    """The BCP 47 tag of the language that the present page is written in."""
    return str(get_locale() or DEFAULT).replace("_", "-")


def _wanted() -> str:
    return request.accept_languages.best_match(current_app.config[_LANGUAGES], DEFAULT)
