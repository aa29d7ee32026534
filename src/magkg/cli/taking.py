"""The verb of who takes a subgraph away: export."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from magkg.cli.common import Engine, EngineOption, GraphOption, app, open_graph, print_json
from magkg.errors import InputError
from magkg.use.select.language import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph

_WORDS = " ".join(f"--{word} {takes}" for word, takes in WORDS.items())
_EPILOG = f"""Words of the selection (repeat one for alternatives, put --not- before it to negate):
{_WORDS}; and --expand narrower, --hops N. What each means: docs/selecting.md; what each format
carries: docs/formats.md. Example: magkg export --format graphml --concept magnesium-oxide
--not-kind advice"""

OutOption = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|DIR|-",
        help="Where; named by version and digest if left out. A format of several files takes a "
        "DIR that is new or empty.",
    ),
]
ViewOption = Annotated[
    str, typer.Option(metavar="VIEW", help="Network: propositions, claims or provenance.")
]


@app.command(
    epilog=_EPILOG,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def export(
    context: typer.Context,
    form: Annotated[
        str | None, typer.Option("--format", metavar="F", help="Which format; see --list.")
    ] = None,
    out: OutOption = None,
    graph: GraphOption = None,
    view: ViewOption = "propositions",
    neo4j: Annotated[bool, typer.Option("--neo4j", help="CSV with the headers of Neo4j.")] = False,
    spreadsheet: Annotated[
        bool, typer.Option("--spreadsheet", help="CSV in which no cell is run as a formula.")
    ] = False,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Private key to sign nanopublications.")
    ] = None,
    title: Annotated[str, typer.Option(metavar="TEXT", help="Heading of a picture.")] = "",
    engine: EngineOption = Engine.auto,
    listing: Annotated[bool, typer.Option("--list", help="Show the formats.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was written as JSON.")
    ] = False,
) -> None:
    """Take claims away in the format of the next tool: all, or those that --WORD VALUE selects."""
    from magkg.use.asking import pairs
    from magkg.use.export.formats import FORMATS, Options, find
    from magkg.use.select.language import select

    if listing:
        typer.echo("\n".join(f"{each.name:<10} {each.about}" for each in FORMATS.values()))
        return
    if form is None:
        raise InputError("no format was named", hint="See them with: magkg export --list")
    find(form)
    selection = select(pairs(context.args))
    with open_graph(graph, engine=engine) as opened, _progress() as tell:
        options = Options(view, neo4j, spreadsheet, key, title, tell)
        _write(opened.subgraph(selection), form, out, options, as_json)


def _write(subgraph: Subgraph, form: str, out: str | None, options: Options, as_json: bool) -> None:
    from magkg.use.export.exporting import export as write
    from magkg.use.export.exporting import export_to

    if not len(subgraph):
        raise InputError(
            f"no claim matches this selection: {subgraph.selection}",
            hint="Ask for less, such as one word of it; `magkg query claims` lists all claims.",
        )
    if out == "-":
        written = export_to(subgraph, form, sys.stdout.buffer, options)
        typer.echo(f"magkg: {written.text()}", err=True)
        return
    written = write(subgraph, form, out, options)
    if as_json:
        places = {"path": written.path, "manifest": written.manifest}
        told = {name: None if place is None else str(place) for name, place in places.items()}
        print_json({**told, "counts": dict(written.counts)})
    else:
        typer.echo(written.text())


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal while claims are written; it leaves no trace."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("exporting", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
