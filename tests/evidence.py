"""The small project with what it lacks: judgements, figures, a search, studies that disagree.

A made-up report beside the bees and flowers of tests/data/small, for the queries about evidence.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from tests import ruled, small

if TYPE_CHECKING:
    from magkg.use.graph import Graph

MORE = """
@prefix con: <https://example.org/bees/concept/> .
@prefix mag: <https://w3id.org/magkg/ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix src: <https://example.org/bees/source/> .
@prefix study: <https://example.org/bees/study/> .
@prefix trial: <https://example.org/bees/source/two-trials#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

src:two-trials a mag:Source ; rdfs:label "Two trials"@en .

trial:no-brood a mag:Claim ; rdfs:label "Clover did not raise brood."@en ;
  mag:subject con:white-clover ; mag:predicate mag:increases ; mag:object con:brood ;
  mag:polarity mag:denies ; mag:certainty mag:asserted ; mag:attribution mag:ownData ;
  mag:kind mag:efficacyClaim ; mag:source src:two-trials ; mag:evidence trial:e-first .
trial:more-brood a mag:Claim ; rdfs:label "The second trial had more brood."@en ;
  mag:subject con:white-clover ; mag:predicate mag:increases ; mag:object con:brood ;
  mag:polarity mag:affirms ; mag:certainty mag:asserted ; mag:attribution mag:ownData ;
  mag:kind mag:efficacyClaim ; mag:source src:two-trials ; mag:evidence trial:e-second .
trial:patty a mag:Claim ; rdfs:label "Patties treat chalkbrood in honeybees."@en ;
  mag:subject con:pollen-patty ; mag:predicate mag:treats ; mag:object con:chalkbrood ;
  mag:species con:honeybee ;
  mag:polarity mag:affirms ; mag:certainty mag:asserted ; mag:attribution mag:ownData ;
  mag:kind mag:efficacyClaim ; mag:source src:two-trials ; mag:evidence trial:e-patty .
trial:clover a mag:Claim ; rdfs:label "Clover treats chalkbrood in honeybees."@en ;
  mag:subject con:white-clover ; mag:predicate mag:treats ; mag:object con:chalkbrood ;
  mag:species con:honeybee ;
  mag:polarity mag:affirms ; mag:certainty mag:asserted ; mag:attribution mag:ownData ;
  mag:kind mag:efficacyClaim ; mag:source src:two-trials ; mag:evidence trial:e-clover .
trial:e-first a mag:EvidenceLine ; mag:direction mag:supports ; mag:basis mag:own ;
  mag:study study:first ; mag:effect trial:f-first .
trial:e-second a mag:EvidenceLine ; mag:direction mag:supports ; mag:basis mag:own ;
  mag:study study:second .
trial:e-patty a mag:EvidenceLine ; mag:direction mag:supports ; mag:basis mag:own ;
  mag:study study:second .
trial:e-clover a mag:EvidenceLine ; mag:direction mag:supports ; mag:basis mag:own ;
  mag:study study:second .
trial:f-first a mag:Effect ; mag:measure mag:meanDifference ; mag:estimate 0.1 ;
  mag:intervalLow -0.2 ; mag:intervalHigh 0.4 ; mag:intervalLevel 95 ; mag:note "frames"@en .

study:first a mag:Study ; rdfs:label "First trial"@en ; mag:design mag:animalRandomised ;
  mag:species con:honeybee ; mag:intervention con:white-clover ; mag:outcome con:brood ;
  mag:size 12 ; mag:reportedIn src:two-trials ; mag:judgement study:j-first .
study:second a mag:Study ; rdfs:label "Second trial"@en ; mag:design mag:animalRandomised ;
  mag:species con:honeybee ; mag:intervention con:white-clover , con:pollen-patty ;
  mag:outcome con:brood , con:chalkbrood ; mag:condition con:chalkbrood ; mag:size 90 ;
  mag:reportedIn src:two-trials .
study:made-up a mag:Study ; rdfs:label "A trial that was not"@en ;
  mag:design mag:animalRandomised ; mag:retracted "The figures were made up."@en .
study:j-first a mag:Judgement ; mag:domain mag:riskOfBias ; mag:downgrade 0 ;
  mag:rationale "Hives drawn by lot."@en ; mag:method mag:ruleV1 ;
  prov:wasAssociatedWith mag:curator ; prov:endedAtTime "2024-05-02T10:00:00Z"^^xsd:dateTime .

<https://example.org/bees/search/patties> a mag:Search ; rdfs:label "Patties"@en ;
  mag:searchedIn "a library"@en ; mag:words "pollen patty chalkbrood" , "bee bread brood" ;
  mag:found src:norwood-2019 , src:two-trials ; mag:soughtFor trial:patty ;
  mag:leftOutBecause "A price list."@en ; mag:nothingFound "No review."@en ;
  prov:wasAssociatedWith mag:curator ; prov:endedAtTime "2024-05-03T10:00:00Z"^^xsd:dateTime .

<https://example.org/bees/dismissal/1> a mag:Dismissal ; mag:findingKind "opposite_polarity" ;
  mag:dismissed trial:no-brood , trial:more-brood ; mag:rationale "Two trials, two fields."@en ;
  prov:wasAssociatedWith mag:reviewer ; prov:endedAtTime "2024-05-04T10:00:00Z"^^xsd:dateTime .
"""


@cache
def quads() -> tuple[ox.Quad, ...]:
    """What a build of both would load."""
    more = ox.parse(MORE, format=ox.RdfFormat.TURTLE)
    return tuple(small.filled([*ruled.read(*small.project().files()), *more]))


def graph() -> Graph:
    """A graph in memory that holds both."""
    return small.in_memory(small.project(), quads())
