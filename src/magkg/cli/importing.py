"""The verb of who brings claims from elsewhere: import."""

from __future__ import annotations

from enum import StrEnum
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


class Matching(StrEnum):
    """By what a concept of others is one of the project's."""

    by_iri = "by-iri"
    by_label = "by-label"


Table = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="A table (.csv, .tsv, .jsonl, .parquet), or nanopublications (.trig, .nq, .xml, or a"
        " folder of such files).",
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
    typer.Option(
        "--date", metavar="DATE", help="The day of the import, as it is to be recorded: 2026-01-31."
    ),
]
Faulty = Annotated[OnError, typer.Option(help="Stop at bad rows, writing nothing; or skip them.")]
Concepts = Annotated[
    Matching,
    typer.Option(
        help="Of nanopublications: by-label takes your concept of the same label and kind."
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Write nothing; say what would be written.")
]
Into = Annotated[
    Path | None,
    typer.Option("--into", metavar="DIR", help="A built graph, in place of graphs/imported/."),
]


@app.command(
    name="import",
    epilog="Examples: magkg import trials.csv --mapping trials.toml --sources texts; "
    "magkg import claims.trig --date 2026-01-31. docs/import.md says how a mapping is written.",
)
def import_(
    file: Table,
    mapping: Mapping = None,
    source: Source = None,
    sources: SourcesOption = None,
    date: Date = None,
    on_error: Faulty = OnError.stop,
    concepts: Concepts = Matching.by_iri,
    dry_run: DryRun = False,
    into: Into = None,
    output: OutputOption = Output.table,
    as_json: JsonOption = False,
) -> None:
    """Import claims from a table by a mapping, or from nanopublications.

    Exit 1 where bad rows stop it.
    """
    from magkg.use import importing, show

    how = form(output, as_json)
    try:
        with show.progress("importing") as step:
            report = importing.import_claims(
                file, mapping, source, sources=sources, date=date, on_error=on_error.value,
                dry_run=dry_run, into=into, concepts=concepts.value, progress=step,
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
