"""The verb that serves a graph as a site and a SPARQL endpoint."""

from __future__ import annotations

from typing import Annotated

import typer

from magkg.cli.common import Engine, EngineOption, GraphOption, app, located

# No environment variable: texts of others are not shown to the world because one is set.
TextsOption = Annotated[
    str | None,
    typer.Option("--sources", metavar="DIR", help="Show passages from the SLUG.txt texts there."),
]
HostOption = Annotated[
    str, typer.Option("--host", metavar="ADDRESS", help="Where to listen; 0.0.0.0 is everywhere.")
]
PortOption = Annotated[
    int, typer.Option("--port", metavar="N", min=0, max=65535, help="0: any that is free.")
]
TimeoutOption = Annotated[
    float,
    typer.Option("--timeout", metavar="SECONDS", min=0.1, help="Time limit of each answer."),
]
MemoryOption = Annotated[
    int | None,
    typer.Option(
        "--memory",
        metavar="MB",
        min=256,
        help="Address space of each worker; 2048 unless told, with --engine columnar 6144.",
    ),
]
WorkersOption = Annotated[
    int, typer.Option("--workers", metavar="N", min=1, max=64, help="How many may be busy.")
]
RowsOption = Annotated[
    int, typer.Option("--rows", metavar="N", min=1, help="Most rows or triples of an answer.")
]
UrlOption = Annotated[
    str, typer.Option("--public-url", metavar="URL", help="What the site is called from outside.")
]
ProxyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--proxy", metavar="ADDRESS", help="A proxy whose X-Forwarded-For is believed; repeatable."
    ),
]


@app.command(epilog="Example: magkg serve --sources articles --port 8000")
def serve(
    graph: GraphOption = None,
    sources: TextsOption = None,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    timeout: TimeoutOption = 15.0,
    memory: MemoryOption = None,
    workers: WorkersOption = 3,
    rows: RowsOption = 100_000,
    public_url: UrlOption = "",
    proxy: ProxyOption = None,
    engine: EngineOption = Engine.auto,
) -> None:
    """Serve a graph as a site to read and a SPARQL endpoint to ask, both read-only.

    It listens on this machine only unless --host says otherwise, takes up a graph that is built
    anew, and ends with Ctrl-C. Requests are logged on standard error, one JSON object a line.
    """
    from magkg.web.serving import run
    from magkg.web.settings import Settings

    settings = Settings(
        place=str(located(graph)),
        sources=sources or "",
        host=host,
        port=port,
        workers=workers,
        timeout=timeout,
        memory=(memory or 0) << 20,
        rows=rows,
        base=public_url,
        proxies=tuple(proxy or ()),
        engine=engine.value,
    )
    run(settings, announce=typer.echo)
