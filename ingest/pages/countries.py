"""Countries as programmes write them, in many languages, to ISO 3166 alpha-2 codes."""

from __future__ import annotations

import gettext
import re
from functools import lru_cache

import pycountry

from archive.countries import country_code
from archive.names import name_key
from ingest.plain_text import word_set

# The languages in which pycountry carries the names that a programme may use.
_LANGUAGES = (
    "de", "fr", "es", "pt", "pt_BR", "it", "nl", "ru", "tr", "zh_CN", "zh_TW", "ja", "ko", "th",
    "pl", "sv", "cs",
)  # fmt: skip
# Short forms that stand in no list of ISO 3166.
_SHORT = {
    "CN": (
        "PR China; P.R. China; P. R. China; PRC; Mainland China; People's Republic of China; 中国; "
        "中國; China PR"
    ),
    "US": (
        "US; U.S.; U.S.A.; United States of America; EE. UU.; EE.UU.; Estados Unidos; EUA; "
        "États-Unis; Stati Uniti; Vereinigte Staaten; США; ABD; 美国; 美國; アメリカ; 米国; 미국"
    ),
    "GB": (
        "U.K.; England; Scotland; Wales; Northern Ireland; Großbritannien; Royaume-Uni; Reino "
        "Unido; Regno Unito; Великобритания; 英国; 英國; イギリス; 영국"
    ),
    "KR": (
        "Korea; Republic of Korea; Rep. of Korea; S. Korea; ROK; Südkorea; Corée du Sud; Corea del "
        "Sur; Corea; 韩国; 韓國; 韓国; 한국; 대한민국; Güney Kore"
    ),
    "KP": "North Korea; DPRK",
    "RU": "Russian Federation; Россия; РФ; 俄罗斯; ロシア",
    "AE": "UAE; U.A.E.; Emirates",
    "VN": "Vietnam; Viet Nam",
    "IR": "Iran",
    "SY": "Syria",
    "TZ": "Tanzania",
    "BO": "Bolivia",
    "VE": "Venezuela",
    "MD": "Moldova",
    "LA": "Laos; Lao PDR; Lao P.D.R.",
    "TW": "Taiwan",
    "BN": "Brunei",
    "PS": "Palestine",
    "CD": "DR Congo; Democratic Republic of Congo; DRC",
    "CG": "Congo",
    "CV": "Cape Verde",
    "MM": "Burma",
    "SZ": "Swaziland",
    "MK": "Macedonia; North Macedonia",
    "SA": "KSA; Saudi-Arabien",
    "ZA": "RSA",
    "HK": "Hong Kong SAR; Hong Kong",
    "MO": "Macau; Macao",
    "CZ": "Czechia; Czech Republic",
    "TR": "Türkei; Türkiye",
    "CI": "Côte d'Ivoire",
    "BA": "Bosnia",
    "NL": "Niederlande; Pays-Bas; Países Bajos",
    "JP": "日本",
    "BR": "Brasil",
}
# Codes of two letters that mean other things in programmes.
_OTHER_MEANINGS = word_set(
    """
    AI ML AR PR CV MD PM AD AM IO IM IS IT TV TM VC MR MS PA MC SC MA BA
    """
)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in _LANGUAGES:
        catalogue = gettext.translation(
            "iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True
        )
        for country in pycountry.countries:
            for name in (country.name, getattr(country, "common_name", country.name)):
                names.setdefault(name_key(catalogue.gettext(name)), country.alpha_2)
    for code, short in _SHORT.items():
        names.update({name_key(name): code for name in short.split(";")})
    return names


@lru_cache(maxsize=10_000)
def read_country(text: str, *, alone: bool = False) -> str:
    """The code of the country that ``text`` names, or "".

    Codes of two and three letters count where they stand ``alone``, as in parentheses or in a
    column of a table, and are written in capitals; "US", "UK" and such count everywhere.
    """
    text = text.strip(" .,;:()[]（）。，")
    key = name_key(text)
    if not key or len(text) > 60:
        return ""
    if code := _names().get(key) or _names().get(key.removeprefix("the ")):
        return code if not text.isascii() or text[0].isupper() or text.startswith("the ") else ""
    if re.fullmatch(r"[A-Za-z]{2,3}", text):
        if text in ("UK", "USA"):
            return country_code(text) or ""
        known = alone and text.isupper() and text not in _OTHER_MEANINGS
        return (country_code(text) or "") if known else ""
    if text.isascii() and text[0].islower() and not text.startswith("the "):
        return ""
    return country_code(text) or ""
