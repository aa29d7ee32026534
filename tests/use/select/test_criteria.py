"""Each word of a selection against the same question asked of all claims in Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from magkg.errors import InputError, UnknownName
from magkg.use.select.entities import Claim, Content
from magkg.use.select.language import Everything, Selection, select
from magkg.vocabulary import MAG
from tests import evidence, small
from tests.use.export import nasty

if TYPE_CHECKING:
    from magkg.use.graph import Graph

CON, SRC = "https://w3id.org/magkg/concept/", "https://w3id.org/magkg/source/"
STUDY = "https://w3id.org/magkg/study/"
RANKS = ("strengthNone", "strengthVeryLow", "strengthLow", "strengthModerate", "strengthHigh")
Test = Callable[[Content, Claim], bool]


@pytest.fixture(scope="module")
def graph(bundled_folder: Any) -> Graph:
    from magkg.use.graph import open as open_graph

    return open_graph(bundled_folder)


@pytest.fixture(scope="module")
def everything(graph: Graph) -> Content:
    return graph.subgraph().content


def parts(claim: Claim) -> set[str]:
    qualifiers = {value for _, value in claim.qualifiers}
    return {claim.subject, claim.predicate, claim.object, claim.addressee} | qualifiers


def studies(held: Content, claim: Claim) -> set[str]:
    lines = [held.lines[each] for each in claim.evidence]
    return {study for line in lines for study in (*line.studies, *line.reaches)}


def published(held: Content, claim: Claim) -> int | None:
    source = held.sources[claim.source]
    return int(source.issued[:4]) if source.issued else source.year


CASES: dict[str, tuple[dict[str, Any], Test]] = {
    "claim": (
        {"claim": "guide-nerve-health#evidence-2011-regeneration"},
        lambda _, c: c.iri == f"{SRC}guide-nerve-health#evidence-2011-regeneration",
    ),
    "concept": ({"concept": "magnesium-oxide"}, lambda _, c: f"{CON}magnesium-oxide" in parts(c)),
    "concept by label": (
        {"concept": "Magnesium Oxide"},
        lambda _, c: f"{CON}magnesium-oxide" in parts(c),
    ),
    "concept as qualifier": ({"concept": "con:mouse"}, lambda _, c: f"{CON}mouse" in parts(c)),
    "subject": ({"subject": "magnesium"}, lambda _, c: c.subject == f"{CON}magnesium"),
    "object": ({"object": "sleep"}, lambda _, c: c.object == f"{CON}sleep"),
    "predicate": ({"predicate": "relieves"}, lambda _, c: c.predicate == f"{MAG}relieves"),
    "source": (
        {"source": ["five-ways-sciatica", "pan-2011"]},
        lambda _, c: c.source in (f"{SRC}five-ways-sciatica", f"{SRC}pan-2011"),
    ),
    "study": ({"study": "pan-2011"}, lambda held, c: f"{STUDY}pan-2011" in studies(held, c)),
    "kind": (
        {"kind": ["efficacy", "safetyClaim"]},
        lambda _, c: c.kind in ("efficacyClaim", "safetyClaim"),
    ),
    "polarity": ({"polarity": "denies"}, lambda _, c: c.polarity == "denies"),
    "certainty": ({"certainty": "hedged"}, lambda _, c: c.certainty == "hedged"),
    "attribution": ({"attribution": "no-source"}, lambda _, c: c.attribution == "noSource"),
    "verdict": (
        {"verdict": ["conflicting", "found-lacking"]},
        lambda held, c: (
            c.proposition in held.propositions
            and bool(
                {"conflicting", "foundLacking"} & set(held.propositions[c.proposition].verdicts)
            )
        ),
    ),
    "strength": (
        {"strength_at_least": "low"},
        lambda _, c: c.held_strength in RANKS[2:],
    ),
    "just this strength": (
        {"strength": ["very-low", "not-rated"]},
        lambda _, c: c.held_strength in (RANKS[1], "notRated"),
    ),
    "strength none": ({"strength_at_least": "none"}, lambda _, c: c.held_strength in RANKS),
    "cited": ({"cited_at_least": "very-low"}, lambda _, c: c.cited_strength in RANKS[1:]),
    "design": (
        {"design": "randomisedTrial"},
        lambda held, c: any(
            held.studies[each].design == "randomisedTrial" for each in studies(held, c)
        ),
    ),
    "studies": (
        {"studies_at_least": 2},
        lambda held, c: (
            c.proposition in held.propositions and held.propositions[c.proposition].independent >= 2
        ),
    ),
    "studies 0": ({"studies_at_least": 0}, lambda _, c: True),
    "since": ({"since": 2015}, lambda held, c: (published(held, c) or 0) >= 2015),
    "until": ({"until": "2000"}, lambda held, c: (published(held, c) or 9999) <= 2000),
    "construct": (
        {"query": "CONSTRUCT WHERE { ?c mag:kind mag:foodClaim }"},
        lambda _, c: c.kind == "foodClaim",
    ),
    "several": (
        {"kind": "efficacy", "polarity": "affirms", "not_certainty": "asserted"},
        lambda _, c: (
            (c.kind, c.polarity) == ("efficacyClaim", "affirms") and c.certainty != "asserted"
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_word_selects_what_it_says(graph: Graph, everything: Content, name: str) -> None:
    words, test = CASES[name]
    expected = {claim.iri for claim in everything.claims if test(everything, claim)}
    assert expected, "an example that selects nothing tests nothing"
    assert set(graph.subgraph(**words).claims) == expected
    chosen: Selection = select(**words)
    rest = {claim.iri for claim in everything.claims} - expected
    assert set(graph.subgraph(~chosen).claims) == rest
    assert set(graph.subgraph(chosen & ~chosen).claims) == set()
    assert set(graph.subgraph(chosen | ~chosen).claims) == expected | rest


def test_narrower_concepts(graph: Graph, everything: Content) -> None:
    tree: dict[str, set[str]] = {}
    for concept in everything.concepts.values():
        for broader in concept.broader:
            tree.setdefault(broader, set()).add(concept.iri)
    wanted, rest = {f"{CON}magnesium-supplement"}, [f"{CON}magnesium-supplement"]
    while rest:
        new = tree.get(rest.pop(), set()) - wanted
        wanted |= new
        rest += new
    assert len(wanted) > 1
    expected = {claim.iri for claim in everything.claims if parts(claim) & wanted}
    found = graph.subgraph(concept="magnesium-supplement", expand="narrower")
    assert set(found.claims) == expected
    assert expected > set(graph.subgraph(concept="magnesium-supplement").claims)


def test_hops_add_what_shares_a_subject_or_an_object(graph: Graph, everything: Content) -> None:
    start = graph.subgraph(study="pan-2011")
    ends = {end for claim in start.content.claims for end in (claim.subject, claim.object)}
    expected = {
        claim.iri for claim in everything.claims if {claim.subject, claim.object} & ends
    } | set(start.claims)
    assert set(graph.subgraph(study="pan-2011", hops=1).claims) == expected
    assert set(graph.subgraph(study="pan-2011", hops=2).claims) > expected


def test_a_tension_selects_both_sides(graph: Graph) -> None:
    found = graph.audit(kinds=("opposite_polarity",)).findings
    both = {each.iri for one in found for each in (one.claim, one.other) if each is not None}
    assert both == set(graph.subgraph(tension="opposite_polarity").claims)
    assert both < set(graph.subgraph(tension="any").claims)


def test_dates_of_a_source_that_has_a_day() -> None:
    more = small.graph()
    dated = [each for each in more.subgraph().content.sources.values() if each.issued or each.year]
    assert dated
    for source in dated:
        year = (source.issued or str(source.year))[:4]
        claims = set(more.subgraph(source=source.iri).claims)
        assert claims <= set(more.subgraph(since=year, until=year).claims)
        if source.issued:
            assert not claims & set(more.subgraph(until=f"{int(year) - 1}-12-31").claims)
            assert claims <= set(more.subgraph(since=source.issued, until=source.issued).claims)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"since": "2015"}, "day year"),
        ({"until": "2015"}, "day year"),
        ({"since": "2015-06-30"}, "day year"),
        ({"until": "2015-06-30"}, "day year"),
        ({"since": "2015-07-01"}, "year"),
        ({"until": "2015-06-29"}, "year"),
        ({"since": "2016"}, ""),
        ({"until": "2014"}, ""),
        ({"not_since": "2016"}, "day none year"),
    ],
)
def test_a_day_counts_by_the_day_and_a_year_by_the_year(words: dict[str, str], found: str) -> None:
    dates = {
        "day": 'dcterms:issued "2015-06-30"^^xsd:date ;',
        "year": "mag:year 2015 ;",
        "none": "",
    }
    text = nasty.HEAD + "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    for name, said in dates.items():
        text += f"src:{name} {said} a mag:Source .\n"
        text += f"src:{name}\\#c a mag:Claim ; mag:source src:{name} .\n"
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    claims = small.in_memory(small.project(), quads).subgraph(**words).claims
    assert claims == tuple(f"{small.BASE}source/{name}#c" for name in found.split())


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        ({"concept": "magnesium-oxid"}, UnknownName, "Did you mean magnesium-oxide"),
        ({"source": "guide"}, UnknownName, "no source 'guide'"),
        ({"study": "pan-2012"}, UnknownName, "Did you mean pan-2011"),
        ({"predicate": "reliefs"}, UnknownName, "Did you mean relieves"),
        ({"claim": "guide-nerve-health#x"}, UnknownName, "no claim"),
        ({"kind": "eficacy"}, UnknownName, "Did you mean efficacyClaim"),
        ({"verdict": "conflictin"}, UnknownName, "Did you mean conflicting?"),
        ({"strength_at_least": "huge"}, UnknownName, "no strength 'huge'"),
        ({"tension": "oposite_polarity"}, UnknownName, "Did you mean opposite_polarity"),
        ({"since": "2015-1"}, InputError, "takes a year or a date"),
        ({"until": "2015-02-30"}, InputError, "takes a year or a date"),
        ({"since": "12"}, InputError, "takes a year or a date"),
        ({"studies_at_least": "two"}, InputError, "whole number"),
        ({"studies_at_least": "9" * 5000}, InputError, "whole number of up to 18 digits"),
        ({"query": "claims"}, InputError, "no CONSTRUCT"),
        ({"query": "CONSTRUCT WHERE { ?s ?p"}, InputError, "line 1"),
        ({"query": "no_such_query"}, UnknownName, "no query"),
        ({"query": "study_and_its_claims"}, InputError, "study_and_its_claims?study="),
        ({"query": "study_and_its_claims?studdy=x"}, InputError, "needs its study"),
        ({"query": "study_and_its_claims?study=pan-2011&timeout=1"}, UnknownName, "'timeout'"),
        ({"query": "study_and_its_claims?study=pan-2012"}, UnknownName, "Did you mean pan-2011"),
        ({"concept": 'x> . } DROP ALL # "'}, InputError, "no concept"),
    ],
)
def test_bad_words_say_what_is_wrong(
    graph: Graph, words: dict[str, str], error: type[InputError], says: str
) -> None:
    with pytest.raises(error) as caught:
        _ = graph.subgraph(**words).claims
    assert says in str(caught.value)


def test_a_bare_name_is_no_selection(graph: Graph) -> None:
    with pytest.raises(InputError, match="concept='magnesium'"):
        graph.subgraph("magnesium")  # type: ignore[arg-type]


def test_a_shipped_selection_takes_its_parameters(graph: Graph) -> None:
    found = graph.subgraph(query="study_and_its_claims?study=pan-2011")
    # The query takes those too that cite a document which reports the study.
    assert set(found.claims) > set(graph.subgraph(study="pan-2011").claims)
    assert len(found) < 20
    one = graph.subgraph(query="source_in_full?source=pan-2011")
    assert set(one.claims) == set(graph.subgraph(source="pan-2011").claims)
    # What a claim points to is not selected with it.
    linked = "CONSTRUCT { ?one mag:via ?other } WHERE { ?one mag:via ?other }"
    assert set(graph.subgraph(query=linked).claims) == {
        each.iri for each in graph.subgraph().content.claims if each.via
    }


def test_a_selection_of_nothing_is_empty_and_of_no_word_is_whole(graph: Graph) -> None:
    whole = graph.subgraph()
    assert whole.whole
    assert whole.selection == Everything()
    assert len(whole) == len(set(whole.claims)) == (graph.manifest or fail()).counts["claims"]
    none = graph.subgraph(kind="food", polarity="reportsNoDifference", source="pan-2011")
    assert len(none) == 0
    assert none.content == Content()
    assert list(none.parts()) == []


def fail() -> Any:
    raise AssertionError


def test_retraction_and_background_do_not_hide_claims() -> None:
    found = evidence.graph().subgraph(source="two-trials")
    assert len(found) == 4
    assert {each.polarity for each in found.content.claims} == {"affirms", "denies"}
