"""A graph that can be asked: ``magkg.open()`` finds it, ``Graph.query`` asks it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from magkg import vocabulary
from magkg.claims import project as projects
from magkg.claims.sources import from_setting
from magkg.errors import InputError, MagkgError, SyntaxFault, meant, nearest
from magkg.store.syntax import UNDECLARED
from magkg.use import binding, catalogue, hints, sparql
from magkg.use.catalogue import Query
from magkg.use.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from magkg.claims.project import Project
    from magkg.claims.sources import Texts
    from magkg.store.interface import Solutions, Store, Triple
    from magkg.store.manifest import Manifest
    from magkg.use.audit import Audit
    from magkg.use.binding import Value
    from magkg.use.coverage import Coverage
    from magkg.use.describe import Description
    from magkg.use.select.language import Selection, Values
    from magkg.use.select.subgraph import Subgraph
    from magkg.use.select.without import Without
    from magkg.use.trace import Trace
    from magkg.use.verify import Verification
    from magkg.use.why import Why

__all__ = ["Graph", "open"]

_T = TypeVar("_T")
# What the built graph says of prefixes: those of the engine, and those of its own project.
_DECLARED = (
    f"SELECT ?prefix ?space WHERE {{ ?x <{vocabulary.SH}prefix> ?prefix ; "
    f"<{vocabulary.SH}namespace> ?space }} ORDER BY ?prefix ?space"
)


def open(  # noqa: A001
    place: str | Path | None = None,
    *,
    timeout: float | None = None,
    default_graph: str | None = None,
    engine: str = "auto",
    notice: Callable[[str], None] | None = None,
) -> Graph:
    """Open a graph to ask it: a built folder, the URL of an endpoint, or the one that is at hand.

    Without ``place`` it is the built graph of the project around the working folder, else the
    bundled one (built once into the user's cache folder). ``timeout`` is in seconds for each
    query. ``default_graph`` is the name that an endpoint gives the default graph, where every graph
    has one there; else it is MAGKG_DEFAULT_GRAPH, or the first query asks the endpoint. ``engine``
    asks a built graph: "oxigraph" its store, "columnar" the columns beside it, "auto" the one or
    the other by its size and by what is asked. ``notice``, or a warning, says
    that a project has not been built, or not since it changed, and what an engine fell back on.
    Raises StoreUnavailable where there is no graph, StoreDamaged where it is not whole, InputError
    for an engine that is not there.
    """
    from magkg.store import places
    from magkg.store.columnar import choice

    found = places.locate(None if place is None else str(place), notice=notice or _warn)
    if isinstance(found, str):
        from magkg.store.endpoint import TIMEOUT, EndpointStore

        if engine == "columnar":
            raise InputError("an endpoint answers with an engine of its own")

        endpoint = EndpointStore(
            found,
            timeout=TIMEOUT if timeout is None else timeout,
            default_graph=default_graph or os.environ.get("MAGKG_DEFAULT_GRAPH") or None,
            detect=True,
        )
        return Graph(endpoint, place=found, project=projects.here(), timeout=timeout)
    store, asked, built = choice.opened(found, engine, notice=notice or _warn)
    project = projects.find(found) or projects.bundled()
    return Graph(store, engine=asked, place=found, manifest=built, project=project, timeout=timeout)


def _warn(message: str) -> None:
    import warnings

    warnings.warn(message, stacklevel=4)


class Graph:
    """A graph and the questions that can be asked of it.

    ``manifest`` says what was built (None for an endpoint), ``place`` where it is. What is asked
    in SPARQL goes to ``engine``, if it is another than the store. It is a context manager; a closed
    graph answers nothing.
    """

    def __init__(
        self,
        store: Store,
        *,
        engine: Store | None = None,
        place: str | Path | None = None,
        manifest: Manifest | None = None,
        project: Project | None = None,
        timeout: float | None = None,
    ) -> None:
        self._store: Store | None = store
        self._engine: Store | None = engine or store
        self.place = place
        self.manifest = manifest
        self.project = project
        self.timeout = timeout
        self._terms: dict[str, Description] = {}

    @property
    def store(self) -> Store:
        """The store below; raises MagkgError once the graph is closed."""
        return self._open(self._store)

    @staticmethod
    def _open(store: Store | None) -> Store:
        if store is None:
            raise MagkgError("this graph is closed", hint="Open it again with magkg.open().")
        return store

    @property
    def engine(self) -> Store:
        """What answers queries; raises MagkgError once the graph is closed."""
        return self._open(self._engine)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes in force: those that the graph declares, over the project's."""
        engine = vocabulary.prefixes()
        found = dict(engine if self.project is None else self.project.prefixes)
        for row in self.store.select(_DECLARED, self.timeout):
            prefix, space = str(row[0]), str(row[1])
            if engine.get(prefix) != space:
                found[prefix] = space
        return MappingProxyType(dict(sorted(found.items())))

    @property
    def home(self) -> Project | None:
        """The project whose claims these are, by the namespace of its sources; None if unknown.

        ``project`` may be another one: that of the working folder, or the bundled one.
        """
        own = self.project
        return own if own and own.namespace("src") == self.prefixes["src"] else None

    def queries(self) -> Mapping[str, Query]:
        """Give the queries that can be asked by name: the shipped ones and the project's."""
        return catalogue.all_queries(self.project)

    def look_up(self, what: str | Path | Query) -> Query:
        """Give the query that is meant: a name, a file ``*.rq``, or a SPARQL text.

        A text is told from a name by its white space or braces. Raises UnknownName with the
        nearest queries, InputError for a file that cannot be read.
        """
        if isinstance(what, Query):
            return what
        if isinstance(what, Path):
            return catalogue.read(what)
        if "{" in what or any(each.isspace() for each in what.strip()):
            return catalogue.parse(what)
        if what.endswith(".rq"):
            return catalogue.read(Path(what))
        return catalogue.find(what, self.project)

    def query(
        self,
        what: str | Path | Query,
        /,
        *,
        timeout: float | None = None,
        limit: int | None = None,
        **params: Value,
    ) -> Rows:
        """Ask a SELECT: ``g.query("claims_about", concept="magnesium-glycinate")``.

        ``what`` is as for ``look_up``; a text is given the PREFIX lines that it lacks. With a
        ``limit`` so many rows are given at most, and ``Rows.limited`` says whether there were
        more. Raises UnknownName for a parameter, or for a value that the graph does not know (with
        the nearest ones), SyntaxFault with line and column, QueryTimeout.
        """
        if limit is not None and limit < 1:
            raise InputError(f"a limit of {limit} rows leaves none")
        query = self.look_up(what)
        hints.refuse_form(query, "select")
        found: Solutions = self._run(query, params, timeout, lambda store: store.select)
        rows = Rows(found, prefixes=self.prefixes, title=query.name, limit=limit)
        self._check(query, params, empty=not rows)
        return rows

    select = query

    def explain(self, what: str | Path | Query, /, **params: Value) -> str:
        """Give the query as it would be sent, with its prefixes and parameters; it is not asked.

        Arguments are those of ``query``. It may not parse: nobody has looked.
        """
        return self._sent(self.look_up(what), params)[0]

    def hints(self, what: str | Path | Query, /, **params: Value) -> list[str]:
        """Say what may be wrong with a query whose answer is empty, a sentence for each fault.

        Each is a name that the graph knows nothing of, with the nearest ones that it knows.
        """
        query = self.look_up(what)
        return list(hints.unknown_names(self, query, self._sent(query, params)[0]))

    def trace(self, claim: str, sources: Texts = None) -> Trace:
        """Trace a claim (``SLUG#name`` or an IRI) to its passage, source, evidence, curation.

        With ``sources`` (a folder of texts) each passage is read again.
        """
        from magkg.use import trace

        texts = from_setting(sources)
        return trace.trace(self.store, claim, self.prefixes, texts, self._terms)

    def why(self, name: str) -> Why:
        """Explain the strength of a claim or a proposition, and say what would change it.

        ``name`` is a claim (``SLUG#name`` or an IRI) or a proposition (an IRI, ``prop:HEX``, or
        an unambiguous beginning of its digits).
        """
        from magkg.use import why

        return why.why(self.store, name, self.prefixes)

    def subgraph(self, selection: Selection | None = None, /, **words: Values) -> Subgraph:
        """Select claims, with all that they lead to, to take them away.

        ``g.subgraph(concept="magnesium-oxide", not_kind="advice")``: the words of
        ``magkg.use.select.language``, which joins with a selection that was made before. Without
        any it is the whole graph. Raises InputError for what is no selection.
        """
        from magkg.use.select.language import Everything, Selection, select
        from magkg.use.select.subgraph import Subgraph

        if not isinstance(selection, Selection | None):
            raise InputError(
                f"{selection!r} is no selection", hint=f"Say what it is: concept={selection!r}."
            )
        return Subgraph(self, (selection or Everything()) & select(**words))

    def without(self, *names: str) -> Without:
        """Say what falls if sources or studies are withdrawn: ``g.without("pan-2011")``.

        A name that is both a source and a study means both, ``src:NAME`` or ``study:NAME`` one.
        Raises UnknownName, and InputError for an endpoint: the graph is derived anew in memory.
        """
        from magkg.use.select.without import without

        return without(self, *names)

    def coverage(self, source: str, sources: Texts = None) -> Coverage:
        """Show the claims of a source in reading order, and what no claim covers."""
        from magkg.use import coverage

        return coverage.cover(self.store, source, self.prefixes, from_setting(sources))

    def verify(self, sources: Texts = None) -> Verification:
        """Read every passage again in the texts of a folder, and give a verdict for each."""
        from magkg.use import verify

        return verify.verify(self.store, from_setting(sources), self.prefixes["src"])

    def audit(
        self,
        *,
        source: str | None = None,
        concept: str | None = None,
        kinds: Iterable[str] = (),
    ) -> Audit:
        """Look for what does not hold together; see ``magkg.use.audit.audit`` for the arguments.

        The answer counts, lists and writes its findings: ``as_json``, ``table``, ``markdown``,
        ``html``. Raises UnknownName for a kind, source or concept that is not there.
        """
        from magkg.use import audit

        return audit.audit(self, source=source, concept=concept, kinds=kinds)

    def ask(
        self, what: str | Path | Query, /, *, timeout: float | None = None, **params: Value
    ) -> bool:
        """Ask an ASK; arguments and errors as for ``query``."""
        query = self.look_up(what)
        hints.refuse_form(query, "ask")
        found = self._run(query, params, timeout, lambda store: store.ask)
        self._check(query, params, empty=not found)
        return found

    def construct(
        self, what: str | Path | Query, /, *, timeout: float | None = None, **params: Value
    ) -> Iterator[Triple]:
        """Ask a CONSTRUCT or DESCRIBE; arguments and errors as for ``query``.

        The triples come as the store sends them; some stores send one twice.
        """
        query = self.look_up(what)
        hints.refuse_form(query, "construct", "describe")
        found: Iterator[Triple] = self._run(query, params, timeout, lambda store: store.construct)
        first = list(islice(found, 1))
        self._check(query, params, empty=not first)
        return chain(first, found)

    def faults(self) -> list[str]:
        """Check everything about a built graph; give what is wrong. An endpoint cannot be checked.

        Raises InputError for a graph that is no built folder.
        """
        if not isinstance(self.place, Path) or self.manifest is None:
            raise InputError("only the folder of a built graph can be checked")
        from magkg.store.verify import verify_store

        return verify_store(self.place)

    def close(self) -> None:
        """Let go of the store, and of the engine beside it."""
        ends = getattr(self._engine, "close", None)
        if ends is not None:
            ends()
        self._store = self._engine = None

    def __enter__(self) -> Graph:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        counts = self.manifest.counts if self.manifest else {}
        held = ", ".join(f"{number:,} {name}" for name, number in counts.items())
        state = " (closed)" if self._store is None else ""
        return f"<Graph {self.place or 'in memory'}{f': {held}' if held else ''}{state}>"

    def _run(
        self,
        query: Query,
        params: Mapping[str, Value],
        timeout: float | None,
        method: Callable[[Store], Callable[[str, float | None], _T]],
    ) -> _T:
        text, lead = self._sent(query, params)
        limit = self.timeout if timeout is None else timeout
        try:
            return method(self.engine)(text, limit)
        except SyntaxFault as fault:
            raise _placed(fault, query, text[:lead], self.prefixes) from None

    def _check(self, query: Query, params: Mapping[str, Value], *, empty: bool) -> None:
        """Refuse a parameter that the graph does not know, where the answer would not show it."""
        if empty or any(isinstance(value, (list, tuple, set)) for value in params.values()):
            hints.refuse_unknown(self, query, params)

    def _sent(self, query: Query, params: Mapping[str, Value]) -> tuple[str, int]:
        """Give the text that is sent, and how many characters were put before the first line."""
        bound = binding.bind(catalogue.without_header(query), query.params, params, self.prefixes)
        return sparql.with_prefixes(bound, self.prefixes)


def _placed(
    fault: SyntaxFault, query: Query, lead: str, prefixes: Mapping[str, str]
) -> SyntaxFault:
    """Give the fault its file, and its place in the text as the user wrote it."""
    message, column, hint = fault.reason, fault.column, fault.hint
    if UNDECLARED in message:
        used = (name for name in sparql.undeclared(query.text) if name not in prefixes)
        near = nearest(next(used, ""), prefixes)
        hint = meant(near) or "Declare it with a PREFIX line."
    if lead and fault.line == 1 and column is not None:
        # The store shows the line with what was put before it, and a caret below.
        message = message.replace(lead, "").replace(" " * len(lead), "", 1)
        message = message.replace(f"column {column}", f"column {column - len(lead)}")
        column -= len(lead)
    return SyntaxFault(
        message,
        file=None if query.path is None else str(query.path),
        line=fault.line,
        column=column,
        hint=hint,
    )
