"""What is measured: each work has its sides, magkg's first; a side is a command or why there is none."""  # noqa: E501

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.util import find_spec
from pathlib import Path

from run_data import Data, size_of, store_of
from run_measure import CHILD, MAGKG, ROOT, Command, Missing, Value
from run_servers import virtuoso_folder

# What takes too much memory for this benchmark beyond some size (DESIGN section 6: pySHACL 23 GB at
# a million claims, pyrudof 15.7 GB at 100,000).
FEW = 10_000
_QUESTION = ROOT / "queries" / "research" / "claims_about.rq"
_POINT = ("query", "claims_about", "--concept", "magnesium-glycinate", "--format", "csv")


@dataclass(frozen=True)
class Work:
    """A work: its name for ``--only``, its title, its sides by name; the first is magkg's own.

    ``bundled`` works are done on the bundled graph, the others on generated ones. A side gives the
    command for some data and raises Missing where it cannot be measured. Where the sides compute
    the same, ``same`` is what their children tell of it.
    """

    name: str
    title: str
    sides: Mapping[str, Callable[[Data], Command | Value]]
    bundled: bool = False
    same: str = ""
    unit: str = "s"


def _child(*words: str | Path) -> Command:
    return Command((*CHILD, *map(str, words)), inner=True)


def _few(data: Data, what: str) -> None:
    if data.claims > FEW:
        raise Missing(f"{what} is measured up to {FEW:,} claims")


def _needs(module: str) -> None:
    if find_spec(module) is None:
        raise Missing(f"{module} is not installed")


def _virtuoso() -> str:
    folder = virtuoso_folder()
    if folder is None:
        raise Missing("MAGKG_VIRTUOSO names no Virtuoso")
    return str(folder)


def _out(data: Data, name: str) -> tuple[Path, Callable[[], None]]:
    """Give a new place for a run, and what clears it."""
    path = data.path(name)

    def clear() -> None:
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)

    return path, clear


def _build(data: Data, form: str) -> Command:
    out, clear = _out(data, f"built-{form}")
    given = [data.lines] if form == "nquads" else sorted(data.tables.glob("*.parquet"))
    words = ("build", *map(str, given), "--out", str(out), "--on-error", "skip")
    return Command((*MAGKG, *words), before=clear)


def _load(data: Data) -> Command:
    out, clear = _out(data, "loaded")
    return Command((*CHILD, "load", str(data.lines), str(out)), inner=True, before=clear)


def _load_virtuoso(data: Data) -> Command:
    out, clear = _out(data, "virtuoso-loaded")
    words = ("virtuoso", _virtuoso(), str(data.lines), str(out))
    return Command((*CHILD, *words), inner=True, before=clear)


def _linked(fewer: Path, out: Path, clear: Callable[[], None]) -> Callable[[], None]:
    """Give what makes a copy of a graph by links: what is published is never written to."""

    def copy() -> None:
        clear()
        shutil.copytree(fewer, out, copy_function=os.link)

    return copy


def _update(data: Data) -> Command:
    out, clear = _out(data, "updated")
    words = ("build", str(data.update), "--out", str(out), "--update", "--on-error", "skip")
    return Command((*MAGKG, *words), before=_linked(data.smaller, out, clear))


def _insert(data: Data) -> Command:
    """Insert, with nothing derived, checked or signed, into a copy that may be written to."""
    out, clear = _out(data, "inserted")
    store = store_of(data.smaller)

    def copy() -> None:
        clear()
        shutil.copytree(store, out)

    return Command((*CHILD, "insert", str(data.update), str(out)), inner=True, before=copy)


def _validation(data: Data, how: str, part: str) -> Command:
    if how in {"pyshacl", "pyrudof"}:
        _needs(how)
        _few(data, "it")
    return _child("validate", how, part, data.lines)


def _trace(data: Data) -> Command:
    words = ("trace", _claim(data), "--graph", str(data.graph), "--json")
    return Command((*MAGKG, *words))


def _claim(data: Data) -> str:
    """Give a claim with a passage and evidence, in the middle of the graph."""
    wanted = b"/ns#evidence> "
    with data.lines.open("rb") as lines:
        lines.seek(data.lines.stat().st_size // 2)
        for line in lines:
            if wanted in line and line.startswith(b"<"):
                return line[1 : line.index(b">")].decode()
    raise Missing("no claim has evidence")


def _export(data: Data, form: str) -> Command:
    out, clear = _out(data, f"exported-{form}")
    words = ("export", "--format", form, "--graph", str(data.graph), "--out", str(out))

    def clear_all() -> None:
        clear()
        Path(f"{out}.manifest.json").unlink(missing_ok=True)

    return Command((*MAGKG, *words), before=clear_all)


def _dump(data: Data) -> Command:
    out, clear = _out(data, "dumped.nq")
    return Command((*CHILD, "dump", str(data.graph), str(out)), before=clear)


def _diff(data: Data) -> Command:
    return Command((*MAGKG, "diff", str(data.smaller), str(data.graph)), codes=frozenset({1}))


def _compared(data: Data) -> Command:
    """The plain way: sort both dumps, compare them line by line."""
    one, other = data.path("fewer.nq"), data.dump
    if not one.is_file():
        import subprocess

        subprocess.run([*CHILD, "dump", str(data.smaller), str(one)], check=True)
    script = 'LC_ALL=C; export LC_ALL; comm -3 <(sort "$0") <(sort "$1") | wc -l'
    return Command(("bash", "-c", script, str(one), str(other)))


def _disk(data: Data, what: str) -> Value:
    made = {"magkg": data.path("graph"), "pyoxigraph": data.path("loaded"),
            "virtuoso": data.path("virtuoso-loaded")}[what]  # fmt: skip
    if what == "magkg":
        made = data.graph
    elif not made.is_dir():
        raise Missing("nothing was loaded in this run")
    return Value(size_of(made) / data.claims)


def _bundled(*words: str) -> Callable[[Data], Command]:
    return lambda data: Command((*MAGKG, *words), env={"MAGKG_CACHE": str(data.path("cache"))})


def _bundled_build(data: Data) -> Command:
    words = ("build", "--out", str(data.path("bundled")))
    return Command((*MAGKG, *words), env={"MAGKG_CACHE": str(data.path("cache"))})


def _files(*parts: str) -> list[str]:
    return [str(path) for part in parts for path in sorted(ROOT.glob(part))]


def _rdflib(_: Data) -> Command:
    files = _files("graphs/**/*.ttl", "ontology/*.ttl")
    return Command((*CHILD, "rdflib-point", str(_QUESTION), *files))


def _pyshacl(_: Data) -> Command:
    files = _files("graphs/**/*.ttl", "ontology/*.ttl", "ontology/shapes/*.ttl")
    return Command((*CHILD, "pyshacl-files", *files))


_TYPER = Command((sys.executable, "-c", "import typer"))
_PEERS = {
    "pyoxigraph: bulk load, optimize": _load,
    "Virtuoso: bulk load, checkpoint": _load_virtuoso,
}


class Works:
    """The registry: a new row is an entry here."""

    @cached_property
    def all(self) -> tuple[Work, ...]:
        return (*self.bundled, *self.generated)

    bundled = (
        Work("help", "cold `--help`", {"magkg": _bundled("--help"), "`import typer`":
             lambda _: _TYPER}, bundled=True),
        Work("point", "cold point query", {"magkg": _bundled(*_POINT),
             "rdflib: parse the files, same query": _rdflib}, bundled=True),
        Work("check", "`magkg check`", {"magkg": _bundled("check"),
             "pySHACL on a pyoxigraph store, same shapes": _pyshacl}, bundled=True),
        Work("bundled-build", "`magkg build`", {"magkg": _bundled_build,
             "`magkg check`": _bundled("check")}, bundled=True),
    )  # fmt: skip
    generated = (
        Work("build", "build (peers load the same lines)",
             {"magkg, from N-Quads": partial(_build, form="nquads"),
              "magkg, from Parquet": partial(_build, form="parquet"), **_PEERS}),
        Work("update", "update with 1,000 claims",
             {"magkg": _update, "pyoxigraph: insert the same lines": _insert}),
        Work("core", "validation, SHACL Core",
             {"magkg, on columns": partial(_validation, how="columns", part="core"),
              "magkg, on an Oxigraph store": partial(_validation, how="store", part="core"),
              "pySHACL on a pyoxigraph store": partial(_validation, how="pyshacl", part="core"),
              "pyrudof": partial(_validation, how="pyrudof", part="core")}, same="findings"),
        Work("shapes", "validation, all constraints",
             {"magkg, on columns": partial(_validation, how="columns", part="all"),
              "magkg, on an Oxigraph store": partial(_validation, how="store", part="all"),
              "pySHACL on a pyoxigraph store": partial(_validation, how="pyshacl", part="all")},
             same="findings"),
        Work("trace", "`trace`, cold process",
             {"magkg": _trace,
              "pyoxigraph: open, read the claim": lambda data: Command(
                  (*CHILD, "read", str(data.graph), _claim(data)))}),
        Work("warm", "`trace`, warm",
             {"magkg": lambda data: _child("trace", data.graph, _claim(data)),
              "pyoxigraph: read the claim": lambda data: _child(
                  "read", data.graph, _claim(data))}),
        Work("nquads", "export to N-Quads",
             {"magkg": partial(_export, form="nquads"), "pyoxigraph: dump": _dump}),
        Work("parquet", "export to Parquet",
             {"magkg": partial(_export, form="parquet"), "pyoxigraph: dump": _dump}),
        Work("diff", "diff of graphs 1,000 claims apart",
             {"magkg": _diff, "sort and comm of both dumps": _compared}),
        Work("disk", "bytes on disk",
             {"magkg, built": partial(_disk, what="magkg"),
              "pyoxigraph, loaded": partial(_disk, what="pyoxigraph"),
              "Virtuoso, loaded": partial(_disk, what="virtuoso")}, unit="B a claim"),
    )  # fmt: skip


WORKS = Works()
