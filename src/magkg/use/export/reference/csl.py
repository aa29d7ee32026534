"""CSL-JSON: one item a source, for Zotero, pandoc and every other citation processor.

Items hold only what the schema of CSL 1.0.2 knows. ``note`` is the citation as the graph has it,
``keyword`` the FaBiO classes; what CSL has no variable for stands in ``custom``: ``iri``,
``license``, ``claims`` (the IRIs of the selected claims that the source makes), ``studies`` (labels
and IRIs of the studies that it reports). Texts are the graph's own, letter by letter; a citation
processor may read ``<i>``, ``<b>``, ``<sup>`` and ``<sub>`` in a title as markup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from magkg.use.export.characters import encoded
from magkg.use.export.reference.citation import Name, Reference, collect, form_of

if TYPE_CHECKING:
    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph

__all__ = ["item", "write"]

_PLACES = {"journal": "container-title", "volume": "volume", "issue": "issue", "pages": "page"}


def write(subgraph: Subgraph, out: BinaryIO, options: Options, form: str) -> Mapping[str, int]:
    """Write the sources and studies of a selection as a CSL-JSON list; give what was written.

    Raises InputError, naming the node, for a lone surrogate.
    """
    found = collect(subgraph, options)
    out.write(b"[")
    for at, reference in enumerate(found.references):
        written = json.dumps(item(reference), ensure_ascii=False, indent=1)
        out.write(encoded(",\n" * bool(at) + written, reference.iri))
    out.write(b"]\n")
    return {"items": len(found.references), **found.counts}


def item(reference: Reference) -> dict[str, Any]:
    """Give one source or study as an item of CSL."""
    found: dict[str, Any] = {
        "id": reference.key,
        "type": form_of(reference)[1],
        "title": reference.title,
        "author": [_author(each) for each in reference.authors],
        "issued": {"date-parts": [list(reference.issued)]} if reference.issued else {},
    }
    found |= {_PLACES[name]: value for name, value in reference.place}
    found |= {
        "DOI": reference.doi,
        "PMID": reference.pmid,
        "URL": reference.url,
        "note": reference.note,
        "keyword": ", ".join(reference.types),
    }
    custom = {
        "iri": reference.iri,
        "license": reference.license,
        "claims": list(reference.claims),
        "studies": [{"label": label, "iri": iri} for label, iri in reference.studies],
    }
    found["custom"] = {name: value for name, value in custom.items() if value}
    return {name: value for name, value in found.items() if value or name == "title"}


def _author(name: Name) -> dict[str, str]:
    if not name.initials:
        return {"literal": name.family}
    return {"family": name.family, "given": name.given}
