"""What magkg costs beside a peer, measured in the same run: ``python benchmarks/run.py``.

Each row runs two commands in turn, as whole processes, and gives the median of each and of the
ratio pair by pair; machines drift, ratios hold. Peers are the plain libraries on the same data.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5
ROOT = Path(__file__).resolve().parents[1]
MAGKG = [sys.executable, "-m", "magkg"]
QUESTION = ROOT / "queries" / "research" / "claims_about.rq"

RDFLIB_QUERY = """
import sys, rdflib
graph = rdflib.Graph()
for name in sys.argv[2:]:
    graph.parse(name)
print(len(list(graph.query(open(sys.argv[1]).read()))))
"""
PYSHACL = """
import sys, pyoxigraph, pyshacl, rdflib
data, shapes = pyoxigraph.Store(), rdflib.Graph()
for name in sys.argv[1:]:
    if "/shapes/" in name or name.endswith("prefixes.ttl"):
        shapes.parse(name)
    else:
        data.bulk_load(path=name, format=pyoxigraph.RdfFormat.TURTLE)
print(pyshacl.validate(data, shacl_graph=shapes)[0])
"""


def once(command: list[str], env: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=env, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - begun


def row(name: str, own: list[str], peer_name: str, peer: list[str], env: dict[str, str]) -> str:
    once(own, env), once(peer, env)  # a first run each, not counted
    pairs = [(once(own, env), once(peer, env)) for _ in range(RUNS)]
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    return f"| {name} | {mine:.2f} s | {peer_name} | {theirs:.2f} s | {ratio:.2f} |"


def main() -> None:
    files = [str(path) for path in sorted((ROOT / "graphs").rglob("*.ttl"))]
    terms = [str(path) for path in sorted((ROOT / "ontology").glob("*.ttl"))]
    shapes = [str(path) for path in sorted((ROOT / "ontology" / "shapes").glob("*.ttl"))]
    with tempfile.TemporaryDirectory() as cache:
        env = {**os.environ, "MAGKG_CACHE": cache}
        point = ["query", "claims_about", "--concept", "magnesium-glycinate", "--format", "csv"]
        once([*MAGKG, *point], env)  # the bundled graph is built once
        rows = [
            row("cold `magkg --help`", [*MAGKG, "--help"], "`import typer`",
                [sys.executable, "-c", "import typer"], env),
            row("cold point query", [*MAGKG, *point], "rdflib: parse the files, same query",
                [sys.executable, "-c", RDFLIB_QUERY, str(QUESTION), *files, *terms], env),
            row("`magkg check`", [*MAGKG, "check"], "pySHACL on a pyoxigraph store, same shapes",
                [sys.executable, "-c", PYSHACL, *files, *terms, *shapes], env),
            row("`magkg build`", [*MAGKG, "build", "--out", f"{cache}/built"],
                "`magkg check`", [*MAGKG, "check"], env),
        ]  # fmt: skip
    print(f"Median of {RUNS} runs, Python {sys.version.split()[0]}, {os.cpu_count()} cores.\n")
    print("| what | magkg | peer | peer's time | ratio |\n|---|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
