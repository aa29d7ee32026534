"""What differs between two graphs, claim by claim: added, removed, renamed, changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from magkg import vocabulary
from magkg.claims import turtle
from magkg.claims.identity import DERIVED, PARTS
from magkg.claims.project import SUFFIXES, rdf_files
from magkg.errors import InputError
from magkg.store import manifest, roots
from magkg.store.interface import IRI, Literal, Store, Term
from magkg.store.oxigraph import OxigraphStore
from magkg.use.describe import Description, describe
from magkg.use.differing import Apart, all_claims, by_digest
from magkg.use.select.loading import batches
from magkg.use.terms import as_term
from magkg.vocabulary import DCTERMS, LABEL, MAG

__all__ = ["Change", "ClaimChange", "Difference", "diff", "diff_stores"]

_Properties: TypeAlias = dict[str, set[Term]]

_RENAMED = f"""SELECT ?old ?new {{
    ?old a <{MAG}Tombstone> ; <{DCTERMS}isReplacedBy> ?new }}"""


@dataclass(frozen=True, slots=True)
class Change:
    """One property of a claim, or of a passage or evidence line of it, whose values differ.

    ``before`` and ``after`` hold only the values that the other side lacks.
    """

    node: str
    property: str
    before: tuple[Term, ...]
    after: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """A claim that both graphs hold; ``was`` is its earlier IRI (the same unless renamed)."""

    claim: str
    was: str
    label: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The claims that differ: added and removed as IRI to label, renamed, changed; all sorted."""

    added: Mapping[str, str]
    removed: Mapping[str, str]
    renamed: tuple[ClaimChange, ...]
    changed: tuple[ClaimChange, ...]
    same: int

    @property
    def empty(self) -> bool:
        """Whether no claim differs."""
        return not (self.added or self.removed or self.renamed or self.changed)

    def as_json(self) -> dict[str, Any]:
        """Give the object that docs/diff.schema.json describes."""
        return {
            "summary": self._summary(),
            "added": [{"claim": iri, "label": text} for iri, text in self.added.items()],
            "removed": [{"claim": iri, "label": text} for iri, text in self.removed.items()],
            "renamed": [{"was": each.was, **_as_json(each)} for each in self.renamed],
            "changed": [_as_json(each) for each in self.changed],
        }

    def text(self) -> str:
        """Give the differences as lines for people, the summary last."""
        lines = [f"+ {_name(iri)}  {text}" for iri, text in self.added.items()]
        lines += [f"- {_name(iri)}  {text}" for iri, text in self.removed.items()]
        for each in self.renamed:
            lines.append(f"> {_name(each.was)} is now {_name(each.claim)}  {each.label}")
            lines += _lines(each)
        for each in self.changed:
            lines.append(f"~ {_name(each.claim)}  {each.label}")
            lines += _lines(each)
        if self.empty:
            return f"no claim differs ({self.same} claims)"
        told = [f"{count} {name}" for name, count in self._summary().items() if count]
        return "\n".join([*lines, ", ".join(told)])

    def _summary(self) -> dict[str, int]:
        return {
            "added": len(self.added),
            "removed": len(self.removed),
            "renamed": len(self.renamed),
            "changed": len(self.changed),
            "same": self.same,
        }


def diff(a: Path, b: Path) -> Difference:
    """Compare two graphs: each a built graph (a folder with manifest.json) or authored RDF.

    Authored is a project (a folder with graphs/), a folder of RDF files, or one such file; it is
    read as it is, sound or not. Raises InputError for a place with neither, SyntaxFault for a file
    that does not parse, StoreDamaged for a built graph that does not match its manifest.
    """
    places = Path(a), Path(b)
    (old, old_built), (new, new_built) = (_opened(each) for each in places)
    if not (old_built and new_built):
        return _difference(old, new, all_claims(old, new))
    one, other = (roots.listed(each) for each in places)
    return _difference(old, new, by_digest(old, new, (one, other) if one and other else None))


def diff_stores(a: Store, b: Store, *, built: bool = False) -> Difference:
    """Compare the claims of two open stores, ``a`` being the earlier one.

    Of two ``built`` graphs only the claims whose digests differ are read.
    """
    return _difference(a, b, by_digest(a, b) if built else all_claims(a, b))


def _difference(a: Store, b: Store, apart: Apart) -> Difference:
    heirs = _heirs(b, apart.old, apart.new)
    old, new = _claims(a, apart.old | apart.both), _claims(b, apart.new | apart.both)
    renamed = [_compared(old[was], new[now]) for was, now in heirs.items()]
    both = [_compared(old[iri], new[iri]) for iri in sorted(apart.both)]
    changed = [each for each in both if each.changes]
    return Difference(
        added=_labels(new, apart.new - set(heirs.values())),
        removed=_labels(old, apart.old - heirs.keys()),
        renamed=tuple(sorted(renamed, key=lambda each: each.was)),
        changed=tuple(changed),
        same=apart.same + len(both) - len(changed),
    )


@dataclass(slots=True)
class _Claim:
    """A claim as read: its own properties, and those of its passages and evidence lines."""

    iri: str
    own: _Properties = field(default_factory=lambda: defaultdict(set))
    parts: dict[str, _Properties] = field(default_factory=lambda: defaultdict(_properties))

    @property
    def label(self) -> str:
        return min((str(each) for each in self.own.get(LABEL, ())), default="")


def _properties() -> _Properties:
    return defaultdict(set)


def _opened(place: Path) -> tuple[Store, bool]:
    """Open a graph; say whether it was built."""
    if (place / manifest.FILE).is_file():
        return manifest.open_store(place)[0], True
    if not place.exists():
        raise InputError("there is no such folder", file=str(place))
    files = [place] if place.is_file() else list(rdf_files(place))
    if not files:
        raise InputError(
            "this is neither a built graph nor a folder with RDF files",
            file=str(place),
            hint=f"RDF files end in {', '.join(SUFFIXES)}; `magkg build` makes a graph.",
        )
    read = OxigraphStore.of(quad for each in files for quad in turtle.read(each).quads)
    return read, False


def _claims(store: Store, iris: Iterable[str]) -> dict[str, _Claim]:
    """Read claims with their parts, and the parts of these."""
    found = {iri: _Claim(iri) for iri in iris}
    for batch in batches(sorted(found)):
        known: dict[str, Description] = {}
        missing = set(batch)
        while missing:
            known |= {iri: {} for iri in missing} | describe(store, missing)
            missing = {part for iri in missing for part in _parts(known[iri])} - known.keys()
        for iri in batch:
            found[iri].own.update(_told(known[iri]))
            for part in _reached(known, iri):
                found[iri].parts[part].update(_told(known[part]))
    return found


def _reached(known: Mapping[str, Description], iri: str) -> set[str]:
    reached: set[str] = set()
    level = _parts(known[iri])
    while level:
        reached |= level
        level = {part for each in level for part in _parts(known[each])} - reached
    return reached


def _parts(node: Description) -> set[str]:
    return {str(each) for name in PARTS for each in node.get(name, ()) if isinstance(each, IRI)}


def _told(node: Description) -> dict[str, set[Term]]:
    return {name: set(values) for name, values in node.items() if name not in DERIVED}


def _heirs(store: Store, before: set[str], after: set[str]) -> dict[str, str]:
    """Give the claims that were renamed, by the tombstones of the later graph; chains included.

    ``before`` are the claims of the earlier graph alone, ``after`` those of the later one alone.
    """
    next_name = {str(was): str(now) for was, now in store.select(_RENAMED)}
    found: dict[str, str] = {}
    taken: set[str] = set()
    for was in sorted(before):
        now, seen = was, {was}
        while now in next_name and next_name[now] not in seen:
            now = next_name[now]
            seen.add(now)
        if now in after and now not in taken:
            found[was] = now
            taken.add(now)
    return found


def _labels(claims: Mapping[str, _Claim], iris: Iterable[str]) -> dict[str, str]:
    return {iri: claims[iri].label for iri in sorted(iris)}


def _compared(old: _Claim, new: _Claim) -> ClaimChange:
    changes = list(_changes(new.iri, old.own, new.own))
    # A part that only one side links to is told by the link.
    for part in sorted(old.parts.keys() & new.parts.keys()):
        changes += _changes(part, old.parts[part], new.parts[part])
    return ClaimChange(new.iri, old.iri, new.label or old.label, tuple(changes))


def _changes(node: str, old: _Properties, new: _Properties) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name, set()), new.get(name, set())
        if before != after:
            yield Change(node, name, _sorted(before - after), _sorted(after - before))


def _sorted(terms: Iterable[Term]) -> tuple[Term, ...]:
    return tuple(sorted(terms, key=lambda term: (str(term), repr(term))))


def _as_json(each: ClaimChange) -> dict[str, Any]:
    return {
        "claim": each.claim,
        "label": each.label,
        "changes": [
            {
                "node": change.node,
                "property": change.property,
                "from": [as_term(term) for term in change.before],
                "to": [as_term(term) for term in change.after],
            }
            for change in each.changes
        ],
    }


def _lines(each: ClaimChange) -> Iterator[str]:
    for change in each.changes:
        node = "" if change.node == each.claim else f"{_name(change.node)} "
        before, after = (", ".join(map(_shown, side)) for side in (change.before, change.after))
        name = vocabulary.shrink(change.property)
        yield f"    {node}{name}: {before or '(nothing)'} → {after or '(nothing)'}"


def _name(iri: str) -> str:
    """Give SLUG#name, whatever the base of the project."""
    return iri.rsplit("/", 1)[-1] or iri


def _shown(term: Term) -> str:
    if isinstance(term, Literal):
        return f'"{term.value}"' + (f"@{term.language}" if term.language else "")
    short = vocabulary.shrink(term)
    return _name(term) if short == term or "#" in short else short
