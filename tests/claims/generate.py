"""Claims, texts and names as hypothesis draws them: nasty, and right by the rules of form."""

from __future__ import annotations

from datetime import date, datetime

import pyoxigraph as ox
from hypothesis import strategies as st

from magkg.vocabulary import FORMAL, LABEL, MAG, OA, PROV, QUALIFIERS, TYPE, XSD

BASE = "https://w3id.org/magkg/source/example"
CON = "https://w3id.org/magkg/concept/"

_NASTY = st.sampled_from(
    [
        "",
        '"',
        '"""',
        "'''",
        "\\",
        "\\u0041",
        "a\nb\r\nc\td",
        "\x00\x07\x08\x0b\x0c\x7f\x85",
        "\u2028\u2029\u202e\ufeff\u200d",
        "\ufffe\uffff\U0001fffe",
        "e\u0301 é \u00a0 漢字 \U0001f9ea",
        " a ; b , c . # d @en ^^<x> <y> ",
        "> .\n<urn:x> <urn:y> <urn:z",
    ]
)
texts = st.one_of(
    _NASTY, st.text(st.characters(exclude_categories=["Cs"]), max_size=12), st.text(max_size=3)
).filter(lambda text: not any("\ud800" <= char <= "\udfff" for char in text))
# What an IRI may hold after its namespace, and prefixed names mostly may not.
names = st.text("ab1-_.~:é漢/'();,@!$&*+=?#", min_size=1, max_size=6).filter(
    lambda name: name.count("#") < 2
)
iris = st.one_of(
    names.map(lambda name: ox.NamedNode(CON + name)),
    names.map(lambda name: ox.NamedNode(BASE + "#" + name.replace("#", ""))),
    st.sampled_from([ox.NamedNode(BASE), ox.NamedNode("urn:x:y"), ox.NamedNode(MAG + "x.")]),
)


def typed(value: object, kind: str) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + kind))


def _decimal(whole: int, part: str) -> ox.Literal:
    part = part.rstrip("0")
    sign = "-" if whole < 0 else ""
    return typed(f"{sign}{abs(whole)}" + (f".{part}" if part else ""), "decimal")


literals = st.one_of(
    texts.map(ox.Literal),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag),
        texts,
        st.sampled_from(["en", "en-gb", "de", "zh-hant-tw"]),
    ),
    st.integers(-(1 << 63), (1 << 63) - 1).map(lambda value: typed(value, "integer")),
    st.builds(_decimal, st.integers(-(10**9), 10**9), st.text("0123456789", max_size=9)),
    st.booleans().map(lambda value: typed(str(value).lower(), "boolean")),
    st.dates(date(1, 1, 1)).map(lambda value: typed(value.isoformat(), "date")),
    st.datetimes(datetime(1, 1, 1)).map(
        lambda value: typed(value.replace(microsecond=0).isoformat() + "Z", "dateTime")
    ),
    names.map(lambda name: typed("https://example.org/" + name, "anyURI")),
)
quads = st.builds(ox.Quad, iris, iris, st.one_of(iris, literals))


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{BASE}#{name}")


def quad(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(subject, ox.NamedNode(predicate), value)


@st.composite
def claim(draw: st.DrawFn, number: int) -> list[ox.Quad]:
    """Draw one claim with its passages and evidence lines; some lack a triple."""
    own = node(f"claim-{number}")
    found = [
        quad(own, TYPE, ox.NamedNode(MAG + "Claim")),
        quad(own, LABEL, ox.Literal(draw(texts), language="en")),
        quad(own, PROV + "wasGeneratedBy", node("reading-1")),
    ]
    if draw(st.integers(0, 9)):
        found += [quad(own, each, draw(iris)) for each in FORMAL]
    else:
        found.append(quad(own, MAG + "notFormalised", draw(literals)))
    for qualifier in draw(st.sets(st.sampled_from(QUALIFIERS))):
        found.append(quad(own, qualifier, draw(iris)))
    for start in draw(st.sets(st.integers(0, 3), max_size=3)):
        passage = node(f"c{start}-{start + 5}")  # shared with other claims
        found += [
            quad(own, MAG + "passage", passage),
            quad(passage, TYPE, ox.NamedNode(MAG + "Passage")),
            quad(passage, OA + "start", typed(start, "integer")),
        ]
    for turn in range(draw(st.integers(0, 2))):
        line = node(f"e-{number}-{turn}")
        found += [
            quad(own, MAG + "evidence", line),
            quad(line, MAG + "unresolved", draw(literals)),
            quad(line, MAG + "direction", ox.NamedNode(MAG + "supports")),
        ]
    found += [quad(own, MAG + "frequency", draw(literals))]
    return found


@st.composite
def graphs(draw: st.DrawFn, size: int = 10) -> list[ox.Quad]:
    """Draw ``size`` claims."""
    return [each for number in range(size) for each in draw(claim(number))]
