"""What a graph says of given nodes: the one look-up under trace, cards and coverage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from magkg.errors import InputError, UnknownName
from magkg.store.interface import IRI, Fact, Literal, Store, Term
from magkg.vocabulary import DCTERMS, LABEL, MAG, SKOS, TYPE

__all__ = [
    "NOT_IN_IRI", "Description", "about", "claim_iri", "claim_named", "describe", "grouped",
    "label", "text", "values_line",
]  # fmt: skip

# What is not a claim: its class, the prefix of its names, and the verb that leads to its claims.
_OTHERS = (
    ("Concept", "con", "query claims_about --concept"),
    ("Study", "study", "query claims_on_study --study"),
    ("Source", "src", "trace --source"),
)
# A name that is not there is compared with so many claims at most: each takes some microseconds.
_COMPARED = 20_000
_REPLACED = DCTERMS + "isReplacedBy"
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
    store: Store,
    iris: Iterable[str],
    timeout: float | None = None,
    *,
    only: Iterable[str] = (),
) -> dict[str, Description]:
    """Give every property of each node that the graph knows, in one query.

    ``timeout`` is in seconds; ``only`` names the properties that are wanted, if not all.
    """
    wanted = sorted(set(iris))
    if not wanted:
        return {}
    nodes = values_line("node", wanted)
    # A filter: VALUES of properties may be joined with all the graph says by them.
    names = ", ".join(map(about, only))
    kept = f" FILTER(?property IN ({names}))" if names else ""
    query = f"SELECT ?node ?property ?value WHERE {{ {nodes} ?node ?property ?value{kept} }}"
    rows = store.select(query, timeout)
    return grouped(
        (str(node), str(prop), value) for node, prop, value in rows if value is not None
    )  # fmt: skip


def grouped(facts: Iterable[Fact]) -> dict[str, Description]:
    """Put facts together by node and property."""
    found: dict[str, Description] = {}
    for node, prop, value in facts:
        description = found.get(node)
        if description is None:
            description = found[node] = {}
        if prop in description:
            description[prop].append(value)
        else:
            description[prop] = [value]
    for description in found.values():
        for held in description.values():
            if len(held) > 1:
                held.sort(key=_order)
    return found


def _order(value: Term) -> tuple[str, str, str]:
    """Put values in an order that no store decides: by text, then by type and language."""
    if isinstance(value, Literal):
        return value.value, value.datatype, value.language or ""
    return value, "", ""


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


def _bare(name: str) -> str:
    return name[1:-1] if name.startswith("<") and name.endswith(">") else name


def claim_named(name: str, prefixes: Mapping[str, str]) -> str:
    """Give the IRI that an IRI, a CURIE or ``SLUG#name`` stands for; the graph is not asked."""
    bare = _bare(name)
    prefix, colon, local = bare.partition(":")
    if colon and prefix in prefixes and not local.startswith("//"):
        return prefixes[prefix] + local
    return bare if "://" in bare else prefixes["src"] + bare


def claim_iri(store: Store, name: str, prefixes: Mapping[str, str]) -> IRI:
    """Find the claim that an IRI, a CURIE or ``SLUG#name`` names; a tombstone leads to its heir.

    Raises UnknownName with the nearest claims where there is none.
    """
    iri = claim_named(name, prefixes)
    heir = _heir(store, iri)
    if heir is not None:
        return IRI(heir)
    source = prefixes["src"]
    bare = _bare(name)
    every = _like(store, iri)
    known = [each.removeprefix(source) for each in every]
    # The name alone, without its source, is the likeliest slip.
    named = [each for each in known if each.endswith(f"#{bare.removeprefix('#')}")]
    if not named:
        _refuse_other(store, bare, prefixes)
    hint = "A claim is SLUG#name."
    raise UnknownName("claim", bare.removeprefix(source), named or known, hint=hint)


def _heir(store: Store, iri: str) -> str | None:
    """Give the claim of that name, or the one that tombstones lead to from there.

    Step by step: engines begin a path to a claim with all the claims there are.
    """
    seen, level = {iri}, [iri]
    while level:
        found = describe(store, level, only=(TYPE, _REPLACED))
        for each in level:
            if MAG + "Claim" in map(str, found.get(each, {}).get(TYPE, ())):
                return each
        after = {str(heir) for node in found.values() for heir in node.get(_REPLACED, ())}
        level = sorted(each for each in after - seen if not NOT_IN_IRI.search(each))
        seen |= after
    return None


def _like(store: Store, iri: str) -> list[str]:
    """Give the claims that a name is compared with: all, or of many those of its source."""
    some = f"SELECT ?c WHERE {{ ?c a <{MAG}Claim> }} LIMIT {_COMPARED + 1}"
    found = [str(row[0]) for row in store.select(some)]
    if len(found) > _COMPARED:
        source = about(iri.partition("#")[0])
        own = f"SELECT ?c WHERE {{ ?c <{MAG}source> {source} ; a <{MAG}Claim> }}"
        found = [str(row[0]) for row in store.select(own)]
    return found


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
