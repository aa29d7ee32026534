"""The verbs of the command line: each reads its options, calls one function and prints.

Exit codes: 0; 1 findings or differences; 2 wrong use; 3 no store (CONTRACT, "Command line").
Heavy libraries are imported by what a verb calls, so that ``magkg --help`` stays quick.
"""

from __future__ import annotations

import io
import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from magkg.errors import FindingsError, InputError, MagkgError, OutputError

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
    """How rows are printed."""

    table = "table"
    csv = "csv"
    tsv = "tsv"
    json = "json"
    markdown = "markdown"


class Output(StrEnum):
    """How findings and objects are printed."""

    table = "table"
    json = "json"


class OnError(StrEnum):
    """What a build does with a faulty claim."""

    stop = "stop"
    skip = "skip"


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
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON; the same as --format json.")]
OutputOption = Annotated[Output, typer.Option("--format", help="How to print.")]
PathsArgument = Annotated[
    list[Path] | None, typer.Argument(metavar="PATH...", help="Files or folders; else all.")
]


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _warn(message: str) -> None:
    typer.echo(f"magkg: {message}", err=True)


def _located(place: str | None) -> Path | str:
    from magkg.store import places
    from magkg.use import show

    with show.progress("building the bundled graph, once") as step:
        return places.locate(place, progress=step, notice=_warn)


def _open(place: str | None, timeout: float | None = None) -> Graph:
    from magkg.use.graph import open as open_graph

    return open_graph(_located(place), timeout=timeout)


def _print_findings(findings: tuple[Finding, ...], as_json: bool) -> None:
    if as_json:
        _print_json({"findings": [finding.as_json() for finding in findings]})
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
        _print_json([anchors.as_json(place) for place in places])
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
    _print_findings(report.findings, as_json)
    if report.findings:
        raise typer.Exit(1)
    if not as_json:
        typer.echo(f"nothing found in {len(report.documents)} files")


@app.command(epilog="Example: magkg build --out build/graph")
def build(
    out: Annotated[str | None, typer.Option(metavar="DIR", help="Where (build/graph).")] = None,
    on_error: Annotated[OnError, typer.Option(help="Stop, or skip faulty claims.")] = OnError.stop,
    output: OutputOption = Output.table,
    as_json: JsonOption = False,
) -> None:
    """Build the graph: validate, derive, load, swap it in whole. Exit 1 where findings stop it."""
    from magkg.use import show, verbs

    as_json = as_json or output is Output.json
    try:
        with show.progress("building") as step:
            report = verbs.build(out=out, on_error=on_error.value, progress=step)
    except FindingsError as error:
        if not as_json:
            raise
        _print_findings(error.findings, as_json=True)
        raise typer.Exit(error.exit_code) from None
    if as_json:
        _print_json(report.as_json())
    else:
        _print_findings(report.findings, as_json=False)
        typer.echo(report.text())


@app.command(
    epilog="Example: magkg query claims_about --concept magnesium-glycinate",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def query(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME|FILE.rq|-", help="A shipped query, a file, or -.")
    ] = None,
    graph: GraphOption = None,
    output: Annotated[Format, typer.Option("--format", help="How to print rows.")] = Format.table,
    as_json: JsonOption = False,
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", min=0.001, help="Time limit of the query.")
    ] = None,
    catalogue: Annotated[bool, typer.Option("--list", help="Show the shipped queries.")] = False,
) -> None:
    """Ask the graph: a query by name, from a file or from standard input; --PARAM VALUE binds."""
    from magkg.use import asking

    wanted = "json" if as_json else output.value
    if catalogue:
        from magkg.claims import project

        asking.write_catalogue(project.here(), sys.stdout, wanted)
        return
    if name is None:
        raise InputError("no query was named", hint="See them with: magkg query --list")
    with _open(graph, timeout) as opened:
        asking.ask(opened, name, context.args, sys.stdout, wanted)


@app.command(epilog="Example: magkg trace guide-nerve-health#table-glycinate-bioavailability")
def trace(
    claim: Annotated[
        str | None, typer.Argument(metavar="CLAIM", help="SLUG#name or an IRI.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="SLUG", help="All claims of a source.")
    ] = None,
    graph: GraphOption = None,
    sources: SourcesOption = None,
    output: OutputOption = Output.table,
    as_json: JsonOption = False,
) -> None:
    """Trace a claim to its passage, source, evidence and curation; or a whole source."""
    from magkg.use import show

    if (claim is None) == (source is None):
        raise InputError("name one claim, or a source with --source", hint="A claim is SLUG#name.")
    with _open(graph) as opened:
        if claim is not None:
            traced = opened.trace(claim, sources)
            found, text = traced.as_json(), show.trace_text(traced)
        else:
            covered = opened.coverage(source or "", sources)
            found, text = covered.as_json(), show.coverage_text(covered)
    if as_json or output is Output.json:
        _print_json(found)
    else:
        typer.echo(text)


@app.command(epilog="Example: magkg verify --sources articles")
def verify(
    graph: GraphOption = None,
    sources: SourcesOption = None,
    output: OutputOption = Output.table,
    as_json: JsonOption = False,
) -> None:
    """Check every passage against the sources' texts; without them, the store itself."""
    from magkg.use import show

    as_json = as_json or output is Output.json
    if sources is None:
        faults = _store_faults(_located(graph))
        _print_json({"faults": faults}) if as_json else typer.echo(show.faults_text(faults))
        raise typer.Exit(1 if faults else 0)
    with _open(graph) as opened:
        found = opened.verify(sources)
        text = show.verification_text(found, opened.prefixes["src"])
    _print_json(found.as_json()) if as_json else typer.echo(text)
    if found.failed:
        raise typer.Exit(1)


def _store_faults(place: Path | str) -> list[str]:
    from magkg.store.manifest import verify_store

    if isinstance(place, str):
        raise InputError(
            "the store of an endpoint cannot be checked from here",
            hint="Check its passages with --sources DIR, or name the folder of a built graph.",
        )
    return verify_store(place)


@app.command(epilog="Example: magkg diff build/graph ../other/build/graph")
def diff(
    a: Annotated[Path, typer.Argument(metavar="A", help="A built graph or a folder of RDF.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="The other one.")],
    output: OutputOption = Output.table,
    as_json: JsonOption = False,
) -> None:
    """Compare two graphs claim by claim: added, removed, changed. Exit 1 on differences."""
    from magkg.use import diff as differ

    found = differ.diff(a, b)
    if as_json or output is Output.json:
        _print_json(found.as_json())
    else:
        typer.echo(found.text())
    if not found.empty:
        raise typer.Exit(1)


@app.command(epilog="Example: magkg demo")
def demo() -> None:
    """Build the bundled graph, answer three questions, trace one claim, say what is next."""
    from magkg.use import demonstration

    demonstration.run(sys.stdout)


def main() -> None:
    """Run the command line; an error is one clear message on stderr and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows ASCII only is shown escapes, not an error half-way.
            stream.reconfigure(errors="backslashreplace")
    try:
        if sys.stdout is None:
            raise OutputError("standard output is closed, so nothing can be printed")
        app()
    except FindingsError as error:
        for finding in error.findings:
            typer.echo(str(finding), err=True)
        _leave(error)
    except MagkgError as error:
        _leave(error)
    except SystemExit as leaving:
        # The reader of a pipe went away (`| head`): nothing is wrong. Typer leaves with 1 then,
        # which means findings here, and a wrapped stdout is the only trace of the reason.
        piped = type(sys.stdout).__name__ == "PacifyFlushWrapper"
        sys.exit(0 if piped and leaving.code == 1 else leaving.code)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _leave(InputError(f"{where}{error.strerror or error}"))
    except Exception as error:
        if os.environ.get("MAGKG_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        hint = "Set MAGKG_DEBUG=1 to see where, and report it with what you typed."
        _leave(MagkgError(f"this is a fault of magkg, not of yours: {what}", hint=hint))


def _leave(error: MagkgError) -> None:
    typer.echo(f"magkg: {error}", err=True)
    sys.exit(error.exit_code)
