"""`build --update`: files of statements are added to the graph that stands in a folder.

The graph is the same, to its digests, as one built from all files at once. Whatever is not touched
is neither read nor written again: the files of the store are linked, and what is new is written to
files of its own.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg import resources
from magkg.errors import Finding, InputError, MagkgError, StoreDamaged
from magkg.store import digests, roots
from magkg.store import manifest as manifests
from magkg.store.build import COUNTED, BuildReport, input_digests
from magkg.store.bulk import inputs
from magkg.store.bulk.building import MEMORY
from magkg.store.bulk.files import files as input_files
from magkg.store.columnar import kept, making
from magkg.store.columnar.changed import Changed
from magkg.store.columns.remembered import remembered
from magkg.store.columns.session import session
from magkg.store.derive import STATED
from magkg.store.publish import Place, writing
from magkg.store.update.changes import Changes
from magkg.store.update.checking import Checked
from magkg.store.update.deriving import derive
from magkg.store.update.graph import IS_A, mag, target
from magkg.store.update.linking import linked
from magkg.store.update.merging import statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from magkg.store.columns.tables import Columns
    from magkg.store.manifest import Manifest

__all__ = ["takes", "update"]


def update(
    inputs: Iterable[Path],
    out: Path,
    *,
    on_error: str = "stop",
    memory: int = MEMORY,
    progress: Callable[[str], None] | None = None,
    wait: bool = False,
    named: Mapping[str, str] | None = None,
) -> BuildReport:
    """Add files of statements to the graph in the folder ``out``, and publish it whole there.

    A claim that the graph has already is replaced whole, with the parts that no other claim uses;
    all other statements are united with what is there. ``inputs``, ``on_error``, ``memory``,
    ``progress`` and ``wait`` are those of `bulk.building.build`, as are the errors, and
    StoreUnavailable where there is no graph; the graph that stood there is untouched by any of
    them. InputError where it was built by other rules: then it is to be built anew. The manifest
    tells the digests ``named`` of its inputs, where they are given, not those of the files.
    """
    if on_error not in {"stop", "skip"}:
        raise InputError(f"on_error is 'stop' or 'skip', not {on_error!r}")
    found = input_files(inputs)
    manifests.read(out)
    say = progress or (lambda _: None)
    with Place.held(out, wait=wait) as place, writing(out), remembered():
        run = _Run(place, found, on_error, say, named, memory)
        with session(place.stores, memory) as columns:
            manifest = run.manifest(columns)
        if manifest != run.old:
            for step in place.publish(manifest, run.shared):
                say(step)
    return BuildReport(out, manifest, tuple(run.findings), tuple(run.skipped))


@dataclass
class _Run:
    """One update, from files into the folder of a new store."""

    place: Place
    files: Sequence[Path]
    on_error: str
    say: Callable[[str], None]
    named: Mapping[str, str] | None
    memory: int
    old: Manifest = field(init=False)
    shared: manifests.Files = field(init=False, default_factory=dict)
    findings: list[Finding] = field(init=False, default_factory=list)
    skipped: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        _, self.old = manifests.open_store(self.place.folder)

    def manifest(self, columns: Columns) -> Manifest:
        """Run all steps; give what is to be published: what was there, where nothing is new."""
        if not takes(self.old):
            raise InputError(
                "the graph was built by another version of the rules",
                hint="Build it anew, from all its files.",
            )
        self.say("read")
        read = inputs.read(columns, self.files)
        given = statements(columns)
        self.say("link")
        shared = linked(self.place.stores / self.old.store, self.place.new)
        facts = manifests.listed_files(self.place.folder, self.old.store)
        self.shared = {name: facts[name] for name in shared}
        store = ox.Store(str(self.place.new))
        changes = Changes(store)
        self.say("check")
        checked = Checked(changes, columns, self.files, self.on_error)
        self.findings, self.skipped = checked.run(given)
        if not changes.added and not changes.removed:
            return self.old
        manifest = self._derived(changes, checked, read)
        store.flush()
        del store, changes, checked
        for path in self.place.new.glob("LOG*"):
            path.unlink()  # it names this machine's folders
        return manifest

    def _derived(self, changes: Changes, checked: Checked, read: dict[str, str]) -> Manifest:
        """Derive what is touched and check it; give what is to be published.

        What is beside the store is hashed, merged and written meanwhile, without Python's lock.
        """
        with ThreadPoolExecutor(2) as beside:
            lists = beside.submit(self._lists)
            self.say("derive")
            with self._before() as before:
                touched = derive(changes, before)
            made = beside.submit(self._made, changes, read, lists)
            columns = beside.submit(self._columns, changes, made)
            self.say("validate")
            checked.derived(touched)
            self.say("digest")
            columns.result()
            return made.result()

    @contextmanager
    def _before(self) -> Iterator[Changed | None]:
        """Give the columns of the graph that stands there, none where it keeps none."""
        found = kept.present(self.place.folder, self.old)
        before = None
        if found is not None and not found.reason:
            with suppress(MagkgError):  # the store says the same
                before = Changed(found, self.place.stores / ".new-asked", self.memory)
        try:
            yield before
        finally:
            if before is not None:
                before.close()

    def _made(
        self, changes: Changes, read: dict[str, str], lists: Future[tuple[Path, Path]]
    ) -> Manifest:
        base = lists.result()
        removed, added = changes.removed, changes.added
        made = self.place.digests, self.place.claims
        content = digests.merge(base[0], digests.of(removed), digests.of(added), made[0])
        roots.merge(base[1], roots.of(removed), roots.of(added), made[1])
        return replace(
            self.old,
            root=roots.root(made[1]),
            content=content,
            store=content[:16],
            counts=_counts(self.old, changes),
            inputs=self._inputs(read),
            versions={"magkg": resources.version(), "pyoxigraph": ox.__version__},
        )

    def _columns(self, changes: Changes, made: Future[Manifest]) -> None:
        """Bring the columns that are kept of the graph with it, if there are any."""
        found = kept.present(self.place.folder, self.old)
        if found is None:
            return
        added, removed = changes.added, changes.removed
        with suppress(OSError, MagkgError):  # whoever needs them makes them from the store
            making.updated(found, self.place.columns, removed, added, lambda: made.result().content)

    def _inputs(self, read: Mapping[str, str]) -> dict[str, str]:
        """Give the inputs of the graph with those that were read now, by names of their own."""
        found = dict(self.old.inputs)
        for name, digest in (read if self.named is None else self.named).items():
            taken = found.setdefault(name, digest) != digest
            if taken:
                found[f"{name}@{digest[:12]}"] = digest
        return dict(sorted(found.items()))

    def _lists(self) -> tuple[Path, Path]:
        """Give the lists beside the graph that stands there; what is wanting is made anew."""
        place, old = self.place, self.old
        found = place.lists_of(old.store)
        for path, made, digest, collect, wanted in (
            (found[0], place.digests, digests.content, digests.collect, old.content),
            (found[1], place.claims, roots.root, roots.collect, old.root),
        ):
            if path.exists() and digest(path) == wanted:
                continue
            self.say("list")
            collect(ox.Store.read_only(str(place.stores / old.store)), made)
            if digest(made) != wanted:
                raise StoreDamaged(
                    f"the content of the graph in {place.folder} does not match its manifest",
                    hint="Build it anew, from all its files.",
                )
            made.replace(path)
        return found


def takes(manifest: Manifest) -> bool:
    """Say whether a graph can be updated: the same ontology, and the same version, made it."""
    ontology = dict(input_digests({}).items())
    before = {name: each for name, each in manifest.inputs.items() if name.startswith("ontology/")}
    return ontology == before and manifest.versions.get("magkg") == resources.version()


def _counts(old: Manifest, changes: Changes) -> dict[str, int]:
    found = dict(old.counts)
    kinds = {mag(term): name for name, term in COUNTED.items()}
    for quads, sign in ((changes.added, 1), (changes.removed, -1)):
        for quad in quads:
            found["quads"] += sign
            if quad.graph_name == STATED:
                found["stated"] += sign
            elif quad.predicate == IS_A and target(quad) in kinds:
                found[kinds[target(quad)]] += sign
    return found
