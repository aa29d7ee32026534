"""The verbs of who makes a graph: lay down, anchor, format, check, build."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from magkg.cli.common import (
    JsonOption,
    OnError,
    Output,
    OutputOption,
    PathsArgument,
    SourcesOption,
    app,
    print_findings,
    print_json,
    warn,
)
from magkg.errors import FindingsError


@app.command(epilog="Example: magkg init tea --base https://example.org/tea/")
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    base: Annotated[
        str | None,
        typer.Option(metavar="IRI", help="Base of the project's IRIs, ending in '/'."),
    ] = None,
) -> None:
    """Lay down a new graph project: one source, one claim, one concept file, a README."""
    from magkg.claims import starter
    from magkg.use import verbs

    if base is None and sys.stdin.isatty():
        base = typer.prompt("Base of the IRIs", default=starter.default_base(directory))
    verbs.init(directory, base)
    typer.echo(f"{directory} is a graph project.")
    typer.echo(f"Next: cd {directory} && magkg check && magkg build")


@app.command(
    epilog='Example: magkg anchor guide-nerve-health "natural muscle relaxant" --sources texts'
)
def anchor(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The slug of a source.")],
    words: Annotated[str, typer.Argument(metavar="WORDS", help="The words of the passage.")],
    sources: SourcesOption = None,
    turtle: Annotated[bool, typer.Option(help="Print the passage as Turtle, to paste.")] = False,
    output: OutputOption = Output.table,
    as_json: JsonOption = False,
) -> None:
    """Print the offsets of a passage: every place in a source's text where the words stand."""
    from magkg.claims import anchor as anchors
    from magkg.use import verbs

    places = verbs.anchor(source, words, sources)
    if as_json or output is Output.json:
        print_json([anchors.as_json(place) for place in places])
    else:
        shown = anchors.as_turtle if turtle else anchors.as_line
        typer.echo("\n".join(shown(place) for place in places))


@app.command(name="format", epilog="Example: magkg format --check graphs/sources")
def format_(
    paths: PathsArgument = None,
    sources: SourcesOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file would change.")
    ] = False,
    reread: Annotated[
        bool,
        typer.Option("--reread", help="Take over a changed text where all passages still stand."),
    ] = False,
) -> None:
    """Write files in their canonical form, with digests filled in from the sources' texts."""
    from magkg.use import verbs

    changed = verbs.format(*(paths or ()), sources=sources, check=check, reread=reread)
    for path in changed:
        typer.echo(f"{'would change' if check else 'formatted'}: {path}")
    if check and changed:
        raise typer.Exit(1)


@app.command(epilog="Example: magkg check graphs/sources/guide-nerve-health.ttl")
def check(
    paths: PathsArgument = None,
    sources: SourcesOption = None,
    output: OutputOption = Output.table,
    as_json: JsonOption = False,
) -> None:
    """Check what was authored: syntax, form, names, shapes, passages. Exit 1 on any finding."""
    from magkg.use import verbs

    report = verbs.check(*(paths or ()), sources=sources)
    as_json = as_json or output is Output.json
    print_findings(report.findings, as_json)
    if report.findings:
        raise typer.Exit(1)
    if not as_json:
        typer.echo(f"no faults in {len(report.documents)} files")


Memory = Annotated[
    int | None,
    typer.Option(metavar="MB", min=1024, help="Memory for the columns of FILE (3072)."),
]
Update = Annotated[bool, typer.Option("--update", help="Add FILE to the graph in --out.")]


@app.command(
    epilog="Example: magkg build --out build/graph; magkg build claims.nq.gz --out big; "
    "magkg build more.nq --out big --update"
)
def build(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="Files or folders of statements, of any size, in place of the project's (--out).",
        ),
    ] = None,
    out: Annotated[str | None, typer.Option(metavar="DIR", help="Where (build/graph).")] = None,
    on_error: Annotated[OnError, typer.Option(help="Stop, or skip faulty claims.")] = OnError.stop,
    memory: Memory = None,
    update: Update = False,
    output: OutputOption = Output.table,
    as_json: JsonOption = False,
) -> None:
    """Build the graph: validate, derive, load, swap it in whole. Exit 1 where findings stop it."""
    from magkg.use import show, verbs

    as_json = as_json or output is Output.json
    try:
        with show.progress("building") as step:
            report = verbs.build(
                out=out, files=files or (), on_error=on_error.value, memory=memory, update=update,
                progress=step,
            )  # fmt: skip
    except FindingsError as error:
        if not as_json:
            raise
        print_findings(error.findings, as_json=True)
        raise typer.Exit(error.exit_code) from None
    except (KeyboardInterrupt, SystemExit):  # Ctrl-C or SIGTERM
        warn("the build was ended before it was done; nothing is left half done")
        raise
    if as_json:
        print_json(report.as_json())
    else:
        print_findings(report.findings, as_json=False)
        typer.echo(report.text())
