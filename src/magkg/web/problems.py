"""Errors as problem documents (RFC 9457) that say what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from magkg.errors import (
    InputError,
    MagkgError,
    QueryTimeout,
    StoreUnavailable,
    SyntaxFault,
    UnknownName,
)
from magkg.web.messages import Answer

__all__ = ["MEDIA_TYPE", "document", "of_error", "problem"]

MEDIA_TYPE = "application/problem+json"


def document(status: int, detail: str, hint: str = "", **more: Any) -> dict[str, Any]:
    """Give a problem as an object: type, title, status, detail, and in ``hint`` the next step."""
    found = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return {**found, "detail": detail, **({"hint": hint} if hint else {}), **more}


def problem(
    status: int, detail: str, hint: str = "", headers: Mapping[str, str] | None = None, **more: Any
) -> Answer:
    """Give a problem as an answer."""
    body = json.dumps(document(status, detail, hint, **more), ensure_ascii=False).encode()
    return Answer(status, MEDIA_TYPE, body, tuple((headers or {}).items()))


def of_error(error: MagkgError) -> dict[str, Any]:
    """Give the problem that an error of magkg is, with its data as members."""
    more: dict[str, Any] = {}
    if isinstance(error, UnknownName):
        more = {"what": error.what, "name": error.name, "suggestions": error.suggestions}
    elif isinstance(error, SyntaxFault):
        more = {"line": error.line, "column": error.column}
    return document(_status(error), error.message, error.hint, **more)


def _status(error: MagkgError) -> int:
    match error:
        case UnknownName():
            return HTTPStatus.NOT_FOUND
        case InputError():
            return HTTPStatus.BAD_REQUEST
        case QueryTimeout() | StoreUnavailable():
            return HTTPStatus.SERVICE_UNAVAILABLE
        case _:
            return HTTPStatus.INTERNAL_SERVER_ERROR
