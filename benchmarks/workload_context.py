"""What generated claims stand on: concepts, sources, readings, studies with judgements."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from workload_claims import ROOM, Table, drawn
from workload_model import (
    ANIMAL,
    BIAS,
    CONCEPTS,
    DESIGNS,
    FABIO,
    IMPRECISION,
    OF_STUDIES,
    PAPER,
    SHARES,
)
from workload_numbers import Numbers, Text, Truth, held, joined, listed, taken, where
from workload_world import CON, KINDS, MAG, SRC, STUDY, World, concept

_FABIO = "http://purl.org/spar/fabio/"
_READ = "2026-11-21T12:00:00Z"


def same(text: str, place: Numbers) -> Text:
    """Give one text at each place."""
    return pa.array([text]).take(pa.array(np.zeros(len(place), np.int64)))


def concepts(world: World, place: Numbers) -> Table:
    """Give concepts; they are numbered kind by kind."""
    sizes = np.array([world.concepts(kind) for kind in CONCEPTS], np.int64)
    ends = np.cumsum(sizes)
    kind = np.searchsorted(ends, place, side="right").astype(np.int64)
    number = place - (ends - sizes)[kind]
    iri = concept(kind, number)
    amount = kind == KINDS.index("quantity")
    under = ~amount & (number >= 8)
    under &= world.chance.happens("broader", place, SHARES["broader"])
    value = where(amount, joined(number * 50 + 50))
    return {
        "concept": iri,
        "label": joined(taken(KINDS, kind), " ", number),
        "concept_kind": joined(taken(KINDS, kind), "Concept"),
        "broader": held(where(under, concept(kind, number // 8))),
        "bound": where(amount, same("atMost", place)),
        "value": pc.cast(value, pa.int64()),
        "unit": where(amount, same("mg/d", place)),
        "class": where(amount, MAG + "Quantity", same(MAG + "Concept", place)),
    }


def sources(world: World, source: Numbers) -> Table:
    """Give sources."""
    kind, text = world.classes[source], world.has_text(source)
    iri = joined(SRC, "s", source)
    whole, part = same("fullText", source), same("abstract", source)
    return {
        "source": iri,
        "source_title": joined("Document ", source, " on remedies"),
        "source_types": held(taken([_FABIO + each for each in FABIO], kind)),
        "source_creators": held(joined("Author ", source % 9973, ", A")),
        "source_year": pa.array(1990 + world.chance.below("year", source, 37)),
        "source_doi": where(kind == PAPER, joined("10.5555/magkg.", source)),
        "source_sha256": where(text, world.chance.digest("text", source)),
        "source_characters": pc.if_else(
            pa.array(text), pa.array(world.counts[source] * ROOM + 400), pa.scalar(None, pa.int64())
        ),
        "source_read_as": where(text, whole, part),
    }


def readings(source: Numbers) -> Table:
    """Give the one reading of each source."""
    home = joined(SRC, "s", source)
    return {
        "reading": joined(home, "#reading-1"),
        "source": home,
        "label": joined("Reading of document ", source),
        "ended_at": same(_READ, source),
        "agent": same("curator", source),
        "method": same("assistedReading", source),
    }


def abstracts(world: World, source: Numbers) -> Table:
    """Give the passages without offsets: one of each source that has claims and no text."""
    some = source[~world.has_text(source) & (world.counts[source] > 0)]
    home = joined(SRC, "s", some)
    numbers, texts = pa.nulls(len(some), pa.int64()), pa.nulls(len(some), pa.string())
    return {
        "passage": joined(home, "#p-abstract"),
        "source": home,
        "start": numbers,
        "end": numbers,
        **dict.fromkeys(("sha256", "folded_sha256", "before_sha256", "after_sha256"), texts),
        "folded_length": numbers,
        "locator": same("Abstract", some),
    }


def studies(world: World, study: Numbers) -> Table:
    """Give studies: each has the subject, object and qualifiers of the statement it is about."""
    chance = world.chance
    about = world.statements(world.topic(study))
    number, share = study.astype(np.int64), SHARES
    animal = chance.happens("animal", number, share["animal"])
    species = about.qualifiers["species"]
    some_animal = joined(CON, "organism-", chance.below("organism", number, 5))
    species = pc.coalesce(species, where(animal, some_animal))
    beasts = species.is_valid().to_numpy(zero_copy_only=False)
    design = where(
        beasts, drawn(world, "animals", number, ANIMAL), drawn(world, "design", number, DESIGNS)
    )
    # What a pool holds, and what a study follows, has a lower number: no circles.
    pool = chance.happens("pool", number, share["pool"]) & (number >= 2)
    parts = np.repeat(number, np.where(pool, 2, 0)) - np.tile([1, 2], int(pool.sum()))
    companion = chance.happens("companion", number, share["companion"]) & (number % 2 == 1)
    size = 8 + chance.below("size", number, 400)
    qualifiers = {**about.qualifiers, "species": species}
    column = {"doseAmount": "dose_amount"}
    return {
        "study": joined(STUDY, "t", number),
        "study_label": joined("Study ", number),
        "study_design": design,
        "study_intervention": held(about.subject),
        "study_outcome": held(about.object),
        **{f"study_{column.get(each, each)}": held(qualifiers[each]) for each in OF_STUDIES},
        "study_size": _some(chance.happens("has size", number, share["size"]), size),
        "study_year": pa.array(1990 + chance.below("study year", number, 37)),
        "study_groups": held(_groups(world, number)),
        "study_reported_in": held(joined(SRC, "s", world.papers[number % len(world.papers)])),
        "study_pools": _some(pool, 2 + chance.below("pools", number, 12)),
        "study_includes": listed(np.where(pool, 2, 0), joined(STUDY, "t", parts)),
        "study_same_cohort_as": held(where(companion, joined(STUDY, "t", number - 1))),
        "judgements": _judgements_of(world, number),
    }


def _some(has: Truth, numbers: Numbers) -> pa.Array:
    return pc.if_else(pa.array(has), pa.array(numbers), pa.scalar(None, pa.int64()))


def _groups(world: World, study: Numbers) -> Text:
    has = world.chance.happens("group", study, SHARES["group"])
    return where(has, joined("Group ", study // 50))


# What is judged of studies, how the judgement is named, and how often it lowers by 0, 1 or 2.
_JUDGED = (("riskOfBias", "risk-of-bias", BIAS), ("imprecision", "imprecision", IMPRECISION))


def _judged(world: World, name: str, study: Numbers) -> Truth:
    return world.chance.happens(f"judged {name}", study, SHARES[f"judged {name}"])


def _judgements_of(world: World, study: Numbers) -> pa.Array:
    """Give the judgements of each study, as a list."""
    has = np.stack([_judged(world, name, study) for name, _, _ in _JUDGED], axis=1)
    row, which = np.nonzero(has)
    slugs = taken([slug for _, slug, _ in _JUDGED], which)
    return listed(has.sum(axis=1), joined(STUDY, "t", study[row], "#j-", slugs))


def judgements(world: World, study: Numbers) -> Table:
    """Give the judgements of studies: on bias, on imprecision, on neither or both."""
    found = []
    for name, slug, weights in _JUDGED:
        some = study[_judged(world, name, study)]
        of = joined(STUDY, "t", some)
        found.append(
            {
                "judgement": joined(of, f"#j-{slug}"),
                "study": of,
                "domain": same(name, some),
                "downgrade": pa.array(world.chance.choice(name, some, weights)),
                "rationale": same("As the report has it.", some),
                "agent": same("curator", some),
                "ended_at": same(_READ, some),
                "method": same(MAG + "ruleV1", some),
            }
        )
    return {name: pa.concat_arrays([each[name] for each in found]) for name in found[0]}
