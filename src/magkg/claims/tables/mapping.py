"""Reads a mapping file, strictly: docs/import.md describes the language."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping
from pathlib import Path as File

from magkg.claims.tables import schemes
from magkg.claims.tables.cells import Cells
from magkg.claims.tables.rows import FORMATS
from magkg.claims.tables.specs import (
    ClaimSpec,
    EvidenceSpec,
    JoinSpec,
    PassageSpec,
    ReadingSpec,
    RowsSpec,
    SourceSpec,
    StudySpec,
    TableMapping,
    Value,
)
from magkg.claims.tables.strict import Table, load
from magkg.errors import InputError
from magkg.vocabulary import MAG
from magkg.vocabulary import QUALIFIERS as QUALIFYING

__all__ = ["QUALIFIERS", "SCHEMED", "dated", "read"]

QUALIFIERS = tuple(each.removeprefix(MAG) for each in QUALIFYING)
_EFFECT = ("measure", "estimate", "low", "high", "level", "p", "unit", "note")
_TOP = ("language", "prefixes", "rows", "join", "values", "reading", "source", "claim", "passage",
        "evidence")  # fmt: skip
_FILE = ("format", "header", "columns", "delimiter", "quoting", "split", "json", "empty")
_SOURCE = ("title", "label", "doi", "pmid", "year", "issued", "url", "licence", "citation",
           "readAs", "note")  # fmt: skip
_STUDY = ("size", "year", "group", "note")
_STUDY_CONCEPTS = ("species", "population", "condition", "intervention", "form", "route",
                   "doseAmount", "comparator", "timing")  # fmt: skip
SCHEMED = ("polarity", "certainty", "attribution", "kind", "force")
_TEXTS = ("frequency", "evidenceBar", "note")
_CLAIM = (
    "each",
    "when",
    "group-by",
    "gist",
    "subject",
    "predicate",
    "object",
    "notFormalised",
    *SCHEMED,
    *QUALIFIERS,
    "addressee",
    *_TEXTS,
    "noPassage",
    "upstreamId",
    "upstreamRating",
)
_PASSAGE = ("each", "when", "start", "end", "unit", "first", "inclusive", "quote", "locator",
            "on-missing")  # fmt: skip
_EVIDENCE = ("each", "when", "direction", "basis", "label", "unresolved", "study", "source",
             "effect")  # fmt: skip
_LANGUAGE = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*")


def read(
    path: File,
    *,
    predicates: Collection[str],
    known_prefixes: Mapping[str, str],
    source: str | None = None,
    date: str | None = None,
) -> TableMapping:
    """Read a mapping file.

    ``predicates`` are the IRIs of those that claims may use, ``known_prefixes`` those of the
    project; ``source`` and ``date`` overrule what the file says. Raises InputError, naming the
    file, the line and the key, for whatever is missing, misspelt or not understood.
    """
    top = load(path)
    top.only(_TOP)
    for name in ("claim", "reading"):
        if name not in top:
            top.fail("", f"the mapping has no [{name}]", "docs/import.md shows a whole one.")
    cells = Cells(top, predicates, known_prefixes)
    found = TableMapping(
        file=top.file,
        language=_language(top),
        prefixes=top.pairs("prefixes"),
        values=cells.values,
        reading=_reading(top.table("reading"), date),
        source=_source(top.table("source"), cells, source),
        claim=_claim(top.table("claim"), cells),
        passages=tuple(_passage(each, cells) for each in top.tables("passage")),
        evidence=tuple(_evidence(each, cells) for each in top.tables("evidence")),
        joins={name: _join(top.table("join"), name, cells) for name in top.table("join").values},
        rows=_rows(top.table("rows"), cells, named=True),  # last: it knows which columns are named
    )
    cells.no_circle(top, found.joins)
    _whole(top, found)
    return found


def _whole(top: Table, found: TableMapping) -> None:
    """Refuse a mapping that does not say who makes the claims, or where they stand."""
    if found.source.slug is None and not {"doi", "pmid"} & found.source.values.keys():
        top.table("source").fail(
            "slug", "nothing says which source makes the claims",
            'Give --source SLUG, or slug = "{column}" under [source], or doi or pmid.',
        )  # fmt: skip
    if found.claim.no_passage is not None:
        return
    if not found.passages:
        top.table("claim").fail(
            "noPassage", "nothing says where a claim stands",
            'Add a [[passage]], or noPassage = "why there is none".',
        )  # fmt: skip
    for each in top.tables("passage"):
        if each.values.get("on-missing") == "noPassage":
            each.fail("on-missing", "the claim does not say why it has no passage",
                      'Add noPassage = "why" under [claim].')  # fmt: skip


def _language(top: Table) -> str:
    found = top.text_of("language", "en")
    if not _LANGUAGE.fullmatch(found):
        top.fail("language", "this is no language tag in lower case", 'Such as "en" or "en-gb".')
    return found


def _join(table: Table, name: str, cells: Cells) -> JoinSpec:
    own = table.table(name)
    own.only(("file", "key", "on", *_FILE))
    for each in ("file", "key", "on"):
        if each not in own:
            own.fail(each, "this key is missing", 'file = "texts.jsonl", key = "id", on = "{doc}"')
    beside = File(own.file).parent / own.text_of("file")
    return JoinSpec(str(beside), own.text_of("key"), cells.value(own, "on"), _rows(own, cells))


def _rows(table: Table, cells: Cells, *, named: bool = False) -> RowsSpec:
    if named:
        table.only((*_FILE, "when"))
    header = table.boolean("header", True)
    columns = table.texts("columns")
    if header and columns:
        table.fail("columns", "the header of the file names the columns", "Add header = false.")
    if not header and not columns:
        table.fail("header", "without a header the mapping names the columns",
                   'Add columns = ["first", "second"].')  # fmt: skip
    if len(set(columns)) < len(columns):
        table.fail("columns", "two columns have one name")
    delimiter = table.text_of("delimiter")
    if len(delimiter) > 1 or delimiter in ('"', "\r", "\n"):
        table.fail("delimiter", "one character belongs here, no quotation mark and no line end")
    empty = table.texts("empty")
    return RowsSpec(
        format=table.choice("format", tuple(dict.fromkeys(FORMATS.values())), ""),
        header=header,
        columns=columns,
        delimiter=delimiter,
        quoting=table.boolean("quoting", True),
        split=_split(table.table("split")),
        json=table.texts("json"),
        empty=frozenset(("", *empty)),
        when=cells.when(table) if named else (),
        named=frozenset(cells.columns) if named else frozenset(),
    )


def _split(table: Table) -> dict[str, tuple[str, ...]]:
    found = {column: table.texts(column) for column in table.values}
    for column, separators in found.items():
        if not separators or "" in separators:
            table.fail(column, "a separator belongs here", '";", or of lists in lists [";", "-"].')
    return found


def _reading(table: Table, date: str | None) -> ReadingSpec:
    table.only(("label", "date", "agent"))
    label = table.text_of("label").strip()
    if not label:
        table.fail("label", "say what was imported", 'label = "Import of the trial set, release 2"')
    given = table.values.get("date")
    moment = _moment(given) if date is None else dated(date)
    if moment is None:
        table.fail(
            "date", "say when the set was taken over" if given is None else "this is no date",
            "date = 2026-01-31, or --date 2026-01-31: the same on every import of the same file,"
            " so that a second one changes nothing.",
        )  # fmt: skip
    agent = table.choice("agent", tuple(schemes.values("roleScheme")), "curator")
    return ReadingSpec(label, moment, MAG + agent)


def dated(option: str) -> str:
    """Give the day or the time of ``--date`` as a time in UTC. Raises InputError for none."""
    found = _moment(option)
    if found is None:
        raise InputError(
            f"--date: {option!r} is no date",
            hint="Write it as 2026-01-31, or with a time of day in UTC: 2026-01-31T08:00:00Z.",
        )
    return found


def _moment(given: object) -> str | None:
    """Give a date or a time as one in UTC, None for neither; a date is its first second."""
    if isinstance(given, str):
        try:
            given = datetime.datetime.fromisoformat(given)
        except ValueError:
            return None
    if isinstance(given, datetime.datetime):
        if given.tzinfo is None:
            given = given.replace(tzinfo=datetime.UTC)
        try:
            moment = given.astimezone(datetime.UTC).replace(microsecond=0, tzinfo=None)
        except OverflowError:  # before the year 1, or after 9999
            return None
        return moment.isoformat() + "Z"
    if isinstance(given, datetime.date):
        return f"{given.isoformat()}T00:00:00Z"
    return None


def _source(table: Table, cells: Cells, named: str | None = None) -> SourceSpec:
    table.only(("slug", "type", *_SOURCE, "creators", "text", "file"))
    return SourceSpec(
        slug=cells.constant(table, "slug", named) if named else cells.optional(table, "slug"),
        type=_type(table, cells),
        values={
            name: cells.schemed(table, name, "readAsScheme")
            if name == "readAs"
            else cells.value(table, name)
            for name in _SOURCE
            if name in table
        },
        creators=cells.many(table, "creators"),
        text=cells.optional(table, "text"),
        file=cells.optional(table, "file"),
    )


def _type(table: Table, cells: Cells) -> Value | None:
    found = cells.optional(table, "type")
    for each in found.outcomes if found else ():
        if each and each.removeprefix("fabio:") not in schemes.documents():
            cells.unknown(table, "type", each, sorted(schemes.documents()))
    return found


def _claim(table: Table, cells: Cells) -> ClaimSpec:
    table.only(_CLAIM)
    formal = [each for each in ("subject", "predicate", "object") if each in table]
    if formal and len(formal) < 3:
        table.fail(formal[0], "a triple has subject, predicate and object")
    if not formal and "notFormalised" not in table:
        table.fail("subject", "the claim has no triple",
                   'Give subject, predicate and object, or notFormalised = "why".')  # fmt: skip
    for each in ("gist", *SCHEMED[:4]):
        if each not in table:
            table.fail(each, "this key is missing", f"A claim needs it: {each} = ...")
    ratings = table.table("upstreamRating")
    for scale in ratings.values:
        if ":" in scale or not scale.strip():
            ratings.fail(scale, "the name of a scale has no colon, and is not empty")
    return ClaimSpec(
        each=cells.each(table),
        when=cells.when(table),
        gist=_gist(table, cells),
        formal=(
            cells.concept(table, "subject"),
            cells.predicate(table, "predicate"),
            cells.concept(table, "object"),
        )
        if formal
        else None,
        not_formalised=cells.optional(table, "notFormalised"),
        schemed={
            name: cells.schemed(table, name, f"{name}Scheme") for name in SCHEMED if name in table
        },
        qualifiers={name: cells.concept(table, name) for name in QUALIFIERS if name in table},
        addressee=cells.concept(table, "addressee") if "addressee" in table else None,
        texts={name: cells.value(table, name) for name in _TEXTS if name in table},
        no_passage=cells.optional(table, "noPassage"),
        ids=cells.many(table, "upstreamId"),
        group=cells.grouped(table, "group-by"),
        ratings=tuple((scale, cells.value(ratings, scale)) for scale in ratings.values),
    )


def _gist(table: Table, cells: Cells) -> Value:
    gist = cells.value(table, "gist")
    if isinstance(table.values["gist"], str) and gist.template.single:
        table.fail(
            "gist", "this takes the set's own sentence over",
            "Write one of your own, with columns in braces. Only where the set's licence allows:"
            f" gist = {{ column = \"{gist.template.single.text}\" }}.",
        )  # fmt: skip
    return gist


def _passage(table: Table, cells: Cells) -> PassageSpec:
    table.only(_PASSAGE)
    ways = [each for each in ("start", "quote", "locator") if each in table]
    if len(ways) != 1:
        table.fail(ways[1] if ways else "start", "a passage is named in one way",
                   "Give start and end, or quote, or locator.")  # fmt: skip
    if ("start" in table) != ("end" in table):
        table.fail("end", "an offset has a start and an end")
    if table.values.get("on-missing") == "locator" and "start" not in table:
        table.fail("on-missing", "a quotation is no locator", "Of a source's words none is kept.")
    first = table.values.get("first", 0)
    if first not in (0, 1) or isinstance(first, bool):
        table.fail("first", "the first character is number 0 or 1")
    return PassageSpec(
        each=cells.each(table),
        when=cells.when(table),
        start=cells.optional(table, "start"),
        end=cells.optional(table, "end"),
        quote=cells.optional(table, "quote"),
        locator=cells.optional(table, "locator"),
        unit=table.choice("unit", ("code-points", "utf-16", "bytes"), "code-points"),
        first=1 if first else 0,
        inclusive=table.boolean("inclusive", False),
        on_missing=table.choice("on-missing", ("report", "noPassage", "locator"), "report"),
    )


def _evidence(table: Table, cells: Cells) -> EvidenceSpec:
    table.only(_EVIDENCE)
    for each in ("direction", "basis"):
        if each not in table:
            table.fail(each, "this key is missing", f"An evidence line needs it: {each} = ...")
    if not any(each in table for each in ("study", "source", "unresolved")):
        table.fail("study", "the line names no evidence",
                   "Add [evidence.study], [evidence.source], or unresolved = what the source calls"
                   " it.")  # fmt: skip
    return EvidenceSpec(
        each=cells.each(table),
        when=cells.when(table),
        direction=cells.schemed(table, "direction", "directionScheme"),
        basis=cells.schemed(table, "basis", "basisScheme"),
        label=cells.optional(table, "label"),
        unresolved=cells.optional(table, "unresolved"),
        study=_study(table.table("study"), cells) if "study" in table else None,
        source=_source(table.table("source"), cells) if "source" in table else None,
        effect=_effect(table.table("effect"), cells) if "effect" in table else None,
    )


def _effect(table: Table, cells: Cells) -> Mapping[str, Value]:
    table.only(_EFFECT)
    if "measure" not in table:
        table.fail("measure", "this key is missing", 'Such as measure = "oddsRatio".')
    return {
        name: cells.schemed(table, name, "measureScheme")
        if name == "measure"
        else cells.value(table, name)
        for name in table.values
    }


def _study(table: Table, cells: Cells) -> StudySpec:
    table.only(("slug", "label", "design", *_STUDY_CONCEPTS, "outcomes", *_STUDY, "registry",
                "reported", "on-conflict"))  # fmt: skip
    for each in ("slug", "label", "design"):
        if each not in table:
            table.fail(each, "this key is missing", f"A study needs it: {each} = ...")
    return StudySpec(
        slug=cells.value(table, "slug"),
        label=cells.value(table, "label"),
        design=cells.schemed(table, "design", "designScheme"),
        concepts={
            name: cells.concept(table, name, optional=True)
            for name in _STUDY_CONCEPTS
            if name in table
        },
        outcomes=cells.concepts(table, "outcomes"),
        values={name: cells.value(table, name) for name in _STUDY if name in table},
        registry=cells.many(table, "registry"),
        reported=table.boolean("reported", True),
        loose=table.choice("on-conflict", ("report", "leave-out"), "report") == "leave-out",
    )
