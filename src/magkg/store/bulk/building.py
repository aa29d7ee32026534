"""`build` for inputs of any size: files of statements to a published graph, without a project.

The order is that of every build (CONTRACT, "Order of a build"), with nothing held as objects:
lines are read into columns, validated, identified, derived from and validated again there, and
stream from there into the new store. A graph is the same, to its digests, as `build.build` of a
project that says the same gives.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg import resources
from magkg.errors import Finding, InputError, MagkgError
from magkg.store import digests, roots
from magkg.store.build import COUNTED, BuildReport
from magkg.store.bulk import deriving, files, identities, inputs, loading, skipping
from magkg.store.bulk.pace import Pace
from magkg.store.bulk.resuming import IDENTIFY, VALIDATE, Authored, Points
from magkg.store.check import vocabulary_quads
from magkg.store.columnar import kept, making
from magkg.store.columns import rules
from magkg.store.columns.remembered import remembered
from magkg.store.columns.session import session
from magkg.store.columns.tables import Columns, quoted
from magkg.store.manifest import Manifest
from magkg.store.publish import Place, writing
from magkg.vocabulary import MAG, TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["MEMORY", "build"]

# What the columns may take of memory (bytes), unless told: the loader takes 2 GB beside it.
MEMORY = 3 << 30
# Address space beside that (bytes): a build of 60 claims takes 3 GB with 1 GB for its columns, most
# of it never used, and the loader takes 2 GB more for large ones.
_BESIDE = 4 << 30


def build(
    inputs: Iterable[Path],
    out: Path,
    *,
    on_error: str = "stop",
    memory: int = MEMORY,
    progress: Callable[[str], None] | None = None,
    wait: bool = False,
) -> BuildReport:
    """Build a graph from files of statements, and publish it whole in the folder ``out``.

    ``inputs`` are files or folders (`files.SUFFIXES`); ``memory`` is what the columns may take
    (bytes), the rest spills to temporary files. ``on_error``, ``progress`` and ``wait`` are those
    of `build.build`, as are the errors; a graph that stood there is untouched by any of them. What
    an earlier build of the same kept before it was ended is taken up (`resuming`).
    Raises MagkgError where memory does not suffice, InputError for a file that changes meanwhile.
    """
    if on_error not in {"stop", "skip"}:
        raise InputError(f"on_error is 'stop' or 'skip', not {on_error!r}")
    found = files.files(inputs)
    _room(memory)
    with Place.held(out, wait=wait) as place, writing(out), remembered():
        place.new.mkdir()
        with session(place.stores, memory) as columns:
            run = _Run(columns, found, place, on_error, progress or (lambda _: None))
            manifest = run.manifest()
        for step in place.publish(manifest):
            run.say(step)
    return BuildReport(
        out, manifest, tuple(run.findings), tuple(run.skipped), run.cited_only, run.resumed
    )


def _room(memory: int) -> None:
    """Refuse a limit on address space under which the loader would end the process itself."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    needed = memory + _BESIDE
    if limit != resource.RLIM_INFINITY and limit < needed:
        raise MagkgError(
            f"{memory >> 20} MB for the columns take {needed >> 20} MB of address space in all, "
            f"and the limit of this process is {limit >> 20} MB",
            hint="Raise that limit (ulimit -v), or give the columns less (--memory).",
        )


@dataclass
class _Run:
    """One build, from files into the folder of a new store."""

    columns: Columns
    files: Sequence[Path]
    place: Place
    on_error: str
    say: Callable[[str], None]
    findings: Sequence[Finding] = ()
    skipped: Sequence[str] = ()
    cited_only: int = 0
    resumed: str = ""

    def manifest(self) -> Manifest:
        """Run all steps, those that were kept left out; give what is to be published."""
        points = Points(self.columns, self.place, self.files, self.on_error, self.say)
        found = points.restore()
        if found is None:
            authored = self._authored()
            points.keep(IDENTIFY, authored)
        else:
            self.resumed, authored = found
        self.findings, self.skipped = authored.findings, authored.skipped
        if self.resumed != VALIDATE:
            self._derived()
            points.keep(VALIDATE, authored)
        return self._loaded(authored)

    def _checked(self) -> skipping.Checked:
        return skipping.Checked(self.columns, self.files, self.on_error, self.say)

    def _authored(self) -> Authored:
        columns = self.columns
        self.say("read")
        read = inputs.read(columns, self.files)
        columns.add(vocabulary_quads())
        self.say("check")
        identities.members(columns)
        findings, skipped = self._checked().run()
        statements = int(columns.one("SELECT count(*) FROM line"))
        self.say("identify")
        identities.identify(columns)
        columns.run("DROP TABLE line")  # the columns say the same, and need the room
        return Authored(read, findings, skipped, statements)

    def _derived(self) -> None:
        self.say("derive")
        deriving.derive(self.columns)
        self.say("rules")
        rules.run_rules(self.columns, resources.data("ontology") / "rules")
        checked = self._checked()
        checked.findings += self.findings
        checked.derived()

    def _loaded(self, authored: Authored) -> Manifest:
        columns, counts = self.columns, self.counts()
        root = roots.write(self.place.claims, identities.pairs(columns))
        pace = Pace(self.say, "load", counts["quads"], "quads")
        with digests.Gathered(self.place.stores) as gathered:
            loading.load(columns, self.place.new, gathered, pace)
            content = gathered.write(self.place.digests)
        if kept.large(counts):
            self.say("columns")
            with suppress(OSError, MagkgError):  # whoever needs them makes them from the store
                making.write(columns, self.place.columns, content)
        return Manifest(
            root=root,
            content=content,
            store=content[:16],
            counts=counts,
            inputs=authored.inputs,
            versions={"magkg": resources.version(), "pyoxigraph": ox.__version__},
        )

    def counts(self) -> dict[str, int]:
        columns = self.columns
        stated = int(columns.one("SELECT count(*) FROM stated"))
        found = {"quads": sum(columns.sizes().values()) + stated, "stated": stated}
        kinds = columns.table(TYPE)
        for name, term in COUNTED.items():
            code = f"code({quoted(f'<{MAG}{term}>')})"
            found[name] = int(columns.one(f"SELECT count(*) FROM {kinds} WHERE o = {code}"))
        source = f"code({quoted(f'<{MAG}Source>')})"
        self.cited_only = int(
            columns.one(
                f"SELECT count(*) FROM {kinds} k WHERE o = {source} AND NOT EXISTS "
                f"(SELECT 1 FROM {columns.table(MAG + 'source')} c WHERE c.o = k.s)"
            )
        )
        return dict(sorted(found.items()))
