"""Checks what people author: syntax, form, names, shapes, and sources that are at hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg import resources
from magkg.claims import form, turtle
from magkg.claims import project as projects
from magkg.claims.project import SUFFIXES, Project, rdf_files, shown
from magkg.claims.turtle import Document
from magkg.errors import Finding, InputError, SyntaxFault, meant, nearest
from magkg.store import names, texts
from magkg.store.validate import Violation, validate
from magkg.vocabulary import DCTERMS, MAG, OA, PROV, RDFS, SKOS, TYPE, shrink

if TYPE_CHECKING:
    from magkg.claims.sources import SourceTexts

__all__ = ["VOCABULARY", "Context", "Report", "check", "vocabulary_quads"]

# The files of the ontology that are data beside a project's own; shapes and prefixes are not.
VOCABULARY = ("alignments.ttl", "magkg.ttl", "method.ttl", "predicates.ttl", "schemes.ttl")
# Constraints that speak of a node which is not described: they cannot be judged beside a file
# that could not be read, and they repeat what is said of a node whose class is misspelt.
_UNDESCRIBED = ("/class", "-described/sparql", "-identified/sparql", "-successor/sparql")
# Shapes whose queries compute with values that their other constraints look at.
_ARITHMETIC = ("LeftOutShape-", "PassageShape-")
_TYPED = "TypedShape-type/in"
# Constraints that ask for a class: where one is misspelt, that was said already.
_CLASSES = ("ReadingShape-activity/sparql", "SourceShape-kind/sparql")
# What else than rdfs:range says which classes a property leads to.
_RANGES = {
    DCTERMS + "isReplacedBy": {MAG + "Claim"},
    MAG + "dismissed": {MAG + name for name in ("Claim", "Source", "Study", "Tension")},
    MAG + "identifiedAs": {MAG + "Source", MAG + "Study"},
    OA + "hasSource": {MAG + "Source"},
    PROV + "used": {MAG + "Source"},
    PROV + "wasGeneratedBy": {MAG + "Reading"},
    SKOS + "broader": {MAG + "Concept"},
}


@dataclass(frozen=True)
class Report:
    """What a check found (sorted, each once), and the documents that were looked at."""

    findings: tuple[Finding, ...]
    documents: tuple[Document, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@cache
def _vocabulary() -> tuple[tuple[str, tuple[ox.Quad, ...]], ...]:
    folder = resources.data("ontology")
    return tuple(
        (name, turtle.read(folder / name, name=f"ontology/{name}").quads) for name in VOCABULARY
    )


def vocabulary_quads() -> tuple[ox.Quad, ...]:
    """Give the statements of the ontology that validators need as context and `build` loads.

    Raises SyntaxFault where a file of the ontology does not parse.
    """
    return tuple(quad for _, quads in _vocabulary() for quad in quads)


@dataclass(frozen=True)
class Context:
    """A project's own files, read: what the files under check stand beside.

    Where ``documents`` are not all that stands there, ``more`` gives the statements that a node is
    of a class: a name that is misspelt may be meant for any of these.
    """

    project: Project
    documents: tuple[Document, ...]
    faults: tuple[Finding, ...]
    more: Callable[[str], Iterable[ox.Quad]] = field(default=lambda _: ())

    @classmethod
    def of(cls, project: Project) -> Context:
        """Read all files of a project; those that cannot be read become ``faults``."""
        return cls(project, *_read_all(project.files()))


def check(
    project: Project,
    paths: Sequence[Path] | None = None,
    *,
    sources: SourceTexts | None = None,
) -> Report:
    """Check a project, or the files and folders in ``paths``.

    A path is seen beside the project it lies in, else beside ``project``; a file from outside a
    project's graphs/ takes the place of what the project says of the same nodes. With
    ``sources``, digests are compared with the texts.

    Raises InputError for a path that does not exist or holds no RDF files.
    """
    if not paths:
        context = Context.of(project)
        return _checked(_Task(context, context.documents, context.faults, sources))
    found: list[Finding] = []
    documents: list[Document] = []
    for home, files in _by_project(project, paths).items():
        report = check_files(Context.of(home), files, sources=sources)
        found.extend(report.findings)
        documents.extend(report.documents)
    return Report(tuple(sorted(set(found))), tuple(documents))


def check_files(
    context: Context, files: Sequence[Path], *, sources: SourceTexts | None = None
) -> Report:
    """Check files beside a context that was read before; nothing is said of the context."""
    own = {Path(each.path).resolve(): each for each in context.documents}
    inside = [own[path.resolve()] for path in files if path.resolve() in own]
    others, faults = _read_all(path for path in files if path.resolve() not in own)
    return _checked(_Task(context, (*inside, *others), faults, sources))


def _by_project(default: Project, paths: Sequence[Path]) -> dict[Project, list[Path]]:
    found: defaultdict[Project, list[Path]] = defaultdict(list)
    for path in paths:
        home = projects.find(path.resolve()) or default
        files = list(dict.fromkeys(_files(path)))
        found[home].extend(each for each in files if each not in found[home])
    return found


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        files = list(rdf_files(path))
        if not files:
            raise InputError(
                "there is no RDF file in this folder",
                file=str(path),
                hint=f"Files that are read end in {', '.join(SUFFIXES)}.",
            )
        yield from files
    elif not path.exists():
        raise InputError("there is no such file or folder", file=str(path))
    elif path.suffix not in SUFFIXES:
        raise InputError(
            "the suffix does not say which format this is",
            file=str(path),
            hint=f"Files that are read end in {', '.join(SUFFIXES)}.",
        )
    else:
        yield path


def _read_all(files: Iterable[Path]) -> tuple[tuple[Document, ...], tuple[Finding, ...]]:
    documents: list[Document] = []
    faults: list[Finding] = []
    for path in files:
        name = shown(path)
        try:
            documents.append(turtle.read(path, name=name))
        except InputError as error:
            kind = "syntax" if isinstance(error, SyntaxFault) else "file"
            message = f"{error.reason}. {error.hint}" if error.hint else error.reason
            faults.append(Finding(name, error.line or 0, "", kind, message))
    return tuple(documents), tuple(faults)


def _checked(task: _Task) -> Report:
    found = [*task.faults, *task.form, *task.names(), *task.shapes(), *task.texts()]
    faulty = {each.file for each in found}
    for document in task.documents:
        # A node that nothing links to is often the other half of a fault that was said already.
        if document.name not in faulty:
            found.extend(names.unused(document, task.linked))
    return Report(tuple(sorted(set(found))), task.documents)


@dataclass(frozen=True)
class _Task:
    """The documents under check beside their context."""

    given: Context
    documents: tuple[Document, ...]
    faults: tuple[Finding, ...]
    sources: SourceTexts | None = None
    owners: dict[str, list[Document]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for document in self.documents:
            for iri in names.described(document):
                self.owners.setdefault(iri, []).append(document)

    @cached_property
    def context(self) -> tuple[Document, ...]:
        """The project's other documents that the ones under check do not take the place of."""
        graphs = self.given.project.graphs.resolve()
        inside = {id(each) for each in self.documents}
        foreign = [
            each for each in self.documents if not each.path.resolve().is_relative_to(graphs)
        ]
        shadowed = {iri for each in foreign for iri in names.described(each)}
        whole = {iri for iri, kinds in names.types(foreign).items() if MAG + "Source" in kinds}
        return tuple(
            _without(each, shadowed, whole)
            for each in self.given.documents
            if id(each) not in inside
        )

    @cached_property
    def vocabulary(self) -> dict[str, tuple[ox.Quad, ...]]:
        """The files of the ontology and what they state, but for those that are under check."""
        checked = {each.path.resolve() for each in self.documents}
        folder = resources.data("ontology").resolve()
        return {name: quads for name, quads in _vocabulary() if folder / name not in checked}

    @cached_property
    def terms(self) -> dict[str, str]:
        """The terms of the ontology, and which of its files describes them."""
        return {
            quad.subject.value: f"ontology/{name}"
            for name, quads in self.vocabulary.items()
            for quad in quads
            if quad.predicate.value == TYPE and isinstance(quad.subject, ox.NamedNode)
            if quad.subject.value.startswith(MAG)
        }

    @cached_property
    def form(self) -> list[Finding]:
        return [fault for document in self.documents for fault in form.faults(document)]

    @cached_property
    def everything(self) -> tuple[Document, ...]:
        return (*self.context, *self.documents)

    @cached_property
    def linked(self) -> set[tuple[str, str]]:
        return {
            (quad.predicate.value, quad.object.value)
            for document in self.everything
            for quad in document.quads
            if isinstance(quad.object, ox.NamedNode)
        }

    @cached_property
    def kinds(self) -> dict[str, set[str]]:
        return names.types(self.everything)

    @cached_property
    def facts(self) -> names.Facts:
        """What is said of each node: subject and property to values."""
        own = (quad for document in self.everything for quad in document.quads)
        return names.facts(chain(vocabulary_quads(), own))

    def names(self) -> Iterator[Finding]:
        kinds = names.concept_kinds(vocabulary_quads())
        yield from names.faults(self.given.project, self.documents, self.context, self.terms, kinds)

    def shapes(self) -> Iterator[Finding]:
        said = {(each.file, each.line) for each in self.form}
        for each in self.rooted(validate(self.quads(), focus=self.owners)):
            for document in self.owners[each.focus]:
                finding = self.finding(document, each)
                if (finding.file, finding.line) not in said:
                    yield finding

    def rooted(self, found: Sequence[Violation]) -> Iterator[Violation]:
        """Leave out what only repeats another fault: one fault, one finding."""
        known = [iri for document in self.everything for iri in names.described(document)]
        twice = {iri for iri, count in Counter(known).items() if count > 1}
        described, unread = set(known), bool(self.faults or self.given.faults)
        misspelt = {each.focus for each in found if each.constraint == _TYPED}
        core = {(each.focus, each.path) for each in found if not each.queried}
        broken = {each.focus for each in found if not each.queried}
        mistyped = {
            (each.focus, each.path) for each in found if each.constraint.endswith("/datatype")
        }
        for each in found:
            place = (each.focus, each.path)
            if each.constraint.endswith(_UNDESCRIBED):
                # A file that could not be read may describe it; a misspelt class hides it.
                repeats = (unread and each.value not in described) or each.value in misspelt
            elif each.queried:
                computes = each.constraint.startswith(_ARITHMETIC)
                repeats = place in core or (computes and each.focus in broken)
                repeats |= each.constraint in _CLASSES and each.focus in misspelt
            elif each.constraint.endswith(("/minInclusive", "/pattern")):
                repeats = place in mistyped
            else:
                repeats = each.focus in twice and each.constraint.endswith("/maxCount")
            if not repeats and each.focus not in self.terms:
                yield each

    def quads(self) -> Iterator[ox.Quad]:
        """Everything as one graph: that a named graph is not for authors is said by its form."""
        for quads in self.vocabulary.values():
            yield from quads
        for document in self.everything:
            for quad in document.quads:
                if not isinstance(quad.object, ox.Triple):
                    yield ox.Quad(quad.subject, quad.predicate, quad.object)

    def finding(self, document: Document, each: Violation) -> Finding:
        prefixes = self.given.project.prefixes
        line = document.lines.line(each.focus, each.path or None, each.value or None)
        parts = (part for part in (each.path, each.value) if part.strip())
        what = " ".join(shrink(part, prefixes) for part in parts)
        message = f"{what}: {each.message}" if what else each.message
        if each.constraint.endswith(_UNDESCRIBED):
            message += self.guess(each)
        elif each.constraint in names.KINDS:
            message += names.kinds_taken(each, self.facts, prefixes)
        return Finding(document.name, line or 0, each.focus, each.constraint, message)

    def guess(self, each: Violation) -> str:
        """Name the nodes that may have been meant."""
        concepts = (
            {MAG + "Concept", MAG + "Quantity"} if "-described/" in each.constraint else set()
        )
        kinds, name = self.ranges.get(each.path, concepts), names.local(each.value)
        # Of two nodes with one name, the one in the source that was named is meant.
        home = each.value.partition("#")[0]
        there = [iri for iri, own in self.all_kinds.items() if own & kinds]
        more = (str(each.subject)[1:-1] for kind in sorted(kinds) for each in self.given.more(kind))
        iris = sorted(dict.fromkeys([*there, *more]), key=lambda iri: iri.partition("#")[0] == home)
        known = {names.local(iri): iri for iri in iris}
        known.pop(name, None)
        prefixes = self.given.project.prefixes
        close = [shrink(known[near], prefixes) for near in nearest(name, known)]
        return f" {meant(close)}".rstrip()

    @cached_property
    def all_kinds(self) -> Mapping[str, set[str]]:
        own = Document(Path(), "", vocabulary_quads())
        return {**names.types([own]), **self.kinds}

    @cached_property
    def ranges(self) -> dict[str, set[str]]:
        found = dict(_RANGES)
        for quad in vocabulary_quads():
            if quad.predicate.value == RDFS + "range":
                subject, value = quad.subject, quad.object
                if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode):
                    found[subject.value] = {value.value}
        return found

    def texts(self) -> Iterator[Finding]:
        """Compare sources and passages with the texts that are at hand."""
        if self.sources is None:
            return
        space = self.given.project.namespace("src")
        for document in self.documents:
            for iri, kinds in names.types([document]).items():
                if MAG + "Source" in kinds and iri.startswith(space):
                    yield from texts.against(document, iri, iri[len(space) :], self.sources)


def _without(document: Document, shadowed: set[str], whole: set[str]) -> Document:
    def stands(quad: ox.Quad) -> bool:
        iri = str(getattr(quad.subject, "value", quad.subject))
        return iri not in shadowed and iri.partition("#")[0] not in whole

    kept = tuple(quad for quad in document.quads if stands(quad))
    if len(kept) == len(document.quads):
        return document
    return Document(document.path, document.name, kept, document.lines)
