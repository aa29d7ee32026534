"""Every strength of the bundled graph can be followed, step by step, to what somebody recorded."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pyoxigraph as ox

from magkg.claims import project as projects
from magkg.store.check import vocabulary_quads
from tests import ruled

MAG = "https://w3id.org/magkg/ns#"
# These steps speak of independent lines of the assessment, on their side or on the other.
ON_LINES = {"bestLineStep": True, "confirmationStep": True, "inconsistencyStep": False}
STRENGTHS = ("strength", "strengthAgainst", "citedStrength", "heldStrength")


def mag(name: str) -> ox.NamedNode:
    return ox.NamedNode(MAG + name)


def name(node: ox.Term) -> str:
    assert isinstance(node, ox.NamedNode)
    return node.value.removeprefix(MAG)


@cache
def authored() -> frozenset[ox.NamedNode]:
    """Every node that a curator or the ontology says something about."""
    quads = [*ruled.read(*projects.bundled().files()), *vocabulary_quads()]
    return frozenset(q.subject for q in quads if isinstance(q.subject, ox.NamedNode))


class Walk:
    """What the built graph says, by node and property."""

    def __init__(self) -> None:
        self.said: dict[ox.NamedNode, dict[str, list[ox.Term]]] = defaultdict(dict)
        self.rank: dict[ox.Term, int] = {}
        for quad in ruled.store(ruled.read(*projects.bundled().files())):
            if isinstance(quad.subject, ox.NamedNode) and quad.predicate.value.startswith(MAG):
                name = quad.predicate.value.removeprefix(MAG)
                self.said[quad.subject].setdefault(name, []).append(quad.object)
        for node, facts in self.said.items():
            if "rank" in facts and node.value.startswith(MAG + "strength"):
                self.rank[node] = int(facts["rank"][0].value)

    def all(self, node: ox.Term, name: str) -> list[ox.Term]:
        return self.said[node].get(name, []) if isinstance(node, ox.NamedNode) else []

    def level(self, node: ox.Term, name: str = "strength") -> int:
        (strength,) = self.all(node, name)
        return self.rank[strength]

    def steps(self, node: ox.Term, side: str | None = None) -> list[ox.Term]:
        return [
            step
            for step in self.all(node, "step")
            if side is None or self.all(step, "side") == [mag(side)]
        ]

    def total(self, steps: list[ox.Term]) -> int:
        return sum(int(self.all(step, "change")[0].value) for step in steps)

    def grounded(self, step: ox.Term) -> bool:
        """Whether a step rests on recorded facts."""
        grounds = self.all(step, "ground")
        return bool(grounds) and all(each in authored() for each in grounds)

    def speaks_of_lines(self, step: ox.Term) -> bool:
        return name(self.all(step, "stepKind")[0]) in ON_LINES

    def on_lines(self, node: ox.Term, step: ox.Term) -> list[ox.Term]:
        """The lines of an assessment that one of its steps speaks of: those of the best level."""
        (side,) = self.all(step, "side")
        if not ON_LINES[name(self.all(step, "stepKind")[0])]:
            side = mag("disputes") if side == mag("supports") else mag("supports")
        (best,) = [
            each
            for each in self.steps(node, name(side))
            if self.all(each, "stepKind") == [mag("bestLineStep")]
        ]
        return [
            line
            for line in self.all(node, "independentLine")
            if self.all(line, "vote") == [side]
            and self.all(line, "level") == self.all(best, "change")
        ]

    def stands(self, node: ox.Term, step: ox.Term) -> bool:
        """Whether a step of an assessment rests on recorded facts, or on lines that do."""
        if not self.speaks_of_lines(step):
            return self.grounded(step)
        lines = self.on_lines(node, step)
        ratings = [each for line in lines for each in self.all(line, "rating")]
        return bool(ratings) and all(self.rating_stands(each) for each in ratings)

    def rating_stands(self, rating: ox.Term) -> bool:
        steps = self.steps(rating)
        return (
            self.total(steps) == self.level(rating)
            and all(self.grounded(step) for step in steps)
            and all(study in authored() for study in self.all(rating, "study"))
        )


@cache
def walk() -> Walk:
    return Walk()


def nodes(name: str) -> list[ox.NamedNode]:
    return [node for node, facts in walk().said.items() if name in facts]


def test_the_strengths_of_ratings() -> None:
    found = [node for node in nodes("step") if "level" in walk().said[node]]
    assert found
    assert [node for node in found if not walk().rating_stands(node)] == []


def test_the_strengths_of_assessments_for_and_against() -> None:
    found = nodes("strengthAgainst")
    assert found
    for node in found:
        for side, of in (("supports", "strength"), ("disputes", "strengthAgainst")):
            steps = walk().steps(node, side)
            assert steps, node
            assert walk().total(steps) == walk().level(node, of), node
            assert [step for step in steps if not walk().stands(node, step)] == [], node


def test_the_strengths_of_evidence_lines() -> None:
    """A line is as strong as the best rating that it reaches; without one it is none."""
    found = [node for node in nodes("direction") if "strength" in walk().said[node]]
    assert found
    for node in found:
        (strength,) = walk().all(node, "strength")
        if strength == mag("notRated"):
            continue
        reached = [walk().level(rating) for rating in walk().all(node, "rating")]
        assert walk().level(node) == max(reached, default=0), node


def test_the_strengths_of_claims() -> None:
    """Cited: the best of its own lines that support it. Held: that of its assessment."""
    found = nodes("citedStrength")
    assert found
    for node in found:
        (cited,), (held,) = (walk().all(node, f"{view}Strength") for view in ("cited", "held"))
        (kind,) = walk().all(node, "kind")
        if mag("notRated") in (cited, held):
            assert cited == held, node
            lacks = walk().all(node, "polarity") == [mag("reportsLackOfEvidence")]
            untripled = not walk().all(node, "states")
            assert not walk().all(kind, "rated") or lacks or untripled, node
            continue
        lines = [
            walk().level(line)
            for line in walk().all(node, "evidence")
            if walk().all(line, "direction") == [mag("supports")]
            and walk().all(line, "basis") != [mag("background")]
        ]
        assert walk().rank[cited] == max(lines, default=0), node
        (proposition,) = walk().all(node, "states")
        (assessment,) = walk().all(proposition, "assessment")
        affirms = walk().all(node, "polarity") == [mag("affirms")]
        side = "strength" if affirms else "strengthAgainst"
        assert walk().all(assessment, side) == [held], node


def test_no_step_is_an_orphan() -> None:
    """Every step belongs to a rating or an assessment, and says why and whether it is assumed."""
    owned = {step for node in nodes("step") for step in walk().all(node, "step")}
    steps = nodes("stepKind")
    assert set(steps) == owned
    for step in steps:
        for fact in ("why", "change", "assumption"):
            assert walk().all(step, fact), step
        assert walk().grounded(step) != walk().speaks_of_lines(step), step


def test_a_step_is_shared_by_all_that_say_the_same() -> None:
    """No two agree in kind, change, side, assumption, words and grounds, but of two bodies."""
    facts = ("stepKind", "change", "side", "assumption", "why", "ground")
    owners: dict[ox.Term, int] = defaultdict(int)
    for node in nodes("step"):
        for step in walk().all(node, "step"):
            owners[step] += 1
    contents = defaultdict(list)
    for step in owners:
        said = tuple(frozenset(map(str, walk().all(step, fact))) for fact in facts)
        contents[said].append(step)
    # Where judgements on a body or several on a study are the grounds, the owner is in the name.
    several = {
        name(walk().all(step, "stepKind")[0])
        for found in contents.values()
        for step in found
        if len(found) > 1 and len(walk().all(step, "ground")) == 1
    }
    assert several <= {"publicationBiasStep", "upgradeStep"}
    assert len(owners) < len(nodes("step"))


def test_no_rating_has_two_steps_of_a_kind() -> None:
    """So none is lost where two say the same; but each reason to raise a body has a step."""
    for node in nodes("step"):
        for side in ("supports", "disputes", None):
            steps = [
                s
                for s in walk().all(node, "step")
                if walk().all(s, "side") == ([mag(side)] if side else [])
            ]
            kinds = [name(walk().all(step, "stepKind")[0]) for step in steps]
            kinds = [kind for kind in kinds if kind != "upgradeStep"]
            assert len(kinds) == len(set(kinds)), node


def test_no_other_thing_has_a_strength() -> None:
    known = {"Rating", "Assessment", "EvidenceLine", "Claim"}
    for strength in STRENGTHS:
        for node in nodes(strength):
            kinds = walk().said[node]
            owner = (
                "Claim" if "citedStrength" in kinds
                else "Assessment" if "strengthAgainst" in kinds
                else "EvidenceLine" if "direction" in kinds
                else "Rating" if "step" in kinds
                else ""
            )  # fmt: skip
            assert owner in known, node
