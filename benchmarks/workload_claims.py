"""The claims of a generated graph with their passages, evidence lines and figures, in columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from workload_model import (
    APART,
    ATTRIBUTIONS,
    CERTAINTIES,
    DEFECTS,
    DIRECTIONS,
    FORCES,
    FORMS,
    MEASURES,
    POLARITIES,
    SHARES,
)
from workload_numbers import Numbers, Text, Truth, held, joined, listed, taken, where
from workload_world import CON, MAG, NAMED, OWN, SRC, STUDY, UNNAMED, World

_NUMBER = {name: number for number, (name, _) in enumerate(DEFECTS)}
# Code points of a source for each of its claims; a passage is shorter.
ROOM = 160

Table = dict[str, pa.Array]


def drawn(world: World, name: str, place: Numbers, values: tuple[tuple[str, int], ...]) -> Text:
    """Draw names by their weights."""
    which = world.chance.choice(name, place, [weight for _, weight in values])
    return taken([each for each, _ in values], which)


@dataclass(frozen=True)
class Claims:
    """The claims with the numbers ``claim``: of one block."""

    world: World
    claim: Numbers

    @cached_property
    def source(self) -> Numbers:
        return self.world.source_of[self.claim].astype(np.int64)

    @cached_property
    def home(self) -> Text:
        return joined(SRC, "s", self.source)

    @cached_property
    def iri(self) -> Text:
        return joined(self.home, "#claim-", self.claim)

    @cached_property
    def lines(self) -> Numbers:
        return self.world.lines(self.claim)

    @cached_property
    def full(self) -> Truth:
        """Which claims have a passage with offsets."""
        return self.world.has_text(self.source) | (self.world.defect[self.claim] >= 0)

    @cached_property
    def unfounded(self) -> Truth:
        """Which claims have no passage at all."""
        drawn = self.world.chance.happens("no passage", self.claim, SHARES["no passage"])
        return ~self.full & drawn

    @cached_property
    def span(self) -> tuple[Numbers, Numbers]:
        chance = self.world.chance
        start = (self.claim - self.world.first[self.source]) * ROOM + 17
        start = start + chance.below("start", self.claim, 40)
        end = start + 30 + chance.below("length", self.claim, 80)
        turned = self.faulty("start-after-end")
        return np.where(turned, end, start), np.where(turned, start, end)

    @cached_property
    def passage(self) -> Text:
        start, end = self.span
        short = joined(self.home, "#p-abstract")
        return where(
            ~self.unfounded, where(self.full, joined(self.home, "#c", start, "-", end), short)
        )

    def faulty(self, name: str) -> Truth:
        """Say which claims have a defect."""
        found: Truth = self.world.defect[self.claim] == _NUMBER[name]
        return found

    def table(self) -> Table:
        """Give the table of claims."""
        world, claim, chance = self.world, self.claim, self.world.chance
        said = world.statements(world.statement_of[claim])
        informal = chance.happens("not formalised", claim, SHARES["not formalised"])
        informal &= world.defect[claim] < 0
        polarity = drawn(world, "polarity", claim, POLARITIES)
        lack = pc.equal(polarity, "reportsLackOfEvidence").to_numpy(zero_copy_only=False)
        lack &= ~self.faulty("no-polarity")
        lack &= chance.happens("evidence bar", claim, SHARES["evidence bar"])
        kind = taken([each[0] for each in FORMS], said.form)
        predicate = taken([MAG + each[1] for each in FORMS], said.form)
        qualifiers = self._qualifiers(said.qualifiers)
        return {
            "claim": self.iri,
            "gist": where(~self.faulty("no-label"), self._gist(said.form)),
            "gist_language": where(np.full(len(claim), True), pa.array(["en"] * len(claim))),
            "kind": where(self.faulty("unknown-kind"), "wishfulClaim", kind),
            "subject": where(~informal, said.subject),
            "predicate": where(
                ~informal, where(self.faulty("unknown-predicate"), MAG + "cures", predicate)
            ),
            "object": where(~informal, said.object),
            **qualifiers,
            "polarity": where(~self.faulty("no-polarity"), polarity),
            "certainty": where(
                self.faulty("two-certainties"),
                "asserted",
                drawn(world, "certainty", claim, CERTAINTIES),
            ),
            "attribution": taken(ATTRIBUTIONS, world.attribution(claim)),
            **self._advice(kind),
            "evidence_bar": where(lack, pa.array(["large trials"] * len(claim))),
            "not_formalised": where(informal, pa.array(["It says too little."] * len(claim))),
            "source": self.home,
            "passages": held(self.passage),
            "no_passage": where(self.unfounded, pa.array(["Told, not written."] * len(claim))),
            "evidence": self._evidence(),
            "via": self._another("via"),
            "because": self._another("because"),
            "readings": held(joined(self.home, "#reading-1")),
            "notes": held(self._note()),
        }

    def _gist(self, form: Numbers) -> Text:
        word = taken([each[1] for each in FORMS], form)
        return joined("Something ", word, " something else, as claim ", self.claim, " has it.")

    def _note(self) -> Text:
        has = self.world.chance.happens("note", self.claim, SHARES["note"])
        # What writers and readers get wrong: quotes, a backslash, other scripts, a line's end.
        return where(has, joined('Read as "', self.claim, '\\µg" \u2013 naïve;\nsee \U0001d54f.'))

    def _qualifiers(self, drawn_values: dict[str, Text]) -> Table:
        found = {
            "dose_amount" if name == "doseAmount" else name: text
            for name, text in drawn_values.items()
        }
        wrong, unknown = self.faulty("wrong-species"), self.faulty("undescribed-concept")
        found["species"] = where(wrong, CON + "substance-0", found["species"])
        found["condition"] = where(unknown, CON + "never-described", found["condition"])
        return found

    def _advice(self, kind: Text) -> Table:
        advice = pc.equal(kind, "adviceClaim").to_numpy(zero_copy_only=False)
        people = self.world.chance.below("addressee", self.claim, self.world.concepts("population"))
        force = drawn(self.world, "force", self.claim, FORCES)
        # A defect in the kind leaves no advice that could have a force.
        advice &= ~self.faulty("unknown-kind")
        return {
            "force": where(advice, force),
            "addressee": where(advice, joined(CON, "population-", people)),
        }

    def _another(self, name: str) -> pa.Array:
        """Give the claim before, where it is of the same source and stands on its own."""
        before = np.maximum(self.claim - 1, 0)
        has = self.world.chance.happens(name, self.claim, SHARES[name])
        has &= (self.claim > 0) & (self.world.source_of[before] == self.source)
        has &= before % APART != 0
        return held(where(has, joined(self.home, "#claim-", before)))

    def _evidence(self) -> pa.Array:
        return listed(self.lines, self.line_iri)

    @cached_property
    def _line(self) -> tuple[Numbers, Numbers]:
        """Give for each evidence line the row of its claim and its number there."""
        row = np.repeat(np.arange(len(self.claim)), self.lines)
        before = np.concatenate(([0], np.cumsum(self.lines)[:-1])).astype(np.int64)
        return row, np.arange(len(row)) - before[row]

    @cached_property
    def line_iri(self) -> Text:
        row, number = self._line
        return joined(self.home.take(pa.array(row)), "#e-", self.claim[row], "-", number)

    def evidence(self) -> Table:
        """Give the table of evidence lines, each with the figure that it has."""
        world, chance = self.world, self.world.chance
        row, number = self._line
        claim, place = self.claim[row], self.claim[row] * 4 + number
        kind = world.attribution(claim)
        loose = self.faulty("named-under-unnamed")[row]
        studied = (kind == OWN) | loose
        studied |= (kind == NAMED) & chance.happens("names", place, SHARES["names the study"])
        study = joined(STUDY, "t", world.study(claim, place, kind == OWN))
        cited = joined(SRC, "s", world.cites(claim, place))
        relayed = where(
            chance.happens("background", place, SHARES["background"]),
            "background", pa.array(["relayed"] * len(row)),
        )  # fmt: skip
        table = {
            "evidence": self.line_iri,
            "row_of_line": pa.array(np.ones(len(row), np.int64)),
            "claim": self.iri.take(pa.array(row)),
            "direction": where(
                ~self.faulty("no-direction")[row], drawn(world, "direction", place, DIRECTIONS)
            ),
            "basis": where(kind == OWN, "own", relayed),
            "cites": held(where((kind == NAMED) & ~studied, cited)),
            "unresolved": where(
                (kind == UNNAMED) & ~loose, pa.array(["recent research"] * len(row))
            ),
            "study": where(studied, study),
            **self._effects(place, studied, row, number),
        }
        described = pa.array(~self.faulty("undescribed-line")[row])
        return {name: pc.filter(column, described) for name, column in table.items()}

    def _effects(self, place: Numbers, studied: Truth, row: Numbers, number: Numbers) -> Table:
        chance = self.world.chance
        has = studied & chance.happens("effect", place, SHARES["effect"])
        measure = chance.below("measure", place, len(MEASURES))
        tenths = chance.below("estimate", place, 40)
        wide = np.minimum(chance.below("interval", place, 15) + 1, tenths)
        iri = joined(self.home.take(pa.array(row)), "#f-", self.claim[row], "-", number)
        values = {
            "effect_estimate": tenths,
            "effect_low": tenths - wide,
            "effect_high": tenths + wide,
            "effect_level": np.full(len(row), 950),
        }
        return {
            "effect": where(has, iri),
            "effect_measure": where(has, taken(MEASURES, measure)),
            **{name: _tenths(has, column) for name, column in values.items()},
        }

    def passages(self) -> Table:
        """Give the table of the passages with offsets; the others are of their source."""
        rows = pa.array(np.flatnonzero(self.full))
        claim, (start, end) = self.claim[self.full], self.span
        start, end = start[self.full], end[self.full]
        digests = {
            name: self.world.chance.digest(name, claim)
            for name in ("sha256", "folded_sha256", "before_sha256", "after_sha256")
        }
        short = self.faulty("short-digest")[self.full]
        cut = pc.utf8_slice_codeunits(digests["sha256"], 0, 63)
        digests["sha256"] = where(short, cut, digests["sha256"])
        folds = self.world.chance.below("folds", claim, 4)
        return {
            "passage": self.passage.take(rows),
            "source": self.home.take(rows),
            "start": pa.array(start),
            "end": pa.array(end),
            **digests,
            "folded_length": pa.array(np.abs(end - start) - folds),
            "locator": pa.nulls(len(rows), pa.string()),
        }

    def defects(self) -> tuple[Text, Numbers]:
        """Give the defective claims with the number of what is wrong with each."""
        kinds = self.world.defect[self.claim].astype(np.int64)
        rows = np.flatnonzero(kinds >= 0)
        return self.iri.take(pa.array(rows)), kinds[rows]


def _tenths(has: Truth, tenths: Numbers) -> Text:
    """Give decimals in their canonical form: 2, 0.5."""
    whole, rest = pa.array(tenths // 10).cast("string"), tenths % 10
    return where(has, where(rest > 0, joined(whole, ".", rest), whole))
