"""What the rules of a build refuse, written into a built store behind their back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from magkg.store import manifest
from magkg.vocabulary import MAG
from tests.web.browser.hostile import CON, SRC, STUDY, TEXT
from tests.web.browser.strings import HIDDEN

ADDRESSES = (
    "javascript:window.__pwned=1",
    "JaVaScRiPt:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,%3Cscript%3Ewindow.__pwned=1%3C/script%3E",
    "file:///etc/passwd",
    "https://away.example/%E2%80%AE'onmouseover='alert(1)",
)
# What may stand in an IRI: quotes and brackets as they are, the rest percent-encoded.
NAMES = (
    "'onmouseover='alert(1)'x='",
    "javascript:alert(1)",
    "..%2F..%2Fetc%2Fpasswd",
    "a&amp;b=c;d?e",
    quote("<script>window.__pwned=1</script>", safe=""),
    quote('"><img src=x onerror=window.__pwned=1>', safe=""),
    quote("{{7*7}}", safe=""),
    quote("\u202etxt.exe\u0000", safe=""),
    "\uff1cscript\uff1e",
    "100%25",
)
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_PREF = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
_TITLE = ox.NamedNode("http://purl.org/dc/terms/title")
_SEEN, _OUTSIDE = ox.NamedNode(f"{MAG}seenAt"), ox.NamedNode(f"{MAG}outside")
_LICENCE = ox.NamedNode("http://purl.org/dc/terms/license")
_NOTE = ox.NamedNode(f"{MAG}note")


def forge(folder: Path) -> None:
    """Change the store of a built graph, and its list of files with it."""
    name = manifest.read(folder).store
    place = folder / "stores" / name
    store = ox.Store(str(place))
    for subject, predicate, value in _values():
        for each in list(store.quads_for_pattern(subject, predicate, None)):
            store.remove(each)
        store.add(ox.Quad(subject, predicate, value))
    for old, new in renamed().items():
        _rename(store, ox.NamedNode(old), ox.NamedNode(new))
    store.flush()
    del store
    listed = place.with_name(f"{name}.files.json")
    listed.write_text(json.dumps(manifest.file_list(place)))


def renamed() -> dict[str, str]:
    """Give the concepts that have another name, and a claim, a source and a study."""
    found = {f"{CON}c{20 + at}": CON + name for at, name in enumerate(NAMES)}
    found[f"{TEXT}#k50"] = f"{TEXT}#{NAMES[0]}"
    found[f"{TEXT}#k51"] = f"{TEXT}#{NAMES[4]}"
    found[f"{STUDY}t9"] = STUDY + NAMES[5]
    found[f"{SRC}s9"] = SRC + NAMES[0]
    return found


def _values() -> Iterator[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]]:
    for at, text in enumerate(HIDDEN, 1):
        value = ox.Literal(text, language="en")
        yield ox.NamedNode(f"{TEXT}#k{at}"), _LABEL, value
        yield ox.NamedNode(f"{TEXT}#k{at}"), _NOTE, value
        yield ox.NamedNode(f"{CON}c{at}"), _PREF, value
        yield ox.NamedNode(f"{STUDY}t{at}"), _LABEL, value
        yield ox.NamedNode(f"{SRC}s{at}"), _TITLE, value
    for at, address in enumerate(ADDRESSES, 1):
        yield ox.NamedNode(f"{SRC}s{at}"), _SEEN, ox.NamedNode(address)
        yield ox.NamedNode(f"{SRC}s{at}"), _LICENCE, ox.NamedNode(address)
    yield ox.NamedNode(f"{SRC}text"), _SEEN, ox.NamedNode(ADDRESSES[0])
    yield ox.NamedNode(f"{CON}c0#m"), _OUTSIDE, ox.NamedNode(ADDRESSES[1])


def _rename(store: ox.Store, old: ox.NamedNode, new: ox.NamedNode) -> None:
    found = [*store.quads_for_pattern(old, None, None), *store.quads_for_pattern(None, None, old)]
    for each in found:
        store.remove(each)
        subject = new if each.subject == old else each.subject
        value = new if each.object == old else each.object
        store.add(ox.Quad(subject, each.predicate, value, each.graph_name))
