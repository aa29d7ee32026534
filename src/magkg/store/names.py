"""The rules that shapes cannot see: which file describes what, under which name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg import resources
from magkg.claims.standing import FOLDER
from magkg.errors import Finding
from magkg.vocabulary import MAG, SH, SKOS, TYPE, shrink

if TYPE_CHECKING:
    from magkg.claims.project import Project
    from magkg.claims.turtle import Document
    from magkg.store.validate import Violation

__all__ = [
    "KINDS",
    "Facts",
    "concept_kinds",
    "described",
    "facts",
    "faults",
    "kinds_taken",
    "local",
    "types",
    "unused",
]

Facts = Mapping[tuple[str, str], Collection[str]]

# The links that give a node its use; one that nothing links to says nothing.
_USED_BY = {
    MAG + "Effect": (MAG + "effect", "an effect"),
    MAG + "EvidenceLine": (MAG + "evidence", "an evidence line"),
    MAG + "LeftOut": (MAG + "leftOut", "a left-out span"),
    MAG + "Passage": (MAG + "passage", "a passage"),
}
# Where the nodes of a class stand in graphs/, and the namespace that they are named in.
_OF_SOURCE = frozenset(
    MAG + name for name in ("Claim", "Effect", "EvidenceLine", "LeftOut", "Passage", "Reading")
)
_FOLDERS = {
    **dict.fromkeys(_OF_SOURCE | {MAG + "Source"}, "sources"),
    **dict.fromkeys((MAG + "Concept", MAG + "Quantity"), "concepts"),
    MAG + "Search": "searches",
    MAG + "Study": "studies",
    **dict.fromkeys((MAG + "Dismissal", MAG + "Tension"), "tensions"),
}
_SPACES = {
    MAG + "Source": "src", MAG + "Study": "study", MAG + "Concept": "con", MAG + "Quantity": "con"
}  # fmt: skip
_OWL = "http://www.w3.org/2002/07/owl#"
# The constraints that hold a claim against the kinds its predicate takes, and where these stand.
KINDS = {
    "ClaimShape-objectKind/sparql": (MAG + "objectKind", "objects"),
    "ClaimShape-subjectKind/sparql": (MAG + "subjectKind", "subjects"),
}


def described(document: Document) -> dict[str, None]:
    """Give the IRIs that a document describes (its subjects), in the order of the text."""
    return {
        quad.subject.value: None
        for quad in document.quads
        if isinstance(quad.subject, ox.NamedNode)
    }


def types(documents: Iterable[Document]) -> dict[str, set[str]]:
    """Give the classes of every node that has one."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for document in documents:
        for quad in document.quads:
            if quad.predicate.value == TYPE and isinstance(quad.object, ox.NamedNode):
                found[_value(quad.subject)].add(quad.object.value)
    return dict(found)


def local(iri: str) -> str:
    """Give the part of an IRI after its last ``#`` or ``/``: a slug."""
    return iri.rpartition("#")[2].rpartition("/")[2]


def faults(
    project: Project,
    documents: Sequence[Document],
    context: Sequence[Document],
    vocabulary: Mapping[str, str],
    concept_kinds: Collection[str],
) -> Iterator[Finding]:
    """Give what is wrong with the names in ``documents``, seen beside their ``context``.

    ``vocabulary`` gives, for each term of the ontology, the file that describes it;
    ``concept_kinds`` are the kinds of concepts that there are.
    """
    yield from _twice(documents, context, vocabulary)
    yield from _overlapping(documents, context)
    yield from _judged_elsewhere(documents, context)
    for document in documents:
        kinds = types([document])
        yield from _classless(document, kinds)
        yield from _misplaced(project, document, kinds, concept_kinds)
        yield from _elsewhere(project, document, kinds)


def facts(quads: Iterable[ox.Quad]) -> Facts:
    """Give the values of each property of each node: (subject, property) to values."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for quad in quads:
        found[_value(quad.subject), quad.predicate.value].add(_value(quad.object))
    return dict(found)


def concept_kinds(quads: Iterable[ox.Quad]) -> frozenset[str]:
    """Give the kinds of concepts that the ontology has."""
    scheme = MAG + "conceptKindScheme"
    return frozenset(
        _value(quad.subject)
        for quad in quads
        if quad.predicate.value == SKOS + "inScheme" and _value(quad.object) == scheme
    )


def kinds_taken(each: Violation, known: Facts, prefixes: Mapping[str, str]) -> str:
    """Say of which kind a subject or object is, and which kinds the claim's predicate takes."""
    path, what = KINDS[each.constraint]

    def named(subject: str, predicate: str) -> list[str]:
        return sorted(shrink(iri, prefixes) for iri in known.get((subject, predicate), ()))

    is_a = " and ".join(named(each.value, MAG + "conceptKind"))
    taken = "; ".join(
        f"{shrink(predicate, prefixes)} takes {what} of {' or '.join(kinds)}"
        for predicate in sorted(known.get((each.focus, MAG + "predicate"), ()))
        if (kinds := named(predicate, path))
    )
    return f" {shrink(each.value, prefixes)} is of {is_a}; {taken}."


def _value(term: object) -> str:
    return str(getattr(term, "value", term))


def _finding(document: Document, iri: str, kind: str, message: str, path: str = "") -> Finding:
    line = document.lines.line(iri, path or None) or 0
    return Finding(document.name, line, iri, kind, message)


def _twice(
    documents: Sequence[Document], context: Sequence[Document], vocabulary: Mapping[str, str]
) -> Iterator[Finding]:
    """One node, one file: two descriptions would be merged without a word."""
    first: dict[str, str] = dict(vocabulary)
    for document in context:
        first.update(dict.fromkeys(described(document), document.name))
    for document in documents:
        shared: defaultdict[str, list[str]] = defaultdict(list)
        for iri in described(document):
            other = first.setdefault(iri, document.name)
            if other != document.name:
                shared[other].append(iri)
        for other, iris in shared.items():
            more = f" (and {len(iris) - 1} more)" if len(iris) > 1 else ""
            yield _finding(
                document,
                iris[0],
                "described-twice",
                f"{other} and {document.name} both describe {shrink(iris[0])}{more}."
                " Keep one description, in one file.",
            )


def _overlapping(documents: Sequence[Document], context: Sequence[Document]) -> Iterator[Finding]:
    """Slugs that differ only in case are one name on many file systems, and to many eyes."""
    seen: dict[str, tuple[str, str]] = {}
    for document in (*context, *documents):
        for iri, kinds in types([document]).items():
            if not kinds & {MAG + "Source", MAG + "Study", MAG + "Concept", MAG + "Quantity"}:
                continue
            other, file = seen.setdefault(iri.casefold(), (iri, document.name))
            if other != iri and any(document is each for each in documents):
                yield _finding(
                    document,
                    iri,
                    "slug-overlap",
                    f"{local(iri)} and {local(other)} ({file}) differ only in capital letters."
                    " Give one of them another name.",
                )


def _judged_elsewhere(
    documents: Sequence[Document], context: Sequence[Document]
) -> Iterator[Finding]:
    """A judgement stands in the file of the study, evidence line or claim that it judges."""
    own = {id(each) for each in documents}
    homes = {iri: each for each in (*context, *documents) for iri in described(each)}
    for document in (*context, *documents):
        for quad in document.quads:
            if quad.predicate.value != MAG + "judgement" or not isinstance(
                quad.object, ox.NamedNode
            ):
                continue
            judgement, judged = quad.object.value, _value(quad.subject)
            home = homes.get(judgement)
            if home is None or home is document or not own & {id(home), id(document)}:
                continue
            message = (
                f"{shrink(judgement)} is described in {home.name}, and it judges"
                f" {shrink(judged)}. Move it to {document.name}, beside what it judges."
            )
            if id(document) in own:
                yield _finding(document, judged, "misplaced", message, MAG + "judgement")
            else:
                yield _finding(home, judgement, "misplaced", message)


def _classless(document: Document, kinds: Mapping[str, set[str]]) -> Iterator[Finding]:
    if document.path.resolve().is_relative_to(resources.data("ontology").resolve()):
        return  # alignments speak of outside terms, every file of its licence
    declared = {  # the prefixes of a project, and the node that declares them
        _value(quad.subject) for quad in document.quads if quad.predicate.value.startswith(SH)
    }
    for iri in described(document):
        if iri in declared or any(
            each.startswith((MAG, _OWL, SKOS)) for each in kinds.get(iri, ())
        ):
            continue
        yield _finding(
            document,
            iri,
            "no-class",
            "this node has no class of magkg, so nothing checks it."
            " Begin it with `a mag:Claim` (or mag:Source, mag:Passage, mag:Concept ...),"
            " or correct its name, if it should go on about another node.",
        )


def _misplaced(
    project: Project,
    document: Document,
    kinds: Mapping[str, set[str]],
    concept_kinds: Collection[str],
) -> Iterator[Finding]:
    """A file in graphs/sources/, graphs/studies/ or graphs/concepts/ holds what its name says."""
    path = Path(document.path).resolve()
    graphs = project.graphs.resolve()
    if not path.is_relative_to(graphs) or len(path.relative_to(graphs).parts) < 2:
        return
    folder, *parts = path.relative_to(graphs).parts
    if folder == FOLDER:  # laid out as graphs/ itself, the sources on top
        folder = parts[0] if len(parts) > 1 else "sources"
    stem = path.name.partition(".")[0]
    held = {"sources": MAG + "Source", "studies": MAG + "Study"}.get(folder)
    for iri, classes in kinds.items():
        if held in classes and local(iri) != stem:
            yield _finding(
                document,
                iri,
                "file-name",
                f"this file describes {shrink(iri, project.prefixes)}, so its name should be"
                f" {local(iri)}{path.suffix}. Rename the file, or correct the @base.",
            )
    yield from _strangers(project, document, kinds, folder, stem)
    if folder == "concepts":
        yield from _concepts(document, stem, concept_kinds)


def _strangers(
    project: Project, document: Document, kinds: Mapping[str, set[str]], folder: str, stem: str
) -> Iterator[Finding]:
    """Nodes that belong into another folder, or into the file of another source."""
    # Where the file's own name is wrong, that is one finding, not one for each of its nodes.
    described_here = [iri for iri, classes in kinds.items() if MAG + "Source" in classes]
    own = tuple(f"{each}#" for each in described_here or [project.namespace("src") + stem])
    for iri, classes in kinds.items():
        message = ""
        if (homes := _homes(classes)) and folder not in homes:
            message = (
                f"this node belongs into graphs/{' or '.join(sorted(homes))}/, not here."
                " Move it, so that each file says one thing."
            )
        elif folder == "sources" and classes & _OF_SOURCE and not iri.startswith(own):
            message = (
                f"this file is that of the source {stem}, and the node is not named after it."
                " Name it <#...> here, or move it to the file of its source."
            )
        if message:
            yield _finding(document, iri, "misplaced", message)


def _homes(classes: Collection[str]) -> set[str]:
    """Give the folders of graphs/ that nodes of these classes may stand in; none: anywhere."""
    homes = {folder for each in classes if (folder := _FOLDERS.get(each)) is not None}
    # A tension is seen in a reading of several sources, which is of none of their files.
    return homes | {"tensions"} if MAG + "Reading" in classes else homes


def _elsewhere(
    project: Project, document: Document, kinds: Mapping[str, set[str]]
) -> Iterator[Finding]:
    """Sources, studies and concepts are named where short names lead: in the project's spaces."""
    for iri, classes in kinds.items():
        for each in sorted(classes & _SPACES.keys()):
            space = project.namespace(_SPACES[each])
            if not iri.startswith(space):
                yield _finding(
                    document,
                    iri,
                    "namespace",
                    f"a {local(each)} of this project is named {space}SLUG ({_SPACES[each]}:SLUG)."
                    " Correct the name, or the base in graphs/prefixes.ttl.",
                )


def _concepts(document: Document, stem: str, concept_kinds: Collection[str]) -> Iterator[Finding]:
    """A file in graphs/concepts/ holds one kind; that a kind does not exist, its shape says."""
    wanted = f"{MAG}{stem}Concept"
    for quad in document.quads:
        kind, iri = _value(quad.object), _value(quad.subject)
        if quad.predicate.value != MAG + "conceptKind" or kind not in concept_kinds:
            continue
        if kind != wanted:
            belongs = local(kind).removesuffix("Concept")
            yield _finding(
                document,
                iri,
                "concept-file",
                f"{shrink(kind)} does not belong into this file."
                f" Move the concept to graphs/concepts/{belongs}.ttl, or correct its kind.",
                MAG + "conceptKind",
            )


def unused(document: Document, linked: set[tuple[str, str]]) -> Iterator[Finding]:
    """Give the passages, evidence lines, effects and left-out spans that nothing links to.

    ``linked`` holds (property, object) of everything that was read.
    """
    for iri, classes in types([document]).items():
        for each in classes & _USED_BY.keys():
            link, what = _USED_BY[each]
            if (link, iri) not in linked:
                yield _finding(
                    document,
                    iri,
                    "unused",
                    f"nothing has this as its {shrink(link)}: {what} without it says nothing."
                    " Link it, or take it out.",
                )
