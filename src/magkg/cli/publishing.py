"""The verbs of who publishes a graph: push it to a server."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from magkg.cli.common import JsonOption, app, located, print_json
from magkg.errors import InputError

DefaultGraphOption = Annotated[
    str | None,
    typer.Option(
        "--default-graph",
        metavar="IRI",
        help="IRI under which the server keeps the default graph"
        " (Virtuoso: https://w3id.org/magkg/graph/default).",
    ),
]
PasswordOption = Annotated[
    str | None,
    typer.Option("--password-env", metavar="VAR", help="The variable that holds the password."),
]

ReplaceOption = Annotated[
    bool, typer.Option("--replace", help="Replace also what was not pushed there from here.")
]


@app.command(epilog="Example: magkg push http://localhost:7878/store")
def push(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL", help="Where a server takes graphs (SPARQL Graph Store Protocol)."
        ),
    ],
    graph: Annotated[
        str | None, typer.Option("--graph", metavar="DIR", help="A built graph.")
    ] = None,
    default_graph: DefaultGraphOption = None,
    replace: ReplaceOption = False,
    user: Annotated[
        str | None, typer.Option("--user", metavar="NAME", help="Login name for writing.")
    ] = None,
    password_env: PasswordOption = None,
    query_url: Annotated[
        str | None,
        typer.Option("--query-url", metavar="URL", help="Where that server answers queries."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Load a built graph into a server, and verify it there.

    It replaces the default graph and mag:stated of that server, and refuses to where they hold what
    was not pushed from here (--replace). A push that was ended goes on where it stood; what is
    there already is verified and not sent again.
    """
    from magkg.store import push as pushing
    from magkg.use import show

    place = located(graph)
    with show.progress(f"pushing to {url}") as step:
        done = pushing.push(
            url,
            place,
            default_graph=default_graph,
            query_url=query_url,
            user=user,
            password=_password(user, password_env),
            replace=replace,
            progress=step,
        )
    print_json(done.as_json()) if as_json else typer.echo(done.text())


def _password(user: str | None, variable: str | None) -> str | None:
    """Read the password from the variable that was named; raises InputError where it is not set."""
    if (user is None) != (variable is None):
        raise InputError("--user and --password-env belong together", hint="Give both or neither.")
    if variable is None:
        return None
    if variable not in os.environ:
        raise InputError(
            f"the variable {variable} is not set", hint="It is to hold the password itself."
        )
    return os.environ[variable]
