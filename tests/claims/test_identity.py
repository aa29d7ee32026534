from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magkg import vocabulary
from magkg.claims import identity, turtle
from magkg.errors import InputError
from magkg.vocabulary import MAG, PROP, PROV, TYPE
from tests.claims import generate
from tests.claims.generate import node, quad

CLAIM = ox.NamedNode(MAG + "Claim")
FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".rdf": ox.RdfFormat.RDF_XML,
}


def ids(quads: Iterable[ox.Quad]) -> list[identity.ClaimIdentity]:
    return list(identity.claims(quads))


def sha(*fields: str) -> str:
    """The rule once more, spelt out: eight bytes of length, then the field."""
    raw = b"".join(len(each.encode()).to_bytes(8, "big") + each.encode() for each in fields)
    return hashlib.sha256(raw).hexdigest()


def canonical(term: object) -> str:
    """Canonical N-Triples by the letter of RDF 1.2 N-Triples, section 4: the reference."""
    if isinstance(term, ox.NamedNode):
        return f"<{term.value}>"
    assert isinstance(term, ox.Literal)
    short = {"\b": "b", "\t": "t", "\n": "n", "\f": "f", "\r": "r", '"': '"', "\\": "\\"}
    text = ""
    for char in term.value:
        if char in short:
            text += "\\" + short[char]
        elif char < " " or char in "\x7f\ufffe\uffff":
            text += f"\\u{ord(char):04X}"
        else:
            text += char
    if term.language:
        return f'"{text}"@{term.language}'
    kind = term.datatype.value
    return f'"{text}"' if kind.endswith("#string") else f'"{text}"^^<{kind}>'


def derived(found: list[identity.ClaimIdentity]) -> list[ox.Quad]:
    """What a build adds to a store."""
    added = []
    stated = ox.NamedNode(MAG + "stated")
    for each in found:
        own = ox.NamedNode(each.iri)
        added.append(quad(own, MAG + "digest", ox.Literal(each.digest)))
        if each.proposition:
            thing = ox.NamedNode(each.proposition)
            added.append(quad(own, MAG + "states", thing))
            added.append(quad(thing, TYPE, ox.NamedNode(MAG + "Proposition")))
            added.append(ox.Quad(own, ox.NamedNode(MAG + "x"), own, stated))
    return added


def test_the_proposition_is_pinned() -> None:
    """The ids that are published; a change here is a new version of the rule."""
    found = identity.proposition(
        MAG + "relieves",
        generate.CON + "magnesium",
        generate.CON + "sciatica",
        {MAG + "species": generate.CON + "mouse", MAG + "form": generate.CON + "glycinate"},
    )
    assert found == PROP + sha(
        "magkg proposition 1",
        MAG + "relieves",
        generate.CON + "magnesium",
        generate.CON + "sciatica",
        MAG + "form",
        generate.CON + "glycinate",
        MAG + "species",
        generate.CON + "mouse",
    )
    assert found == PROP + "1760eed4edb4979be67a1bf2b07106d306021d492c669f1ed7c266795ee8957a"


def test_the_digest_and_the_roots_are_pinned() -> None:
    own, passage = node("a"), node("c1-5")
    quads = [
        quad(own, TYPE, CLAIM),
        quad(own, MAG + "passage", passage),
        quad(passage, MAG + "exact", ox.Literal('é"\n', language="en")),
        quad(node("other"), MAG + "exact", ox.Literal("not part of it")),
    ]
    (found,) = ids(quads)
    b = generate.BASE
    assert found.digest == sha(
        "magkg claim 1",
        f"<{b}#a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{MAG}Claim> .",
        f"<{b}#a> <{MAG}passage> <{b}#c1-5> .",
        f'<{b}#c1-5> <{MAG}exact> "é\\"\\n"@en .',
    )
    assert found.digest == "34ae186d648ec8e4ec856e90d508e910e4399ff5df64a2c38b6e9a104553e666"
    assert identity.root([found]) == sha("magkg root 1", found.iri, found.digest)
    tag = b"magkg content 2"
    whole = len(tag).to_bytes(8, "big") + tag
    whole += b"".join(
        sorted(hashlib.sha256(identity.line(each).encode()).digest() for each in quads)
    )
    assert identity.content(quads) == hashlib.sha256(whole).hexdigest()
    assert found.proposition is None


@given(generate.quads)
@settings(deadline=None, max_examples=300)
def test_lines_are_canonical(each: ox.Quad) -> None:
    terms = (each.subject, each.predicate, each.object)
    assert identity.line(each) == " ".join(map(canonical, terms)) + " ."
    assert identity.line(each) + "\n" == ox.serialize([each], format=FORMATS[".nq"]).decode()
    graph = ox.NamedNode("urn:g")
    named = ox.Quad(each.subject, each.predicate, each.object, graph)
    assert identity.line(named) == " ".join(map(canonical, (*terms, graph))) + " ."


@given(generate.graphs(10), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=100)
def test_a_thousand_claims_have_the_same_ids_everywhere(quads, random) -> None:  # type: ignore[no-untyped-def]
    expected = ids(quads)
    assert len(expected) == 10
    shuffled = quads * 2
    random.shuffle(shuffled)
    assert ids(shuffled) == expected

    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".ttl", ".trig", ".nt", ".nq"):
            path = Path(folder) / f"x{suffix}"
            form = FORMATS[suffix]
            triples = (ox.Triple(q.subject, q.predicate, q.object) for q in shuffled)
            path.write_bytes(ox.serialize(triples, format=form, prefixes={"m": MAG}))
            assert ids(turtle.read(path).quads) == expected, suffix
        path.write_text(turtle.write(quads, base=generate.BASE, prefixes={"mag": MAG}))
        assert ids(turtle.read(path.rename(path.with_suffix(".ttl"))).quads) == expected

        store = ox.Store()
        store.bulk_extend(shuffled)
        store.extend(derived(expected))
        assert ids(store) == expected
        dump = Path(folder) / "dump.nq"
        store.dump(dump, format=ox.RdfFormat.N_QUADS)
        again = turtle.read(dump).quads
        assert ids(again) == expected
        assert identity.root(ids(again)) == identity.root(expected)
        assert identity.content(again) == identity.content([*shuffled, *derived(expected)])


@given(st.lists(generate.graphs(10), min_size=5, max_size=5))
@settings(deadline=None, max_examples=3)
def test_the_ids_are_the_same_from_a_store_on_disk(many: list[list[ox.Quad]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for turn, quads in enumerate(many):
            expected = ids(quads)
            path = Path(folder) / str(turn)
            store = ox.Store(path)
            store.bulk_extend(quads)
            store.extend(derived(expected))
            store.flush()
            del store
            assert ids(ox.Store.read_only(str(path))) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("p", "s", "o"), ("ps", "", "o")),
        (("p", "s", "o"), ("p", "so", "")),
        (("a|b", "c", "d"), ("a", "b|c", "d")),
        (("a\x00b", "c", "d"), ("a", "b\x00c", "d")),
        (("a b", "c", "d"), ("a", "b c", "d")),
        (("p", "s", "o"), ("p", "o", "s")),
        (("p", "s", "o", {}), ("p", "s", "o", {"q": "v"})),
        (("p", "s", "o", {"q": "vr", "r": "w"}), ("p", "s", "o", {"q": "v", "rr": "w"})),
        (("p", "s", "o", {"q": "v"}), ("p", "s", "oq", {"": "v"})),
        (("p", "s", "o", {"q": "r", "v": "w"}), ("p", "s", "o", {"q": "v", "r": "w"})),
        (("p", "s", "o", {"q": "é"}), ("p", "s", "o", {"q": "e\u0301"})),
    ],
)
def test_fields_that_would_meet_in_one_string_differ(one, other) -> None:  # type: ignore[no-untyped-def]
    assert identity.proposition(*one) != identity.proposition(*other)


def test_a_length_cannot_be_forged() -> None:
    """A field that holds the bytes of a length and of the next field is still one field."""
    forged = "p" + "\x00\x00\x00\x00\x00\x00\x00\x01s"
    assert identity.proposition("p", "s", "o") != identity.proposition(forged, "o", "")


def test_kinds_of_hashes_do_not_meet() -> None:
    empty = {identity.digest([]), identity.root([]), identity.content([])}
    assert len(empty) == 3


@given(st.lists(st.tuples(generate.texts, generate.texts), max_size=4), st.randoms())
@settings(deadline=None)
def test_qualifiers_have_no_order(pairs, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = [*pairs, *pairs]
    random.shuffle(shuffled)
    one = identity.proposition("p", "s", "o", pairs)
    assert identity.proposition("p", "s", "o", shuffled) == one
    assert re.fullmatch(re.escape(PROP) + "[0-9a-f]{64}", one)


def example() -> list[ox.Quad]:
    own = node("a")
    return [
        quad(own, TYPE, CLAIM),
        quad(own, MAG + "subject", node("s")),
        quad(own, MAG + "predicate", node("p")),
        quad(own, MAG + "object", node("o")),
        quad(own, MAG + "passage", node("c1-2")),
        quad(own, MAG + "evidence", node("e-1")),
        quad(node("e-1"), MAG + "direction", ox.NamedNode(MAG + "supports")),
    ]


@pytest.mark.parametrize("predicate", sorted(identity.OUTSIDE))
def test_curation_and_what_is_derived_stay_outside(predicate: str) -> None:
    plain = ids(example())
    for subject in (node("a"), node("e-1")):
        assert ids([*example(), quad(subject, predicate, ox.Literal("x"))]) == plain


@pytest.mark.parametrize(
    "extra",
    [
        quad(node("a"), MAG + "polarity", ox.NamedNode(MAG + "denies")),
        quad(node("c1-2"), MAG + "sha256", ox.Literal("00")),
        quad(node("e-1"), MAG + "basis", ox.NamedNode(MAG + "own")),
    ],
)
def test_the_claim_its_passages_and_its_evidence_are_inside(extra: ox.Quad) -> None:
    (plain,), (changed,) = ids(example()), ids([*example(), extra])
    assert plain.digest != changed.digest
    assert plain.proposition == changed.proposition


def test_who_generated_a_claim_is_no_part_of_it() -> None:
    assert PROV + "wasGeneratedBy" in identity.OUTSIDE


def test_a_qualifier_changes_the_proposition_and_a_frequency_does_not() -> None:
    (plain,) = ids(example())
    (scoped,) = ids([*example(), quad(node("a"), MAG + "species", node("mouse"))])
    (often,) = ids([*example(), quad(node("a"), MAG + "frequency", ox.Literal("often"))])
    assert scoped.proposition != plain.proposition == often.proposition


@pytest.mark.parametrize("missing", ["subject", "predicate", "object"])
def test_a_claim_without_its_triple_states_nothing(missing: str) -> None:
    quads = [each for each in example() if each.predicate.value != MAG + missing]
    assert ids(quads)[0].proposition is None
    doubled = [*example(), quad(node("a"), MAG + missing, node("z"))]
    assert ids(doubled)[0].proposition is None


def test_named_graphs_are_no_part_of_a_claim() -> None:
    other = ox.Quad(node("a"), ox.NamedNode(MAG + "x"), node("b"), node("g"))
    assert ids([*example(), other]) == ids(example())


def test_a_node_without_a_name_has_no_identity() -> None:
    with pytest.raises(InputError, match="blank node"):
        ids([*example(), ox.Quad(node("a"), ox.NamedNode(MAG + "x"), ox.BlankNode())])


def test_a_repeated_line_counts_once() -> None:
    lines = [identity.line(each) for each in example()]
    assert identity.digest(lines * 2) == identity.digest(lines)


@pytest.mark.parametrize("name", vocabulary.QUALIFIERS)
def test_every_qualifier_is_part_of_the_proposition(name: str) -> None:
    (plain,) = ids(example())
    (scoped,) = ids([*example(), quad(node("a"), name, node("x"))])
    expected = identity.proposition(*(node(each).value for each in "pso"), {name: node("x").value})
    assert scoped.proposition == expected != plain.proposition


def test_many_lines_are_sorted_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    quads = [quad(node(str(n)), TYPE, ox.Literal(f"\u2028{n}\r\n")) for n in range(50)]
    lines = [identity.line(each) for each in quads]
    monkeypatch.setattr(identity, "_CHUNK", 7)
    assert list(identity.ordered(reversed(lines + lines[:20]))) == sorted(lines)


def test_the_content_is_that_of_a_set() -> None:
    quads = [quad(node(str(n)), TYPE, node("x")) for n in range(50)]
    assert identity.content(reversed(quads + quads[:20])) == identity.content(quads)
    assert identity.content(quads[1:]) != identity.content(quads)
