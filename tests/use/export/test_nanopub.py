"""Nanopublications: read back by ours and by the nanopub library, equal to what was exported."""

from __future__ import annotations

import io
import re
import warnings
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
import pytest

import magkg
from magkg import resources
from magkg.claims import identity, turtle
from magkg.claims.nanopub import carried, parts, reading, signature, trusty
from magkg.claims.project import Project
from magkg.errors import InputError
from magkg.store.interface import Literal, Term
from magkg.use.export.exchange import nanopub
from magkg.use.export.formats import FORMATS, Options
from magkg.use.graph import Graph
from magkg.use.graph import open as open_graph
from tests import evidence, small
from tests.claims.nanopub.test_signature import key  # noqa: F401 - a fixture
from tests.use.export import nasty

MAG = "https://w3id.org/magkg/ns#"
# Of the bundled nanopublications, each so-manieth goes to the library, which takes 40 ms for each.
_EVERY = 16


@pytest.fixture(scope="module")
def folder(bundled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled graph as nanopublications, one file each."""
    out = tmp_path_factory.mktemp("nanopubs")
    with open_graph(bundled_folder) as graph:
        counts = nanopub.write(graph.subgraph(), out, Options(), "nanopub")
        assert counts["claims"] == len(graph.subgraph())
    return out


@pytest.fixture(scope="module")
def held(folder: Path) -> dict[str, parts.Nanopub]:
    """The bundled nanopublications by their claims, read and found valid."""
    found = {}
    for path in sorted(folder.glob("*.trig")):
        (one,) = reading.nanopublications(path)
        assert one.iri.value == f"{carried.BASE}{path.stem}"
        found[carried.claim(one)[0]] = one
    return found


def one_file(graph: Graph, **words: object) -> bytes:
    out = io.BytesIO()
    nanopub.write(graph.subgraph(**words), out, Options(), "nanopub")  # type: ignore[arg-type]
    return out.getvalue()


def read(data: bytes) -> list[parts.Nanopub]:
    found, wrong = parts.split(ox.parse(data, format=ox.RdfFormat.TRIG))
    assert wrong == []
    return found


def test_every_bundled_claim_is_valid_and_comes_back_the_same(
    held: dict[str, parts.Nanopub],
) -> None:
    authored = set()
    for path in Project(resources.data("graphs").parent).files():
        authored |= set(turtle.read(path).quads)
    digests = {each.iri: each.digest for each in identity.claims(authored)}
    back = {}
    for claim, found in held.items():
        _, quads = carried.claim(found)
        # Nothing is said that was not authored, and all that the digest covers is said.
        assert quads <= authored
        (back[claim],) = (each.digest for each in identity.claims(quads))
    assert back == digests


def test_the_index_names_the_file_of_each_claim(folder: Path) -> None:
    head, *rows = (folder / nanopub.INDEX).read_text("utf-8").splitlines()
    assert head.split("\t") == ["claim", "nanopublication", "file"]
    assert len(rows) == len(list(folder.glob("*.trig")))
    for claim, iri, file in (row.split("\t") for row in rows[::100]):
        (found,) = reading.nanopublications(folder / file)
        assert (carried.claim(found)[0], found.iri.value) == (claim, iri)


def test_the_library_reads_them(folder: Path) -> None:
    library = pytest.importorskip("nanopub")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in sorted(folder.glob("*.trig"))[::_EVERY]:
            found = library.Nanopub(rdf=path)
            assert found.is_valid
            assert found.has_valid_trusty
            assert found.source_uri == f"{carried.BASE}{path.stem}"
            assert not found.metadata.signature


def test_the_library_finds_a_letter_that_was_changed(folder: Path, tmp_path: Path) -> None:
    library = pytest.importorskip("nanopub")
    path = sorted(folder.glob("*.trig"))[0]
    spoilt = tmp_path / path.name
    text = path.read_text("utf-8")
    spoilt.write_text(re.sub("mag:certainty mag:[a-z]+", "mag:certainty mag:sure", text), "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = library.Nanopub(rdf=spoilt)
        with pytest.raises(Exception, match=r"is not valid\. It should be RA"):
            assert found.has_valid_trusty
    with pytest.raises(InputError, match="altered"):
        reading.nanopublications(spoilt)


def test_no_assertion_states_a_bare_triple(held: dict[str, parts.Nanopub]) -> None:
    seen = set()
    for claim, found in held.items():
        assertion = found.part("assertion")
        assert {str(each.subject) for each in assertion} == {f"<{claim}>"}
        said = {each.predicate.value: each.object for each in assertion}
        assert {MAG + "polarity", MAG + "certainty", MAG + "source"} <= said.keys()
        assert said.get(MAG + "predicate") not in {each.predicate for each in found.quads}
        seen.add(str(said[MAG + "polarity"]))
    assert len(seen) == 4


def test_what_stands_where() -> None:
    graph = evidence.graph()
    (claim,) = [each for each in graph.subgraph().claims if each.endswith("#no-brood")]
    (found,) = read(one_file(graph, claim=claim))
    stated = {
        name: {str(each.predicate).strip("<>").replace(MAG, "mag:") for each in found.part(name)}
        for name in ("assertion", "provenance", "publication info")
    }
    assert {"mag:subject", "mag:predicate", "mag:object", "mag:polarity"} <= stated["assertion"]
    assert not {"mag:evidence", "mag:passage", "mag:digest"} & stated["assertion"]
    assert {"mag:evidence", "mag:study", "mag:design", "mag:strength"} <= stated["provenance"]
    assert {"mag:digest", "mag:conceptKind"} <= stated["publication info"]
    # Of another project the licence is not known, so none is stated.
    assert "http://purl.org/dc/terms/license" not in stated["publication info"]
    derived = {"mag:rating", "mag:reaches", "mag:root", "mag:decisive", "mag:coversOutcome"}
    assert not any(derived & each for each in stated.values())


def test_the_bundled_ones_say_when_by_whom_and_under_which_licence(
    held: dict[str, parts.Nanopub],
) -> None:
    for found in held.values():
        said = {
            each.predicate.value: each.object
            for each in found.part("publication info")
            if each.subject == found.iri
        }
        dcterms = "http://purl.org/dc/terms/"
        assert said[dcterms + "license"] == ox.NamedNode(carried.CC0)
        agents = {ox.NamedNode(MAG + "curator"), ox.NamedNode(MAG + "reviewer")}
        assert said[dcterms + "creator"] in agents
        (created,) = [said[dcterms + "created"]]
        assert isinstance(created, ox.Literal)
        # rdflib would write Z so, and hash what it wrote.
        assert created.value.endswith("+00:00")


def test_one_file_holds_them_all_whole(
    held: dict[str, parts.Nanopub], bundled_folder: Path
) -> None:
    with open_graph(bundled_folder) as graph:
        data = one_file(graph, source="guide-nerve-health")
        assert one_file(graph, source="guide-nerve-health") == data
    found = read(data)
    assert all(parts.faults(each) == [] for each in found)
    for each in found:
        assert set(each.quads) == set(held[carried.claim(each)[0]].quads)


def test_sources_move_into_an_empty_project(bundled: Graph, tmp_path: Path) -> None:
    # Both sources lean on studies with two judgements each, and were read twice.
    chosen = bundled.subgraph(source=["abbasi-2012", "best-form-for-sciatica"])
    chosen.export("nanopub", tmp_path / "moved.trig")
    (tmp_path / "home" / "graphs").mkdir(parents=True)
    home = Project(tmp_path / "home")
    report = magkg.import_claims(tmp_path / "moved.trig", place=home)
    assert (report.new, report.bad) == (len(chosen), ())
    quads = [quad for path in home.files() for quad in turtle.read(path).quads]
    found = {each.iri: each.digest for each in identity.claims(quads)}
    assert found == {each.iri: each.digest for each in chosen.content.claims}
    assert magkg.import_claims(tmp_path / "moved.trig", place=home).files == ()


def test_they_are_signed_with_a_key(key: Path, tmp_path: Path) -> None:  # noqa: F811
    graph = evidence.graph()
    nanopub.write(graph.subgraph(), tmp_path, Options(key=key), "nanopub")
    paths = sorted(tmp_path.glob("*.trig"))
    assert len(paths) == len(graph.subgraph())
    for path in paths:
        (found,) = reading.nanopublications(path)
        assert signature.signed(found)
        assert carried.is_own(found)
        carried.claim(found)
    library = pytest.importorskip("nanopub")
    crypto = pytest.importorskip("Crypto.Signature.pkcs1_15")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in paths[:20]:
            found = library.Nanopub(rdf=path)
            assert found.is_valid
            assert found.has_valid_trusty
            # The library's own check never fails (it drops the answer), so the answer is asked for.
            _holds(crypto, found)


def _holds(crypto: object, found: object) -> None:
    from base64 import b64decode

    from Crypto.Hash import SHA256
    from Crypto.PublicKey import RSA
    from Crypto.Signature import pkcs1_15
    from nanopub.trustyuri.rdf import RdfHasher, RdfUtils

    meta = found.metadata  # type: ignore[attr-defined]
    quads = [
        each
        for each in RdfUtils.get_quads(found.rdf)  # type: ignore
        if not str(each[2]).endswith("hasSignature")
    ]
    text: str = RdfHasher.normalize_quads(  # type: ignore
        quads, baseuri=str(meta.namespace), hashstr=" "
    )
    verifier = pkcs1_15.new(RSA.import_key(b64decode(str(meta.public_key))))
    verifier.verify(SHA256.new(text.encode()), b64decode(str(meta.signature)))


def test_signatures_are_the_same_each_time(key: Path) -> None:  # noqa: F811
    graph = small.graph()
    first = [code for _, code, _ in nanopub.nanopublications(graph.subgraph(), key)]
    again = [code for _, code, _ in nanopub.nanopublications(graph.subgraph(), key)]
    plain = [code for _, code, _ in nanopub.nanopublications(graph.subgraph())]
    assert first == again
    assert not set(first) & set(plain)


def test_nasty_strings_come_back() -> None:
    graph = nasty.graph()
    back = {}
    for claim, code, made in nanopub.nanopublications(graph.subgraph()):
        data = carried.serialised(code, made, graph.prefixes)
        (found,) = read(data)
        assert len(data) > 100_000 or trusty.holds(found.quads, code)
        gists = [e.object for e in found.part("assertion") if e.predicate.value.endswith("#label")]
        (back[claim],) = (each.value for each in gists if isinstance(each, ox.Literal))
    texts = {f"{nasty.BASE}source/nasty#c{n}": text for n, text in enumerate(nasty.strings())}
    assert back == texts


def test_the_library_reads_nasty_strings(tmp_path: Path) -> None:
    library = pytest.importorskip("nanopub")
    graph = nasty.graph()
    done = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _, code, made in islice(nanopub.nanopublications(graph.subgraph()), 200):
            data = carried.serialised(code, made, graph.prefixes)
            if len(data) > 20_000:
                continue
            done += 1
            path = tmp_path / f"{code}.trig"
            path.write_bytes(data)
            found = library.Nanopub(rdf=path)
            assert found.is_valid
            assert found.has_valid_trusty
    assert done > 100


def test_a_control_character_is_carried() -> None:
    (found,) = read(one_file(nasty.control()))
    gists = [each.object for each in found.part("assertion") if isinstance(each.object, ox.Literal)]
    assert "before\x0bafter" in {each.value for each in gists}


def test_a_lone_surrogate_is_refused_with_the_claim() -> None:
    with pytest.raises(InputError, match=r"nasty#c0 holds a lone surrogate"):
        one_file(nasty.surrogate())


def test_what_no_rdf_can_carry_is_refused_with_the_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    def put(term: Term | None) -> Term | None:
        odd = isinstance(term, Literal) and "surrogate" in term.value
        return Literal("a", language="en us") if odd else term

    monkeypatch.setattr(nasty, "_put", put)
    with pytest.raises(InputError, match=r"nasty#c0 leads to .* no RDF can carry"):
        one_file(nasty.surrogate())


def test_the_format_is_one_file_or_a_folder_that_is_there(tmp_path: Path) -> None:
    assert FORMATS["nanopub"].either
    assert not FORMATS["nanopub"].folder
    chosen = small.graph().subgraph()
    chosen.export("nanopub", tmp_path / "all.trig")
    (tmp_path / "each").mkdir()
    chosen.export("nanopub", tmp_path / "each")
    assert len(read((tmp_path / "all.trig").read_bytes())) == len(chosen)
    assert len(list((tmp_path / "each").glob("RA*.trig"))) == len(chosen)


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    options = Options(progress=lambda done, total: told.append((done, total)))
    nanopub.write(small.graph().subgraph(), io.BytesIO(), options, "nanopub")
    assert told[-1][0] == told[-1][1] == len(told) > 1
