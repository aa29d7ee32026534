"""The verbs of the command line: each reads its options, calls one function and prints.

Exit codes: 0; 1 findings or differences; 2 wrong use; 3 no store (CONTRACT, "Command line").
Heavy libraries are imported by what a verb calls, so that ``magkg --help`` stays quick.
"""

from __future__ import annotations

import io
import os
import signal
import sys

import typer

# A module of verbs joins them to the application when it is imported, in this order.
from magkg.cli import (
    auditing,
    authoring,
    importing,
    publishing,
    reading,
    serving,
    taking,
    weighing,
)
from magkg.cli.common import app
from magkg.errors import FindingsError, InputError, MagkgError, OutputError

__all__ = [
    "app",
    "auditing",
    "authoring",
    "importing",
    "main",
    "publishing",
    "reading",
    "serving",
    "taking",
    "weighing",
]


def main() -> None:
    """Run the command line; an error is one clear message on stderr and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows ASCII only is shown escapes, not an error half-way.
            stream.reconfigure(errors="backslashreplace")
    # A batch system ends a process so: what was half written is cleared, as after Ctrl-C.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
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
