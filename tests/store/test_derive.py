"""What follows from claims: digests, propositions, scope, bare triples; and rule files."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.claims import identity
from magkg.claims import project as projects
from magkg.errors import InputError, SyntaxFault
from magkg.store.derive import STATED, Proposition, bearing, derive, run_rules, scopes
from magkg.vocabulary import FORMAL, MAG, QUALIFIERS, TYPE
from tests import ruled

EX = "https://example.org/"
DEFAULT = ox.DefaultGraph()


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(name if ":" in name else EX + name)


def claim(name: str, triple: str | None, polarity: str = "affirms", **scope: str) -> list[ox.Quad]:
    """Give the quads of a claim; ``triple`` is "subject predicate object"."""
    pairs = [(TYPE, MAG + "Claim"), (MAG + "polarity", MAG + polarity)]
    if triple is not None:
        pairs += zip(FORMAL, triple.split(), strict=True)
    pairs += [(MAG + key, value) for key, value in scope.items()]
    return [ox.Quad(node(name), node(key), node(value)) for key, value in pairs]


def derived(*claims: list[ox.Quad]) -> set[ox.Quad]:
    quads = [quad for each in claims for quad in each]
    found = list(derive(quads, identity.claims(quads)))
    assert len(found) == len(set(found))
    return set(found)


def objects(quads: set[ox.Quad], subject: str, name: str) -> set[str]:
    return {
        quad.object.value
        for quad in quads
        if quad.subject == node(subject)
        and quad.predicate.value == MAG + name
        and isinstance(quad.object, (ox.NamedNode, ox.Literal))
    }


def narrower(quads: set[ox.Quad]) -> set[tuple[str, str]]:
    """Give the pairs of propositions as pairs of the claims that state them."""
    states = {q.object: q.subject for q in quads if q.predicate.value == MAG + "states"}
    return {
        (str(states[q.subject].value)[len(EX) :], str(states[q.object].value)[len(EX) :])
        for q in quads
        if q.predicate.value == MAG + "narrowerScopeThan"
    }


def test_a_claim_gets_its_digest_and_its_proposition_is_described() -> None:
    quads = claim("c", "s p o", form="citrate")
    found = derived(quads)
    (each,) = identity.claims(quads)
    assert objects(found, "c", "digest") == {each.digest}
    assert each.proposition is not None
    assert objects(found, "c", "states") == {each.proposition}
    about = {
        (q.predicate.value, str(getattr(q.object, "value", "")))
        for q in found
        if q.subject == node(each.proposition)
    }
    assert about == {
        (TYPE, MAG + "Proposition"),
        (MAG + "subject", EX + "s"),
        (MAG + "predicate", EX + "p"),
        (MAG + "object", EX + "o"),
        (MAG + "form", EX + "citrate"),
    }
    assert each.proposition == identity.proposition(
        EX + "p", EX + "s", EX + "o", {MAG + "form": EX + "citrate"}
    )


def test_claims_of_one_proposition_share_it() -> None:
    found = derived(claim("a", "s p o"), claim("b", "s p o", "denies"), claim("c", "s p x"))
    assert objects(found, "a", "states") == objects(found, "b", "states")
    assert objects(found, "a", "states") != objects(found, "c", "states")
    kinds = [q for q in found if q.predicate.value == TYPE]
    assert len(kinds) == 2


def test_a_claim_without_a_triple_gets_a_digest_and_no_more() -> None:
    found = derived(claim("a", None))
    assert [q.predicate.value for q in found] == [MAG + "digest"]


def test_the_stated_graph_holds_what_is_affirmed_once() -> None:
    found = derived(
        claim("a", "s p o"),
        claim("b", "s p o", form="x"),
        claim("c", "s p denied", "denies"),
        claim("d", "s p none", "reportsNoDifference"),
        claim("e", "s p lack", "reportsLackOfEvidence"),
        claim("f", "s p both", "denies"),
        claim("g", "s p both"),
    )
    stated = {q for q in found if q.graph_name == STATED}
    assert stated == {
        ox.Quad(node("s"), node("p"), node("o"), STATED),
        ox.Quad(node("s"), node("p"), node("both"), STATED),
    }
    assert all(q.graph_name == DEFAULT for q in found - stated)
    assert STATED.value == "https://w3id.org/magkg/ns#stated"


def test_more_qualifiers_are_a_narrower_scope() -> None:
    found = derived(
        claim("any", "s p o"),
        claim("form", "s p o", form="x"),
        claim("other", "s p o", form="y"),
        claim("two", "s p o", form="x", route="oral"),
        claim("elsewhere", "s p z", form="x", route="oral"),
    )
    assert narrower(found) == {("form", "any"), ("other", "any"), ("two", "any"), ("two", "form")}


def test_absent_species_is_human() -> None:
    found = derived(
        claim("any", "s p o"),
        claim("mouse", "s p o", species="mouse"),
        claim("rat", "s p o", species="rat"),
        claim("mouse-form", "s p o", species="mouse", form="x"),
        claim("form", "s p o", form="x"),
    )
    assert narrower(found) == {("mouse-form", "mouse"), ("form", "any")}


def test_scopes_are_those_of_the_definition_on_random_propositions() -> None:
    chance = random.Random(7)
    found = {}
    for number in range(300):
        names = chance.sample(QUALIFIERS, chance.randint(0, 4))
        scope = frozenset((name, f"v{chance.randint(0, 1)}") for name in names)
        found[str(number)] = Proposition("s", "p", chance.choice("ab"), scope)
    unique = {(each.object, each.qualifiers): iri for iri, each in found.items()}
    found = {iri: found[iri] for iri in unique.values()}

    def species(each: Proposition) -> str:
        return dict(each.qualifiers).get(MAG + "species", "human")

    expected = {
        (a, b)
        for a, one in found.items()
        for b, two in found.items()
        if one.object == two.object
        and one.qualifiers > two.qualifiers
        and species(one) == species(two)
    }
    assert set(scopes(found)) == expected
    assert len(list(scopes(found))) == len(expected)


class Counted(frozenset[tuple[str, str]]):
    """Qualifiers that count what is done with them."""

    done = 0


def _counting(name: str) -> Callable[..., object]:
    def counted(*given: object) -> object:
        Counted.done += 1
        return getattr(frozenset, name)(*given)

    return counted


for _name in ("and", "eq", "ge", "gt", "hash", "iter", "le", "lt", "sub"):
    setattr(Counted, f"__{_name}__", _counting(f"__{_name}__"))


def test_many_propositions_of_one_triple_are_not_compared_with_one_another() -> None:
    found = {
        str(i): Proposition("s", "p", "o", Counted({(MAG + "form", f"f{i}")})) for i in range(500)
    }
    Counted.done = 0
    assert list(scopes(found)) == []
    assert 500 <= Counted.done < 20 * 500  # all with all, it would be 250,000


def rule(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def test_rules_run_in_the_order_of_their_names_and_see_what_came_before(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rule(rules, "20_second.rq", "CONSTRUCT { ?s <x:c> ?o } WHERE { ?s <x:b> ?o }")
    rule(rules, "10_first.rq", "# a note\nCONSTRUCT { ?s <x:b> ?o } WHERE { ?s <x:a> ?o }")
    rule(rules, "30_own.rq", "CONSTRUCT { ?o <x:c> 1 } WHERE { ?s <x:c> ?o FILTER isIRI(?o) }")
    rule(rules, "readme.txt", "no rule")
    store = ox.Store()
    store.add(ox.Quad(node("x:s"), node("x:a"), node("x:t")))
    assert run_rules(store, rules) == 3
    found = {(q.subject.value, q.predicate.value, q.object.value) for q in store}
    assert found == {
        ("x:s", "x:a", "x:t"), ("x:s", "x:b", "x:t"), ("x:s", "x:c", "x:t"), ("x:t", "x:c", "1"),
    }  # fmt: skip
    assert all(quad.graph_name == DEFAULT for quad in store)


def test_no_rules_is_no_fault(tmp_path: Path) -> None:
    assert run_rules(ox.Store(), tmp_path / "none") == 0


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("CONSTRUCT { ?s ?p ?o } WHERE {\n ?s ?p ?o ", SyntaxFault, "does not parse"),
        ("SELECT * { ?s ?p ?o }", InputError, "must be a CONSTRUCT"),
        ("nonsense", SyntaxFault, "does not parse"),
        ("CONSTRUCT { ?s ?p ?o } { SERVICE <http://x/> { ?s ?p ?o } }", InputError, "SERVICE"),
        ("CONSTRUCT { ?s <x:b> [] } WHERE { ?s ?p ?o }", InputError, "blank nodes"),
        ("CONSTRUCT { [] <x:b> ?s } WHERE { ?s ?p ?o }", InputError, "blank nodes"),
    ],
)
def test_a_bad_rule_is_named(tmp_path: Path, text: str, error: type[InputError], says: str) -> None:
    rule(tmp_path, "bad.rq", text)
    store = ox.Store()
    store.add(ox.Quad(node("x:s"), node("x:a"), node("x:t")))
    with pytest.raises(error, match=says) as caught:
        run_rules(store, tmp_path)
    assert caught.value.file == str(tmp_path / "bad.rq")
    assert len(store) == 1


def test_a_text_may_look_like_a_blank_node(tmp_path: Path) -> None:
    rule(tmp_path, "1.rq", 'CONSTRUCT { ?s <x:b> "kept to _:b1"@en } WHERE { ?s ?p ?o }')
    store = ox.Store()
    store.add(ox.Quad(node("x:s"), node("x:a"), node("x:t")))
    run_rules(store, tmp_path)
    assert len(store) == 2


def test_what_the_rules_derive_leaves_the_identities_of_claims_alone() -> None:
    """Who verifies a built store computes them from a store that holds what was derived."""
    authored = ruled.read(*projects.bundled().files())
    before = {each.iri: each for each in identity.claims(authored)}
    after = {each.iri: each for each in identity.claims(ruled.ruled(authored).quads())}
    assert after == before


def test_evidence_bears_on_what_has_fewer_or_more_qualifiers_whatever_the_species() -> None:
    scope = (MAG + "condition", EX + "c"), (MAG + "route", EX + "r"), (MAG + "species", EX + "m")
    stated = {
        name: Proposition("s", "p", "o", frozenset(pairs))
        for name, pairs in {
            "bare": (), "condition": scope[:1], "both": scope[:2], "route": scope[1:2],
            "mice": scope[2:], "mice in it": (scope[0], scope[2]),
        }.items()
    }  # fmt: skip
    found = list(bearing(stated))
    assert len(found) == len(set(found))
    apart = {("condition", "route"), ("mice in it", "route")}
    every = {(one, other) for one in stated for other in stated if one != other}
    assert set(found) == every - apart - {(other, one) for one, other in apart}
    other = {"x": Proposition("s", "p", "other", frozenset())}
    assert not list(bearing({"bare": stated["bare"], **other}))
