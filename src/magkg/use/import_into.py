"""What was imported, brought into a built graph: added to it where nothing is replaced."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from magkg.claims.project import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from magkg.claims.project import Project
    from magkg.claims.tables.landing import Staged
    from magkg.claims.turtle import Document
    from magkg.use.import_report import ImportReport

__all__ = ["brought"]


def brought(
    graph: Path,
    project: Project,
    before: Iterable[Document],
    staged: Sequence[Staged],
    report: ImportReport,
    say: Callable[[str], None],
) -> ImportReport:
    """Bring the files that an import wrote in ``project`` into the graph it was laid out from.

    ``before`` are the files as they were. The graph is updated; where something is said in place
    of what was said before, or the rules have changed since, it is built anew. Gives the report
    with the root that the graph has then: in a dry run, and where nothing was imported, it stays
    as it is. The errors are those of `build` and `update`; the graph stays whole in all of them.
    """
    from magkg.store import build, manifest
    from magkg.store.update import building as updating

    old = manifest.read(graph)
    if not report.files:
        return replace(report, root=old.root)
    report = replace(report, files=(shown(graph),))
    if report.dry_run:
        return report
    if _replaced(before, staged) or not updating.takes(old):
        done = build.build(project, graph, progress=say)
    else:
        changed = [each.document.path for each in staged if each.changed]
        named = build.input_digests(dict.fromkeys(project.files(), project.root))
        done = updating.update(changed, graph, progress=say, named=named)
    return replace(report, root=done.manifest.root)


def _replaced(before: Iterable[Document], staged: Iterable[Staged]) -> bool:
    """Say whether a statement is there no more."""
    known = {each.path.resolve(): set(each.quads) for each in before}
    return any(
        known.get(each.document.path.resolve(), set()) - set(each.document.quads) for each in staged
    )
