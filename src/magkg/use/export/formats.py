"""The formats that a subgraph is exported in: what each is, what it is written by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from magkg.errors import InputError, UnknownName

__all__ = ["FORMATS", "VIEWS", "Format", "Options", "find", "writer"]

# The views of a network: what its nodes are (use/select/network.py).
VIEWS = ("propositions", "claims", "provenance")


@dataclass(frozen=True, slots=True)
class Options:
    """What an export is told beside its selection.

    ``view`` is what a network shows; ``neo4j`` gives CSV its header conventions; ``spreadsheet``
    neutralises formulas in tables; ``key`` is the file of a private key to sign nanopublications
    with; ``title`` heads a picture. ``progress`` is told the claims done and the claims in all.
    """

    view: str = VIEWS[0]
    neo4j: bool = False
    spreadsheet: bool = False
    key: Path | None = None
    title: str = ""
    progress: Callable[[int, int], None] | None = None

    def tell(self, done: int, total: int) -> None:
        """Tell the progress, where somebody listens."""
        if self.progress is not None:
            self.progress(done, total)


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name, the module that writes it, the suffix of its file, what it is for.

    ``folder`` says that it is several files, ``either`` that it is one file, or several where an
    empty folder is named; ``takes`` which options mean something to it.
    """

    name: str
    module: str
    suffix: str
    about: str
    folder: bool = False
    either: bool = False
    takes: frozenset[str] = frozenset()

    def check(self, options: Options) -> None:
        """Raise InputError for an option that this format does not take."""
        plain = Options()
        for name in ("view", "neo4j", "spreadsheet", "key", "title"):
            if getattr(options, name) != getattr(plain, name) and name not in self.takes:
                can = ", ".join(each.name for each in FORMATS.values() if name in each.takes)
                raise InputError(f"{self.name} takes no --{name}", hint=f"These do: {can}.")
        if options.view not in VIEWS:
            hint = f"Views: {', '.join(VIEWS)}."
            raise UnknownName("view of a network", options.view, VIEWS, hint=hint)


def _formats() -> tuple[Format, ...]:
    view = frozenset({"view"})
    drawn = frozenset({"view", "title"})
    sheet = frozenset({"spreadsheet", "neo4j", "view"})
    return (
        Format("turtle", "rdf.syntaxes", ".ttl", "RDF: all that is said, for any RDF tool"),
        Format("trig", "rdf.syntaxes", ".trig", "RDF with the named graph of bare triples"),
        Format("nquads", "rdf.syntaxes", ".nq", "RDF, one statement a line, with named graphs"),
        Format("ntriples", "rdf.syntaxes", ".nt", "RDF, one statement a line"),
        Format("jsonld", "rdf.jsonld", ".jsonld", "RDF as JSON, with its own context"),
        Format("rdfxml", "rdf.syntaxes", ".rdf", "RDF as XML"),
        Format("rdf12", "rdf.rdf12", ".ttl", "RDF 1.2: claims as reifiers of triple terms"),
        Format("nanopub", "exchange.nanopub", ".trig", "nanopublications with trusty URIs",
               either=True, takes=frozenset({"key"})),
        Format("va-spec", "exchange.va_spec", ".json", "JSON in the shape of GA4GH VA-Spec"),
        Format("kgx", "exchange.kgx", "", "Knowledge Graph Exchange: TSV and JSONL", folder=True),
        Format("graphml", "network.graphml", ".graphml", "a network for Gephi, yEd", takes=view),
        Format("gexf", "network.gexf", ".gexf", "a network for Gephi", takes=view),
        Format("cytoscape", "network.cytoscape", ".cyjs", "a network for Cytoscape",
               takes=view),
        Format("csv", "table.flat", "", "nodes and edges as tables", folder=True, takes=sheet),
        Format("tsv", "table.flat", "", "the same, with tabs", folder=True, takes=sheet),
        Format("parquet", "table.parquet", "", "claims and evidence as tables", folder=True),
        Format("ro-crate", "release.ro_crate", "", "a whole release, described", folder=True),
        Format("bibtex", "reference.bibtex", ".bib", "sources and studies for LaTeX"),
        Format("csl", "reference.csl", ".json", "sources and studies for Zotero, pandoc"),
        Format("svg", "picture.svg", ".svg", "a picture of a network", takes=drawn),
        Format("png", "picture.png", ".png", "a picture (needs magkg[png])", takes=drawn),
    )  # fmt: skip


FORMATS: Mapping[str, Format] = MappingProxyType({each.name: each for each in _formats()})


def find(name: str) -> Format:
    """Give the format of that name; raises UnknownName with the nearest."""
    if name not in FORMATS:
        raise UnknownName("export format", name, FORMATS, hint="See them with: magkg export --list")
    return FORMATS[name]


def writer(form: Format) -> Callable[..., Mapping[str, int]]:
    """Give the function that writes a format.

    It is called with the subgraph, a binary stream (an empty folder, where the format is several
    files), the options, and as ``form`` the name of the format; it gives the counts of what it
    wrote.
    """
    module: Any = import_module(f"magkg.use.export.{form.module}")
    found: Callable[..., Mapping[str, int]] = module.write
    return found
