"""The languages of the site itself: which one a reader gets, and where its texts come from.

English stands in the templates and is the key of each text. Another language is a folder in
``web/translations``; CONTRIBUTING.md says how one is added.
"""

from __future__ import annotations

from pathlib import Path

from babel import Locale
from flask import Flask, current_app, request
from flask_babel import Babel, get_locale

DEFAULT = "en"
TRANSLATIONS = Path(__file__).parent / "translations"
# English days and numbers are written as in Britain: 18 September 2020.
_BRITISH = Locale("en", "GB")
_ENGLISH = Locale(DEFAULT)
_LANGUAGES = "PODIUM_LANGUAGES"


def register(app: Flask) -> None:
    """Give the templates ``_``, ``ngettext``, ``page_language`` and ``page_direction``."""
    babel = Babel(
        app,
        default_locale=DEFAULT,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=_wanted,
    )
    with app.app_context():
        others = {str(locale) for locale in babel.list_translations()} - {DEFAULT}
        # The first is taken by whoever takes any.
        app.config[_LANGUAGES] = [DEFAULT, *sorted(others)]
    app.jinja_env.globals.update(
        page_language=page_language, page_direction=lambda: page_locale().text_direction
    )


def page_language() -> str:
    """The BCP 47 tag of the language that the present page is written in."""
    return str(get_locale() or DEFAULT).replace("_", "-")


def page_locale() -> Locale:
    """How days, numbers, languages and countries are written on the present page."""
    locale = get_locale()
    return _BRITISH if locale is None or locale == _ENGLISH else locale


def several_languages() -> bool:
    """Whether the reader's browser decides in which language a page is written."""
    return len(current_app.config[_LANGUAGES]) > 1


def _wanted() -> str:
    return request.accept_languages.best_match(current_app.config[_LANGUAGES], DEFAULT)
