"""The verb of who brings claims from elsewhere: import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from magkg.cli.common import (
    JsonOption,
    OnError,
    Output,
    OutputOption,
    SourcesOption,
    app,
    form,
    print_json,
)

Table = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="A table (CSV, TSV, JSONL, Parquet), or nanopublications (TriG)."
    ),
]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", metavar="FILE", help="TOML: what each column is.")
]
Source = Annotated[
    str | None, typer.Option("--source", metavar="SLUG", help="The source that makes the claims.")
]
Date = Annotated[
    str | None,
    typer.Option("--date", metavar="DATE", help="When the set was taken over: 2026-01-31."),
]
Faulty = Annotated[OnError, typer.Option(help="Stop at bad rows, writing nothing; or skip them.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Write nothing; say what would be written.")
]
Into = Annotated[
    Path | None,
    typer.Option("--into", metavar="DIR", help="A built graph, in place of graphs/imported/."),
]


@app.command(
    name="import", epilog="Example: magkg import trials.csv --mapping trials.toml --sources texts"
)
def import_(
    file: Table,
    mapping: Mapping = None,
    source: Source = None,
    sources: SourcesOption = None,
    date: Date = None,
    on_error: Faulty = OnError.stop,
    dry_run: DryRun = False,
    into: Into = None,
    output: OutputOption = Output.table,
    as_json: JsonOption = False,
) -> None:
    """Import claims from a table by a mapping. Exit 1 where bad rows stop it."""
    from magkg.use import importing, show

    how = form(output, as_json)
    try:
        with show.progress("importing") as step:
            report = importing.import_claims(
                file, mapping, source, sources=sources, date=date, on_error=on_error.value,
                dry_run=dry_run, into=into, progress=step,
            )  # fmt: skip
    except importing.ImportStopped as stopped:
        if how != "json":
            raise
        print_json(stopped.report.as_json())
        raise typer.Exit(stopped.exit_code) from None
    if how == "json":
        print_json(report.as_json())
    else:
        typer.echo(report.text())
