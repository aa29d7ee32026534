"""The query operation of the SPARQL 1.1 Protocol: from a request to a job, or to a refusal."""

from __future__ import annotations

import re
from collections.abc import Collection
from http import HTTPStatus
from urllib.parse import parse_qsl

from magkg.errors import InputError
from magkg.store.interface import DEFAULT_GRAPH, form
from magkg.web import gate
from magkg.web.messages import Answer, Job, Pairs
from magkg.web.problems import of_error, problem
from magkg.web.sparql import forms, lexer

__all__ = ["ALLOW", "read", "refusal"]

ALLOW = "GET, HEAD, POST, OPTIONS"
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
# A request has no use for more parameters than these.
_MOST = 1000
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:+-]+)", re.IGNORECASE)
_OWN = ("type", "title", "status", "detail", "hint")
_DEFAULT, _NAMED = "default-graph-uri", "named-graph-uri"


class _Refused(Exception):
    """A request that is answered at once."""

    def __init__(self, status: int, detail: str, hint: str = "", **headers: str) -> None:
        super().__init__(detail)
        self.answer = problem(status, detail, hint, headers)


def read(
    method: str,
    params: Pairs,
    content_type: str,
    body: bytes,
    accept: str,
    graphs: Collection[str],
) -> Job | Answer:
    """Read a request to the endpoint: a job for a worker, or the problem document that refuses it.

    ``params`` are those of the URL, decoded; ``graphs`` the names of the named graphs that are
    held. A GET without a query asks for the service description: a job without a text. The job
    says in its ``params`` which graphs the query sees, if the request or the query names any; its
    ``base`` is for the caller to set.
    """
    try:
        if method in ("GET", "HEAD"):
            given = params
        elif method == "POST":
            given = _posted(params, content_type, body)
        else:
            raise _Refused(
                HTTPStatus.METHOD_NOT_ALLOWED,
                f"this endpoint takes no {method[:20]}",
                "Ask with GET or POST; nothing can be changed here.",
                Allow=ALLOW,
            )
        return _job(given, accept, graphs, described=method != "POST")
    except _Refused as refused:
        return refused.answer
    except InputError as error:
        return refusal(error)


def refusal(error: InputError) -> Answer:
    """Give the problem document of an error: 400, whatever it is that is not known."""
    found = of_error(error)
    more = {each: found[each] for each in found if each not in _OWN}
    return problem(HTTPStatus.BAD_REQUEST, error.message, error.hint, **more)


def _posted(params: Pairs, content_type: str, body: bytes) -> Pairs:
    kind, _, rest = content_type.partition(";")
    kind = kind.strip().lower()
    if kind == _UPDATE:
        raise _read_only()
    if kind not in (_FORM, _QUERY):
        raise _Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"a query is not read from {kind[:80] or 'a body without Content-Type'}",
            f"Send it as {_QUERY}, or as query=... in {_FORM}.",
        )
    charset = _CHARSET.search(rest)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise _Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{charset[1]} is not read", "Send UTF-8."
        )
    try:
        text = body.decode()
        if kind == _QUERY:
            return (*params, ("query", text))
        found = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST)
    except UnicodeDecodeError as error:
        raise InputError(f"the body is not UTF-8 at byte {error.start}") from None
    except ValueError:
        raise InputError(f"the body has more than {_MOST} parameters") from None
    return (*params, *found)


def _job(given: Pairs, accept: str, graphs: Collection[str], *, described: bool) -> Job | Answer:
    if any(name == "update" for name, _ in given):
        raise _read_only()
    asked = [value for name, value in given if name == "query"]
    wanted = next((value for name, value in given if name in ("format", "output") and value), "")
    if not asked and described:
        return Job("sparql", form=_media_type("describe", accept, wanted))
    if len(asked) != 1:
        raise InputError(
            f"{len(asked)} queries where one is needed", hint="Send it as query=..., once."
        )
    text = asked[0]
    if not text.strip():
        raise InputError("the query is empty", hint="For example: SELECT * { ?s ?p ?o } LIMIT 10")
    if len(text) <= gate.LONGEST and form(text) == "update":
        raise _read_only()
    gate.refuse(text)
    media_type = _media_type(form(text), accept, wanted)
    return Job("sparql", form=media_type, params=_dataset(given, text, graphs), text=text)


def _media_type(query_form: str, accept: str, wanted: str) -> str:
    if wanted:
        return forms.named(query_form, wanted)
    found = forms.offers(query_form, accept)
    if found is None:
        raise _Refused(
            HTTPStatus.NOT_ACCEPTABLE,
            "this answer is written in none of the media types that are accepted",
            f"There are: {', '.join(forms.for_form(query_form))}.",
        )
    return found


def _dataset(given: Pairs, text: str, graphs: Collection[str]) -> Pairs:
    """Give the graphs that a query sees; those of the request go before those of its text."""
    found = [(name, value) for name, value in given if name in (_DEFAULT, _NAMED)]
    if not found:
        default, named = lexer.graphs(text)
        found = [(_DEFAULT, each) for each in default] + [(_NAMED, each) for each in named]
    for name, value in found:
        if value in graphs or (value == DEFAULT_GRAPH and name == _DEFAULT):
            continue
        held = ", ".join(f"<{each}>" for each in sorted(graphs)) or "no named graph"
        raise InputError(
            f"there is no graph <{value[:200]}> here, and this endpoint fetches nothing",
            hint=f"It holds {held}, and the default graph"
            + (f" (as a default graph: <{DEFAULT_GRAPH}>)." if name == _DEFAULT else "."),
        )
    return tuple(dict.fromkeys(found))


def _read_only() -> _Refused:
    return _Refused(
        HTTPStatus.FORBIDDEN,
        "this endpoint is read-only: no update is carried out",
        "Ask with SELECT, ASK, CONSTRUCT or DESCRIBE.",
    )
