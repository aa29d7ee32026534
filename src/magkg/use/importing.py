"""`magkg import`: outside data become claims in graphs/imported/, or in a built graph."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from magkg.claims.nanopub.reading import is_nanopub
from magkg.claims.project import shown
from magkg.claims.sources import Texts, from_setting
from magkg.claims.tables import mapping as mappings
from magkg.claims.tables import rows, schemes
from magkg.claims.tables.beside import Beside
from magkg.claims.tables.claims import Maker, NotFound
from magkg.claims.tables.context import Fault
from magkg.claims.tables.landing import Brought, Disagreement, Landing, Staged
from magkg.claims.tables.merging import CLAIM, by_subject, is_a, value
from magkg.claims.tables.rows import Bad
from magkg.errors import Finding, FindingsError, InputError
from magkg.use.verbs import Place, project_of
from magkg.vocabulary import LABEL, MAG, PROV, shrink

if TYPE_CHECKING:
    from magkg.claims.project import Project
    from magkg.claims.sources import SourceTexts
    from magkg.claims.turtle import Document

__all__ = ["ImportReport", "ImportStopped", "import_claims"]

# How many bad rows and lost claims are shown to people; --json gives all.
_SHOWN = 20
# A row that is left out may be what another one leans on: rounds of validation, at most.
_ROUNDS = 10

# What outside data bring: rows, or what is wrong with one.
Feed = Iterable[Brought | Bad]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    ``rows`` that were read, ``claims`` that the good ones gave, of these ``new`` and ``known``
    before; ``bad`` rows, ``not_found`` concepts, ``created`` concepts (IRIs), ``kept`` claims of an
    earlier import of the set that the file no longer has (IRIs; they stay), ``files`` that were
    written (with ``dry_run``: would be), ``root`` of the graph that was built (``into``).
    """

    rows: int = 0
    claims: int = 0
    new: int = 0
    known: int = 0
    bad: tuple[Bad, ...] = ()
    not_found: tuple[NotFound, ...] = ()
    created: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    dry_run: bool = False
    root: str | None = None

    def as_json(self) -> dict[str, object]:
        """Give the report as an object for ``magkg import --json``."""
        names = ("rows", "claims", "new", "known")
        file = self.bad[0].file if self.bad else ""
        found: dict[str, object] = {name: getattr(self, name) for name in names}
        return {
            **found,
            "bad": [each.as_json() for each in self.bad],
            "not_found": [
                {
                    "file": file,
                    "row": each.row,
                    "column": each.column,
                    "value": each.value,
                    "reason": each.reason,
                    "count": each.count,
                }
                for each in self.not_found
            ],
            "created": list(self.created),
            "kept": list(self.kept),
            "files": list(self.files),
            "dry_run": self.dry_run,
            **({"root": self.root} if self.root else {}),
        }

    def text(self) -> str:
        """Give the report as lines for people."""
        would = "would be " if self.dry_run else ""
        told = [_counted(self.rows, "row"), _counted(self.claims, "claim")]
        lines = [f"{', '.join(told)}: {self.new} new, {self.known} known before"]
        if self.bad:
            lines.append(f"left out {_counted(len(self.bad), 'row')}:")
        lines += _listed([str(each) for each in self.bad])
        if self.not_found:
            lines.append(f"not found: {_counted(len(self.not_found), 'concept')}:")
            told = [
                f"{n.column} {n.value!r} ({n.count}, first row {n.row})" for n in self.not_found
            ]
            lines += _listed(told)
        if self.created:
            lines.append(f"{would}made: {_counted(len(self.created), 'concept')}:")
            lines += _listed(self.created)
        if self.kept:
            lines.append(
                f"kept, though no longer in the file: {_counted(len(self.kept), 'claim')}:"
            )
            lines += _listed(self.kept)
        lines += [f"{would}written: {each}" for each in self.files]
        return "\n".join([*lines, *([f"root {self.root}"] if self.root else [])])


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def _listed(lines: Sequence[str]) -> list[str]:
    more = [f"  and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return [*(f"  {each}" for each in lines[:_SHOWN]), *more]


class ImportStopped(FindingsError):
    """Bad rows stopped an import; ``report`` holds them, and nothing was written."""

    def __init__(self, report: ImportReport) -> None:
        count = len(report.bad)
        findings = [Finding(b.file, b.row, "", "bad-row", _said(b)) for b in report.bad]
        super().__init__(
            f"{count} bad row{'' if count == 1 else 's'}; nothing was imported",
            findings,
            hint="Correct the rows or the mapping, or leave them out with --on-error skip.",
        )
        self.report = report


def _said(bad: Bad) -> str:
    cell = f"{bad.column} {bad.value!r}: " if bad.column else ""
    return f"{cell}{bad.reason}" + (f". {bad.hint}" if bad.hint else "")


def import_claims(
    file: str | PathLike[str],
    mapping: str | PathLike[str] | None = None,
    source: str | None = None,
    *,
    place: Place = None,
    sources: Texts = None,
    date: str | None = None,
    on_error: str = "stop",
    dry_run: bool = False,
    into: str | PathLike[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> ImportReport:
    """Import a CSV, TSV, JSONL or Parquet file by a mapping (docs/import.md), or nanopublications.

    ``source`` is the slug of the source that makes the claims, where the mapping does not say it;
    ``sources`` the texts that passages are looked up in; ``date`` overrules that of the mapping.
    The claims land in graphs/imported/ of the project at ``place``; or, ``into`` a built graph,
    which is then validated, derived and swapped as `build` does.

    Raises ImportStopped for bad rows (``on_error="stop"``; with "skip" they are left out), and
    InputError for a mapping or a file that cannot be used. In both cases nothing is written.
    """
    if on_error not in {"stop", "skip"}:
        raise InputError(f"on_error is 'stop' or 'skip', not {on_error!r}")
    texts = from_setting(sources)
    with ExitStack() as stack:
        if into is None:
            project = project_of(place)
        else:
            from magkg.store.authored import lay_out

            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="magkg-"))
            project = lay_out(Path(into), Path(folder))
        run = _Run(project, texts, on_error, progress or (lambda _: None))
        with Landing(project, run.documents) as landing, ExitStack() as run.open:
            if is_nanopub(Path(file)):
                feed = run.nanopublications(Path(file), date)
            else:
                feed = run.table(landing, Path(file), mapping, source, date)
            report, staged = run.land(landing, feed)
            report = replace(report, dry_run=dry_run)
            if not dry_run:
                landing.write(staged)
        return report if into is None else _built(project, Path(into), report, progress)


def _built(
    project: Project, into: Path, report: ImportReport, progress: Callable[[str], None] | None
) -> ImportReport:
    """Build a graph anew where anything was imported; else, and in a dry run, leave it alone."""
    from magkg.store import manifest
    from magkg.store.build import build

    if not report.files:
        return replace(report, root=manifest.read(into).root)
    report = replace(report, files=(shown(into),))
    if report.dry_run:
        return report
    return replace(report, root=build(project, into, progress=progress).manifest.root)


@dataclass
class _Run:
    """One import into one project."""

    project: Project
    texts: SourceTexts | None
    on_error: str
    say: Callable[[str], None]
    documents: tuple[Document, ...] = field(init=False)
    maker: Maker | None = field(init=False, default=None)
    label: str = field(init=False, default="")
    file: str = field(init=False, default="")
    open: ExitStack = field(init=False, default_factory=ExitStack)

    def __post_init__(self) -> None:
        from magkg.store.check import Context

        context = Context.of(self.project)
        if context.faults:
            raise FindingsError("the project cannot be read; nothing was imported", context.faults)
        self.documents = context.documents

    def nanopublications(self, file: Path, date: str | None) -> Feed:
        """Give what the nanopublications of a file, or of the files in a folder, bring."""
        from magkg.claims.nanopub.feed import feed

        self.file = shown(file)
        return feed(file, self.project, self.documents, date)

    def table(
        self,
        landing: Landing,
        file: Path,
        mapping: str | PathLike[str] | None,
        source: str | None,
        date: str | None,
    ) -> Feed:
        """Give what the rows of a table bring, by a mapping."""
        if mapping is None:
            raise InputError(
                "a table is imported by a mapping, which says what its columns are",
                file=shown(file),
                hint="Name it: --mapping FILE.toml; docs/import.md shows how to write one.",
            )
        found = mappings.read(
            Path(mapping),
            predicates=schemes.predicates(self.documents),
            known_prefixes=self.project.prefixes,
            source=source,
            date=date,
        )
        self.label, self.file = found.reading.label, shown(file)
        beside = self.open.enter_context(Beside(found.joins))
        self.maker = Maker(
            found, self.project, self.documents, self.texts, landing.imported, beside.fetch
        )
        return self._made(self.maker, rows.read(file, found.rows))

    def _made(self, maker: Maker, given: Iterator[rows.Row | Bad]) -> Iterator[Brought | Bad]:
        for row in given:
            if isinstance(row, Bad):
                yield row
                continue
            try:
                yield maker.make(row)
            except Fault as fault:
                yield Bad(
                    self.file, row.number, fault.column, fault.value[:200], fault.reason, fault.hint
                )

    def land(self, landing: Landing, feed: Feed) -> tuple[ImportReport, list[Staged]]:
        """Gather, validate and stage; gives what would be written. Raises ImportStopped."""
        bad: dict[int, Bad] = {}
        claims: dict[int, list[str]] = {}
        self.say("rows")
        for each in feed:
            if isinstance(each, Bad):
                bad.setdefault(each.row, each)
                claims.setdefault(each.row, [])
                continue
            claims[each.number] = each.claims
            landing.add(each)
        for other in landing.disagreements():
            bad.setdefault(other.origin, self._denied(other.origin, other))
        landing.drop(bad)
        self.say("check")
        staged = self._sound(landing, bad)
        report = self._report(landing, staged, bad, claims)
        if bad and self.on_error == "stop":
            raise ImportStopped(replace(report, files=()))
        return report, staged

    def _denied(self, row: int, other: Disagreement) -> Bad:
        name = shrink(other.predicate, self.project.prefixes)
        node = shrink(other.iri, self.project.prefixes)
        told = f"row {other.earlier} says {name} {other.other!r} of {node}"
        hint = 'One record has one value. For studies, on-conflict = "leave-out" leaves it out.'
        return Bad(self.file, row, name, other.value, told, hint)

    def _sound(self, landing: Landing, bad: dict[int, Bad]) -> list[Staged]:
        """Validate the files as they would be, leaving rows out until nothing is found."""
        for _ in range(_ROUNDS):
            staged = list(landing.staged())
            worse = self._faulty(landing, staged)
            if not worse:
                return staged
            bad.update(worse)
            landing.drop(worse)
        raise FindingsError("the import cannot be made sound; nothing was imported", ())

    def _faulty(self, landing: Landing, staged: Sequence[Staged]) -> dict[int, Bad]:
        from magkg.store.check import Context, check_files

        if not staged:
            return {}
        paths = {each.document.path.resolve() for each in staged}
        others = [each for each in self.documents if each.path.resolve() not in paths]
        context = Context(self.project, (*others, *(each.document for each in staged)), ())
        files = [each.document.path for each in staged]
        found: dict[int, Bad] = {}
        alien: list[Finding] = []
        for finding in check_files(context, files, sources=self.texts).findings:
            origins = landing.origins(finding.claim)
            if not origins:
                alien.append(finding)
            node = shrink(finding.claim, self.project.prefixes)
            for row in origins:
                said = Bad(self.file, row, "", "", f"{node}: {finding.message}")
                found.setdefault(row, said)
        if alien and not found:
            raise FindingsError("the project is not sound; nothing was imported", alien)
        return found

    def _report(
        self,
        landing: Landing,
        staged: Sequence[Staged],
        bad: dict[int, Bad],
        claims: dict[int, list[str]],
    ) -> ImportReport:
        new = {iri for each in staged for iri in each.new}
        known = {iri for each in staged for iri in each.known}
        brought = {iri for row, own in claims.items() if row not in bad for iri in own}
        known |= brought - new
        made = self.maker.concepts.made if self.maker else {}
        described = {iri for each in staged for iri in by_subject(each.document.quads)}
        return ImportReport(
            rows=len(claims),
            claims=len(new | known),
            new=len(new),
            known=len(known),
            bad=tuple(sorted(bad.values(), key=lambda each: each.row)),
            not_found=tuple(self.maker.missing.values()) if self.maker else (),
            created=tuple(sorted(made.keys() & described)),
            kept=tuple(self._kept(landing, {iri for own in claims.values() for iri in own})),
            files=tuple(shown(each.document.path) for each in staged if each.changed),
        )

    def _kept(self, landing: Landing, brought: set[str]) -> Iterator[str]:
        """Give the claims that an earlier import of this set made and this one does not."""
        for document in landing.imported:
            nodes = by_subject(document.quads)
            readings = {
                f"<{iri}>"
                for iri, own in nodes.items()
                if any(q.predicate.value == LABEL and value(q) == self.label for q in own)
                and any(value(q) == MAG + "Reading" for q in own)
            }
            for iri, own in sorted(nodes.items()):
                read = {str(q.object) for q in own if q.predicate.value == PROV + "wasGeneratedBy"}
                if iri not in brought and is_a(own, CLAIM) and read & readings:
                    yield iri
