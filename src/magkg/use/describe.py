"""What a graph says of given nodes: the one look-up under trace, cards and coverage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from magkg.errors import InputError, UnknownName
from magkg.store.interface import IRI, Literal, Store, Term
from magkg.vocabulary import DCTERMS, LABEL, MAG, SKOS

__all__ = [
    "NOT_IN_IRI", "Description", "about", "claim_iri", "describe", "label", "text", "values_line",
]  # fmt: skip

# What is not a claim: its class, the prefix of its names, and the verb that leads to its claims.
_OTHERS = (
    ("Concept", "con", "query claims_about --concept"),
    ("Study", "study", "query claims_on_study --study"),
    ("Source", "src", "trace --source"),
)
# Property IRI to its values, in the order of their text.
Description: TypeAlias = dict[str, list[Term]]

# What SPARQL 1.1 (production 139, IRIREF) and N-Triples do not allow between < and >.
NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')


def about(iri: str) -> str:
    """Write an IRI as a SPARQL term; raises InputError for what cannot be one."""
    if not iri or NOT_IN_IRI.search(iri):
        raise InputError(f"{iri!r} is not an IRI", hint="Give a full IRI or SLUG#name.")
    return f"<{iri}>"


def values_line(name: str, iris: Iterable[str]) -> str:
    """Write a VALUES line that binds ``?name`` to the IRIs, each once, in order."""
    terms = " ".join(about(iri) for iri in sorted(set(iris)))
    return f"VALUES ?{name} {{ {terms} }}"


def describe(
    store: Store, iris: Iterable[str], timeout: float | None = None
) -> dict[str, Description]:
    """Give every property of each node that the graph knows, in one query.

    ``timeout`` is in seconds.
    """
    wanted = sorted(set(iris))
    if not wanted:
        return {}
    nodes = values_line("node", wanted)
    query = f"SELECT ?node ?property ?value WHERE {{ {nodes} ?node ?property ?value }}"
    found: dict[str, Description] = {}
    for node, prop, value in store.select(query, timeout):
        if node is not None and value is not None:
            found.setdefault(str(node), {}).setdefault(str(prop), []).append(value)
    for description in found.values():
        for held in description.values():
            held.sort(key=str)
    return found


def text(description: Mapping[str, list[Term]], prop: str) -> str | None:
    """Give the one value of a property as text, None where there is none."""
    held = description.get(prop)
    return str(held[0]) if held else None


def label(description: Mapping[str, list[Term]], iri: str) -> str:
    """Give the label of a node (rdfs:label, skos:prefLabel, title), else the end of its IRI."""
    for prop in (LABEL, SKOS + "prefLabel", DCTERMS + "title"):
        for value in description.get(prop, []):
            if isinstance(value, Literal):
                return value.value
    return re.split(r"[/#]", iri.rstrip("/#"))[-1]


def claim_iri(store: Store, name: str, prefixes: Mapping[str, str]) -> IRI:
    """Find the claim that an IRI, a CURIE or ``SLUG#name`` names; a tombstone leads to its heir.

    Raises UnknownName with the nearest claims where there is none.
    """
    bare = name[1:-1] if name.startswith("<") and name.endswith(">") else name
    prefix, colon, local = bare.partition(":")
    if colon and prefix in prefixes and not local.startswith("//"):
        iri = prefixes[prefix] + local
    else:
        iri = bare if "://" in bare else prefixes["src"] + bare
    query = (
        f"SELECT ?heir WHERE {{ {about(iri)} <{DCTERMS}isReplacedBy>* ?heir . "
        f"?heir a <{MAG}Claim> }}"
    )
    for (heir,) in store.select(query):
        return IRI(str(heir))
    every = [str(row[0]) for row in store.select(f"SELECT ?c WHERE {{ ?c a <{MAG}Claim> }}")]
    source = prefixes["src"]
    known = [each.removeprefix(source) for each in every]
    # The name alone, without its source, is the likeliest slip.
    named = [each for each in known if each.endswith(f"#{bare.removeprefix('#')}")]
    if not named:
        _refuse_other(store, bare, prefixes)
    hint = "A claim is SLUG#name."
    raise UnknownName("claim", bare.removeprefix(source), named or known, hint=hint)


def _refuse_other(store: Store, name: str, prefixes: Mapping[str, str]) -> None:
    """Refuse the name of a concept, a study or a source where a claim is asked for."""
    found = []
    for kind, prefix, lead in _OTHERS:
        iri = name if "://" in name else prefixes[prefix] + name.removeprefix(prefix + ":")
        if NOT_IN_IRI.search(iri):
            continue
        if list(store.select(f"SELECT ?x WHERE {{ {about(iri)} a <{MAG}{kind}> BIND(1 AS ?x) }}")):
            bare = iri.removeprefix(prefixes[prefix])
            found.append((bare, f"a {kind.lower()}", f"`magkg {lead} {bare}`"))
    if found:
        kinds = " and ".join(kind for _, kind, _ in found)
        leads = " or ".join(lead for *_, lead in found)
        raise InputError(f"{found[0][0]!r} is {kinds}, not a claim", hint=f"Its claims: {leads}")
