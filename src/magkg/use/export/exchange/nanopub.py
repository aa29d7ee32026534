"""Writes each claim as a nanopublication in TriG: all in one file, or one file for each.

One file holds all of them, each whole, one after the other. Readers that take one nanopublication a
file get them from an empty folder that is named: its files are named by the artifact codes, and
``index.tsv`` says which claim is in which. What stands where is told in
`magkg.claims.nanopub.carried`: the assertion says that a source makes a claim, and never states the
bare triple, whatever the claim's polarity. Not carried: ratings step by step, assessments of
propositions, spans left out of a source.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from magkg.claims.project import bundled
from magkg.errors import InputError
from magkg.store.interface import IRI, Literal
from magkg.use.describe import describe
from magkg.use.export.characters import encoded
from magkg.use.select.loading import batches
from magkg.vocabulary import FORMAL, MAG, OA, PROV, QUALIFIERS, TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    import pyoxigraph as ox

    from magkg.store.interface import Store, Term
    from magkg.use.describe import Description
    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph

__all__ = ["INDEX", "nanopublications", "statements", "write"]

# Which claim is in which file, as tab-separated values.
INDEX = "index.tsv"
# Claims whose statements are looked up at a time.
_PART = 200
# What belongs to one claim alone.
_OWN = frozenset(MAG + name for name in ("Claim", "Effect", "EvidenceLine", "Passage"))
# From a node to what must be told with it, step by step.
_STUDY = ("includes", "pools", "sameCohortAs", "sameGroupAs")
_LEADS = frozenset(
    (
        PROV + "wasGeneratedBy", PROV + "used", OA + "hasSource", *FORMAL, *QUALIFIERS,
        *(
            MAG + name
            for name in (
                "addressee", "checkedBy", "citesSource", "effect", "evidence", "identifiedAs",
                "intervention", "judgement", "outcome", "passage", "reportedIn", "source", "study",
                *_STUDY,
            )
        ),
    )
)  # fmt: skip


def write(
    subgraph: Subgraph, out: BinaryIO | Path, options: Options, form: str
) -> Mapping[str, int]:
    """Write a nanopublication for each claim, to a stream, or into a folder with the index.

    With ``options.key`` each is signed. Raises InputError for a claim that cannot be carried.
    """
    from magkg.claims.nanopub import carried

    rows = []
    written = 0
    for claim, code, made in nanopublications(subgraph, options.key):
        text = carried.serialised(code, made, subgraph.graph.prefixes)
        if isinstance(out, Path):
            (out / f"{code}.trig").write_bytes(text)
            rows.append(f"{claim}\t{carried.BASE}{code}\t{code}.trig\n")
        else:
            out.write(text)
        written += 1
        options.tell(written, len(subgraph.claims))
    if isinstance(out, Path):
        head = "claim\tnanopublication\tfile\n"
        (out / INDEX).write_text(head + "".join(rows), encoding="utf-8", newline="\n")
    return {"claims": written, "nanopublications": written}


def nanopublications(
    subgraph: Subgraph, key: Path | None = None
) -> Iterator[tuple[str, str, list[ox.Quad]]]:
    """Give for each claim its IRI, its artifact code and the statements of its nanopublication.

    ``key`` is the PEM file of an RSA private key to sign them with. The licence CC0 is stated of
    magkg's own claims only: of those of another project nothing is known.
    """
    from magkg.claims.nanopub.carried import CC0, packed
    from magkg.claims.nanopub.signature import Signer

    signer = Signer(key) if key else None
    graph = subgraph.graph
    ours = graph.home == bundled()
    for claim, quads in statements(graph.store, subgraph.claims):
        code, made = packed(claim, quads, licence=CC0 if ours else None, signer=signer)
        yield claim, code, made


def statements(store: Store, claims: Sequence[str]) -> Iterator[tuple[str, list[ox.Quad]]]:
    """Give for each claim what the graph says of it and of all that it leads to."""
    known: dict[str, Description] = {}
    made: dict[str, list[ox.Quad]] = {}
    matches = _Matches(store)
    for part in batches(claims, _PART):
        # What claims share is kept from part to part.
        known = {
            iri: node for iri, node in known.items() if not _OWN & set(map(str, node.get(TYPE, ())))
        }
        wanted = set(part)
        while wanted:
            found: dict[str, Description] = {each: {} for each in wanted} | describe(store, wanted)
            known |= found
            wanted = {to for node in found.values() for to in _leads(node)} - known.keys()
        made = {iri: held for iri, held in made.items() if iri in known}
        matches.look(known)
        for claim in part:
            yield claim, _quads(claim, known, made, matches)


def _leads(node: Description) -> Iterator[str]:
    for prop, values in node.items():
        if prop in _LEADS:
            yield from (str(each) for each in values if isinstance(each, IRI))


def _quads(
    claim: str,
    known: Mapping[str, Description],
    made: dict[str, list[ox.Quad]],
    matches: _Matches,
) -> list[ox.Quad]:
    found = []
    seen = {claim}
    waiting = [claim]
    while waiting:
        iri = waiting.pop()
        if iri not in made:
            made[iri] = [*_described(iri, known[iri], claim), *matches.of(iri)]
        found += made[iri]
        new = set(_leads(known[iri])) - seen
        seen |= new
        waiting += new
    return found


def _described(iri: str, node: Description, claim: str) -> Iterator[ox.Quad]:
    import pyoxigraph as ox

    try:
        subject = ox.NamedNode(iri)
        for prop, values in node.items():
            predicate = ox.NamedNode(prop)
            for value in values:
                yield ox.Quad(subject, predicate, _term(value, claim))
    except ValueError as error:  # a store of others holds what it likes
        raise InputError(
            f"the claim {claim} leads to {iri}, which holds what no RDF can carry: {error}"
        ) from None


def _term(value: Term, claim: str) -> ox.NamedNode | ox.Literal:
    import pyoxigraph as ox

    if isinstance(value, IRI):
        return ox.NamedNode(str(value))
    if not isinstance(value, Literal):
        raise InputError(f"the claim {claim} leads to a node without an IRI")
    encoded(value.value, f"the claim {claim}")
    if value.language:
        return ox.Literal(value.value, language=value.language)
    return ox.Literal(value.value, datatype=ox.NamedNode(value.datatype))


class _Matches:
    """The outside ids of concepts, as SKOS states them; each concept is looked up once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.held: dict[str, list[ox.Quad]] = {}

    def look(self, known: Mapping[str, Description]) -> None:
        import pyoxigraph as ox

        from magkg.use.describe import values_line

        concepts = {MAG + "Concept", MAG + "Quantity"}
        new = [
            iri
            for iri, node in known.items()
            if iri not in self.held and concepts & set(map(str, node.get(TYPE, ())))
        ]
        for part in batches(sorted(new)):
            self.held |= {iri: [] for iri in part}
            query = (
                f"SELECT ?concept ?match ?outside WHERE {{ {values_line('concept', part)} "
                f"?mapping <{MAG}concept> ?concept ; <{MAG}match> ?match ; "
                f"<{MAG}outside> ?outside }}"
            )
            for row in self.store.select(query):
                concept, match, outside = (ox.NamedNode(str(each)) for each in row)
                self.held[concept.value].append(ox.Quad(concept, match, outside))

    def of(self, iri: str) -> Iterable[ox.Quad]:
        return self.held.get(iri, ())
