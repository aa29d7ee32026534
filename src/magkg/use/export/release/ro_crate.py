"""RO-Crate 1.1: a folder that holds a release, or a selection of it, and describes every file.

::

    ro-crate-metadata.json   what everything is (JSON-LD)
    manifest.json            the selection, counts, and the manifest of the built graph
    void.ttl                 the same for RDF tools (VoID)
    CITATION.cff, LICENSE    how to cite it, what may be done with it
    data/                    graph.nq (all statements), claims.parquet, evidence.parquet
    bibliography/            the sources as BibTeX and CSL-JSON
    ontology/, queries/      vocabulary, rules, shapes, and the questions that can be asked

The date is that of the last recorded act of curation, so the same graph gives the same bytes. Where
a project states no licence (a file LICENSE), the crate says so instead of guessing one.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from magkg import resources
from magkg.claims.project import bundled
from magkg.errors import InputError
from magkg.use.export.characters import encoded
from magkg.use.export.formats import find, writer
from magkg.use.export.release.crate_metadata import Release, SourceOf, document, void
from magkg.use.report.records import last_curated

if TYPE_CHECKING:
    from magkg.claims.project import Project
    from magkg.use.export.formats import Options
    from magkg.use.select.subgraph import Subgraph

__all__ = ["write"]

# As CITATION.cff names them.
_AUTHORS = (("The magkg authors", "Organization"),)
_CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
_COPIED = ("ontology", "queries")
_KEPT = frozenset((".ttl", ".rq", ".md"))
_NAME = re.compile(
    r"""^\s*-?\s*(?P<field>name|family-names|given-names):\s*["']?(?P<value>.*?)["']?\s*$"""
)


def write(subgraph: Subgraph, out: Path, options: Options, form: str) -> Mapping[str, int]:
    """Write the crate into the folder; give the counts of what it holds.

    Raises InputError for a graph without any date of curation, and as the formats within do.
    """
    date = last_curated(subgraph.graph.store)
    if not date:
        raise InputError(
            "the graph records no act of curation, so a crate would have no date",
            hint="Say of a reading when it ended: prov:endedAtTime, as docs/authoring.md shows.",
        )
    counts = _data(subgraph, out, options)
    _copied(out)
    release = _release(subgraph, out, date, counts)
    _json(out / "manifest.json", _manifest(subgraph, counts))
    with (out / "void.ttl").open("wb") as file:
        void(release, subgraph.graph.prefixes, file)
    files = list(_files(out))
    _json(out / "ro-crate-metadata.json", document(release, files))
    return {**counts, "files": len(files) + 1}


def _data(subgraph: Subgraph, out: Path, options: Options) -> dict[str, int]:
    """Write the data by the writers of their formats."""
    data, texts = out / "data", out / "bibliography"
    data.mkdir()
    texts.mkdir()
    quiet = replace(options, progress=None)
    counts = dict(writer(find("parquet"))(subgraph, data, quiet, "parquet"))
    with (data / "graph.nq").open("wb") as file:
        counts |= writer(find("nquads"))(subgraph, file, options, "nquads")
    for form, name in (("bibtex", "sources.bib"), ("csl", "sources.csl.json")):
        with (texts / name).open("wb") as file:
            held = writer(find(form))(subgraph, file, quiet, form)
    return counts | {name: held[name] for name in ("sources", "studies")}


def _copied(out: Path) -> None:
    """Copy vocabulary, shapes, rules and queries, with their licence."""
    for name in _COPIED:
        top = resources.data(name)
        for path in sorted(top.rglob("*")):
            if path.is_file() and (path.suffix in _KEPT or path.name == "LICENSE"):
                place = out / name / path.relative_to(top)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)


def _release(subgraph: Subgraph, out: Path, date: str, counts: Mapping[str, int]) -> Release:
    graph = subgraph.graph
    built, project = graph.manifest, graph.home
    own = project == bundled()
    version = built.versions.get("magkg", "") if own and built else ""
    name = "magkg" if own else project.root.name if project else "graph"
    made = Release(
        name=f"{name}: claims, with their passages, evidence and curation",
        description=_described(subgraph),
        version=version,
        date=date,
        root="" if built is None else built.root,
        license=_license(project, out, own=own),
        creators=_AUTHORS if own else _creators(project),
        counts=counts,
        sources=tuple(_sources(subgraph)),
        vocabulary=str(graph.prefixes.get("mag", "")),
        software=resources.version(),
        example=subgraph.claims[0] if subgraph.claims else "",
    )
    stated = None if own or project is None else project.root / "CITATION.cff"
    if stated is not None and stated.is_file():
        shutil.copyfile(stated, out / "CITATION.cff")
    elif made.creators:
        (out / "CITATION.cff").write_bytes(_citation(made).encode())
    return made


def _described(subgraph: Subgraph) -> str:
    what = "The whole graph" if subgraph.whole else f"Claims selected by: {subgraph.selection}"
    number = len(subgraph)
    return (
        f"{what}. {number:,} claim{'s' * (number != 1)} of sources, each with its passage (offsets "
        "and digests, no text of the source), its wording, its evidence and its curation. A claim "
        "is what a source says; its polarity says whether it affirms or denies."
    )


def _license(project: Project | None, out: Path, *, own: bool) -> str:
    """Copy the text of the licence; give its address, the name of the file, or ""."""
    if project is None:
        return ""
    for path in (project.graphs / "LICENSE", project.root / "LICENSE"):
        if path.is_file():
            shutil.copyfile(path, out / "LICENSE")
            return _CC0 if own else "LICENSE"
    return ""


def _creators(project: Project | None) -> tuple[tuple[str, str], ...]:
    """Read the authors of a project's CITATION.cff, as far as they are written line by line.

    Each is a name and whether that is a Person or an Organization.
    """
    path = None if project is None else project.root / "CITATION.cff"
    if path is None or not path.is_file():
        return ()
    _, _, listed = path.read_text("utf-8", errors="replace").partition("\nauthors:")
    block = re.split(r"\n(?=[a-z])", listed)[0]
    found: list[dict[str, str]] = []
    for row in block.splitlines():
        if row.lstrip().startswith("-"):
            found.append({})
        hit = _NAME.match(row)
        if hit and found:
            found[-1][hit["field"]] = hit["value"]
    named = (
        (each["name"], "Organization")
        if "name" in each
        else (f"{each.get('given-names', '')} {each.get('family-names', '')}".strip(), "Person")
        for each in found
    )
    return tuple(each for each in named if each[0])


def _citation(release: Release) -> str:
    rows = [
        "cff-version: 1.2.0",
        "message: If you use these data, please cite them as below.",
        "type: dataset",
        f"title: {json.dumps(release.name, ensure_ascii=False)}",
        f"date-released: {release.date}",
        *([f"version: {json.dumps(release.version)}"] if release.version else []),
        *(["license: CC0-1.0"] if release.license == _CC0 else []),
        "authors:",
        *(f"  - name: {json.dumps(each, ensure_ascii=False)}" for each, _ in release.creators),
    ]
    return "\n".join(rows) + "\n"


def _sources(subgraph: Subgraph) -> Iterator[SourceOf]:
    seen: dict[str, SourceOf] = {}
    for part in subgraph.parts():
        for each in part.sources.values():
            if each.doi:
                seen.setdefault(each.doi, SourceOf(each.iri, each.doi, each.title))
    yield from (seen[doi] for doi in sorted(seen))


def _manifest(subgraph: Subgraph, counts: Mapping[str, int]) -> dict[str, object]:
    built = subgraph.graph.manifest
    return {
        "selection": str(subgraph.selection),
        "counts": dict(counts),
        "graph": None if built is None else built.as_json(),
    }


def _files(out: Path) -> Iterator[tuple[str, int, str]]:
    """Give the files that the crate describes: name, size in bytes, SHA-256."""
    for path in sorted(out.rglob("*"), key=lambda each: each.relative_to(out).as_posix()):
        if path.is_file() and path.name != "ro-crate-metadata.json":
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            yield path.relative_to(out).as_posix(), path.stat().st_size, digest


def _json(path: Path, held: Mapping[str, object]) -> None:
    text = json.dumps(held, indent=1, ensure_ascii=False) + "\n"
    path.write_bytes(encoded(text, "the title of a source, or the selection,"))
