"""The API described for machines: OpenAPI 3.1, written by hand and held against the answers."""

from __future__ import annotations

from typing import Any

from archive.version import podium_version
from web.asked import DEFAULT_LIMIT, DEFAULT_SUGGESTIONS, LARGEST_LIMIT
from web.machines.api_schemas import SCHEMAS, TEXT, Schema, listed, ref

_ANY = {"type": "string", "description": "What is no such number is as if it were not given."}


def openapi_document() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Podium",
            "version": podium_version(),
            "summary": "An archive of talks, searched by what was said and who said it.",
            "description": "Anonymous and read-only. Times are milliseconds from the start of a"
            " recording. A query is never an error: `notes` say how it was read.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/api/v1/search": {"get": _search()},
            "/api/v1/complete": {"get": _complete()},
            "/api/v1/talks": {"get": _talks()},
            "/api/v1/talks/{slug}": {"parameters": [_SLUG], "get": _talk()},
            "/api/v1/talks/{slug}/moments": {"parameters": [_SLUG], "get": _moments()},
            "/api/v1/health": {"get": _health()},
            "/api/v1/openapi.json": {"get": _description()},
        },
        "components": {"schemas": SCHEMAS, "responses": _RESPONSES, "headers": _HEADERS},
    }


def _search() -> dict[str, Any]:
    filters = [
        _many(name, meaning)
        for name, meaning in (
            ("speaker", "Slug, or words of a name."),
            ("event", "Slug, or words of a title."),
            ("language", "BCP 47; `pt` covers `pt-BR`."),
            ("country", "ISO 3166 code, or name."),
            ("year", "Of the talk, else of its event."),
        )
    ]
    spoken = "`speech` leaves out talks in whose programme alone it stands."
    order = "`date` for the newest talks first."
    return {
        "operationId": "search",
        "summary": "Talks in which it was said, with their best moments",
        "parameters": [
            _query("q", TEXT, "The query, as `podium search` reads it."),
            *filters,
            _query("in", {"type": "string", "examples": ["speech"]}, spoken),
            _query("sort", {"type": "string", "examples": ["relevance", "date"]}, order),
            _number("limit", DEFAULT_LIMIT, 1, LARGEST_LIMIT, "How many talks."),
            _number("offset", 0, 0, None, "How many talks to pass over."),
        ],
        "responses": _answers("Results", "An answer, which may be empty.", "503"),
    }


def _complete() -> dict[str, Any]:
    return {
        "operationId": "complete",
        "summary": "Speakers, events and talks that somebody may be about to type",
        "parameters": [
            _query("q", TEXT, "What was typed so far."),
            _number("limit", DEFAULT_SUGGESTIONS, 1, 20, "How many suggestions."),
        ],
        "responses": _answers("Suggestions", "The best first."),
    }


def _talks() -> dict[str, Any]:
    return {
        "operationId": "talks",
        "summary": "All talks with their states",
        "responses": {
            "200": _ok(listed(ref("Talk")), "In the order of their programmes."),
            **_common(),
        },
    }


def _talk() -> dict[str, Any]:
    return {
        "operationId": "talk",
        "summary": "One talk with its transcript, word by word",
        "responses": _answers("TalkDetail", "The talk.", "301", "404"),
    }


def _moments() -> dict[str, Any]:
    return {
        "operationId": "moments",
        "summary": "All moments of a query in one talk",
        "parameters": [_query("q", TEXT, "The query.")],
        "responses": _answers("Moments", "In the order of time.", "301", "404", "503"),
    }


def _health() -> dict[str, Any]:
    return {
        "operationId": "health",
        "summary": "Whether search answers, and how far the index is behind",
        "responses": {
            "200": _ok(ref("Health"), "Search can answer."),
            "304": {"$ref": "#/components/responses/304"},
            "503": _ok(ref("Health"), "Search cannot answer."),
        },
    }


def _description() -> dict[str, Any]:
    return {
        "operationId": "openapi",
        "summary": "This description",
        "responses": {"200": _ok({"type": "object"}, "OpenAPI 3.1."), **_common()},
    }


_SLUG: dict[str, Any] = {
    "name": "slug",
    "in": "path",
    "required": True,
    "schema": TEXT,
    "description": "The talk's slug; one of before answers 301.",
}
_HEADERS: dict[str, Any] = {
    "ETag": {
        "schema": TEXT,
        "description": "Give it back as If-None-Match: as long as it holds, the answer is 304.",
    },
    "Retry-After": {"schema": {"type": "integer", "minimum": 1}, "description": "In seconds."},
}
_RETRY = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
_ERROR: dict[str, Any] = {"application/json": {"schema": ref("Error")}}
_RESPONSES: dict[str, Any] = {
    "301": {
        "description": "The talk has another slug now.",
        "headers": {"Location": {"schema": TEXT}},
    },
    "304": {"description": "What was given as If-None-Match still holds."},
    "404": {"description": "There is no such talk.", "content": _ERROR},
    "429": {"description": "Asked too often.", "headers": _RETRY, "content": _ERROR},
    "503": {"description": "Search cannot answer now.", "headers": _RETRY, "content": _ERROR},
}


def _answers(schema: str, meaning: str, *others: str) -> dict[str, Any]:
    more = {status: {"$ref": f"#/components/responses/{status}"} for status in others}
    return {"200": _ok(ref(schema), meaning), **_common(), **more}


def _common() -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in ("304", "429")}


def _ok(schema: Schema, meaning: str) -> dict[str, Any]:
    return {
        "description": meaning,
        "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
        "content": {"application/json": {"schema": schema}},
    }


def _query(name: str, schema: Schema, meaning: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": meaning}


def _many(name: str, meaning: str) -> dict[str, Any]:
    several = f"{meaning} Given more than once, any of the values."
    return {**_query(name, listed(TEXT), several), "style": "form", "explode": True}


def _number(name: str, default: int, least: int, most: int | None, meaning: str) -> dict[str, Any]:
    number: Schema = {"type": "integer", "minimum": least, "default": default}
    if most is not None:
        number["maximum"] = most
    drawn = f"{meaning} Numbers out of range are drawn into it."
    return _query(name, {"anyOf": [number, _ANY]}, drawn)
