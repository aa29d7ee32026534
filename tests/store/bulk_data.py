"""Generated claims and the files they are written to, for tests of the bulk build."""

from __future__ import annotations

import gzip
import importlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyoxigraph as ox

from magkg import resources
from magkg.claims import identity
from magkg.store import derive
from magkg.store.check import vocabulary_quads
from magkg.vocabulary import MAG

# The benchmarks are programs, not a package: what they import lies beside them.
_PROGRAMS = str(Path(__file__).resolve().parents[2] / "benchmarks")


def program(name: str) -> Any:
    """Give a module of benchmarks/."""
    if _PROGRAMS not in sys.path:
        sys.path.append(_PROGRAMS)
    return importlib.import_module(name)


def generated(folder: Path, claims: int, defects: int = 0, seed: int = 1) -> Path:
    """Write a generated graph, ``defects`` of a million claims faulty; give its file of lines."""
    world = program("workload_world").World(claims, seed, defects)
    program("generate").write(world, folder)
    return folder / "graph.nq"


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def write(path: Path, given: Iterable[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{each}\n" for each in given), "utf-8")
    return path


def packed(path: Path, data: bytes) -> Path:
    """Write bytes packed as the suffix says."""
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(data))
    else:
        with pa.output_stream(str(path), compression="zstd") as out:
            out.write(data)
    return path


def in_memory(path: Path) -> tuple[str, str, ox.Store]:
    """Build as on a small graph, one by one: the root, the content's digest and the store."""
    quads = list(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS))
    claims = list(identity.claims(quads))
    store = ox.Store()
    store.bulk_extend([*quads, *vocabulary_quads(), *derive.derive(quads, claims)])
    derive.run_rules(store, resources.data("ontology") / "rules")
    return identity.root(claims), identity.content(store), store


# The same lines in other words, one way each.
WORDS: dict[str, Callable[[str], str]] = {
    "tabs": lambda line: line.replace(" ", "\t", 2),
    "spaces": lambda line: f"  {line.replace(' ', '   ', 2)}  ",
    "no spaces": lambda line: line.replace("> <", "><").removesuffix(" .") + ".",
    "comments": lambda line: f"# before\n\n{line} # after\n   \n  # indented",
    "escapes in IRIs": lambda line: line.replace("a", "\\u0061") if '"' not in line else line,
    "escapes in literals": lambda line: _escaped(line),
    "datatype of strings": lambda line: (
        line.removesuffix('" .') + f'"^^<{_STRING}> .' if line.endswith('" .') else line
    ),
    "tags in capitals": lambda line: line.replace("@en .", "@EN ."),
}
_STRING = "http://www.w3.org/2001/XMLSchema#string"


def _escaped(line: str) -> str:
    """Write the first character of a literal as its number."""
    head, quote, rest = line.partition(' "')
    if not rest or rest[0] in '"\\':
        return line
    return f"{head}{quote}\\u{ord(rest[0]):04X}{rest[1:]}"


def without(path: Path, claims: set[str]) -> list[str]:
    """Leave out claims with the parts that no other claim has (`identity.PARTS`)."""
    quads = list(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS))
    parts: dict[str, set[str]] = {}
    every: set[str] = set()
    for each in quads:
        if each.predicate.value in identity.PARTS and isinstance(each.object, ox.NamedNode):
            parts.setdefault(each.subject.value, set()).add(each.object.value)
        if each.object == ox.NamedNode(f"{MAG}Claim"):
            every.add(each.subject.value)
    gone = _reached(claims, parts) - _reached(every - claims, parts)
    return [f"{each} ." for each in quads if each.subject.value not in gone]


def _reached(claims: set[str], parts: dict[str, set[str]]) -> set[str]:
    found, last = set(claims), set(claims)
    while last:
        last = {part for each in last for part in parts.get(each, ())} - found
        found |= last
    return found
