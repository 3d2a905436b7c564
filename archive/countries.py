"""Countries as ISO 3166 alpha-2 codes, and the names that people know them by (pycountry)."""

from __future__ import annotations

from functools import lru_cache

import pycountry

from archive.names import name_key

# Names that ISO 3166 no longer lists, or never did, and people use.
_OTHER_NAMES = {
    "TR": ("Turkey", "Turkiye"),
    "US": ("USA", "the United States"),
    "GB": ("UK", "Great Britain"),
    "RU": ("Russia",),
    "KR": ("South Korea",),
    "CZ": ("Czech Republic",),
    "CI": ("Ivory Coast",),
    "NL": ("the Netherlands", "Holland"),
}
_SHOWN = {"TR": "Türkiye", "US": "United States", "GB": "United Kingdom", "RU": "Russia"}


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for country in pycountry.countries:
        for name in (country.alpha_2, country.alpha_3, *_official(country)):
            codes.setdefault(name_key(name), country.alpha_2)
    for code, names in _OTHER_NAMES.items():
        codes.update({name_key(name): code for name in names})
    return codes


def country_code(name: str) -> str | None:
    """The code of a country given by any of its names or codes; None when it is not known."""
    key = name_key(name)
    return _codes().get(key) or _codes().get(key.removeprefix("the "))


def country_name(code: str) -> str:
    """The name to show for a code; the code itself when it is not known."""
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        return code
    return _SHOWN.get(code) or str(getattr(country, "common_name", country.name))


def country_names(code: str) -> tuple[str, ...]:
    """All names of a country, the shown one first, for searching."""
    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        return (code,)
    names = (country_name(code), *_official(country), *_OTHER_NAMES.get(code, ()))
    return tuple(dict.fromkeys(names))


def _official(country: object) -> list[str]:
    names = ("name", "common_name", "official_name")
    return [str(getattr(country, name)) for name in names if hasattr(country, name)]
