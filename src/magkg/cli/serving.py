"""The verb that serves a graph as a site and a SPARQL endpoint."""

from __future__ import annotations

from typing import Annotated

import typer

from magkg.cli.common import GraphOption, SourcesOption, app, located


@app.command(epilog="Example: magkg serve --sources articles --port 8000")
def serve(
    graph: GraphOption = None,
    sources: SourcesOption = None,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; 0.0.0.0 is everywhere.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="0: any that is free.")
    ] = 8000,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help="Time limit of each answer.")
    ] = 15.0,
    memory: Annotated[
        int, typer.Option(metavar="MB", min=256, help="Memory limit of each worker.")
    ] = 2048,
    workers: Annotated[int, typer.Option(metavar="N", min=1, max=64, help="How many.")] = 3,
    rows: Annotated[
        int, typer.Option(metavar="N", min=1, help="Most rows or triples of an answer.")
    ] = 100_000,
    public_url: Annotated[
        str, typer.Option(metavar="URL", help="What the site is called from outside.")
    ] = "",
    proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="A proxy whose X-Forwarded-For is believed."),
    ] = None,
) -> None:
    """Serve a graph as a site to read and a SPARQL endpoint to ask, both read-only.

    It listens on this machine only unless --host says otherwise, takes up a graph that is built
    anew, and ends with Ctrl-C. Requests are logged on standard error, one JSON object a line.
    """
    from magkg.web.serving import serve as serve_site
    from magkg.web.settings import Settings

    settings = Settings(
        place=str(located(graph)),
        sources=sources or "",
        host=host,
        port=port,
        workers=workers,
        timeout=timeout,
        memory=memory << 20,
        rows=rows,
        base=public_url,
        proxies=tuple(proxy or ()),
    )
    serve_site(settings, announce=typer.echo)
