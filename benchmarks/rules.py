"""What the rules cost as a graph grows: ``python benchmarks/rules.py [CLAIMS ...] [--by-rule]``.

For 1,000, 10,000 and 100,000 generated claims (generate.py): the time to derive propositions and
to run every rule of ontology/rules/, in memory, and the time per claim against that of the
smallest size. A ratio near 1 means that the rules are set-oriented. ``--by-rule`` adds the rules
that take the most, each with its own ratio.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import generate
import pyoxigraph as ox

from magkg.claims import identity
from magkg.store import derive
from magkg.store.check import vocabulary_quads

RULES = Path(__file__).resolve().parents[1] / "ontology" / "rules"
SIZES = (1_000, 10_000, 100_000)
SHOWN = 12


def run(claims: int) -> tuple[int, dict[str, float]]:
    """Give the number of quads at the end, and the seconds of each step."""
    authored = list(generate.quads(claims))
    spent: dict[str, float] = {}
    begun = time.perf_counter()
    identities = list(identity.claims(authored))
    spent["identities"] = time.perf_counter() - begun
    begun = time.perf_counter()
    derived = list(derive.derive(authored, identities))
    spent["propositions"] = time.perf_counter() - begun
    store = ox.Store()
    store.bulk_extend([*authored, *vocabulary_quads(), *derived])
    del authored, derived
    for path in sorted(RULES.glob("*.rq")):
        begun = time.perf_counter()
        found = store.query(path.read_text("utf-8"))
        assert isinstance(found, ox.QueryTriples)
        store.extend([ox.Quad(each.subject, each.predicate, each.object) for each in found])
        spent[path.stem] = time.perf_counter() - begun
    return len(store), spent


def main() -> None:
    words = sys.argv[1:]
    sizes = [int(word) for word in words if word.isdigit()] or list(SIZES)
    rows = [(claims, *run(claims)) for claims in sizes]
    smallest, _, first = rows[0]
    print(f"Python {sys.version.split()[0]}, pyoxigraph {ox.__version__}, in memory, one thread.\n")
    print("| claims | quads | identities | propositions | rules | µs a claim | ratio |")
    print("|---|---|---|---|---|---|---|")
    base = sum(first.values()) / smallest
    for claims, quads, spent in rows:
        rules = sum(spent.values()) - spent["identities"] - spent["propositions"]
        each = sum(spent.values()) / claims
        print(
            f"| {claims:,} | {quads:,} | {spent['identities']:.2f} s | "
            f"{spent['propositions']:.2f} s | {rules:.2f} s | {each * 1e6:,.0f} | "
            f"{each / base:.2f} |"
        )
    if "--by-rule" in words:
        claims, _, spent = rows[-1]
        print("\n| rule | seconds | ratio |\n|---|---|---|")
        for name in sorted(spent, key=spent.__getitem__, reverse=True)[:SHOWN]:
            ratio = spent[name] / claims / (first[name] / smallest)
            print(f"| {name} | {spent[name]:.2f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
