"""The shapes held against what an update touches: faults by file and line, faulty claims left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.errors import Finding, FindingsError
from magkg.store import validate
from magkg.store.bulk.places import of_nodes
from magkg.store.skip import leave_out
from magkg.store.update.focus import derived, neighbourhood, touched
from magkg.store.update.graph import Graph, Node
from magkg.store.update.merging import merge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from magkg.store.columns.tables import Columns
    from magkg.store.update.changes import Changes

__all__ = ["Checked"]

# Findings that are told one by one.
_TOLD = 1_000


class Checked:
    """The shapes, for what statements change in a store."""

    def __init__(
        self, changes: Changes, columns: Columns, files: Sequence[Path], on_error: str
    ) -> None:
        self.changes, self.columns = changes, columns
        self.files, self.on_error = files, on_error
        self._faulty: set[Node] = set()

    def run(self, given: Sequence[ox.Quad]) -> tuple[list[Finding], list[str]]:
        """Put statements into the store; give what was found and the claims that were left out.

        Raises FindingsError for any finding, or (``on_error="skip"``) for one that is no fault of
        a claim that is described there.
        """
        found = self._again(given)
        if not found:
            return [], []
        if self.on_error == "stop":
            number = f"{len(found)} finding{'' if len(found) == 1 else 's'}"
            raise FindingsError(
                f"{number}; nothing was built",
                found[:_TOLD],
                hint="Correct them, or leave faulty claims out with --on-error skip.",
            )
        _, told, skipped = leave_out(given, found, self._again)
        return told, skipped

    def derived(self, nodes: Iterable[Node]) -> None:
        """Check what was derived of nodes; raises FindingsError."""
        own = set(nodes)
        near = derived(self.changes, own)
        found = validate.validate(near, validate.derived(), {node.value for node in own})
        if found:
            number = f"{len(found)} finding{'' if len(found) == 1 else 's'}"
            raise FindingsError(f"{number} in what was derived", self._told(found))

    def _again(self, given: Sequence[ox.Quad]) -> list[Finding]:
        """Put statements into the store in the place of those before; give what is new in it."""
        changes = self.changes
        before = set(changes.added), set(changes.removed)
        changes.undo()
        merged = merge(Graph(changes.store), given)
        changes.apply(merged.removed, merged.added)
        # Of nodes that nothing touched since the last time, nothing was found then.
        focus = touched(changes.since(*before)) | self._faulty
        # On disk some constraints would be asked of the whole graph first.
        near = neighbourhood(changes, focus)
        found = validate.validate(near, focus={node.value for node in focus})
        self._faulty = {ox.NamedNode(each.focus) for each in found}
        return self._told(found)

    def _told(self, found: Sequence[validate.Violation]) -> list[Finding]:
        places = of_nodes(self.columns, self.files, {each.focus for each in found}) if found else {}
        told = []
        for each in found:
            place = places.get((each.focus, each.path)) or places.get((each.focus, ""), ("", 0))
            what = " ".join(part for part in (each.path, each.value) if part.strip())
            message = f"{what}: {each.message}" if what else each.message
            told.append(Finding(*place, each.focus, each.constraint, message))
        return told
