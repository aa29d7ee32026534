"""What the rules cost as a graph grows: ``python benchmarks/rules.py [CLAIMS ...] [--by-rule]``.

For 1,000, 10,000 and 100,000 generated claims (generate.py), in memory: the processor time to
derive propositions and to run every rule of ontology/rules/, and that time per claim against the
smallest size. A larger store is slower at everything, since it leaves the processor's caches; the
yardstick says how much: a plain join that every claim answers once. Skewed data also derive a
little more for each claim. The last column takes both out: near 1, the rules are set-oriented.
``--by-rule`` adds the rules that take most.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import generate
import pyoxigraph as ox

from magkg.claims import identity
from magkg.store import derive
from magkg.store.check import vocabulary_quads

RULES = Path(__file__).resolve().parents[1] / "ontology" / "rules"
SIZES = (1_000, 10_000, 100_000)
SHOWN = 12
YARDSTICK = (
    f"PREFIX mag: <{generate.MAG}> CONSTRUCT {{ ?claim mag:source ?source }} WHERE {{ "
    "?claim mag:polarity ?polarity ; mag:certainty ?certainty ; mag:states ?proposition ; "
    "mag:source ?source . ?proposition mag:predicate ?predicate ; mag:object ?object }"
)


@dataclass
class Run:
    claims: int
    quads: int = 0
    made: int = 0
    spent: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    yardstick: float = 0.0

    def each(self) -> float:
        """Seconds a claim."""
        return sum(self.spent.values()) / self.claims


def timed(work: Callable[[], None]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def run(claims: int) -> Run:
    found = Run(claims)
    authored = list(generate.quads(claims))
    derived: list[ox.Quad] = []
    found.spent["propositions"] = timed(
        lambda: derived.extend(derive.derive(authored, list(identity.claims(authored))))
    )
    store = ox.Store()
    store.bulk_extend([*authored, *vocabulary_quads(), *derived])
    found.quads = len(store)
    authored.clear(), derived.clear()
    for path in sorted(RULES.glob("*.rq")):
        begun = time.process_time()
        found.rows[path.stem] = derive.run_rule(store, path)
        found.spent[path.stem] = time.process_time() - begun
    found.made = len(store) - found.quads
    found.yardstick = timed(lambda: print(end="" if list(store.query(YARDSTICK)) else "!"))
    return found


def main() -> None:
    words = sys.argv[1:]
    runs = [run(int(word)) for word in words if word.isdigit()] or [run(each) for each in SIZES]
    first = runs[0]
    print(f"Python {sys.version.split()[0]}, pyoxigraph {ox.__version__}, in memory.\n")
    print("| claims | quads | derived by rules | rules | µs a claim | ratio | yardstick | net |")
    print("|---|---|---|---|---|---|---|---|")
    for each in runs:
        own = each.yardstick / each.claims / (first.yardstick / first.claims)
        ratio = each.each() / first.each()
        more = each.made / each.claims * first.claims / first.made
        print(
            f"| {each.claims:,} | {each.quads:,} | {each.made:,} | "
            f"{sum(each.spent.values()):.1f} s | {each.each() * 1e6:,.0f} | "
            f"{ratio:.2f} | {own:.2f} | {ratio / own / more:.2f} |"
        )
    if "--by-rule" in words:
        last = runs[-1]
        print("\n| rule | seconds | µs a claim | ratio | rows a claim |\n|---|---|---|---|---|")
        for name in sorted(last.spent, key=lambda name: last.spent[name], reverse=True)[:SHOWN]:
            each_first, each_last = (one.spent[name] / one.claims for one in (first, last))
            rows = " -> ".join(f"{one.rows.get(name, 0) / one.claims:.2f}" for one in (first, last))
            print(
                f"| {name} | {last.spent[name]:.2f} | {each_last * 1e6:,.0f} | "
                f"{each_last / each_first:.2f} | {rows} |"
            )


if __name__ == "__main__":
    main()
