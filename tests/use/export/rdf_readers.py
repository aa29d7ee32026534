"""What reads RDF exports back: pyoxigraph, rdflib, rapper (Debian raptor2-utils), npm jsonld.

Each reader gives the statements of a file as a set of canonical lines (subject, predicate, object,
graph), so that the sets can be compared whatever wrote them.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import warnings
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from magkg.use.export.formats import Options, find, writer
from magkg.vocabulary import MAG
from tests.readers import node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from magkg.use.select.subgraph import Subgraph

READ = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf12": ox.RdfFormat.TURTLE,
}
# Formats without graphs, which carry the default graph only.
TRIPLES = ("turtle", "ntriples", "rdfxml")
_RDFLIB = {"ntriples": "nt11", "rdfxml": "xml", "jsonld": "json-ld"}
_STATED = f" <{MAG}stated>"
Lines = frozenset[str]


def written(subgraph: Subgraph, form: str, options: Options | None = None) -> bytes:
    out = io.BytesIO()
    writer(find(form))(subgraph, out, options or Options(), form)
    return out.getvalue()


def counted(subgraph: Subgraph, form: str) -> Mapping[str, int]:
    return writer(find(form))(subgraph, io.BytesIO(), Options(), form)


def lines(quads: Iterable[ox.Quad]) -> Lines:
    return frozenset(map(str, quads))


def carried(every: Lines, form: str) -> Lines:
    """What a format carries of all quads."""
    if form not in TRIPLES:
        return every
    return frozenset(each for each in every if not each.endswith(_STATED))


def by_pyoxigraph(data: bytes, form: str) -> Lines:
    return lines(ox.parse(data, format=READ[form]))


def by_rdflib(data: bytes, form: str) -> Lines:
    return dumped(rdflib_dataset(data, form))


def rdflib_dataset(data: bytes, form: str) -> Any:
    import rdflib

    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")  # rdflib 7.6 warns of itself
        patch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # else Z becomes +00:00
        found = rdflib.Dataset()
        found.parse(data=data, format=_RDFLIB.get(form, form))
        return found


def dumped(dataset: Any) -> Lines:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = dataset.serialize(format="nquads")
    return by_pyoxigraph(text.encode(), "nquads")


def by_rapper(data: bytes, form: str) -> Lines:
    if shutil.which("rapper") is None:
        pytest.skip("rapper (Debian raptor2-utils) is not installed")
    graphs = form in ("trig", "nquads")
    found = subprocess.run(
        ["rapper", "-q", "-i", form, "-o", "nquads" if graphs else "ntriples", "-", "urn:base"],
        input=data,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert not found.stderr
    return by_pyoxigraph(found.stdout, "nquads")


def by_npm(data: bytes, folder: Path) -> Lines:
    source, made = folder / "in.jsonld", folder / "out.nq"
    source.write_bytes(data)
    node.run("jsonld_to_nquads.mjs", source, made)
    return by_pyoxigraph(made.read_bytes(), "nquads")
