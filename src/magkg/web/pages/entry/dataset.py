"""The graph as a dataset: its figures, how to cite it, and its schema.org description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from magkg.use.export.formats import FORMATS
from magkg.use.report.records import last_curated
from magkg.vocabulary import MAG
from magkg.web.pages.masthead import CC0, Masthead, masthead

if TYPE_CHECKING:
    from magkg.store.interface import Store
    from magkg.use.graph import Graph

__all__ = ["Citation", "citation", "figures", "linked", "verdicts"]

# Class of the graph, as a manifest names its number.
_CLASSES = {
    "claims": "Claim", "propositions": "Proposition", "sources": "Source", "studies": "Study",
    "concepts": "Concept", "passages": "Passage",
}  # fmt: skip
_ROOTS = f"SELECT (COUNT(DISTINCT ?root) AS ?n) WHERE {{ ?study <{MAG}root> ?root }}"
_VERDICTS = (
    f"SELECT ?verdict (COUNT(?assessment) AS ?n) WHERE {{ ?assessment <{MAG}verdict> ?verdict }} "
    "GROUP BY ?verdict"
)
_ASSESSED = f"SELECT (COUNT(?a) AS ?n) WHERE {{ ?a a <{MAG}Assessment> }}"
_MEDIA = {
    "turtle": "text/turtle",
    "nquads": "application/n-quads",
    "jsonld": "application/ld+json",
    "parquet": "application/vnd.apache.parquet",
    "graphml": "application/graphml+xml",
}


def figures(graph: Graph) -> dict[str, int]:
    """Count what the graph holds: claims, propositions, sources, studies, roots, concepts ...

    ``roots`` are independent studies, ``assessed`` the propositions of a rated kind.
    """
    built = graph.manifest.counts if graph.manifest else {}
    found = {
        name: built[name] if name in built else _number(graph.engine, _count(kind))
        for name, kind in _CLASSES.items()
    }
    found["roots"] = _number(graph.engine, _ROOTS)
    found["assessed"] = _number(graph.engine, _ASSESSED)
    return found


def verdicts(store: Store) -> dict[str, int]:
    """Count assessments by the local name of their verdict; one may have two."""
    return {
        str(verdict).removeprefix(MAG): int(str(number))
        for verdict, number in store.select(_VERDICTS)
        if verdict is not None
    }


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation names; ``date`` is the day of the last recorded act of curation, or ""."""

    authors: str
    title: str
    version: str
    date: str
    root: str
    url: str

    def text(self) -> str:
        """Write it as one line."""
        said = [f"{self.authors}." if self.authors else "", f"{self.title}."]
        said += [f"Version {self.version}, {self.date}." if self.version and self.date else ""]
        said += [f"{self.date}." if self.date and not self.version else ""]
        said += [f"Root digest {self.root}." if self.root else "", self.url]
        return " ".join(each for each in said if each)

    def bibtex(self) -> str:
        """Write it as a BibTeX entry."""
        rows = [("author", f"{{{self.authors}}}" if self.authors else ""), ("title", self.title)]
        rows += [("year", self.date[:4]), ("version", self.version), ("url", self.url)]
        rows += [("note", f"Root digest {self.root}" if self.root else "")]
        held = ",\n".join(f"  {name} = {{{value}}}" for name, value in rows if value)
        return f"@misc{{magkg-graph-{self.root[:12] or 'endpoint'},\n{held}\n}}"


def citation(graph: Graph, base: str) -> Citation:
    """Say how the graph as it is now is cited; authors are known of the bundled one only."""
    head = masthead(graph)
    return Citation(
        authors="The magkg authors" if head.licence else "",
        title=_title(head),
        version=head.version if head.licence else "",
        date=last_curated(graph.engine),
        root=head.root,
        url=f"{base}/",
    )


def linked(graph: Graph, base: str, counts: dict[str, int]) -> dict[str, Any]:
    """Describe the graph as a schema.org Dataset, with the files it can be taken away as."""
    head, cited = masthead(graph), citation(graph, base)
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{base}/",
        "url": f"{base}/",
        "name": cited.title,
        "description": (
            f"{counts['claims']:,} claims that {counts['sources']:,} sources make, each with its "
            "passage (offsets and digests, no text of the source), its wording, its evidence and "
            "its curation; strengths derived from the studies by a published rule. It records what "
            "sources say and how far the studies in it carry that; it gives no medical advice."
        ),
        "keywords": ["knowledge graph", "claims", "evidence", "provenance"],
        "isAccessibleForFree": True,
        "distribution": [_distribution(name, base) for name in _MEDIA],
    }
    if head.licence:
        found["license"] = CC0
        found["creator"] = {"@type": "Organization", "name": cited.authors}
    found |= {"version": cited.version} if cited.version else {}
    found |= {"dateModified": cited.date} if cited.date else {}
    found |= {"identifier": f"sha256:{cited.root}"} if cited.root else {}
    return found


def _distribution(name: str, base: str) -> dict[str, str]:
    form = FORMATS[name]
    media = "application/zip" if form.folder else _MEDIA[name]
    return {
        "@type": "DataDownload",
        "name": form.about,
        "encodingFormat": media,
        "contentUrl": f"{base}/export/{name}",
    }


def _title(head: Masthead) -> str:
    return f"{head.name}: claims, with their passages, evidence and curation"


def _count(kind: str) -> str:
    return f"SELECT (COUNT(?x) AS ?n) WHERE {{ ?x a <{MAG}{kind}> }}"


def _number(store: Store, query: str) -> int:
    for (number,) in store.select(query):
        return int(str(number))
    return 0
