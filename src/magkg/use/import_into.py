"""What was imported, brought into a built graph: added to it where nothing is replaced."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from magkg.claims import identity
from magkg.claims.project import shown
from magkg.claims.standing import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from magkg.claims.tables.landing import Staged
    from magkg.store.standing import Built
    from magkg.use.import_report import ImportReport

__all__ = ["brought"]

# The folders that sources and studies stand in where people describe them, and their prefixes.
_DESCRIBED = {"": ("sources", "src"), "studies": ("studies", "study")}


def brought(
    standing: Built,
    staged: Sequence[Staged],
    report: ImportReport,
    say: Callable[[str], None],
) -> ImportReport:
    """Bring the files that an import wrote into the graph that they were checked beside.

    The graph is updated; where something is said in place of what was said before, or the rules
    have changed since, all that was authored is laid out as a project, and built anew. Gives the
    report with the root that the graph has then: in a dry run, and where nothing was imported, it
    stays as it is. The errors are those of `build` and `update`; the graph stays whole in all of
    them.
    """
    from magkg.store import build
    from magkg.store.authored import lay_out
    from magkg.store.update import building as updating

    graph, old = standing.folder, standing.manifest
    if not report.files:
        return replace(report, root=old.root)
    report = replace(report, files=(shown(graph),))
    if report.dry_run:
        return report
    if any(each.replaced for each in staged) or not updating.takes(old):
        documents = [each.document for each in staged]
        project = lay_out(graph, standing.project.root, documents)
        done = build.build(project, graph, progress=say)
    else:
        changed = [each for each in staged if each.changed]
        files = [each.document.path for each in changed]
        if rest := standing.parts([each.document for each in changed]):
            files.append(standing.project.root / "parts.nt")
            files[-1].write_text("\n".join(identity.line(quad) for quad in rest), "utf-8")
        done = updating.update(files, graph, progress=say, named=_named(standing, changed))
    return replace(report, root=done.manifest.root)


def _named(standing: Built, staged: Sequence[Staged]) -> dict[str, str]:
    """Give the files that a graph gets, with their digests, as its manifest names them.

    Of a source or study that was described before, and not imported, its own file is named as well:
    it tells the next import what the graph owns.
    """
    found = {}
    project = standing.project
    for each in staged:
        name = each.document.path.relative_to(project.root / "graphs" / FOLDER)
        found[f"graphs/{FOLDER}/{name.as_posix()}"] = _digest(each.text)
        folder = "" if len(name.parts) == 1 else name.parts[0]
        if folder in _DESCRIBED:
            described, prefix = _DESCRIBED[folder]
            own = f"graphs/{described}/{name.name}"
            iri = project.namespace(prefix) + name.stem
            if own not in standing.manifest.inputs and standing.owned(iri):
                found[own] = identity.digest(identity.line(each) for each in standing.of(iri))
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
