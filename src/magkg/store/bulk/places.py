"""Where what was read stands: the line of a file of lines, the row of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.claims.project import shown
from magkg.store.bulk import tabular
from magkg.store.bulk.files import LINES, opened

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from magkg.store.columns.tables import Columns

__all__ = ["of_line", "of_nodes"]


def of_line(columns: Columns, paths: Iterable[Path], line: str) -> tuple[str | None, int | None]:
    """Give the file that says a statement, and the number, from 1, of its line or row.

    A statement is found where it stands as it is given, or in the table that has its node.
    Nothing is known of files of other formats.
    """
    wanted, node = line.encode(), line[1:].partition("> ")[0]
    for path in paths:
        if path.name.endswith(tabular.SUFFIX):
            if number := tabular.rows(columns, path, [node]).get(node):
                return shown(path), number
        elif path.name.endswith(LINES):
            with opened(path) as file:
                for number, each in enumerate(file, 1):
                    if each.rstrip(b"\r\n") == wanted:
                        return shown(path), number
    return None, None


def of_nodes(
    columns: Columns, paths: Iterable[Path], iris: set[str]
) -> dict[tuple[str, str], tuple[str, int]]:
    """Find the first lines that speak of nodes, and of each of their properties, or their rows.

    The key is a node with a property, or with "" for any.
    """
    wanted = {f"<{iri}>".encode(): iri for iri in iris}
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for path in paths:
        if path.name.endswith(tabular.SUFFIX):
            for iri, number in tabular.rows(columns, path, sorted(iris)).items():
                found.setdefault((iri, ""), (shown(path), number))
        elif path.name.endswith(LINES):
            with opened(path) as file:
                for number, line in enumerate(file, 1):
                    subject, _, rest = line.partition(b" ")
                    if subject in wanted:
                        predicate = rest.partition(b" ")[0][1:-1].decode()
                        place = (shown(path), number)
                        found.setdefault((wanted[subject], predicate), place)
                        found.setdefault((wanted[subject], ""), place)
    return found
