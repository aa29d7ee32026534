"""The verbs of who reads a graph: query, trace, verify, compare, and a first look."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from magkg.cli.common import (
    Engine,
    EngineOption,
    Format,
    GraphOption,
    JsonOption,
    Output,
    OutputOption,
    SourcesOption,
    app,
    form,
    located,
    open_graph,
    print_json,
)
from magkg.errors import InputError

QueryArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME|FILE.rq|TEXT|-", help="A shipped query, a file, SPARQL, or - for stdin."
    ),
]
FormatOption = Annotated[
    Format,
    typer.Option(
        "--format",
        help="Rows: table, csv, tsv, json, markdown. Triples (CONSTRUCT): turtle, ntriples, "
        "jsonld, rdfxml, trig, nquads. --list: table, json, markdown, turtle.",
    ),
]
LimitOption = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, help="Write so many rows at most, and say if there are more."),
]
TimeoutOption = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", min=0.001, help="Time limit of the query; else none."),
]
ExplainOption = Annotated[
    bool, typer.Option("--explain", help="Print the query as it would be sent; ask nothing.")
]
QueryJsonOption = Annotated[bool, typer.Option("--json", help="Print JSON; of triples, JSON-LD.")]
HelpOption = Annotated[
    bool,
    typer.Option(
        "--help", "-h", help="Show this, or after a NAME what it asks, takes and answers."
    ),
]


@app.command(
    epilog="Example: magkg query claims_about --concept magnesium-glycinate  |  "
    "magkg query 'SELECT ?claim { ?claim a mag:Claim ; mag:subject con:magnesium }' --limit 20  |  "
    "magkg query contested --format turtle > contested.ttl",
    # Its help is an option of its own: after a name it is that of the query.
    context_settings={
        "allow_extra_args": True,
        "ignore_unknown_options": True,
        "help_option_names": [],
    },
)
def query(
    context: typer.Context,
    name: QueryArgument = None,
    graph: GraphOption = None,
    output: FormatOption = Format.table,
    as_json: QueryJsonOption = False,
    limit: LimitOption = None,
    timeout: TimeoutOption = None,
    engine: EngineOption = Engine.auto,
    explain: ExplainOption = False,
    catalogue: Annotated[bool, typer.Option("--list", help="Show the shipped queries.")] = False,
    about: HelpOption = False,
) -> None:
    """Ask the graph: a query by name, from a file, a text or standard input.

    --PARAM VALUE binds a parameter. The project's prefixes are known. On standard error stand what
    an answer cannot say: that it is empty, which names the graph does not know, that it was cut.
    """
    if about and name is None:
        typer.echo(context.get_help())
        return
    from magkg.claims import project
    from magkg.use import asking

    wanted = form(output, as_json)
    if about:
        asking.write_help(project.here(), name or "", sys.stdout)
        return
    if catalogue:
        url = graph if graph and graph.startswith(("http://", "https://")) else None
        asking.write_catalogue(project.here(), sys.stdout, wanted, target=url)
        return
    if name is None:
        raise InputError("no query was named", hint="See them with: magkg query --list")
    with open_graph(graph, timeout, engine) as opened:
        if explain:
            asking.explain(opened, name, context.args, sys.stdout)
        else:
            asking.ask(opened, name, context.args, sys.stdout, wanted, limit=limit)


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
    with open_graph(graph) as opened:
        if claim is not None:
            traced = opened.trace(claim, sources)
            found, text = traced.as_json(), show.trace_text(traced)
        else:
            covered = opened.coverage(source or "", sources)
            found, text = covered.as_json(), show.coverage_text(covered)
    if as_json or output is Output.json:
        print_json(found)
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
        faults = _store_faults(located(graph))
        print_json({"faults": faults}) if as_json else typer.echo(show.faults_text(faults))
        raise typer.Exit(1 if faults else 0)
    with open_graph(graph) as opened:
        found = opened.verify(sources)
        text = show.verification_text(found, opened.prefixes["src"])
    print_json(found.as_json()) if as_json else typer.echo(text)
    if found.failed:
        raise typer.Exit(1)


def _store_faults(place: Path | str) -> list[str]:
    from magkg.store.verify import verify_store

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
        print_json(found.as_json())
    else:
        typer.echo(found.text())
    if not found.empty:
        raise typer.Exit(1)


@app.command(epilog="Example: magkg demo")
def demo() -> None:
    """Build the bundled graph, answer three questions, trace one claim, say what is next."""
    from magkg.use import demonstration

    demonstration.run(sys.stdout)
