"""The processes that the benchmark starts beside magkg's own: ``run_child.py WHAT ARGUMENTS``.

Those that time their inside print one JSON object as the last line: ``seconds``, and what they
found. Each imports only what it measures.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

MAG = "https://w3id.org/magkg/ns#"
_SPARQL = "http://www.w3.org/ns/shacl#sparql"
_WARM = 200


def tell(**found: Any) -> None:
    print(json.dumps(found))


def load(lines: str, folder: str) -> None:
    """Bulk load and optimize."""
    import pyoxigraph as ox

    begun = time.perf_counter()
    store = ox.Store(folder)
    store.bulk_load(path=lines, format=ox.RdfFormat.N_QUADS)
    store.optimize()
    store.flush()
    tell(seconds=time.perf_counter() - begun, quads=len(store))


def insert(lines: str, folder: str) -> None:
    """Insert statements into a store that stands."""
    import pyoxigraph as ox

    begun = time.perf_counter()
    store = ox.Store(folder)
    store.load(path=lines, format=ox.RdfFormat.N_QUADS)
    store.flush()
    tell(seconds=time.perf_counter() - begun)


def virtuoso(root: str, lines: str, folder: str) -> None:
    """Load into a new Virtuoso."""
    from run_measure import Missing
    from run_servers import bulk_load
    from run_servers import virtuoso as running

    try:
        with running(Path(root), Path(folder), 3600) as server:
            tell(seconds=bulk_load(Path(root), server, Path(lines)), memory=server.memory())
    except Missing as reason:
        tell(missing=str(reason))


def opened(folder: str) -> Any:
    import pyoxigraph as ox
    from run_data import store_of

    return ox.Store.read_only(str(store_of(Path(folder))))


def dump(folder: str, path: str) -> None:
    """Write a built graph as N-Quads."""
    import pyoxigraph as ox

    opened(folder).dump(path, format=ox.RdfFormat.N_QUADS)


def _warm(work: Callable[[], object]) -> None:
    times = []
    for _ in range(_WARM):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    tell(seconds=statistics.median(times))


def read(folder: str, claim: str) -> None:
    """Read a claim and its parts by pattern."""
    import pyoxigraph as ox

    store = opened(folder)
    parts = {MAG + name for name in ("passage", "evidence", "source", "states", "study")}

    def once() -> int:
        found = list(store.quads_for_pattern(ox.NamedNode(claim), None, None))
        for quad in found[:]:
            if quad.predicate.value in parts:
                found += store.quads_for_pattern(quad.object, None, None)
        return len(found)

    _warm(once)


def trace(folder: str, claim: str) -> None:
    """Trace one claim again and again in one process."""
    import magkg

    with magkg.open(folder) as found:
        found.trace(claim)
        _warm(lambda: found.trace(claim).as_json())


def validate(how: str, part: str, lines: str) -> None:
    """Hold N-Quads against the shapes: the time of the constraints alone, without the parsing."""
    ways = {"store": _on_store, "columns": _on_columns, "pyshacl": _with_pyshacl,
            "pyrudof": _with_pyrudof}  # fmt: skip
    ways[how](lines, part)


def _shapes(part: str) -> list[Any]:
    """Give the shapes, for "core" without their queries."""
    import pyoxigraph as ox

    from magkg.store import validate as validation

    files = validation.authored()
    quads = [quad for path in files for quad in ox.parse(path=path)]
    return [each for each in quads if part == "all" or each.predicate.value != _SPARQL]


def _shape_file(part: str, *, prefixes: bool = False) -> Path:
    """Write the shapes as one file; validators other than magkg need the prefixes in it."""
    import tempfile

    import pyoxigraph as ox

    from magkg import resources

    shapes = _shapes(part)
    if prefixes:
        shapes += ox.parse(path=str(resources.data("ontology") / "prefixes.ttl"))
    path = Path(tempfile.mkstemp(prefix="magkg-shapes-", suffix=".ttl")[1])
    ox.serialize((each.triple for each in shapes), str(path), format=ox.RdfFormat.TURTLE)
    return path


def _store(lines: str) -> Any:
    import pyoxigraph as ox

    from magkg.store.check import vocabulary_quads

    store = ox.Store()
    store.bulk_load(path=lines, format=ox.RdfFormat.N_QUADS)
    store.bulk_extend(vocabulary_quads())
    return store


def _on_store(lines: str, part: str) -> None:
    from magkg.store.validate import validate as held_against

    store, path = _store(lines), _shape_file(part)
    held_against([], [path])  # the shapes are compiled once in a process
    begun = time.perf_counter()
    found = held_against(store, [path])
    tell(seconds=time.perf_counter() - begun, findings=len(found))
    path.unlink()


def _on_columns(lines: str, part: str) -> None:
    import tempfile

    from magkg.store.bulk import reading
    from magkg.store.bulk.validating import violations
    from magkg.store.check import vocabulary_quads
    from magkg.store.columns.tables import Columns
    from magkg.store.validate import constraints

    path = _shape_file(part)
    with tempfile.TemporaryDirectory() as folder:
        columns = Columns(Path(folder), 3 << 30)
        reading.read(columns, [Path(lines)])
        columns.add(vocabulary_quads())
        compiled = constraints([path])
        begun = time.perf_counter()
        found = set(violations(columns, compiled))
        tell(seconds=time.perf_counter() - begun, findings=len(found))
        columns.close()
    path.unlink()


def _with_pyshacl(lines: str, part: str) -> None:
    import pyshacl
    import rdflib

    store, path = _store(lines), _shape_file(part, prefixes=True)
    shapes = rdflib.Graph().parse(path)
    begun = time.perf_counter()
    _, report, _ = pyshacl.validate(store, shacl_graph=shapes)
    seconds = time.perf_counter() - begun
    results = rdflib.URIRef("http://www.w3.org/ns/shacl#result")
    tell(seconds=seconds, findings=len(set(report.objects(None, results))))
    path.unlink()


def _with_pyrudof(lines: str, part: str) -> None:
    import tempfile

    import pyoxigraph as ox
    import pyrudof

    path = _shape_file(part, prefixes=True)
    # The same characters, as its regular expressions have them: brackets escaped in a class.
    text = path.read_text("utf-8").replace("[]A-Z", r"[\\]A-Z").replace("()[-]", r"()\\[-]")
    path.write_text(text, "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.nt"
        _store(lines).dump(str(data), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        rudof = pyrudof.Rudof()
        rudof.read_data(str(data), pyrudof.RDFFormat.NTriples)
        rudof.read_shacl(str(path), pyrudof.ShaclFormat.Turtle)
        begun = time.perf_counter()
        report = rudof.validate_shacl()
        tell(seconds=time.perf_counter() - begun, findings=len(report.violations))
    path.unlink()


def rdflib_point(query: str, *files: str) -> None:
    """Parse files and ask one query, with rdflib alone."""
    import rdflib

    found = rdflib.Graph()
    for name in files:
        found.parse(name)
    print(len(list(found.query(Path(query).read_text("utf-8")))))


def pyshacl_files(*files: str) -> None:
    """Validate files with pySHACL on a pyoxigraph store."""
    import pyoxigraph
    import pyshacl
    import rdflib

    data: Any = pyoxigraph.Store()
    shapes = rdflib.Graph()
    for name in files:
        if "/shapes/" in name or name.endswith("prefixes.ttl"):
            shapes.parse(name)
        else:
            data.bulk_load(path=name, format=pyoxigraph.RdfFormat.TURTLE)
    print(pyshacl.validate(data, shacl_graph=shapes)[0])


def queries(folder: str) -> None:
    """Print the shipped queries with parameters that fit a graph."""
    import serve_graph

    for each in serve_graph.queries(Path(folder)):
        tell(name=each.name, form=each.form, text=each.text)


def engine(name: str, where: str) -> None:
    """Answer queries from standard input, a JSON object a line, in an engine of its own."""
    import run_engines

    run_engines.answer(name, where)


_WHAT: dict[str, Callable[..., None]] = {
    "load": load, "insert": insert, "virtuoso": virtuoso, "dump": dump, "read": read,
    "trace": trace, "validate": validate, "rdflib-point": rdflib_point,
    "pyshacl-files": pyshacl_files, "queries": queries, "engine": engine,
}  # fmt: skip


def main(words: Sequence[str]) -> None:
    _WHAT[words[0]](*words[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
