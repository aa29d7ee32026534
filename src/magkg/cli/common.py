"""The application that the verbs join, the options they share, and how they print."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from magkg.errors import InputError

if TYPE_CHECKING:
    from magkg.errors import Finding
    from magkg.use.graph import Graph

app = typer.Typer(
    name="magkg",
    help="A claim-level evidence knowledge graph: who claims what, where, on what evidence.",
    epilog="Begin with: magkg demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """How an answer is printed: rows, or the triples of a CONSTRUCT."""

    table = "table"
    csv = "csv"
    tsv = "tsv"
    json = "json"
    markdown = "markdown"
    turtle = "turtle"
    ntriples = "ntriples"
    jsonld = "jsonld"
    rdfxml = "rdfxml"
    trig = "trig"
    nquads = "nquads"


class Output(StrEnum):
    """How findings and objects are printed."""

    table = "table"
    json = "json"


class OnError(StrEnum):
    """What a build does with a faulty claim."""

    stop = "stop"
    skip = "skip"


class Engine(StrEnum):
    """What asks a built graph."""

    auto = "auto"
    oxigraph = "oxigraph"
    columnar = "columnar"


GraphOption = Annotated[
    str | None,
    typer.Option("--graph", metavar="DIR|URL", help="A built graph, or a SPARQL endpoint."),
]
SourcesOption = Annotated[
    str | None,
    typer.Option(
        "--sources", metavar="DIR", envvar="MAGKG_SOURCES", help="Folder with SLUG.txt texts."
    ),
]
EngineOption = Annotated[
    Engine,
    typer.Option("--engine", help="What answers queries of a built graph; auto goes by its size."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON; the same as --format json.")]
OutputOption = Annotated[Output, typer.Option("--format", help="How to print.")]
PathsArgument = Annotated[
    list[Path] | None, typer.Argument(metavar="PATH...", help="Files or folders; else all.")
]


def form(output: StrEnum, as_json: bool) -> str:
    """Give the format that was asked for; refuse another one beside ``--json``."""
    if as_json and output.value not in ("json", next(iter(type(output))).value):
        raise InputError(f"--json and --format {output.value} are two formats", hint="Name one.")
    return "json" if as_json else output.value


def print_json(value: object) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def warn(message: str) -> None:
    """Say something beside the answer, on standard error."""
    typer.echo(f"magkg: {message}", err=True)


def located(place: str | None) -> Path | str:
    """Find the graph that ``--graph`` means; build the bundled one where it is not yet."""
    from magkg.store import places
    from magkg.use import show

    with show.progress("building the bundled graph, once") as step:
        return places.locate(place, progress=step, notice=warn)


def open_graph(
    place: str | None,
    timeout: float | None = None,
    engine: Engine = Engine.auto,
) -> Graph:
    """Open the graph that ``--graph`` means; arguments are those of ``magkg.open``."""
    from magkg.use import graph

    return graph.open(located(place), timeout=timeout, engine=engine.value, notice=warn)


def print_findings(findings: tuple[Finding, ...], as_json: bool) -> None:
    """Print findings, one a line or as JSON."""
    if as_json:
        print_json({"findings": [finding.as_json() for finding in findings]})
        return
    for finding in findings:
        typer.echo(str(finding))


def _version(wanted: bool) -> None:
    if wanted:
        from magkg import resources

        typer.echo(f"magkg {resources.version()}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Hold the options of magkg itself."""
