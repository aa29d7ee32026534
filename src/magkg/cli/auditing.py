"""The verb of who doubts a graph: audit."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from magkg.cli.common import (
    Engine,
    EngineOption,
    GraphOption,
    JsonOption,
    app,
    form,
    open_graph,
)


class Report(StrEnum):
    """How an audit is written."""

    table = "table"
    json = "json"
    html = "html"
    markdown = "markdown"


@app.command(epilog="Example: magkg audit --format html --out audit.html")
def audit(
    graph: GraphOption = None,
    source: Annotated[
        str | None, typer.Option(metavar="SLUG", help="Only what concerns a source.")
    ] = None,
    concept: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only what concerns a concept.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="Only findings of this kind; repeat.")
    ] = None,
    dismissed: Annotated[
        bool, typer.Option("--dismissed", help="Show rejected findings: who, why and when.")
    ] = False,
    output: Annotated[Report, typer.Option("--format", help="How to write.")] = Report.table,
    as_json: JsonOption = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write into a file, not to the terminal.")
    ] = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND", help="Exit 1 on such findings: any, high|medium|low, or a kind; repeat."
        ),
    ] = None,
    engine: EngineOption = Engine.auto,
) -> None:
    """Look for what does not hold together, and report it: a list, or a page to print and send."""
    from magkg.use.audit import write

    written = form(output, as_json)
    with open_graph(graph, engine=engine) as opened:
        found = opened.audit(source=source, concept=concept, kinds=kind or ())
        # A misspelt name must not pass for "nothing failed".
        failing = found.failing(*(fail_on or ()))
        write(found, written, sys.stdout if out is None else out, dismissed=dismissed)
    if failing:
        raise typer.Exit(1)
