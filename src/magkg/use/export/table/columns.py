"""The columns of the table of claims and of the table of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from magkg.errors import InputError
from magkg.use.export.table.rows import Cell, Column, Evidence, Stated
from magkg.vocabulary import MAG, QUALIFIERS

if TYPE_CHECKING:
    from magkg.use.select.entities import Concept, Passage, Proposition, Source

__all__ = ["CLAIMS", "EVIDENCE"]

# Fields of a proposition and of a source that are lists.
_SEVERAL = frozenset(("wider", "verdicts", "types", "creators", "seen_at"))
_NAMES = tuple(each.removeprefix(MAG) for each in QUALIFIERS)


def _snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name)


def _of(path: str) -> Callable[[Any], Cell]:
    """Give what reads an attribute of a row; what says nothing is None, several are a list."""
    read = attrgetter(path)

    def value(row: Any) -> Cell:
        found = read(row)
        if isinstance(found, tuple):
            return list(found)
        return None if found == "" else found

    return value


def _labelled(path: str) -> Callable[[Any], Cell]:
    """Give what reads the label of the IRI (or the labels of the IRIs) that an attribute holds."""
    read = attrgetter(path)

    def value(row: Any) -> Cell:
        found = read(row)
        if isinstance(found, tuple):
            return [row.content.label(each) for each in found]
        return row.content.label(found) if found else None

    return value


def _qualifier(row: Stated, name: str) -> str | None:
    values = [value for each, value in row.claim.qualifiers if each == name]
    if len(values) > 1:
        raise InputError(
            f"{row.claim.iri}: it has several values of {name}, and a row of a table holds one",
            hint="Make it several claims, or leave it out with --not-claim.",
        )
    return values[0] if values else None


def _qualifiers() -> Iterable[Column[Stated]]:
    for name in _NAMES:
        note = "; none means human" if name == "species" else ""

        def iri(row: Stated, name: str = name) -> Cell:
            return _qualifier(row, name)

        def label(row: Stated, name: str = name) -> Cell:
            found = _qualifier(row, name)
            return row.content.label(found) if found else None

        yield Column(_snake(name), "string", f"the qualifier `mag:{name}`: an IRI{note}", iri)
        yield Column(f"{_snake(name)}_label", "string", f"the label of `{_snake(name)}`", label)


def _concept(path: str, name: str) -> Callable[[Stated], Cell]:
    read = attrgetter(path)

    def value(row: Stated) -> Cell:
        found: Concept | None = row.content.concepts.get(read(row))
        if name == "exact":
            pairs = found.mappings if found else ()
            return [outside for match, outside in pairs if match == "exactMatch"]
        return (found.kind if found else "") or None

    return value


def _passages(name: str) -> Callable[[Stated], Cell]:
    def value(row: Stated) -> Cell:
        cells: list[Any] = []
        for iri in row.claim.passages:
            found: Passage | None = row.content.passages.get(iri)
            cells.append(None if found is None else getattr(found, name))
        return [None if each == "" else each for each in cells]

    return value


def _held(name: str) -> Callable[[Stated], Cell]:
    def value(row: Stated) -> Cell:
        found: Proposition | None = row.content.propositions.get(row.claim.proposition)
        if found is None:
            return [] if name in _SEVERAL else None
        cell: Any = getattr(found, name)
        if isinstance(cell, tuple):
            return list(cell)
        # Where the kind is not rated there is no assessment, and its counts say nothing.
        if isinstance(cell, str):
            return cell or None
        counted: Cell = cell if found.verdict else None
        return counted

    return value


def _source(name: str) -> Callable[[Stated], Cell]:
    def value(row: Stated) -> Cell:
        found: Source | None = row.content.sources.get(row.claim.source)
        if found is None:
            return [] if name in _SEVERAL else None
        cell = getattr(found, name)
        return list(cell) if isinstance(cell, tuple) else (None if cell == "" else cell)

    return value


def _lines(direction: str) -> Callable[[Stated], Cell]:
    def value(row: Stated) -> Cell:
        held = (row.content.lines.get(iri) for iri in row.claim.evidence)
        return sum(each is not None and each.direction == direction for each in held)

    return value


def _reached(row: Stated) -> Cell:
    held = (row.content.lines.get(iri) for iri in row.claim.evidence)
    return list(
        dict.fromkeys(
            study for line in held if line for study in (*line.studies, *line.reaches)
        )
    )  # fmt: skip


def _text(name: str, about: str, value: Callable[[Any], Cell]) -> Column[Any]:
    return Column(name, "string", about, value)


def _strings(name: str, about: str, value: Callable[[Any], Cell]) -> Column[Any]:
    return Column(name, "strings", about, value)


def _integer(name: str, about: str, value: Callable[[Any], Cell]) -> Column[Any]:
    return Column(name, "integer", about, value)


def _decimal(name: str, about: str, value: Callable[[Any], Cell]) -> Column[Any]:
    return Column(name, "decimal", about, value)


_WHOLE = ", in the whole graph and not only in the selection"

CLAIMS: tuple[Column[Stated], ...] = (
    _text("claim", "the IRI of the claim: the key of the table", _of("claim.iri")),
    _text("gist", "what is claimed, in one sentence of the curator", _of("claim.gist")),
    _text("gist_language", "the language of the gist, as a tag", _of("claim.language")),
    _text("kind", "the kind of claim: `efficacyClaim`, `safetyClaim` ...", _of("claim.kind")),
    _text("subject", "the subject of the triple", _of("claim.subject")),
    _text("subject_label", "its label", _labelled("claim.subject")),
    _text("subject_kind", "its kind: `substanceConcept` ...", _concept("claim.subject", "kind")),
    _strings("subject_exact", "outside ids of the same meaning (skos:exactMatch)",
             _concept("claim.subject", "exact")),
    _text("predicate", "the predicate of the triple; **read it together with `polarity`**",
          _of("claim.predicate")),
    _text("predicate_label", "its label", _labelled("claim.predicate")),
    _text("object", "the object of the triple", _of("claim.object")),
    _text("object_label", "its label", _labelled("claim.object")),
    _text("object_kind", "its kind", _concept("claim.object", "kind")),
    _strings("object_exact", "outside ids of the same meaning (skos:exactMatch)",
             _concept("claim.object", "exact")),
    *_qualifiers(),
    _text("polarity", "`affirms`, `denies`, `reportsNoDifference` or `reportsLackOfEvidence`",
          _of("claim.polarity")),
    _text("certainty", "how firmly it is worded: `asserted`, `hedged` or `speculative`",
          _of("claim.certainty")),
    _text("attribution", "what the source gives for it: `ownData`, `namedSource`, "
          "`unnamedSource` or `noSource`", _of("claim.attribution")),
    _text("force", "of advice: `recommended`, `obligatory` ...", _of("claim.force")),
    _text("addressee", "of advice: to whom", _of("claim.addressee")),
    _text("addressee_label", "its label", _labelled("claim.addressee")),
    _text("frequency", "how often it is said to hold, in the source's word",
          _of("claim.frequency")),
    _text("evidence_bar", "of a reported lack: the bar that the source sets for evidence",
          _of("claim.evidence_bar")),
    _text("not_formalised", "why the claim has no triple", _of("claim.not_formalised")),
    _text("source", "the document that makes the claim", _of("claim.source")),
    _text("source_title", "its title", _labelled("claim.source")),
    _strings("source_types", "what it is: classes of FaBiO", _source("types")),
    _strings("source_creators", "who wrote it", _source("creators")),
    _integer("source_year", "the year it was published in", _source("year")),
    Column("source_issued", "date", "the day it was published", _source("issued")),
    _text("source_doi", "its DOI", _source("doi")),
    _text("source_pmid", "its number in PubMed", _source("pmid")),
    _strings("source_seen_at", "where it was seen", _source("seen_at")),
    _text("source_citation", "how it is cited", _source("citation")),
    _text("source_license", "its licence", _source("license")),
    _text("source_sha256", "the SHA-256 of its text", _source("sha256")),
    _integer("source_characters", "the length of its text, in code points",
             _source("characters")),
    _text("source_read_as", "how much of it was read: `fullText`, `abstract`, `excerpt`, `summary`",
          _source("read_as")),
    _strings("passages", "the passages that the claim was read from, as IRIs; the six columns "
             "that follow have an entry for each, in the same order", _of("claim.passages")),
    Column("passage_starts", "integers", "where each begins, in code points from 0",
           _passages("start")),
    Column("passage_ends", "integers", "where each ends, in code points; not part of it",
           _passages("end")),
    _strings("passage_sha256", "the SHA-256 of each", _passages("sha256")),
    _strings("passage_folded_sha256", "the same with runs of white space as one space",
             _passages("folded_sha256")),
    _strings("passage_locators", "where each stands, in words", _passages("locator")),
    _strings("passage_texts", "the text of each, where a licence allows it", _passages("exact")),
    _text("no_passage", "why the claim has no passage", _of("claim.no_passage")),
    _strings("evidence", "its evidence lines: rows of `evidence.parquet`", _of("claim.evidence")),
    _integer("lines_supporting", "evidence lines that support it", _lines("supports")),
    _integer("lines_disputing", "evidence lines that dispute it", _lines("disputes")),
    _integer("lines_inconclusive", "evidence lines that decide nothing", _lines("inconclusive")),
    _strings("studies", "the studies that its evidence leads to", _reached),
    _strings("via", "the claims that it goes through, as the source draws the chain",
             _of("claim.via")),
    _strings("because", "the claims that it gives as reasons", _of("claim.because")),
    _text("proposition", "what is stated, whoever states it: claims with the same triple and "
          "qualifiers share it", _of("claim.proposition")),
    _text("cited_strength", "the strength of what this claim cites: `strengthHigh` to "
          "`strengthNone`, or `notRated`", _of("claim.cited_strength")),
    _text("held_strength", "the strength of what the whole graph holds for what the claim says: "
          "for the proposition where it affirms, against it where it denies",
          _of("claim.held_strength")),
    _integer("cited_gap", "the rank of the wording less that of `cited_strength`; above 0 the "
             "wording is firmer",
             _of("claim.cited_gap")),
    _integer("held_gap", "the rank of the wording less that of `held_strength`",
             _of("claim.held_gap")),
    _strings("held_leaps", "leaps from what the graph holds to what the claim says: of species, "
             "or to a cause", _of("claim.held_leaps")),
    Column("contested", "boolean", f"whether it is [contested](selecting.md#contested){_WHOLE}",
           lambda row: row.claim.contested),
    _text("verdict", f"the verdict on the proposition{_WHOLE}", _held("verdict")),
    _strings("verdicts", "all of its verdicts: `foundLacking` may stand beside another",
             _held("verdicts")),
    _text("strength", "the strength of the evidence for the proposition", _held("strength")),
    _text("strength_against", "the strength of the evidence against it",
          _held("strength_against")),
    _integer("all_claims", f"claims on the proposition{_WHOLE}", _held("claims")),
    _integer("all_affirming", "those that affirm it", _held("affirming")),
    _integer("all_denying", "those that deny it", _held("denying")),
    _integer("all_lacking", "those that report a lack of evidence", _held("lacking")),
    _integer("all_sources", "sources of those claims", _held("sources")),
    _integer("all_studies", "studies that bear on the proposition", _held("studies")),
    _integer("independent_studies", "independent ones among them", _held("independent")),
    _integer("independent_for", "independent studies for it", _held("independent_for")),
    _integer("independent_against", "independent studies against it",
             _held("independent_against")),
    _integer("independent_open", "independent studies that decide nothing",
             _held("independent_open")),
    _strings("wider_propositions", "propositions of the same triple with fewer qualifiers",
             _held("wider")),
    _strings("readings", "the readings that the claim comes from", _of("claim.readings")),
    _strings("checks", "the readings that checked it", _of("claim.checks")),
    _strings("notes", "notes of the curator", _of("claim.notes")),
    _text("digest", "the SHA-256 of the claim with its passages and evidence",
          _of("claim.digest")),
)  # fmt: skip


def _study(name: str, *, several: bool = False) -> Callable[[Evidence], Cell]:
    def value(row: Evidence) -> Cell:
        if row.study is None:
            return [] if several else None
        cell = getattr(row.study, name)
        return list(cell) if several else (None if cell == "" else cell)

    return value


def _study_labels(name: str) -> Callable[[Evidence], Cell]:
    def value(row: Evidence) -> Cell:
        held = getattr(row.study, name) if row.study else ()
        return [row.content.label(each) for each in held]

    return value


def _effect(name: str) -> Callable[[Evidence], Cell]:
    def value(row: Evidence) -> Cell:
        cell = None if row.effect is None else getattr(row.effect, name)
        return None if cell == "" else cell

    return value


def _publication(name: str) -> Callable[[Evidence], Cell]:
    def value(row: Evidence) -> Cell:
        held = (
            (row.content.sources.get(each) for each in row.study.reported_in) if row.study else ()
        )
        return [getattr(each, name) for each in held if each and getattr(each, name)]

    return value


def _looked_at() -> Iterable[Column[Evidence]]:
    for name, about in (
        ("species", "the species it looked at; none means human"),
        ("population", "whom it looked at"),
        ("condition", "the condition they had"),
        ("intervention", "what was given"),
        ("comparator", "what it was compared with"),
        ("outcome", "what was measured"),
    ):
        yield _strings(f"study_{name}", f"{about}: IRIs", _study(name, several=True))
        yield _strings(f"study_{name}_labels", "their labels", _study_labels(name))


EVIDENCE: tuple[Column[Evidence], ...] = (
    _text("evidence", "the IRI of the evidence line", _of("line.iri")),
    _integer("row_of_line", "a line has a row for each study that it leads to and each figure; "
             "this counts them from 1, so `row_of_line = 1` gives each line once",
             _of("number")),
    _text("claim", "the claim that the line belongs to: the key of `claims.parquet`",
          _of("claim.iri")),
    _text("polarity", "the polarity of that claim", _of("claim.polarity")),
    _text("proposition", "what that claim states", _of("claim.proposition")),
    _text("direction", "which way the line points: `supports`, `disputes` or `inconclusive` "
          "**of the claim as it is worded**, denial included", _of("line.direction")),
    _text("basis", "`own` data, `relayed` from others, or `background`", _of("line.basis")),
    _text("strength", "the strength of the line", _of("line.strength")),
    _integer("level", "the level of the line, 0 (none) to 4 (high)", _of("line.level")),
    _strings("cites", "the sources that the line cites", _of("line.cites")),
    _strings("cites_labels", "their titles", _labelled("line.cites")),
    _text("unresolved", "what the source cites without our knowing which study it is",
          _of("line.unresolved")),
    _text("study", "a study that the line leads to", lambda row: row.study_iri or None),
    Column("study_named", "boolean", "whether the line names the study itself, or leads to it "
           "through what it cites",
           lambda row: row.study_iri in row.line.studies if row.study_iri else None),
    Column("study_reached", "boolean", "whether the rules count the study for the line",
           lambda row: row.study_iri in row.line.reaches if row.study_iri else None),
    _text("study_label", "what it was, in a few words", _study("label")),
    _text("study_design", "its design: `randomisedTrial`, `cellStudy` ...", _study("design")),
    *_looked_at(),
    _integer("study_size", "how many it looked at", _study("size")),
    _integer("study_year", "its year", _study("year")),
    _strings("study_groups", "the groups that did it; two studies of one are not independent",
             _study("group", several=True)),
    _strings("study_reported_in", "the sources that report it",
             _study("reported_in", several=True)),
    _strings("study_dois", "the DOIs of those, where known", _publication("doi")),
    _strings("study_pmids", "their numbers in PubMed, where known", _publication("pmid")),
    _text("study_root", "the study that stands for all that are not independent of it: **count "
          "this, not `study`**", _study("root")),
    _text("study_retracted", "why it was retracted", _study("retracted")),
    _text("study_identification", "how it was recognised, and how surely",
          _study("identification")),
    _strings("study_notes", "notes of the curator", _study("notes", several=True)),
    _text("effect", "a figure of the line", _effect("iri")),
    _text("effect_measure", "what the figure is: `oddsRatio`, `meanDifference` ...",
          _effect("measure")),
    _decimal("effect_estimate", "the estimate", _effect("estimate")),
    _decimal("effect_low", "the lower end of its interval", _effect("low")),
    _decimal("effect_high", "the upper end of its interval", _effect("high")),
    _decimal("effect_level", "the level of the interval, in percent", _effect("level")),
    _decimal("effect_p", "the p-value", _effect("p_value")),
    _text("effect_p_bound", "`lessThan` or `moreThan`, where only a bound of it was given",
          _effect("p_bound")),
    _text("effect_unit", "the unit (UCUM)", _effect("unit")),
    _text("effect_note", "what was measured, and how", _effect("note")),
)  # fmt: skip
