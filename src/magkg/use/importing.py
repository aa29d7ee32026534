"""`magkg import`: outside data become claims in graphs/imported/, or in a built graph."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from magkg.claims.nanopub.reading import SUFFIXES, is_nanopub
from magkg.claims.project import shown
from magkg.claims.sources import Texts, from_setting
from magkg.claims.standing import Files
from magkg.claims.tables import mapping as mappings
from magkg.claims.tables import rows, schemes
from magkg.claims.tables.beside import Beside
from magkg.claims.tables.blame import Blame
from magkg.claims.tables.claims import Maker
from magkg.claims.tables.landing import Brought, Disagreement, Landing, Staged
from magkg.claims.tables.merging import by_subject, value
from magkg.claims.tables.rows import Bad
from magkg.errors import Finding, FindingsError, InputError
from magkg.use.import_into import brought
from magkg.use.import_report import ImportReport, ImportStopped
from magkg.use.verbs import Place, project_of
from magkg.vocabulary import MAG, SKOS, shrink

if TYPE_CHECKING:
    from magkg.claims.project import Project
    from magkg.claims.sources import SourceTexts
    from magkg.claims.standing import Standing
    from magkg.claims.tables.specs import TableMapping
    from magkg.claims.turtle import Document

__all__ = ["ImportReport", "ImportStopped", "import_claims"]

# A row that is left out may be what another one leans on: rounds of validation, at most.
_ROUNDS = 10

# What outside data bring: rows, or what is wrong with one.
Feed = Iterable[Brought | Bad]


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
    concepts: str = "by-iri",
    progress: Callable[[str], None] | None = None,
) -> ImportReport:
    """Import a CSV, TSV, JSONL or Parquet file by a mapping (docs/import.md), or nanopublications.

    ``source`` is the slug of the source that makes the claims, where the mapping does not say it;
    ``sources`` the texts that passages are looked up in; ``date`` overrules that of the mapping.
    Of nanopublications, ``concepts="by-label"`` takes the project's concept of the same prefLabel
    and kind for theirs. The claims land in graphs/imported/ of the project at ``place``; or,
    ``into`` a built graph, which is then validated, derived and swapped as `build` does.

    Raises ImportStopped for bad rows (``on_error="stop"``; with "skip" they are left out), and
    InputError for a mapping or a file that cannot be used. In both cases nothing is written.
    """
    if on_error not in {"stop", "skip"}:
        raise InputError(f"on_error is 'stop' or 'skip', not {on_error!r}")
    if concepts not in {"by-iri", "by-label"}:
        raise InputError(f"concepts is 'by-iri' or 'by-label', not {concepts!r}")
    _there(Path(file), mapping)
    texts = from_setting(sources)
    with ExitStack() as stack:
        built = None
        if into is not None:
            from magkg.store.standing import Built

            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="magkg-"))
            built = Built(Path(into), Path(folder))
        standing = built or _files(project_of(place))
        run = _Run(standing, texts, on_error, progress or (lambda _: None), concepts=concepts)
        with Landing(standing) as landing, ExitStack() as run.open:
            feed = run.feed(Path(file), mapping, source, date)
            report, staged = run.land(landing, feed)
            report = replace(report, dry_run=dry_run)
            if not dry_run:
                landing.write(staged)
        return report if built is None else brought(built, staged, report, run.say)


def _files(project: Project) -> Files:
    """Read the files of a project; raises FindingsError where one cannot be read."""
    from magkg.store.check import Context

    context = Context.of(project)
    if context.faults:
        raise FindingsError("the project cannot be read; nothing was imported", context.faults)
    return Files(project, context.documents)


def _there(file: Path, mapping: str | PathLike[str] | None) -> None:
    """Refuse a file that is not there, or of a kind that is not imported, before all else."""
    if not file.exists():
        raise InputError("there is no such file or folder", file=shown(file))
    if file.is_dir() and not is_nanopub(file):
        raise InputError(
            "the folder holds no file of nanopublications",
            file=shown(file),
            hint=f"Such files end in {', '.join(SUFFIXES)}. Of tables, import one by one.",
        )
    if mapping is None and not is_nanopub(file) and file.suffix.lower() not in rows.FORMATS:
        raise InputError(
            "a file of this suffix is not imported",
            file=shown(file),
            hint=f"Tables end in {', '.join(rows.FORMATS)}, and take a --mapping; nanopublications"
            f" in {', '.join(SUFFIXES)}. docs/import.md says more.",
        )


def _clashing(others: Iterable[Document], staged: Iterable[Staged]) -> Iterator[Finding]:
    """Find concepts with the prefLabel of one in a file that is not written, and so not checked."""
    labels = {
        str(quad.object): quad.subject
        for each in others
        for quad in each.quads
        if quad.predicate.value == SKOS + "prefLabel"
    }
    for each in staged:
        for quad in each.document.quads:
            other = labels.get(str(quad.object))
            if quad.predicate.value == SKOS + "prefLabel" and other not in (None, quad.subject):
                yield Finding(
                    each.document.name,
                    0,
                    str(getattr(quad.subject, "value", "")),
                    "ConceptShape-labelOnce/sparql",
                    f"skos:prefLabel {value(quad)}: Another concept has the same skos:prefLabel."
                    " Use one concept for one thing, or tell them apart in their labels.",
                )


@dataclass
class _Run:
    """One import beside what stands already."""

    standing: Standing
    texts: SourceTexts | None
    on_error: str
    say: Callable[[str], None]
    maker: Maker | None = field(init=False, default=None)
    label: str = field(init=False, default="")
    file: str = field(init=False, default="")
    concepts: str = "by-iri"
    blame: Blame | None = field(init=False, default=None)
    partners: dict[int, frozenset[int]] = field(init=False, default_factory=dict)
    named: dict[int, tuple[str, str]] = field(init=False, default_factory=dict)
    open: ExitStack = field(init=False, default_factory=ExitStack)

    @property
    def project(self) -> Project:
        """The project that files land in."""
        return self.standing.project

    def feed(
        self,
        file: Path,
        mapping: str | PathLike[str] | None,
        source: str | None,
        date: str | None,
    ) -> Feed:
        """Give what nanopublications bring, or the rows of a table by a mapping."""
        if is_nanopub(file):
            return self.nanopublications(file, date)
        if mapping is None:
            raise InputError(
                "a table is imported by a mapping, which says what its columns are",
                file=shown(file),
                hint="Name it: --mapping FILE.toml; docs/import.md shows how to write one.",
            )
        found = mappings.read(
            Path(mapping),
            predicates=schemes.predicates(self.standing.typed(MAG + "Predicate")),
            known_prefixes=self.project.prefixes,
            source=source,
            date=date,
        )
        self.label, self.file = found.reading.label, shown(file)
        beside = self.open.enter_context(Beside(found.joins))
        self.maker = Maker(found, self.standing, self.texts, beside.fetch)
        # A pipe gives its rows once: then no cell is shown beside a fault.
        self.blame = Blame(
            found, beside.fetch, lambda: rows.read(file, found.rows) if file.is_file() else ()
        )
        return self._made(self.maker, file, found)

    def nanopublications(self, file: Path, date: str | None) -> Feed:
        """Give what the nanopublications of a file, or of the files in a folder, bring."""
        from magkg.claims.nanopub.feed import feed

        self.file = shown(file)
        return feed(file, self.standing, date, by_label=self.concepts == "by-label")

    def _made(self, maker: Maker, file: Path, told: TableMapping) -> Iterator[Brought | Bad]:
        if maker.surveys:
            if file.exists() and not file.is_file():
                raise InputError(
                    "the file is read twice, which a pipe cannot be",
                    file=shown(file),
                    hint="Write it to a file first.",
                )
            self.say("survey")
            for row in rows.read(file, told.rows):
                if isinstance(row, rows.Row):
                    maker.survey(row)
        self.say("rows")
        for row in rows.read(file, told.rows):
            if isinstance(row, Bad):
                yield row
                continue
            for each in maker.make(row):
                if isinstance(each, Brought):
                    yield each
                    continue
                number, fault = each
                value = fault.value[:200]
                yield Bad(self.file, number, fault.column, value, fault.reason, fault.hint)

    def land(self, landing: Landing, feed: Feed) -> tuple[ImportReport, list[Staged]]:
        """Gather, validate and stage; gives what would be written. Raises ImportStopped."""
        bad: dict[int, Bad] = {}
        claims: dict[int, list[str]] = {}
        for each in feed:
            if isinstance(each, Bad):
                bad.setdefault(each.row, each)
                claims.setdefault(each.row, [])
                continue
            claims[each.number] = each.claims
            if each.partners:
                self.partners[each.number] = each.partners
            if each.name:
                self.named[each.number] = each.file, each.name
            landing.add(each)
        for other in landing.disagreements():
            bad.setdefault(other.origin, self._denied(other.origin, other))
        bad |= self._with_partners(bad)
        landing.drop(bad)
        self.say("check")
        staged = self._sound(landing, bad)
        report = self._report(staged, bad, claims)
        if self.on_error == "stop":
            self._stop(report)
        return report, staged

    def _stop(self, report: ImportReport) -> None:
        """Raise what stops an import: bad rows, or names in the mapping that no row has."""
        if report.bad:
            raise ImportStopped(
                replace(report, files=()), "" if self.maker else self._advice(report)
            )
        for each in report.unseen:
            assert self.maker is not None
            reason, _, hint = each.partition(". ")
            raise InputError(reason, file=self.maker.mapping.file, hint=hint)

    def _advice(self, report: ImportReport) -> str:
        """Say what to do about nanopublications that do not go with the project."""
        if any("skos:prefLabel" in each.reason for each in report.bad):
            return (
                "Take the project's own concepts of the same name and kind with --concepts"
                " by-label, or leave these nanopublications out with --on-error skip."
            )
        return "Leave these nanopublications out with --on-error skip."

    def _with_partners(self, bad: dict[int, Bad]) -> dict[int, Bad]:
        """Give the rows that make a claim together with a bad one: they are bad with it."""
        found: dict[int, Bad] = {}
        waiting = list(bad)
        while waiting:
            row = waiting.pop()
            for other in self.partners.get(row, ()):
                if other not in bad and other not in found:
                    told = f"it makes one claim with row {row} of its group, which is bad"
                    found[other] = Bad(self.file, other, "", "", told)
                    waiting.append(other)
        return found

    def _denied(self, row: int, other: Disagreement) -> Bad:
        name = shrink(other.predicate, self.project.prefixes)
        node = shrink(other.iri, self.project.prefixes)
        told = f"row {other.against} says {name} {other.other!r} of {node}"
        hint = 'One record has one value. For studies, on-conflict = "leave-out" leaves it out.'
        return Bad(self.file, row, name, other.value, told, hint)

    def _sound(self, landing: Landing, bad: dict[int, Bad]) -> list[Staged]:
        """Validate the files as they would be, leaving rows out until nothing is found."""
        for _ in range(_ROUNDS):
            staged = list(landing.staged())
            worse = self._faulty(landing, staged)
            if not worse:
                return staged
            worse |= self._with_partners(worse)
            bad.update(worse)
            landing.drop(worse)
        raise FindingsError("the import cannot be made sound; nothing was imported", ())

    def _faulty(self, landing: Landing, staged: Sequence[Staged]) -> dict[int, Bad]:
        from magkg.store.check import Context, check_files

        if not staged:
            return {}
        documents = [each.document for each in staged]
        others = self.standing.beside(documents)
        context = Context(self.project, (*others, *documents), (), self.standing.guessed)
        files = [each.path for each in documents]
        found: dict[int, Bad] = {}
        alien: list[Finding] = []
        told = [*check_files(context, files, sources=self.texts).findings]
        for finding in (*told, *_clashing(others, staged)):
            origins = landing.origins(finding.claim)
            if not origins:
                alien.append(finding)
            found |= {row: self._told(finding, row) for row in origins if row not in found}
        if alien and not found:
            raise FindingsError("the project is not sound; nothing was imported", alien)
        return self.blame.cells(found) if self.blame else found

    def _told(self, finding: Finding, row: int) -> Bad:
        """Tell a fault of what would be written as one of its row, or of a nanopublication."""
        if self.blame:
            return self.blame.bad(finding, self.file, row)
        if finding.kind.startswith("ConceptShape-labelOnce"):  # one cause, whatever the file
            return Bad(
                self.file, row, "", "", f"skos:prefLabel: {finding.message.partition(': ')[2]}"
            )
        file, name = self.named[row]
        node = shrink(finding.claim, self.project.prefixes)
        return Bad(file, row, "", "", f"<{name}>: {node}: {finding.message}")

    def _report(
        self,
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
            unseen=tuple(self._unseen()),
            kept=tuple(self._kept({iri for own in claims.values() for iri in own})),
            files=tuple(shown(each.document.path) for each in staged if each.changed),
            file=self.file,
        )

    def _unseen(self) -> Iterator[str]:
        """Give what the mapping names and no row of the file has."""
        for each in self.maker.watch.lacking if self.maker else ():
            yield f"{each.key}: {each.reason}. {each.hint}"

    def _kept(self, brought: set[str]) -> Iterator[str]:
        """Give the claims that an earlier import of this set made and this one does not."""
        made = self.standing.read_as(self.label) if self.label else iter(())
        return (iri for iri in made if iri not in brought)
