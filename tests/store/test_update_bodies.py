"""Bodies of evidence after an update: what is rarely judged of them, and what is counted."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from magkg.vocabulary import MAG, TYPE, XSD
from tests.store import bulk_data
from tests.store.update_data import claims_of, quads, rest, same, split


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
