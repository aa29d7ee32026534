"""What a bibliography says of sources and studies, before it takes the form of a format.

Each source of the selection is one reference: those whose claims were selected, those cited, those
that report a study. A study is no document, so it is named in the references of the sources that
report it; one that no source of the graph reports is a reference of its own.

The graph holds a set of authors. Their order is that of ``dcterms:bibliographicCitation``; names
that do not stand there follow in the order of the alphabet. A name that ends in one to four capital
letters after a space ("Chen CJ") is a person's, any other one is kept whole as that of a body.
Journal, volume, issue and pages are taken out of the citation only where the whole of what follows
the title there reads ``Journal 2010;12(3):45-67`` with the year of the source; the citation is
given in full in any case.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from magkg.use.export.formats import Options
    from magkg.use.select.entities import Source, Study
    from magkg.use.select.subgraph import Subgraph

__all__ = ["Bibliography", "Name", "Reference", "collect", "form_of"]

_FABIO = "http://purl.org/spar/fabio/"
# Class of FaBiO to the entry type of BibTeX and the item type of CSL 1.0.2.
_FORMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "Book": ("book", "book"),
        "BookChapter": ("incollection", "chapter"),
        "BlogPost": ("misc", "post-weblog"),
        "ClinicalCaseReport": ("article", "article-journal"),
        "ClinicalGuideline": ("techreport", "report"),
        "ConferencePaper": ("inproceedings", "paper-conference"),
        "Dataset": ("misc", "dataset"),
        "DoctoralThesis": ("phdthesis", "thesis"),
        "JournalArticle": ("article", "article-journal"),
        "JournalEditorial": ("article", "article-journal"),
        "Letter": ("article", "article-journal"),
        "MagazineArticle": ("article", "article-magazine"),
        "MastersThesis": ("mastersthesis", "thesis"),
        "NewsItem": ("misc", "article-newspaper"),
        "NewspaperArticle": ("article", "article-newspaper"),
        "Patent": ("misc", "patent"),
        "Preprint": ("unpublished", "article"),
        "ReportDocument": ("techreport", "report"),
        "ReviewArticle": ("article", "article-journal"),
        "SystematicReview": ("article", "article-journal"),
        "TechnicalReport": ("techreport", "report"),
        "WebContent": ("misc", "webpage"),
        "WebPage": ("misc", "webpage"),
        "WebSite": ("misc", "webpage"),
    }
)
_OTHER = ("misc", "document")
_PERSON = re.compile(r"(?P<family>[^\W\d_][^\d_(),;&{}\"/]{0,60}?) (?P<initials>[^\W\d_]{1,4})")
_PLACE = re.compile(
    r"(?P<journal>[^\d;:.]+(?:\.[^\d;:.]+)*)\.? "
    r"(?P<year>[0-9]{4})(?: [A-Z][a-z]{2}(?:-[A-Z][a-z]{2})?(?: [0-9]{1,2})?)?"
    r"(?:;(?P<volume>[0-9]+)?(?:\((?P<issue>[^()]+)\))?"
    r"(?::(?P<pages>[A-Za-z]{0,4}[0-9]+(?:\.[0-9]+)*(?:-[A-Za-z]{0,4}[0-9]+)?))?)?"
    r"\.?(?: doi:\S+)?"
)
_SAFE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Name:
    """An author: family name and initials of a person, or in ``family`` the name of a body."""

    family: str
    initials: str = ""

    @property
    def given(self) -> str:
        """The initials as given names are written: "C. J."; "" for a body."""
        return " ".join(f"{letter}." for letter in self.initials)


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of a bibliography.

    ``types`` are names of FaBiO classes or other IRIs; ``issued`` holds year, month and day as far
    as they are known; ``claims`` the IRIs of the selected claims that it makes, ``studies`` labels
    and IRIs of the studies that it reports. A reference without ``types`` is a study.
    """

    key: str
    iri: str
    title: str
    types: tuple[str, ...] = ()
    authors: tuple[Name, ...] = ()
    issued: tuple[int, ...] = ()
    place: tuple[tuple[str, str], ...] = ()
    doi: str = ""
    pmid: str = ""
    url: str = ""
    note: str = ""
    license: str = ""
    claims: tuple[str, ...] = ()
    studies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bibliography:
    """References in the order of their keys, and how many there are of what."""

    references: tuple[Reference, ...]
    counts: Mapping[str, int]


def collect(subgraph: Subgraph, options: Options) -> Bibliography:
    """Give the references of a selection.

    Counted are claims, sources and studies, and where there are any: studies that no source
    reports, and citations whose document nobody found. These alone are in no reference.
    """
    sources: dict[str, Source] = {}
    studies: dict[str, Study] = {}
    claims: dict[str, list[str]] = {}
    done = unresolved = 0
    for part in subgraph.parts():
        sources |= part.sources
        studies |= part.studies
        unresolved += sum(1 for each in part.lines.values() if each.unresolved)
        for claim in part.claims:
            claims.setdefault(claim.source, []).append(claim.iri)
        done += len(part.claims)
        options.tell(done, len(subgraph))
    space = subgraph.graph.prefixes.get("src", "")
    reported: dict[str, list[tuple[str, str]]] = {}
    for study in studies.values():
        for place in study.reported_in:
            reported.setdefault(place, []).append((study.label, study.iri))
    found = [
        _of_source(each, space, claims.get(iri, ()), sorted(reported.get(iri, ())))
        for iri, each in sources.items()
    ]
    alone = [each for each in studies.values() if not sources.keys() & set(each.reported_in)]
    found += [_of_study(each) for each in alone]
    counts = {"claims": done, "sources": len(sources), "studies": len(studies)}
    left = {"studies without a source": len(alone), "citations not traced": unresolved}
    counts |= {name: number for name, number in left.items() if number}
    return Bibliography(tuple(sorted(found, key=lambda each: (each.key, each.iri))), counts)


def form_of(reference: Reference) -> tuple[str, str]:
    """Give the entry type of BibTeX and the item type of CSL."""
    return next((_FORMS[each] for each in reference.types if each in _FORMS), _OTHER)


def _of_source(
    source: Source, space: str, claims: Iterable[str], studies: Iterable[tuple[str, str]]
) -> Reference:
    return Reference(
        key=_key(source.iri, space),
        iri=source.iri,
        title=source.title,
        types=tuple(each.removeprefix(_FABIO) for each in source.types),
        authors=tuple(_name(each) for each in _ordered(source.creators, source.citation)),
        issued=_issued(source),
        place=_place(source),
        doi=source.doi,
        pmid=source.pmid,
        url=source.seen_at[0] if source.seen_at else "",
        note=source.citation,
        license=source.license,
        claims=tuple(claims),
        studies=tuple(studies),
    )


def _of_study(study: Study) -> Reference:
    name = re.split(r"[/#]", study.iri)[-1]
    return Reference(
        key=_hashed(f"study-{name}", study.iri),
        iri=study.iri,
        title=study.label,
        issued=() if study.year is None else (study.year,),
        note="A study; no source of the graph reports it.",
        studies=((study.label, study.iri),),
    )


def _key(iri: str, space: str) -> str:
    """Give the slug of a source of the project; a digest follows that of any other one.

    So a key depends on nothing but the IRI, and no two are the same.
    """
    slug = iri.removeprefix(space) if space else ""
    return slug if slug != iri and _SAFE.fullmatch(slug) else _hashed(iri, iri)


def _hashed(name: str, iri: str) -> str:
    end = re.split(r"[/#]", name)[-1].lower()
    safe = re.sub(r"[^a-z0-9]+", "-", end).strip("-")[:60] or "source"
    return f"{safe}-{hashlib.sha256(iri.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _ordered(names: Iterable[str], citation: str) -> list[str]:
    def place(name: str) -> int:
        found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", citation)
        return found.start() if found else len(citation)

    return sorted(names, key=lambda name: (place(name), name))


def _name(text: str) -> Name:
    person = _PERSON.fullmatch(text)
    if person is None or not person["initials"].isupper() or " and " in text:
        return Name(text)
    return Name(person["family"], person["initials"])


def _issued(source: Source) -> tuple[int, ...]:
    try:
        day = date.fromisoformat(source.issued)
    except ValueError:
        return () if source.year is None else (source.year,)
    return day.year, day.month, day.day


def _place(source: Source) -> tuple[tuple[str, str], ...]:
    """Give journal, volume, issue and pages, where the citation is sure to say them."""
    kind = next((_FORMS[each] for each in map(_class, source.types) if each in _FORMS), _OTHER)[0]
    if kind != "article" or not source.title:
        return ()
    _, _, rest = source.citation.partition(source.title)
    if len(rest) > 300:
        return ()
    found = _PLACE.fullmatch(rest.lstrip(".?! ").rstrip())
    if found is None or source.year is None or found["year"] != str(source.year):
        return ()
    names = ("journal", "volume", "issue", "pages")
    return tuple((name, found[name]) for name in names if found[name])


def _class(iri: str) -> str:
    return iri.removeprefix(_FABIO)
