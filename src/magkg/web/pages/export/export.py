"""Take away: a form over the selection language, and the chosen claims in each format as a file."""

from __future__ import annotations

import io
import tempfile
import zipfile
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from magkg.errors import InputError, MagkgError
from magkg.use.export.exporting import default_name, export_to
from magkg.use.export.exporting import export as export_folder
from magkg.use.export.formats import FORMATS, VIEWS, Format, Options, find
from magkg.web.pages.export import selecting
from magkg.web.pages.page import Download, Page
from magkg.web.pages.shared import cards
from magkg.web.problems import document, of_error

if TYPE_CHECKING:
    from magkg.use.select.subgraph import Subgraph
    from magkg.web.pages.page import Context

__all__ = ["doors", "export"]

# Parameters that are no words of the selection: which format, and what is told to it.
_OPTIONS = ("format", "view", "spreadsheet", "neo4j", "title")
# The first claims of a selection are shown, so that one sees what it takes.
_SHOWN = 8
_GROUPS = {
    "rdf": "RDF, for triple stores and RDF tools",
    "exchange": "Exchange with other graphs of claims",
    "network": "Networks",
    "table": "Tables",
    "release": "A whole release",
    "reference": "Bibliographies",
    "picture": "Pictures",
}
_MEDIA = {
    "turtle": "text/turtle; charset=utf-8",
    "trig": "application/trig",
    "nquads": "application/n-quads",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
    "rdf12": "text/turtle; charset=utf-8",
    "nanopub": "application/trig",
    "va-spec": "application/json",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "cytoscape": "application/json",
    "bibtex": "application/x-bibtex; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json",
    "svg": "image/svg+xml",
    "png": "image/png",
}
_PLAIN: dict[str, Any] = {"view": "", "title": "", "spreadsheet": False, "neo4j": False}
_ZIP = "application/zip"
# The oldest day that a ZIP file can hold: the same selection gives the same bytes.
_DAY = (1980, 1, 1, 0, 0, 0)


def doors(context: Context) -> Page:
    """Show the form, what the selection takes, and the formats it can be taken in."""
    data: dict[str, Any] = {"fault": None, "claims": 0, "first": [], "views": VIEWS}
    title, selection, status = "Take away", None, 200
    words: selecting.Chosen = {}
    options, form = dict(_PLAIN), "turtle"
    try:
        options, form = _said(context), find(context.one("format") or "turtle").name
        words, wanted = selecting.chosen(context, _OPTIONS)
        subgraph = context.graph.subgraph(wanted)
        data |= {"claims": len(subgraph), "selection": str(wanted)}
        data["first"] = cards.claims(context.graph.store, subgraph.claims[:_SHOWN])
        selection = wanted
    except MagkgError as error:
        data["fault"] = of_error(error)
        status = data["fault"]["status"]
    pairs = [(name, each) for name, held in words.items() for each in held]
    data |= {
        "words": {name: list(held) for name, held in words.items()},
        "fields": selecting.fields(context.graph, words),
        "options": options,
        "format": form,
        "formats": _formats(pairs, options),
        "command": selecting.command(words, form),
        "python": selecting.python(words, form),
        "drawn": find_spec("resvg_py") is not None,
    }
    return Page("export.html", title, data, selection=selection, status=status)


def export(context: Context) -> Page:
    """Give the chosen claims as a file; several files come as one ZIP with their manifest."""
    form = find(context.args[0])
    if form.name == "png" and find_spec("resvg_py") is None:
        detail = "PNG needs resvg-py, which is not installed where this site is served"
        found = document(HTTPStatus.NOT_IMPLEMENTED, detail, "Take svg, which a browser draws.")
        return Page("error.html", "Not at hand", found, status=found["status"])
    _, selection = selecting.chosen(context, _OPTIONS)
    said = _said(context)
    options = Options(**{name: value for name, value in said.items() if value})
    form.check(options)
    subgraph = context.graph.subgraph(selection)
    if not subgraph.claims:
        raise InputError(
            f"no claim matches this selection: {selection}",
            hint="Ask for less, such as one word of it.",
        )
    name = default_name(subgraph, form, options.view)
    title = f"Export as {form.name}"
    made = _zipped(subgraph, form, name, options) if form.folder else _file(
        subgraph, form, name, options
    )  # fmt: skip
    return Page("export.html", title, {}, download=made)


def _said(context: Context) -> dict[str, Any]:
    """Read what is told to a format."""
    found: dict[str, Any] = {"view": context.one("view"), "title": context.one("title")[:200]}
    for name in ("spreadsheet", "neo4j"):
        found[name] = context.one(name) in ("yes", "true", "1", "on")
    return found


def _formats(pairs: list[tuple[str, str]], options: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the formats by group, each with the URL of the file and what it is for."""
    found: dict[str, list[dict[str, Any]]] = {group: [] for group in _GROUPS}
    for form in FORMATS.values():
        told = [
            (name, "yes" if value is True else value)
            for name, value in options.items()
            if value and name in form.takes
        ]
        query = urlencode([*pairs, *told])
        found[form.module.partition(".")[0]].append(
            {
                "name": form.name,
                "about": form.about,
                "file": ".zip" if form.folder else form.suffix,
                "url": f"/export/{form.name}{f'?{query}' if query else ''}",
            }
        )
    return [{"label": _GROUPS[name], "formats": held} for name, held in found.items()]


def _file(subgraph: Subgraph, form: Format, name: str, options: Options) -> Download:
    out = io.BytesIO()
    export_to(subgraph, form.name, out, options)
    return Download(name, _MEDIA[form.name], out.getvalue())


def _zipped(subgraph: Subgraph, form: Format, name: str, options: Options) -> Download:
    """Write a format of several files, and pack it: names sorted, no time, no rights."""
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as held:
        top = Path(held)
        export_folder(subgraph, form.name, top / name, options)
        files = sorted(each for each in top.rglob("*") if each.is_file())
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in files:
                entry = zipfile.ZipInfo(path.relative_to(top).as_posix(), _DAY)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                packed.writestr(entry, path.read_bytes())
    return Download(f"{name}.zip", _ZIP, out.getvalue())
