"""What magkg costs beside its peers, measured in the same run: one table, as Markdown and JSON.

    python benchmarks/run.py [--sizes 10000,100000,1000000] [--runs 5] [--only NAME,...]
                             [--sides REGEX] [--json FILE] [--resume] [--table] [--docs]
                             [--keep DIR]

Commands are whole processes unless a row says *warm* or *validation* (the constraints alone, inside
one). All sides of a row run in turn on the same data: machines drift, ratios hold. The first run of
each is not counted; a value is the median of the others. What takes more than a minute is run as
often as ``--budget`` seconds allow, its first run too: the column *runs* says how often. Peak
memory is the largest process of the tree. ``--docs`` puts the table into docs/performance.md;
``--list`` names the rows; with ``--keep`` the data stay, and are used again. FILE is written after
every row; with ``--resume`` the rows of a size that stand in it are not measured again, and with
``--table`` none is measured: what is not in it is told as left out. Virtuoso is measured where
MAGKG_VIRTUOSO names it (`.ci/virtuoso DIR`).
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import run_queries
from run_data import Data
from run_kept import Kept
from run_measure import ROOT, Figure, Missing, Side, measure
from run_table import Line, markdown
from run_works import WORKS, Work

_PAGE = ROOT / "docs" / "performance.md"
MARKS = ("<!-- begin of the table of run.py -->", "<!-- end of the table of run.py -->")
_QUERIES = {
    "median": ("queries", "shipped queries, the median one", "s"),
    "slowest": ("slowest", "shipped queries, the slowest answered", "s"),
    "within": ("within", "shipped queries answered within 1 s", "queries"),
}
_VERSIONS = ("magkg", "pyoxigraph", "duckdb", "polars", "pyarrow", "numpy", "rdflib", "pyshacl",
             "pyrudof", "maplib", "oxigraph")  # fmt: skip


def machine() -> dict[str, Any]:
    """Give what was measured on."""
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"cores": os.cpu_count(), "memory": memory, "processor": model,
            "system": platform.platform(), "load": round(os.getloadavg()[0], 1)}  # fmt: skip


def versions() -> dict[str, str]:
    """Give the versions of what took part."""
    found = {"python": platform.python_version()}
    for name in _VERSIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def rows_of(*, bundled: bool) -> list[tuple[str, str, str]]:
    """Give the rows of the table of the bundled graph, or of generated ones: work, side, unit."""
    works = WORKS.bundled if bundled else WORKS.generated
    found = [(work.title, side, work.unit) for work in works for side in work.sides]
    if not bundled:
        found += [(title, name, unit) for _, title, unit in _QUERIES.values()
                  for name in run_queries.ENGINES]  # fmt: skip
    return found


def _side(make: Callable[[Data], Side], data: Data) -> Side:
    try:
        return make(data)
    except Missing as reason:
        return reason


def run_work(work: Work, data: Data, asked: argparse.Namespace) -> dict[str, Figure]:
    """Measure one work on one size; give its figures by side."""
    sides = {name: _side(make, data) for name, make in work.sides.items() if asked.of(name)}
    own = sum(name.startswith("magkg") for name in sides)
    runs = 1 if work.unit != "s" else asked.runs
    found = measure(list(sides.values()), own, runs, asked.budget, asked.limit)
    named = dict(zip(sides, found, strict=True))
    told = {name: each.told[work.same] for name, each in named.items() if work.same in each.told}
    if len(set(told.values())) > 1:
        for name, value in told.items():
            named[name].told["differs"] = f"{value:,} {work.same}"
    return named


def run(asked: argparse.Namespace, folder: Path, kept: Kept) -> None:
    """Measure what is asked for and was not kept, size by size."""
    _works(WORKS.bundled, "bundled", Data(1, folder / "bundled"), asked, kept)
    for size in asked.sizes:
        data = Data(size, folder / str(size))
        _works(WORKS.generated, str(size), data, asked, kept)
        wanted = {row: each for row, each in _QUERIES.items()
                  if asked.wants(each[0]) and not kept.has(each[1], str(size))}  # fmt: skip
        if wanted:
            _say("shipped queries", str(size))
            _query(data, asked, wanted, kept)


def _works(
    works: Sequence[Work], size: str, data: Data, asked: argparse.Namespace, kept: Kept
) -> None:
    for work in works:
        if asked.wants(work.name) and not kept.has(work.title, size):
            _say(work.title, size)
            kept.put(work.title, work.unit, size, run_work(work, data, asked))


def _query(data: Data, asked: argparse.Namespace, wanted: Any, kept: Kept) -> None:
    engines = [name for name in run_queries.ENGINES if asked.of(name)]
    answers = run_queries.ask_all(data, asked.runs, asked.slowest, engines)
    total = max((len(each.seconds) + len(each.reasons) for each in answers.values()), default=0)
    size = str(data.claims)
    kept.answers[size] = {name: asdict(each) for name, each in answers.items()}
    for row, found in run_queries.figures(answers, total).items():
        if row in wanted:
            kept.put(wanted[row][1], wanted[row][2], size, found)


def _say(title: str, size: str) -> None:
    what = f"{int(size):,} claims" if size.isdigit() else f"the {size} graph"
    print(f"{title}: {what}", file=sys.stderr, flush=True)


def names() -> list[str]:
    """Give the names that ``--only`` takes."""
    works = [work.name for work in WORKS.all]
    return [*works, *(each[0] for each in _QUERIES.values())]


def _read(words: Sequence[str] | None) -> argparse.Namespace:
    read = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    read.add_argument("--sizes", default="10000,100000,1000000", help="claims, by commas")
    read.add_argument("--runs", type=int, default=5)
    read.add_argument("--only", default="", help="names of rows, by commas")
    read.add_argument("--sides", default="", help="only sides whose name matches this expression")
    read.add_argument("--json", type=Path, help="write all figures there, after every row")
    read.add_argument("--resume", action="store_true", help="go on from what that file has")
    read.add_argument("--table", action="store_true", help="measure nothing: show that file")
    read.add_argument("--docs", action="store_true", help="write the table into the docs")
    read.add_argument("--keep", type=Path, help="folder for the data, to be used again")
    read.add_argument("--budget", type=float, default=300, help="seconds for a long row")
    read.add_argument("--limit", type=float, default=1800, help="seconds that a command may take")
    read.add_argument("--slowest", type=float, default=10, help="seconds that a query may take")
    read.add_argument("--strict", action="store_true",
                      help="end with 1 where magkg gives no figure, or sides disagree")  # fmt: skip
    read.add_argument("--list", action="store_true", help="name the rows, and end")
    asked = read.parse_args(words)
    only = {name for name in asked.only.split(",") if name}
    if unknown := only - set(names()):
        read.error(f"no row {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    asked.sizes = sorted({int(each) for each in asked.sizes.split(",") if each})
    if asked.runs < 1 or any(size < 100 for size in asked.sizes):
        read.error("at least 1 run, and 100 claims")
    if asked.docs and (only or asked.sides):
        read.error("the page has all rows: --docs goes with neither --only nor --sides")
    if (asked.resume or asked.table) and not asked.json:
        read.error("--resume and --table go with --json")
    asked.wants = lambda name: not only or name in only
    asked.of = lambda name: re.search(asked.sides, name) is not None
    return asked


def write_page(text: str, page: Path = _PAGE) -> None:
    """Put the table between its marks in the page."""
    begin, end = MARKS
    before, _, rest = page.read_text("utf-8").partition(begin)
    page.write_text(f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}", "utf-8")


def main(words: Sequence[str] | None = None) -> None:
    asked = _read(words)
    if asked.list:
        print("\n".join(names()))
        return
    about = {"machine": machine(), "versions": versions(), "sizes": asked.sizes,
             "runs": asked.runs}  # fmt: skip
    try:
        kept = Kept(about, asked.json, resume=asked.resume or asked.table)
    except ValueError as reason:
        raise SystemExit(f"{reason}: take another file") from None
    if asked.table:
        kept.fill(rows_of(bundled=True), "bundled")
        for size in asked.sizes:
            kept.fill(rows_of(bundled=False), str(size))
    elif asked.keep:
        run(asked, asked.keep.absolute(), kept)
    else:
        with tempfile.TemporaryDirectory(prefix="magkg-run-") as folder:
            run(asked, Path(folder), kept)
    table = list(kept.lines.values())
    text = markdown(table, kept.about)
    print(text)
    if asked.docs:
        write_page(text)
    if asked.strict and (broken := list(_broken(table))):
        raise SystemExit("\n".join(broken))


def _broken(table: Sequence[Line]) -> Iterator[str]:
    """Say which figures of magkg there are none of, and where sides found different things."""
    for line in table:
        for size, figure in line.figures.items():
            told = f"{line.title}, {line.side}, {size}"
            if line.side.startswith("magkg") and figure.reason:
                yield f"{told}: {figure.reason}"
            if "differs" in figure.told:
                yield f"{told}: {figure.told['differs']}"


if __name__ == "__main__":
    main()
