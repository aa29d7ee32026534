"""Finds the concepts that a table speaks of, by name, label or outside id, and makes new ones."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from magkg.claims.folding import fold
from magkg.claims.identity import hashed
from magkg.claims.tables.context import Fault, distinct, folded, text
from magkg.errors import meant, nearest
from magkg.vocabulary import MAG, SKOS, TYPE, shrink

__all__ = ["KNOWN_BY", "Concepts", "Missing", "Wanted"]

# Authorities whose IRIs do not follow from the OBO pattern.
_AUTHORITIES = {"mesh": "http://id.nlm.nih.gov/mesh/"}
_OBO = "http://purl.obolibrary.org/obo/"
_OBO_IDS = frozenset(
    (
        "bto", "chebi", "cl", "doid", "eco", "efo", "fbbi", "foodon", "go", "hp", "iao", "maxo",
        "mondo", "mp", "ncbitaxon", "ncit", "oba", "obi", "pato", "pr", "ro", "so", "symp",
        "uberon", "uo", "vo",
    )
)  # fmt: skip
_CURIE = re.compile(r"(?P<prefix>[A-Za-z][\w.-]*):(?P<local>[^\s:/][^\s/]*)")
_OBO_NAME = re.compile(r"(?P<prefix>[A-Za-z]+)_(?P<local>\w+)")
_HUMAN = "ncbitaxon:9606"
# How close a mapping must be for an outside id to name the concept; the first kind wins.
_MATCHES = (SKOS + "exactMatch", SKOS + "closeMatch")
_NAMES = (SKOS + "prefLabel", SKOS + "altLabel")
_MAPPED = (MAG + "match", MAG + "outside", MAG + "concept")
# The predicates of all that a concept is found by.
KNOWN_BY = (MAG + "conceptKind", *_NAMES, *_MAPPED)


class Missing(Fault):
    """A concept that was not found."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row says of a concept; ``column`` is where, ``kind`` the IRI of its kind."""

    column: str
    label: str = ""
    id: str = ""
    kind: str = ""
    create: bool = False
    definition: str = ""


@dataclass
class _Known:
    kinds: dict[str, str] = field(default_factory=dict)
    labels: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    shown: dict[str, str] = field(default_factory=dict)
    outside: dict[str, dict[str, set[str]]] = field(
        default_factory=lambda: {each: defaultdict(set) for each in _MATCHES}
    )


@dataclass
class _Expected:
    """What all rows say of a concept that is to be made, by its id or its label."""

    id: str = ""
    kinds: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)

    @property
    def kind(self) -> str:
        return min(self.kinds)


def _key(outside: str) -> str:
    """Give one key for an outside id however it is written: mesh:d008274 for its IRI and CURIE."""
    if "://" not in outside:
        return outside.casefold()
    *_, before, last = re.split(r"[/#]", outside)
    obo = _OBO_NAME.fullmatch(last)
    prefix, local = (obo["prefix"], obo["local"]) if obo else (before, last)
    return f"{prefix}:{local}".casefold()


def outside_iri(id_: str, prefixes: Mapping[str, str]) -> str | None:
    """Give the IRI of an outside id: of an IRI itself, of a CURIE by its prefix; None for others.

    ``prefixes`` are those of the mapping and the project; MESH and the ids of the OBO Foundry are
    known besides.
    """
    if id_.startswith(("http://", "https://")):
        return id_
    found = _CURIE.fullmatch(id_)
    if found is None:
        return None
    prefix, local = found["prefix"], found["local"]
    spaces = {name.casefold(): space for name, space in prefixes.items()}
    space = spaces.get(prefix.casefold()) or _AUTHORITIES.get(prefix.casefold())
    if space:
        return space + local
    return f"{_OBO}{prefix}_{local}" if prefix.casefold() in _OBO_IDS else None


class Concepts:
    """The concepts of a project, and those that the rows of a table make.

    What a row finds never depends on the order of the rows: `expect` is told of all that they
    want, then `find` gives it. A concept that is made has a name that follows from its own id or
    label.
    """

    def __init__(
        self,
        said: Iterable[ox.Quad],
        space: str,
        prefixes: Mapping[str, str],
        *,
        grounds: str,
        language: str,
    ) -> None:
        """``said`` is what is said of concepts and mappings, with the predicates of `KNOWN_BY`.

        ``space`` is the namespace of concepts, ``grounds`` why a new id is believed.
        """
        self.space = space
        self.language = language
        self.prefixes = prefixes
        self.grounds = grounds
        self.made: dict[str, str] = {}
        self._expected: dict[tuple[str, str], _Expected] = {}
        self._by_name: dict[str, set[tuple[str, str]]] = {}
        self._known = _Known()
        self._nearest: dict[str, list[str]] = {}
        rows: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for quad in said:
            self._learn(quad, rows)
        for row in rows.values():
            match = row.get(MAG + "match", "")
            if match in _MATCHES and MAG + "outside" in row and MAG + "concept" in row:
                key = _key(row[MAG + "outside"])
                self._known.outside[match][key].add(row[MAG + "concept"])

    def _learn(self, quad: ox.Quad, rows: dict[str, dict[str, str]]) -> None:
        subject, predicate = getattr(quad.subject, "value", ""), quad.predicate.value
        value = getattr(quad.object, "value", "")
        if predicate == MAG + "conceptKind":
            self._known.kinds[subject] = value
        elif predicate in _NAMES:
            self._known.labels[folded(value)].add(subject)
            self._known.shown.setdefault(value, subject)
        elif predicate in _MAPPED:
            rows[subject][predicate] = value

    def human(self, iri: str) -> bool:
        """Say whether a concept is the human species, which is never written."""
        return iri in self._known.outside[_MATCHES[0]].get(_HUMAN, ())

    def find(self, wanted: Wanted) -> tuple[str, list[ox.Quad]]:
        """Give the IRI of a concept, and what describes it where it is made.

        Raises Missing where it is not found, and Fault where that is not clear.
        """
        if wanted.label.startswith("con:"):
            return self._named(wanted), []
        found = self._found(wanted)
        if found:
            return found, []
        if wanted.create:
            self.expect(wanted)
        if expected := self._meant(wanted):
            return self._make(wanted, expected)
        raise Missing(wanted.column, wanted.id or wanted.label, *self._reason(wanted))

    def expect(self, wanted: Wanted) -> None:
        """Note that a row makes a concept, where the project has none; `find` then knows of it.

        Raises Fault where what is wanted is not clear.
        """
        if not wanted.create or wanted.label.startswith("con:") or self._found(wanted):
            return
        known = self._expected.setdefault(self._expected_key(wanted), _Expected(wanted.id))
        known.kinds.add(wanted.kind)
        if wanted.label:
            known.labels.add(wanted.label)
            if wanted.id:
                self._by_name.setdefault(folded(wanted.label), set()).add(
                    self._expected_key(wanted)
                )

    def _expected_key(self, wanted: Wanted) -> tuple[str, str]:
        if wanted.id:
            return "id", _key(outside_iri(wanted.id, self.prefixes) or wanted.id)
        return "label", folded(wanted.label)

    def _found(self, wanted: Wanted) -> str | None:
        """Give a concept of the project; one that would be made may be of another kind."""
        found = self._by_id(wanted) if wanted.id else None
        found = found or (self._by_label(wanted) if wanted.label else None)
        if found or not (wanted.create and wanted.kind):
            return found
        return self._found(replace(wanted, kind=""))

    def _meant(self, wanted: Wanted) -> _Expected | None:
        """Give what is made for it: by its id, else of its label what has an id, else the rest."""
        if wanted.id and (own := self._expected.get(self._expected_key(wanted))):
            return own
        if not wanted.label:
            return None
        keys = sorted(self._by_name.get(folded(wanted.label), ()))
        keys = keys or [("label", folded(wanted.label))]
        fitting = [each for key in keys if (each := self._expected.get(key))]
        if not wanted.create and wanted.kind:
            fitting = [each for each in fitting if each.kind == wanted.kind]
        if len(fitting) > 1:
            ids = ", ".join(sorted(each.id for each in fitting))
            raise Fault(
                wanted.column, wanted.label, f"rows make several concepts of this label: {ids}",
                "Say which: give the id here too, or map the value to con:SLUG.",
            )  # fmt: skip
        return fitting[0] if fitting else None

    def _named(self, wanted: Wanted) -> str:
        iri = self.space + wanted.label.removeprefix("con:")
        if iri not in self._known.kinds:
            close = nearest(
                wanted.label[4:], (each[len(self.space) :] for each in self._known.kinds)
            )
            hint = meant(f"con:{each}" for each in close)
            raise Missing(wanted.column, wanted.label, "there is no such concept", hint)
        return iri

    def _reason(self, wanted: Wanted) -> tuple[str, str]:
        others = self._known.labels.get(folded(wanted.label), set()) if wanted.label else set()
        if others:
            kinds = sorted(shrink(self._known.kinds.get(each, "no kind")) for each in others)
            return f"the concept of this label is of {', '.join(kinds)}", "Correct the kind."
        what = " or ".join(
            name for name, given in (("id", wanted.id), ("label", wanted.label)) if given
        )
        hint = meant(self._near(wanted.label) if wanted.label else [])
        return (
            f"no concept has this {what}",
            f"{hint} Describe it in graphs/concepts/, map the value to con:SLUG, or write"
            ' on-missing = "create".'.lstrip(),
        )

    def _near(self, label: str) -> list[str]:
        """Give the nearest labels; a table may have a label that is not found in many rows."""
        if label not in self._nearest:
            self._nearest[label] = nearest(label, self._known.shown)
        return self._nearest[label]

    def _by_id(self, wanted: Wanted) -> str | None:
        iri = outside_iri(wanted.id, self.prefixes)
        keys = [_key(each) for each in (iri, wanted.id) if each]
        if iri is None and not _CURIE.fullmatch(wanted.id):
            raise Fault(
                wanted.column, wanted.id, "this is no IRI and no CURIE such as MESH:D008274"
            )
        for match in _MATCHES:
            for key in keys:
                found = self._fitting(self._known.outside[match].get(key, set()), wanted)
                if found:
                    return found
        return None

    def _by_label(self, wanted: Wanted) -> str | None:
        return self._fitting(self._known.labels.get(folded(wanted.label), set()), wanted)

    def _fitting(self, found: set[str], wanted: Wanted) -> str | None:
        """Give the one concept of the kind that is wanted. Raises Fault for several."""
        fitting = sorted(
            each for each in found if not wanted.kind or self._known.kinds.get(each) == wanted.kind
        )
        own = self._slug(wanted)
        if len(fitting) > 1 and self.space + own in fitting:
            return self.space + own
        if len(fitting) > 1:
            names = ", ".join(f"con:{each[len(self.space) :]}" for each in fitting)
            raise Fault(
                wanted.column, wanted.id or wanted.label, f"several concepts have it: {names}",
                "Say which with a value map to con:SLUG, or give a kind.",
            )  # fmt: skip
        return fitting[0] if fitting else None

    def _slug(self, wanted: Wanted) -> str:
        """Give the slug of a concept from its id, else its label; the same on every import."""
        name = wanted.id.replace(":", "-", 1) or wanted.label
        return distinct(name) or hashed(("magkg slug 1", folded(name)))[:8]

    def _make(self, wanted: Wanted, expected: _Expected) -> tuple[str, list[ox.Quad]]:
        label = wanted.label or min(expected.labels, default=wanted.id)
        wanted = replace(wanted, label=label, id=expected.id, kind=expected.kind)
        slug = self._slug(wanted)
        if self.space + slug in self._known.kinds:
            slug += f"-{hashed(('magkg concept 1', folded(label), wanted.kind))[:8]}"
        iri = self.space + slug
        self.made[iri] = wanted.kind
        node = ox.NamedNode(iri)
        label = fold(label).strip()
        quads = [
            ox.Quad(node, ox.NamedNode(TYPE), ox.NamedNode(MAG + "Concept")),
            ox.Quad(node, ox.NamedNode(MAG + "conceptKind"), ox.NamedNode(wanted.kind)),
            ox.Quad(node, ox.NamedNode(SKOS + "prefLabel"), text(label, self.language)),
        ]
        if wanted.definition:
            meaning = text(wanted.definition, self.language)
            quads.append(ox.Quad(node, ox.NamedNode(SKOS + "definition"), meaning))
        return iri, [*quads, *self._mapped(node, wanted)]

    def _mapped(self, concept: ox.NamedNode, wanted: Wanted) -> list[ox.Quad]:
        if not wanted.id:
            return []
        outside = outside_iri(wanted.id, self.prefixes)
        if outside is None:
            prefix = wanted.id.partition(":")[0]
            raise Fault(
                wanted.column, wanted.id, f"nothing says what the prefix {prefix!r} stands for",
                f'Add it to the mapping: [prefixes] {prefix} = "https://..."',
            )  # fmt: skip
        name = re.sub(r"[^A-Za-z0-9]+", "_", _key(outside))
        node = ox.NamedNode(f"{concept.value}#{name}")
        return [
            ox.Quad(node, ox.NamedNode(TYPE), ox.NamedNode(MAG + "Mapping")),
            ox.Quad(node, ox.NamedNode(MAG + "concept"), concept),
            ox.Quad(node, ox.NamedNode(MAG + "outside"), ox.NamedNode(outside)),
            ox.Quad(node, ox.NamedNode(MAG + "match"), ox.NamedNode(_MATCHES[0])),
            ox.Quad(node, ox.NamedNode(MAG + "justification"), text(self.grounds, "en")),
        ]
