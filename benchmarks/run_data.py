"""What the benchmark measures on: generated graphs of one size and what is built of them, once."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cached_property
from pathlib import Path

from run_measure import CHILD, MAGKG, ROOT, Missing

# Claims by which two graphs differ, and that an update brings: fewer than so many, one in 20.
_APART = 1_000


class Data:
    """The generated data of one size, in a folder; each part is made when it is first asked for."""

    def __init__(self, claims: int, folder: Path) -> None:
        self.claims, self.folder = claims, folder
        self.apart = min(_APART, claims // 20)

    def path(self, name: str) -> Path:
        """Give a place for what a run writes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / name

    @cached_property
    def lines(self) -> Path:
        """The graph as N-Quads, with its defects."""
        return self._made("full") / "graph.nq"

    @cached_property
    def tables(self) -> Path:
        """The graph as Parquet tables."""
        return self._made("tabled", "--format", "parquet") / "tables"

    @cached_property
    def _parted(self) -> Path:
        return self._made("parted", "--hold", str(self.apart))

    @property
    def fewer(self) -> Path:
        """The graph without the claims that an update brings."""
        return self._parted / "graph.nq"

    @property
    def update(self) -> Path:
        """The claims of an update."""
        return self._parted / "held.nq"

    def _made(self, name: str, *options: str) -> Path:
        folder = self.path(name)
        if not (folder / "about.json").is_file():
            maker = str(Path(__file__).parent / "generate.py")
            words = [sys.executable, maker, str(self.claims), str(folder), *options]
            subprocess.run(words, check=True, capture_output=True, cwd=ROOT)
        return folder

    @cached_property
    def graph(self) -> Path:
        """The built graph, that of the row *build* if it ran. Raises Missing where it fails."""
        built = self.path("built-nquads")
        return built if _is_graph(built) else self._built("graph", self.lines)

    @cached_property
    def smaller(self) -> Path:
        """The built graph without the claims of the update. Raises Missing as `graph` does."""
        return self._built("smaller", self.fewer)

    def _built(self, name: str, given: Path) -> Path:
        folder = self.path(name)
        if _is_graph(folder):
            return folder
        words = [*MAGKG, "build", str(given), "--out", str(folder), "--on-error", "skip"]
        ran = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
        if ran.returncode:
            said = ran.stderr.strip().splitlines() or ["nothing said"]
            raise Missing(f"the graph was not built: {said[-1]}"[:200])
        return folder

    @cached_property
    def dump(self) -> Path:
        """The built graph as N-Quads. Raises Missing as `graph` does."""
        path = self.path("dump.nq")
        if not path.is_file():
            words = [*CHILD, "dump", str(self.graph), str(path)]
            subprocess.run(words, check=True, capture_output=True, cwd=ROOT)
        return path


def size_of(folder: Path) -> int:
    """Give the bytes of all files in a folder."""
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def store_of(graph: Path) -> Path:
    """Give the folder of the store of a built graph."""
    name: str = json.loads((graph / "manifest.json").read_text("utf-8"))["store"]
    return graph / "stores" / name


def _is_graph(folder: Path) -> bool:
    return (folder / "manifest.json").is_file()
