"""From the names that people type to the IRIs that a graph holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magkg.errors import UnknownName
from magkg.use.describe import NOT_IN_IRI, about
from magkg.vocabulary import DCTERMS, LABEL, MAG, SKOS

if TYPE_CHECKING:
    from magkg.use.graph import Graph

__all__ = ["named", "value_named"]

# What can be named: the prefix of its namespace, its classes, and what lists them all.
_NAMED = {
    "source": ("src", f"<{MAG}Source>", "`magkg query sources`"),
    "concept": ("con", f"<{MAG}Concept> <{MAG}Quantity>", "`magkg query concepts`"),
    "study": ("study", f"<{MAG}Study>", "`magkg query studies`"),
    "predicate": ("mag", f"<{MAG}Predicate>", "`magkg query predicates`"),
}
_SCHEMES = (
    "SELECT ?value ?rank WHERE {{ ?value <{0}inScheme> <{1}{2}Scheme> "
    "OPTIONAL {{ ?value <{1}rank> ?rank }} }} ORDER BY ?rank ?value"
)


def named(graph: Graph, what: str, name: str) -> str:
    """Find the IRI of a ``source``, ``concept``, ``study`` or ``predicate``.

    ``name`` is its IRI, a CURIE, its bare name or its label. Raises UnknownName, with the nearest
    names, for what is not there.
    """
    prefix, classes, lister = _NAMED[what]
    space = graph.prefixes[prefix]
    bare = name[1:-1] if name.startswith("<") and name.endswith(">") else name
    start, colon, local = bare.partition(":")
    if colon and start in graph.prefixes and not local.startswith("//"):
        iri = graph.prefixes[start] + local
    else:
        iri = bare if "://" in bare else space + bare
    kinds = f"VALUES ?kind {{ {classes} }} ?node a ?kind"
    known: dict[str, list[str]] = {}
    query = (
        f"SELECT ?node ?name WHERE {{ {kinds} ; "
        f"<{DCTERMS}title>|<{SKOS}prefLabel>|<{LABEL}> ?name }} ORDER BY ?node ?name"
    )
    if not NOT_IN_IRI.search(iri) and graph.store.ask(
        f"ASK {{ VALUES ?kind {{ {classes} }} {about(iri)} a ?kind }}", graph.timeout
    ):
        return iri
    for node, title in graph.store.select(query, graph.timeout):
        known.setdefault(str(node), []).append(str(title).casefold())
    called = [each for each, titles in known.items() if bare.casefold() in titles]
    if len(called) == 1:
        return called[0]
    hint = f"{lister} lists them all."
    raise UnknownName(what, name, [each.removeprefix(space) for each in known], hint=hint)


def value_named(graph: Graph, scheme: str, name: str) -> tuple[str, list[str]]:
    """Find a value of a closed list (``kind``, ``strength`` ...): its IRI, and all from it upward.

    ``name`` is the value's name in the magkg namespace or its short form: ``efficacy`` for
    ``efficacyClaim``, ``very-low`` for ``strengthVeryLow``. The second part follows the ranks of
    the list. Raises UnknownName with the nearest.
    """
    query = _SCHEMES.format(SKOS, MAG, scheme)
    ranked = [(str(row[0]), str(row[1] or "")) for row in graph.store.select(query, graph.timeout)]
    known = {iri.removeprefix(MAG): iri for iri, _ in ranked}
    folded = {_folded(each, scheme): iri for each, iri in known.items()}
    iri = known.get(name.removeprefix("mag:").removeprefix(MAG)) or folded.get(
        _folded(name.removeprefix("mag:").removeprefix(MAG), scheme)
    )
    if iri is None:
        raise UnknownName(scheme, name, known)
    ranks = {each: int(rank) for each, rank in ranked if rank.isdecimal()}
    floor = ranks.get(iri)
    upward = [each for each, rank in ranks.items() if floor is not None and rank >= floor]
    return iri, upward or [iri]


def _folded(name: str, scheme: str) -> str:
    """Give what is told apart in a value's name: not case, hyphens or the word of its list."""
    bare = name.casefold().replace("-", "").replace("_", "").replace(" ", "")
    kept = bare.removesuffix("claim").removesuffix("body").removeprefix(scheme)
    return kept or bare
