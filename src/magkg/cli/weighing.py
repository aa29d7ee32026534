"""The verbs of who weighs a graph: why a strength is what it is, and what would fall."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from magkg.cli.common import GraphOption, JsonOption, app, form, open_graph, print_json


class Ladder(StrEnum):
    """How a ladder is printed."""

    text = "text"
    json = "json"
    markdown = "markdown"


@app.command(epilog="Example: magkg why guide-nerve-health#evidence-2011-regeneration")
def why(
    name: Annotated[
        str,
        typer.Argument(metavar="CLAIM|PROPOSITION", help="SLUG#name, an IRI, or prop:HEX."),
    ],
    graph: GraphOption = None,
    output: Annotated[Ladder, typer.Option("--format", help="How to print.")] = Ladder.text,
    as_json: JsonOption = False,
) -> None:
    """Explain a strength step by step: cited, held, assumed, and what would change it."""
    from magkg.use import why_text

    written = form(output, as_json)
    with open_graph(graph) as opened:
        found = opened.why(name)
    if written == "json":
        print_json(found.as_json())
    elif written == "markdown":
        typer.echo(why_text.as_markdown(found))
    else:
        typer.echo(why_text.as_text(found))


@app.command(epilog="Example: magkg without pan-2011")
def without(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE|STUDY...", help="Names; src:NAME or study:NAME where one is both."
        ),
    ],
    graph: Annotated[
        str | None,
        typer.Option("--graph", metavar="DIR", help="A built graph; an endpoint will not do."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what falls if a source or a study is withdrawn: support, strengths, verdicts."""
    from magkg.use import show

    with open_graph(graph) as opened, show.progress("deriving the graph without it"):
        found = opened.without(*names)
    if as_json:
        print_json(found.as_json())
    else:
        typer.echo(found.text())
