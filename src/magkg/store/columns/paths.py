"""Property paths over columns: tables of subject and object, closures by recursion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from magkg.store.columns.scope import refuse

if TYPE_CHECKING:
    from magkg.store.columns.tables import Columns

__all__ = ["edges", "is_closure", "steps", "zero"]


def is_closure(path: Any) -> bool:
    """Whether a path gives each pair once and may be of length nought: ``*``, ``+``, ``?``."""
    from rdflib.paths import MulPath

    return isinstance(path, MulPath)


def zero(path: Any) -> bool:
    """Whether a closure holds the pairs of a node with itself."""
    return str(path.mod) in "*?"


def edges(columns: Columns, path: Any) -> str:
    """Give the pairs (s, o) that a path connects; those of length nought are left to the caller."""
    from rdflib import URIRef
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    if isinstance(path, URIRef):
        return f"SELECT s, o FROM {columns.table(str(path))}"
    if isinstance(path, InvPath):
        return f"SELECT o AS s, s AS o FROM ({_whole(columns, path.arg)}) i"
    if isinstance(path, AlternativePath):
        return " UNION ALL ".join(f"({_whole(columns, each)})" for each in path.args)
    if isinstance(path, SequencePath):
        found = _whole(columns, path.args[0])
        for each in path.args[1:]:
            found = (
                f"SELECT a.s, b.o FROM ({found}) a JOIN ({_whole(columns, each)}) b ON a.o = b.s"
            )
        return found
    if isinstance(path, MulPath):
        return steps(columns, path)
    raise refuse(f"the path {path}")


def steps(columns: Columns, path: Any) -> str:
    """Give the pairs that a closure connects in one step or more, each once."""
    one = _whole(columns, path.path)
    if str(path.mod) == "?":
        return f"SELECT DISTINCT s, o FROM ({one}) e"
    return (
        f"WITH RECURSIVE step AS (SELECT DISTINCT s, o FROM ({one}) e), "
        "far(s, o) AS (SELECT s, o FROM step UNION "
        "SELECT far.s, step.o FROM far JOIN step ON far.o = step.s) SELECT s, o FROM far"
    )


def _whole(columns: Columns, path: Any) -> str:
    """Give all pairs of a path within another: those of length nought over all nodes."""
    found = edges(columns, path)
    if is_closure(path) and zero(path):
        # A closure within a closure reaches a node from itself anyway; elsewhere every node counts.
        nodes = " UNION ".join(
            f"SELECT s AS n FROM {t} UNION SELECT o FROM {t}" for t in columns.predicates.values()
        )
        return f"SELECT s, o FROM ({found}) f UNION SELECT n, n FROM ({nodes}) z"
    return found
