"""Answers a query inside a worker: a SPARQL text, or a shipped query by name."""

from __future__ import annotations

import io
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any

from magkg.errors import InputError, MagkgError, SyntaxFault, UnknownName, meant
from magkg.store.interface import Dataset, Solutions
from magkg.store.syntax import UNDECLARED
from magkg.use import catalogue
from magkg.use.binding import Unfit
from magkg.use.export.rdf import answer as rdf
from magkg.use.export.rdf.lines import line
from magkg.web.messages import Answer, Job, Pairs
from magkg.web.problems import of_error, problem
from magkg.web.sparql import description, forms, results
from magkg.web.sparql.results import Limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from magkg.store.interface import Triple
    from magkg.use.graph import Graph
    from magkg.web.settings import Settings

__all__ = ["answer"]

# What the front reads of the parameters, and no query.
_OWN = frozenset(("format", "output"))
_LIMITED = "X-Magkg-Limited"
# How many bytes of N-Triples one byte of the shortest other syntax may stand for.
_SHORTER = 8
_PROBLEM = ("type", "title", "status", "detail", "hint")
_HASHED = ("turtle", "ntriples", "nquads", "trig")


def answer(graph: Graph, job: Job, settings: Settings) -> Answer:
    """Answer a job of the kinds ``sparql`` and ``query``, whole, or with a problem document.

    A job of kind ``query`` may name its form as a media type, a short name, or an Accept header.
    An answer that a limit of ``settings`` ended has the headers X-Magkg-Limited (``rows=N``
    or ``bytes=N``: the limit) and Warning.
    """
    limit = Limit(settings.rows, settings.largest)
    try:
        if job.kind == "query":
            return _named(graph, job, limit)
        if not job.text:
            found = description.describe(graph, job.base or "http://localhost")
            return _triples(found, job.form, limit, description.PREFIXES)
        return _asked(graph, job, limit)
    except MagkgError as error:
        return _failed(error)


def _asked(graph: Graph, job: Job, limit: Limit) -> Answer:
    # Relative IRIs are resolved against the endpoint (RFC 3986, section 5.1.3).
    lead = f"BASE <{job.base}/sparql> " if job.base else ""
    text, store, seen = lead + job.text, graph.engine, _dataset(job.params)
    query = catalogue.Query("", None, "", "", (), (), job.text)
    try:
        match query.form:
            case "ask":
                return _boolean(store.ask(text, graph.timeout, seen), job.form)
            case "construct" | "describe":
                found = store.construct(text, graph.timeout, seen)
                return _triples(found, job.form, limit, graph.prefixes)
            case _:
                return _rows(store.select(text, graph.timeout, seen), job.form, limit)
    except SyntaxFault as fault:
        raise _placed(fault, lead, graph.prefixes) from None


def _dataset(params: Pairs) -> Dataset | None:
    default = tuple(value for name, value in params if name == "default-graph-uri")
    named = tuple(value for name, value in params if name == "named-graph-uri")
    return Dataset(default, named) if default or named else None


def _named(graph: Graph, job: Job, limit: Limit) -> Answer:
    query = catalogue.find(job.path, graph.project)
    form = _media_type(query.form, job.form)
    values: dict[str, Any] = {}
    for name, value in job.params:
        if name not in _OWN and value:
            values.setdefault(name.replace("-", "_"), []).append(value)
    values = {name: held[0] if len(held) == 1 else held for name, held in values.items()}
    match query.form:
        case "ask":
            return _boolean(graph.ask(query, **values), form)
        case "construct" | "describe":
            return _triples(graph.construct(query, **values), form, limit, graph.prefixes)
        case _:
            rows = graph.query(query, **values)
            found = Solutions(rows.variables, rows.stream())
            return _rows(found, form, limit)


def _media_type(query_form: str, wanted: str) -> str:
    if wanted in forms.for_form(query_form):
        return wanted
    if wanted and "/" not in wanted:
        return forms.named(query_form, wanted)
    found = forms.offers(query_form, wanted)
    if found is None:
        known = ", ".join(forms.for_form(query_form))
        raise NotAcceptable(
            f"this answer is not written as {wanted[:200]}", hint=f"There are: {known}."
        )
    return found


class NotAcceptable(InputError):
    """An answer that no media type fits."""


def _boolean(value: bool, media_type: str) -> Answer:
    body = results.boolean(value, forms.ROWS[media_type])
    return Answer(HTTPStatus.OK, forms.charset(media_type), body)


def _rows(found: Solutions, media_type: str, limit: Limit) -> Answer:
    body, limited = results.rows(found, forms.ROWS[media_type], limit)
    return Answer(HTTPStatus.OK, forms.charset(media_type), body, _flag(limited))


def _triples(
    found: Iterable[Triple], media_type: str, limit: Limit, prefixes: Mapping[str, str]
) -> Answer:
    writer = forms.TRIPLES[media_type]
    held, limited = _first(found, limit)
    body = _written(held, writer, prefixes)
    # The note at the end counts as well. Each time it is less, so it ends.
    while len(body) + len(_note(limited, writer)) > limit.largest:
        limited = f"bytes={limit.largest}"
        held = held[: min(len(held) - 1, len(held) * limit.largest // len(body))]
        body = _written(held, writer, prefixes)
    body += _note(limited, writer)
    return Answer(HTTPStatus.OK, forms.charset(media_type), body, _flag(limited))


def _note(limited: str, writer: str) -> bytes:
    """Give the comment that says which limit ended an answer, where its syntax has comments."""
    if not limited or writer not in _HASHED:
        return b""
    return f"# magkg: limited, {limited}; there is more\n".encode()


def _first(found: Iterable[Triple], limit: Limit) -> tuple[list[Triple], str]:
    """Give the triples up to a limit, each once, and which limit that was."""
    held: list[Triple] = []
    size = 0
    source = rdf.distinct(found)
    for triple in islice(source, limit.rows):
        size += len(line(triple)) + 1
        if size > limit.largest * _SHORTER:
            return held, f"bytes={limit.largest}"
        held.append(triple)
    more = len(held) == limit.rows and next(source, None) is not None
    return held, f"rows={limit.rows}" if more else ""


def _written(triples: Iterable[Triple], writer: str, prefixes: Mapping[str, str]) -> bytes:
    out = io.StringIO(newline="")
    rdf.write(triples, writer, out, prefixes)
    return out.getvalue().encode()


def _flag(limited: str) -> Pairs:
    """Give the headers of an answer that a limit ended: which limit, and what that means."""
    if not limited:
        return ()
    what, _, most = limited.partition("=")
    told = f"the answer is cut at {int(most):,} {what}: LIMIT and OFFSET give it in parts"
    return ((_LIMITED, limited), ("Warning", f'199 magkg "{told}"'))


def _placed(fault: SyntaxFault, lead: str, prefixes: Mapping[str, str]) -> SyntaxFault:
    """Give a fault its place in the text as it was sent, without what was put before it."""
    message, column, hint = fault.reason, fault.column, fault.hint
    if lead and fault.line == 1 and column is not None:
        message = message.replace(lead, "").replace(" " * len(lead), "", 1)
        message = message.replace(f"column {column}", f"column {column - len(lead)}")
        column -= len(lead)
    if UNDECLARED in message:
        hint = _declare(message, prefixes) or hint
    return SyntaxFault(message, line=fault.line, column=column, hint=hint)


def _declare(message: str, prefixes: Mapping[str, str]) -> str:
    """Give the PREFIX line that is missing, where the graph knows the prefix."""
    shown = message.split("\n")
    at = len(shown[-1]) - 1
    name = shown[-2][at:].partition(":")[0] if len(shown) > 1 else ""
    return f"Add: PREFIX {name}: <{prefixes[name]}>" if name in prefixes else ""


def _failed(error: MagkgError) -> Answer:
    found = of_error(error)
    if isinstance(error, NotAcceptable):
        found["status"] = HTTPStatus.NOT_ACCEPTABLE
    elif isinstance(error, UnknownName) and error.what == "parameter":
        found["status"] = HTTPStatus.BAD_REQUEST
    hint = error.hint
    if isinstance(error, Unfit) and error.shows_example:
        hint = f"For example: {error.param.name}={error.param.plain}"
    elif isinstance(error, UnknownName) and error.what == "query":
        hint = meant(error.suggestions) or "/queries shows them all."
    more = {each: found[each] for each in found if each not in _PROBLEM}
    return problem(found["status"], error.message, hint, **more)
