"""From an IRI of the graph to the page about it, and back."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

__all__ = ["Links", "is_web"]

# Prefix of a namespace, and the page for what stands in it.
_KINDS = (("con", "concept"), ("study", "study"), ("prop", "proposition"), ("mag", "term"))


class Links:
    """The paths of one site; ``prefixes`` are those of its graph."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes

    def path(self, iri: str) -> str:
        """Give the path of the page about an IRI.

        ``src:SLUG#NAME`` is /claim/SLUG/NAME, whatever it names; what stands in no namespace of
        the graph is /resource?iri=IRI.
        """
        source, found = self._prefixes["src"], iri
        if iri.startswith(source):
            slug, _, name = iri.removeprefix(source).partition("#")
            if slug:
                return f"/claim/{_part(slug)}/{_part(name)}" if name else f"/source/{_part(slug)}"
        for prefix, kind in _KINDS:
            space = self._prefixes.get(prefix, "")
            if space and iri.startswith(space) and len(iri) > len(space):
                found = iri.removeprefix(space)
                if "#" not in found:
                    return f"/{kind}/{_part(found)}"
        return f"/resource?iri={quote(iri, safe='')}"

    def iri(self, kind: str, *names: str) -> str:
        """Give the IRI of a page: ``iri("claim", SLUG, NAME)``, ``iri("study", NAME)``."""
        if kind in {"source", "claim"}:
            return self._prefixes["src"] + "#".join(names)
        prefix = next(prefix for prefix, each in _KINDS if each == kind)
        return self._prefixes[prefix] + names[0]

    def short(self, iri: str) -> str:
        """Give an IRI as people write it: SLUG#NAME for a claim, a bare name, else the IRI."""
        for prefix in ("src", "con", "study"):
            if iri.startswith(self._prefixes[prefix]):
                return iri.removeprefix(self._prefixes[prefix])
        space = self._prefixes["prop"]
        return iri.removeprefix(space)[:12] if iri.startswith(space) else iri


def is_web(url: str) -> bool:
    """Whether a URL may be linked: http(s) with a host, and no character that is not printable."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable()
    except ValueError:
        return False


def _part(name: str) -> str:
    # What stands behind the last dot of a path may be taken for the form that is asked for.
    return quote(name, safe="").replace(".", "%2E")
