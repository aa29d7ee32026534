"""What stands on a server before a push: the same graph, what may be replaced, or foreign data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from magkg.errors import FindingsError, InputError
from magkg.store.endpoint import DEFAULT_GRAPH, STATED
from magkg.store.push_verify import count, verify

if TYPE_CHECKING:
    from magkg.store.endpoint import EndpointStore
    from magkg.store.manifest import Manifest
    from magkg.store.oxigraph import OxigraphStore
    from magkg.store.push_record import Record

__all__ = ["Target", "named"]


class Target:
    """The graphs of a server that a push writes, by their names there (None: the default graph).

    ``wanted`` is the number of triples that each is to hold, ``there`` the number that it holds,
    ``strange`` are those whose number the pushes from here do not explain.
    """

    def __init__(
        self,
        store: OxigraphStore,
        asked: EndpointStore,
        default_graph: str | None,
        record: Record,
        tell: Callable[[str], None],
    ) -> None:
        """Count the triples here and there; raises StoreUnavailable where nobody answers."""
        self.asked, self.default_graph, self.record, self.tell = asked, default_graph, record, tell
        self.wanted = _counts(store, default_graph)
        self.there = {graph: count(asked, graph) for graph in self.wanted}
        self.strange = [
            graph
            for graph, number in self.there.items()
            if number and not record.explains(graph or "", number)
        ]

    def same(self, store: OxigraphStore, manifest: Manifest) -> tuple[str, str] | None:
        """Verify a graph that may be there already; give its root and content, None if it is not.

        It may be where the numbers are equal, and either a push from here came to its end or
        nobody knows who wrote it.
        """
        done = self.record.is_of(manifest.content, self.default_graph) and not self.record.parts
        if self.there != self.wanted or not (done or self.strange):
            return None
        self.tell("the server has as many triples: verifying whether they are these")
        try:
            return self.verify(store, manifest)
        except FindingsError:
            self.tell("the server holds another graph")
            return None

    def verify(self, store: OxigraphStore, manifest: Manifest) -> tuple[str, str]:
        """Give root and content as the server answers them; raises FindingsError (see verify)."""
        self.tell("verifying")
        return verify(store, self.asked, self.default_graph, self.wanted, manifest, self.tell)

    def consent(self, url: str, *, replace: bool) -> None:
        """Raise InputError where a push would replace what no push from here left there."""
        if not self.strange or replace:
            return
        held = []
        for graph in self.strange:
            left = self.record.left.get(graph or "")
            before = "" if left is None else f" (the last push from here left {left:,})"
            number = self.there[graph]
            held.append(
                f"{number:,} triple{'s' * (number != 1)} in {_shown(graph)} that no push from here"
                f" left there{before}"
            )
        hint = "Replace them with --replace (in Python replace=True)."
        if self.default_graph in self.strange:
            other = "another one" if self.default_graph == DEFAULT_GRAPH else DEFAULT_GRAPH
            hint += (
                " Or keep them, and name a graph of its own for this push with --default-graph IRI"
                f" (such as {other})."
            )
        if STATED in self.strange:
            hint += " mag:stated has this name on every server: to keep it, push to another server."
        raise InputError(
            f"nothing was sent: {url} holds {' and '.join(held)}, and a push replaces that graph",
            hint=hint,
        )


def named(numbers: Mapping[str | None, int]) -> dict[str, int]:
    """Give numbers by graph, with "" for the default graph without a name."""
    return {graph or "": number for graph, number in numbers.items()}


def _counts(store: OxigraphStore, default_graph: str | None) -> dict[str | None, int]:
    ((number,),) = store.select("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    found: dict[str | None, int] = {default_graph: int(str(number)), STATED: 0}
    of_each = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
    for graph, held in store.select(of_each):
        found[str(graph)] = int(str(held))
    return found


def _shown(graph: str | None) -> str:
    return "its default graph" if graph is None else f"the graph <{graph}>"
