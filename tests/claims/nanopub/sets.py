"""The nanopublication suite as data, and made-up nanopublications to spoil."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from magkg.claims.nanopub import parts, trusty
from tests import w3c

SUITES = w3c.suites()
BASE = "https://example.org/np/"
PREFIXES = """
@prefix this: <https://example.org/np/CODE> .
@prefix sub: <https://example.org/np/CODE#> .
@prefix ex: <https://example.org/> .
@prefix np: <http://www.nanopub.org/nschema#> .
@prefix npx: <http://purl.org/nanopub/x/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
HEAD = """sub:Head { this: a np:Nanopublication ; np:hasAssertion sub:assertion ;
  np:hasProvenance sub:provenance ; np:hasPublicationInfo sub:pubinfo . }"""
ASSERTION = "ex:clover ex:feeds ex:bees ."
PROVENANCE = "sub:assertion prov:wasAttributedTo ex:somebody ."
PUBINFO = (
    'this: dcterms:creator ex:somebody ; dcterms:created "2026-01-31T10:00:00Z"^^xsd:dateTime .'
)


def files(kind: str) -> list[Path]:
    """Give the files of a half of the suite, ``valid`` or ``invalid``; none where it is absent."""
    folder = SUITES / f"nanopub-{kind}"
    return sorted(each for each in folder.rglob("*") if each.is_file())


def absent() -> str:
    return "" if files("valid") else f"the nanopublication suite is not at hand ({SUITES})"


def trig(
    *,
    code: str = "plain",
    head: str = HEAD,
    assertion: str = ASSERTION,
    provenance: str = PROVENANCE,
    pubinfo: str = PUBINFO,
    more: str = "",
) -> str:
    """Give a made-up nanopublication, valid unless a part says otherwise."""
    return (
        PREFIXES.replace("CODE", code)
        + f"{head}\nsub:assertion {{ {assertion} }}\nsub:provenance {{ {provenance} }}\n"
        + f"sub:pubinfo {{ {pubinfo} }}\n{more}"
    )


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(text, format=ox.RdfFormat.TRIG))


def one(text: str) -> parts.Nanopub:
    (found,), wrong = parts.split(quads(text))
    assert wrong == []
    return found


def named(**given: str) -> str:
    """Give a made-up nanopublication under its trusty URI."""
    return trig(code=trusty.made(quads(trig(code=trusty.BLANK, **given))), **given)
