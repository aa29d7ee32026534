"""The names of a graph, gathered once: what a search looks in, and what an identifier means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from magkg.use.describe import NOT_IN_IRI, about
from magkg.vocabulary import DCTERMS, LABEL, MAG, SKOS
from magkg.web.pages.entry.words import Entry, Words
from magkg.web.pages.kept import kept

if TYPE_CHECKING:
    from magkg.store.interface import Store, Term
    from magkg.use.graph import Graph

__all__ = ["CLAIMS", "Names", "identified", "names"]

# So many claims are searched by word; the words of a million would take most of a worker's memory.
CLAIMS = 100_000
# Concepts, predicates, sources and studies of each kind.
_OTHERS = 200_000
_CLASSES = {"concept": "Concept", "predicate": "Predicate", "source": "Source", "study": "Study"}
_NAMED = (
    "SELECT ?node ?property ?value WHERE {{ {{ SELECT ?node WHERE {{ "
    f"?node a <{MAG}{{kind}}> }}}} LIMIT {_OTHERS} }}}} VALUES ?property {{{{ <{LABEL}> "
    f"<{SKOS}prefLabel> <{DCTERMS}title> <{SKOS}altLabel> <{DCTERMS}creator> "
    f"<{MAG}doi> <{MAG}pmid> <{MAG}year> }}}} "
    "?node ?property ?value }}"
)
_CLAIMS = (
    f"SELECT ?claim ?label ?polarity ?certainty ?source ?held WHERE {{ ?claim a <{MAG}Claim> ; "
    f"<{LABEL}> ?label ; <{MAG}polarity> ?polarity ; <{MAG}certainty> ?certainty ; "
    f"<{MAG}source> ?source OPTIONAL {{ ?claim <{MAG}heldStrength> ?held }} }} LIMIT {CLAIMS + 1}"
)
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_PMID = re.compile(
    r"(?:https?://pubmed\.ncbi\.nlm\.nih\.gov/|pmid:?\s*)?(\d{4,9})/?", re.IGNORECASE
)
_ENDS = re.compile(r"[/#]")


@dataclass(frozen=True, slots=True)
class Names:
    """The words of a graph; ``ids`` leads from a DOI in lower case or a PMID to a source.

    ``searched`` is how many claims are, None where all of them are.
    """

    words: Words
    ids: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    searched: int | None = None


def names(graph: Graph) -> Names:
    """Give the names of a graph, gathered once for each worker process."""
    return kept(graph, "names", _gathered)


def identified(graph: Graph, text: str) -> str:
    """Give the IRI that an identifier means, "" where it is none that the graph knows.

    An identifier is an IRI, a CURIE, SLUG#NAME, a DOI or a PMID, with or without its resolver.
    """
    said = text.strip().removeprefix("<").removesuffix(">")
    ids = names(graph).ids
    for pattern in (_DOI, _PMID):
        hit = pattern.fullmatch(said)
        if hit and hit[1].lower() in ids:
            return ids[hit[1].lower()]
    prefix, colon, local = said.partition(":")
    if "#" in said and "://" not in said and not colon:
        iri = graph.prefixes["src"] + said
    elif colon and prefix in graph.prefixes and local and not local.startswith("//"):
        iri = graph.prefixes[prefix] + local
    else:
        iri = said
    if "://" not in iri or NOT_IN_IRI.search(iri):
        return ""
    return iri if graph.store.ask(f"ASK {{ {about(iri)} ?property ?value }}") else ""


def _gathered(graph: Graph) -> Names:
    store = graph.engine
    entries: list[Entry] = []
    ids: dict[str, str] = {}
    titles: dict[str, str] = {}
    for kind, name in _CLASSES.items():
        for iri, found in _described(store, name).items():
            entry = _entry(iri, kind, found)
            entries.append(entry)
            if kind == "source":
                titles[iri] = entry.label
                for each in (*found[MAG + "doi"], *found[MAG + "pmid"]):
                    ids[each.lower()] = iri
    claims = list(_claims(store))
    entries += claims[:CLAIMS]
    return Names(Words(entries), ids, titles, CLAIMS if len(claims) > CLAIMS else None)


def _described(store: Store, kind: str) -> dict[str, defaultdict[str, list[str]]]:
    found: dict[str, defaultdict[str, list[str]]] = {}
    for node, prop, value in store.select(_NAMED.format(kind=kind)):
        held = found.setdefault(str(node), defaultdict(list))
        held[str(prop)].append(str(value))
    return found


def _entry(iri: str, kind: str, found: defaultdict[str, list[str]]) -> Entry:
    own = _ENDS.split(iri.rstrip("/#"))[-1]
    labels = [*found[SKOS + "prefLabel"], *found[DCTERMS + "title"], *found[LABEL]]
    year = tuple(("year", each) for each in found[MAG + "year"][:1])
    ids = (*found[MAG + "doi"], *found[MAG + "pmid"], *found[MAG + "year"])
    return Entry(
        iri=iri,
        kind=kind,
        label=labels[0] if labels else own,
        synonyms=tuple(sorted({*labels[1:], *found[SKOS + "altLabel"]})),
        beside=(own, *ids, *found[DCTERMS + "creator"]),
        about=year,
    )


def _claims(store: Store) -> Iterator[Entry]:
    for claim, label, polarity, certainty, source, held in store.select(_CLAIMS):
        values = (("polarity", polarity), ("certainty", certainty), ("strength", held))
        about = tuple((name, _local(value)) for name, value in values if value is not None)
        own = str(claim).partition("#")[2]
        yield Entry(str(claim), "claim", str(label), (), (own,), (*about, ("source", str(source))))


def _local(value: Term) -> str:
    return str(value).removeprefix(MAG)
