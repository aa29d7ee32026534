"""Answers a page job: finds the page, writes it in the form that was asked for."""

from __future__ import annotations

import csv
import io
import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from magkg.errors import InputError, MagkgError, UnknownName
from magkg.web.messages import Answer, Job
from magkg.web.pages import routes
from magkg.web.pages.links import Links
from magkg.web.pages.masthead import masthead
from magkg.web.pages.page import Context, Page
from magkg.web.pages.rendering import environment
from magkg.web.problems import MEDIA_TYPE, of_error

if TYPE_CHECKING:
    from magkg.claims.sources import SourceTexts
    from magkg.use.graph import Graph

__all__ = ["FORMS", "answer"]

# Suffixes with their media types; an export format of magkg writes those of RDF.
FORMS = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "nq": "application/n-quads",
    "jsonld": "application/ld+json",
}
_EXPORTS = {"ttl": "turtle", "nq": "nquads", "jsonld": "jsonld"}
# Characters of a Link header: each link repeats the query, and proxies take 4 kB for all headers.
_LINKED = 2_500


def answer(graph: Graph, job: Job, texts: SourceTexts | None = None) -> Answer:
    """Answer a page job; an error is a page, or a problem document where no page was asked for."""
    params: dict[str, tuple[str, ...]] = {}
    for name, value in job.params:
        params[name] = (*params.get(name, ()), value)
    context = Context(graph, Links(graph.prefixes), texts, params=params, base=job.base)
    try:
        make, args = routes.find(job.path)
        context = Context(graph, context.links, texts, args, params, job.base)
        page = make(context)
        return _written(page, job, context)
    except MagkgError as error:
        return _failed(error, job, context)


def _written(page: Page, job: Job, context: Context) -> Answer:
    if page.download is not None:
        offered = (("Content-Disposition", _disposition(page.download.name)),)
        return Answer(200, page.download.media_type, page.download.body, offered)
    headers = _headers(page, job)
    if job.form == "html" and page.moved:
        to = (("Location", page.moved), *headers)
        return Answer(HTTPStatus.SEE_OTHER, "text/plain; charset=utf-8", page.moved.encode(), to)
    if job.form == "html":
        body = _html(page.template, context, job, page=page.data, title=page.title, made=page)
        return Answer(page.status, FORMS["html"], body, headers)
    if job.form == "json" and "json" not in page.files:
        body = json.dumps(page.data, ensure_ascii=False, indent=1).encode()
        return Answer(page.status, FORMS["json"], body, headers)
    if job.form == "csv" and page.table is not None:
        return Answer(200, FORMS["csv"], _csv(page), headers)
    if job.form in _EXPORTS and page.selection is not None:
        return Answer(200, FORMS[job.form], _rdf(page, job.form, context), headers)
    if job.form in page.files:
        media_type, body = page.files[job.form]()
        return Answer(200, media_type, body, headers)
    known = ", ".join(f".{each}" for each in page.suffixes)
    raise UnknownName("form of this page", f".{job.form}", (), hint=f"There are {known}.")


def _disposition(name: str) -> str:
    """Offer a file under a name in which nothing but letters, digits, dot, - and _ is left."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "magkg"
    return f'attachment; filename="{plain}"'


def _headers(page: Page, job: Job) -> tuple[tuple[str, str], ...]:
    path = page.canonical or job.path
    query = _query(job) if path == job.path else ""
    links = [f'<{path}{query}>; rel="canonical"']
    if path != "/":
        links += [
            f'<{path}.{each}{query}>; rel="alternate"; type="{FORMS[each].partition(";")[0]}"'
            for each in page.suffixes
            if each in FORMS and each != job.form
        ]
    said = ", ".join(links)
    return (("Link", said),) if len(said) <= _LINKED else ()


def _query(job: Job) -> str:
    return f"?{urlencode(job.params)}" if job.params else ""


def _html(template: str, context: Context, job: Job, **data: object) -> bytes:
    links = context.links
    shared: dict[str, object] = {"context": context, "path": links.path, "short": links.short}
    shared["site"] = masthead(context.graph)
    shared |= {"here": job.path, "query": _query(job)}
    return environment().get_template(template).render(**shared, **data).encode("utf-8", "replace")


def _csv(page: Page) -> bytes:
    assert page.table is not None
    head, rows = page.table()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def _rdf(page: Page, form: str, context: Context) -> bytes:
    from magkg.use.export.exporting import export_to

    out = io.BytesIO()
    export_to(context.graph.subgraph(page.selection), _EXPORTS[form], out)
    return out.getvalue()


def _failed(error: MagkgError, job: Job, context: Context) -> Answer:
    found = of_error(error)
    if job.form != "html":
        return Answer(found["status"], MEDIA_TYPE, json.dumps(found).encode())
    title = "Not found" if isinstance(error, UnknownName) else "This cannot be shown"
    title = "This cannot be asked" if type(error) is InputError else title
    body = _html("error.html", context, job, page=found, title=title, made=None)
    return Answer(found["status"], FORMS["html"], body)
