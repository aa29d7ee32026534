"""A page of each kind of the site over the bundled graph."""

from __future__ import annotations

KINDS = {
    "start": "/",
    "search": "/search?q=cramp",
    "nothing found": "/search?q=zzzz",
    "claims": "/claim?source=sebo-2014",
    "claim": "/claim/guide-nerve-health/table-glycinate-bioavailability",
    "propositions": "/proposition?verdict=conflicting",
    "source": "/source/sebo-2014",
    "sources": "/source",
    "study": "/study/spencer-1994",
    "studies": "/study",
    "concept": "/concept/magnesium-malate",
    "concepts": "/concept",
    "term": "/term/ruleV1",
    "terms": "/term",
    "resource": "/resource?iri=https://w3id.org/magkg/source/guide-nerve-health%23reading-1",
    "matrix": "/matrix?concept=magnesium-malate",
    "audit": "/audit?concept=magnesium-malate",
    "queries": "/queries",
    "query": "/queries/claims_about?concept=magnesium-malate",
    "SPARQL": "/sparql",
    "network": "/network?concept=magnesium-malate",
    "export": "/export?concept=magnesium-malate",
    "VoID": "/.well-known/void.html",
}
