"""Bodies of evidence after an update: what is rarely judged of them, and what is counted."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from magkg.vocabulary import MAG, TYPE, XSD
from tests.store import bulk_data
from tests.store.update_data import claims_of, quads, rest, same, split, with_those_that_refer


def judged(lines: list[str], chance: random.Random) -> list[str]:
    """Give statements that raise studies, lower claims for what is not published, and searches."""
    studies = sorted({line.split(" ")[0] for line in lines if line.endswith(f"<{MAG}Study> .")})
    given = [(node, "upgrade", "doseResponse", 1, 0.5) for node in studies]
    for domain in ("riskOfBias", "imprecision"):
        given += [(node, "downgrade", domain, 0, 0.9) for node in studies]
    given += [(f"<{node}>", "downgrade", "publicationBias", 1, 0.1) for node in claims_of(lines)]
    found = []
    for at, (node, way, domain, number, share) in enumerate(given):
        if chance.random() < share:
            own = f"<urn:{domain}-{at}>"
            found += [
                f"{node} <{MAG}judgement> {own} .",
                f"{own} <{TYPE}> <{MAG}Judgement> .",
                f"{own} <{MAG}domain> <{MAG}{domain}> .",
                f'{own} <{MAG}{way}> "{number}"^^<{XSD}integer> .',
                f'{own} <{MAG}rationale> "Because of {at % 3}."@en .',
            ]
    for at, claim in enumerate(claims_of(lines)):
        if chance.random() < 0.1:
            own = f"<urn:search-{at}>"
            found += [
                f"{own} <{TYPE}> <{MAG}Search> .",
                f"{own} <{MAG}soughtFor> <{claim}> .",
                f'{own} <{MAG}nothingFound> "Nothing."@en .',
            ]
    return found


def of_few(lines: list[str], chance: random.Random) -> list[str]:
    """Give statements with claims of two sources on one triple, and cohorts that studied it."""
    sources = sorted({line.split(" ")[0] for line in lines if line.endswith(f"<{MAG}Source> .")})
    own = next(line.split(" ")[0] for line in lines if f"<{MAG}object>" in line)
    triple = {line.split(" ", 2)[1]: line.split(" ", 2)[2] for line in lines if own in line}
    claims = {f"<{each}>" for each in claims_of(lines)}
    studies = {line.split(" ")[0] for line in lines if line.endswith(f"<{MAG}Study> .")}
    of_claims = {
        f"<{MAG}{way}>": triple[f"<{MAG}{way}>"] for way in ("subject", "predicate", "object")
    }
    of_studies = {
        f"<{MAG}intervention>": triple[f"<{MAG}subject>"],
        f"<{MAG}outcome>": triple[f"<{MAG}object>"],
        f"<{MAG}condition>": triple[f"<{MAG}object>"],
        f"<{MAG}design>": f"<{MAG}cohortStudy> .",
        f"<{MAG}size>": f'"900"^^<{XSD}integer> .',
    }
    found = []
    for line in lines:
        subject, way, value = line.split(" ", 2)
        if subject in claims:
            value = of_claims.get(way, value)
            if way == f"<{MAG}source>":
                value = f"{chance.choice(sources[:2])} ."
        elif subject in studies:
            value = of_studies.get(way, value)
        found.append(f"{subject} {way} {value}")
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_rarely_judged(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Some of it breaks shapes; how it is derived is what is tested here.
    monkeypatch.setattr("magkg.store.validate.validate", lambda *_, **__: [])
    chance = random.Random(seed)
    lines = bulk_data.lines(bulk_data.generated(tmp_path / "given", 250, seed=seed))
    if seed > 1:
        lines = of_few(lines, chance)
    every = sorted({*lines, *judged(lines, chance)})
    # What is judged of a claim comes with the claim: a claim that is described is replaced whole.
    late = {f"<urn:{kind}-{at}>" for kind in ("doseResponse", "search") for at in range(0, 999, 3)}
    left = [
        line
        for line in split(every, chance, 0.1, tmp_path / "all.nq")
        if not late & set(line.split(" ")[:3])
    ]
    same(left, rest(every, left), every, tmp_path)
    said = {str(quad.object).rpartition("#")[2] for quad in quads(tmp_path / "whole")}
    assert {"publicationBiasStep>", "foundLacking>"} <= said
    assert seed != 3 or "upgradeStep>" in said


def test_what_is_rated_from_now_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim of a rated kind comes to claims of another kind: all of them are counted then."""
    monkeypatch.setattr("magkg.store.validate.validate", lambda *_, **__: [])
    lines = bulk_data.lines(bulk_data.generated(tmp_path / "given", 60, seed=5))
    lines = of_few(lines, random.Random(5))
    claims = claims_of(lines)
    kind = f"<{MAG}kind>"
    others = [
        f"{line.split(' ')[0]} {kind} <{MAG}definitionClaim> ." if f" {kind} " in line else line
        for line in lines
    ]
    free = [each for each in claims if with_those_that_refer(lines, {each}) == {each}]
    before = bulk_data.without(bulk_data.write(tmp_path / "all.nq", others), {free[0]})
    rated = f"<{free[0]}> {kind} <{MAG}efficacyClaim> ."
    more = [
        rated if line.startswith(f"<{free[0]}> {kind} ") else line for line in rest(others, before)
    ]
    same(before, more, sorted({*before, *more}), tmp_path)
    counts = [
        each for each in quads(tmp_path / "graph") if each.predicate.value == MAG + "claimCount"
    ]
    assert [int(each.object.value) > 1 for each in counts] == [True]


@pytest.mark.parametrize("comes", ["observed", "tried"])
def test_what_all_studies_have_in_common(
    comes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether all that is held for a claim was only watched depends on studies of other claims."""
    monkeypatch.setattr("magkg.store.validate.validate", lambda *_, **__: [])
    lines = bulk_data.lines(bulk_data.generated(tmp_path / "given", 120, seed=3))
    lines = of_few(lines, random.Random(3))
    studies = sorted({line.split(" ")[0] for line in lines if line.endswith(f"<{MAG}Study> .")})
    claims = claims_of(lines)
    design, predicate = f"<{MAG}design>", f"<{MAG}predicate>"
    owners = {f"<{each}>" for each in claims}
    tried = {studies[0]}
    other = {design: f"<{MAG}randomizedTrial> .", predicate: f"<{MAG}blocks> ."}
    every = []
    for line in lines:
        subject, way, value = line.split(" ", 2)
        if subject in (tried if way == design else owners if way == predicate else ()):
            value = other[way]
        every.append(f"{subject} {way} {value}")
    every = sorted(set(every))
    by_line = {line.split(" ")[0]: line.split(" ")[2] for line in every if f"<{MAG}study>" in line}
    mixed = {
        line.split(" ")[0][1:-1]
        for line in every
        if f" <{MAG}evidence> " in line
        and (by_line.get(line.split(" ")[2]) in tried) == (comes == "tried")
    }
    late = with_those_that_refer(every, mixed if comes == "tried" else {sorted(mixed)[0]})
    before = bulk_data.without(bulk_data.write(tmp_path / "all.nq", every), late)
    same(before, rest(every, before), every, tmp_path)
    assert f"{MAG}heldLeap" in {each.predicate.value for each in quads(tmp_path / "graph")}
