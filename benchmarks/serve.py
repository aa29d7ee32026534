"""``magkg serve`` under load beside ``oxigraph serve-read-only``: ``python benchmarks/serve.py``.

On the bundled graph and on generated claims (generate.py): the answers of both servers to every
shipped query are compared first, as sets; then 8 clients ask the shipped queries without pause, in
phases that alternate between the servers, so that a machine that drifts is slow for both. Then the
same with one more client that sends nothing but cross joins. It prints Markdown.

    --seconds N     for each row of a table (60)
    --claims N      of the generated graph (100000)
    --only NAME     bundled or generated
    --timeout N     seconds that each server may take for an answer (15)
    --slowest N     a query that takes longer than so many seconds alone is not asked (1.2)
    --folder DIR    where the generated graph is kept for the next run (a temporary one)
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import serve_graph
from serve_clients import CUT, Connection
from serve_graph import Asked
from serve_servers import Server, Watch, figures, magkg, named, oxigraph

from magkg.store.places import bundled_graph

CLIENTS = [f"127.0.0.{place}" for place in range(11, 19)]
ABUSER, AT_ONCE = "127.0.0.66", 4
CROSS = (
    "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i "
    "FILTER(STR(?a) < STR(?f) && STR(?i) > STR(?c)) }"
)
ROUNDS, WORKERS = 6, 3

# Which request, its status, the seconds that it took, and those that it ended after the end.
Seen = tuple[int, int, float, float]


@dataclass
class Row:
    """What was seen of one way to ask: seconds of answers, statuses, processor of both sides."""

    name: str
    server: Server
    requests: list[str]
    window: float = 0.0
    finished: int = 0
    took: list[float] = field(default_factory=list)
    status: Counter[int] = field(default_factory=Counter)
    served: float = 0.0
    asked: float = 0.0
    memory: int = 0

    def phase(self, seconds: float, number: int, patience: float) -> None:
        self.server.rest()
        before, watch = self.server.processor(), Watch(self.server)
        found = clients(self.server, self.requests, CLIENTS, seconds, number, patience)
        self.take(json.loads(found.communicate()[0]), seconds)
        self.served += self.server.processor() - before
        self.memory = max(self.memory, watch.end())

    def take(self, found: dict[str, Any], seconds: float) -> None:
        seen: list[Seen] = found["seen"]
        self.window += seconds
        self.finished += sum(late <= 0 and status == 200 for _, status, _, late in seen)
        self.took += [took for _, status, took, _ in seen if status == 200]
        self.status.update(status for _, status, _, _ in seen)
        self.asked += found["processor"]

    def quantile(self, part: float) -> float:
        ordered = sorted(self.took) or [0.0]
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]

    def cells(self) -> list[str]:
        total = max(1, sum(self.status.values()))
        five = sum(count for status, count in self.status.items() if status >= 500)
        other = {s: n for s, n in sorted(self.status.items()) if s != 200 and s < 500}
        shown = ", ".join(f"{n} × {'cut' if s == CUT else s}" for s, n in other.items())
        return [
            self.name,
            f"{self.finished / self.window:,.1f}",
            *(f"{self.quantile(part) * 1000:,.1f} ms" for part in (0.5, 0.95, 0.99)),
            f"{five}",
            shown or "0",
            f"{self.served / total * 1000:.2f} ms",
            f"{self.asked / total * 1000:.2f} ms",
            f"{self.memory >> 20:,} MB",
        ]


HEAD = (
    "asked", "answers/s", "p50", "p95", "p99", "5xx", "other errors", "processor an answer",
    "of the clients", "most memory",
)  # fmt: skip


@dataclass
class Compared:
    """How both servers answered one query, asked alone: seconds, and why it is no load, if so."""

    asked: Asked
    seconds: dict[str, float]
    why: str = ""


def clients(
    server: Server, requests: Sequence[str], addresses: Sequence[str], seconds: float, number: int,
    patience: float,
) -> subprocess.Popen[str]:  # fmt: skip
    """Start clients in a process of their own."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("serve_clients.py"))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    plan = {
        "port": server.port, "requests": list(requests), "addresses": list(addresses),
        "seconds": seconds, "number": number, "patience": patience,
    }  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(json.dumps(plan))
    process.stdin.close()
    process.stdin = None
    return process


def compare(servers: Sequence[Server], queries: Sequence[Asked], slowest: float) -> list[Compared]:
    """Ask every query of every server, alone, and compare what they say as bags of rows."""
    patience = 6 * slowest
    found = []
    for place, asked in enumerate(queries, 1):
        # From an address of its own: slow queries are not to use up the share of the others.
        asking = {e.name: Connection(e.port, f"127.0.1.{place}", patience) for e in servers}
        one, answers = Compared(asked, {}), []
        ways = [(each, each.text(asked, new=False)) for each in servers]
        ways.append((servers[0], named(asked)))
        for server, request in ways:
            if one.why and server.name in one.seconds:
                continue  # it has failed already, by its text
            begun = time.perf_counter()
            try:
                status, headers, body = asking[server.name].ask(request.encode())
            except (OSError, ValueError) as error:
                status, headers, body = CUT, {}, str(error).encode()
            one.seconds.setdefault(server.name, time.perf_counter() - begun)
            asking[server.name].close()  # before an idle connection is closed by the server
            if status != 200:
                said = "no whole answer" if status == CUT else f"{status}: {_detail(body)}"
                one.why += f"{'; ' if one.why else ''}{server.name}: {said}"
            elif "x-magkg-limited" in headers:
                one.why = one.why or f"{server.name}: cut at {headers['x-magkg-limited']}"
            answers.append(rows(asked.form, body) if status == 200 else None)
            if status != 200:
                server.rest(patience)  # what it goes on with is not to slow the next
        if not one.why and any(each != answers[0] for each in answers[1:]):
            one.why = "the answers differ"
        if not one.why and max(one.seconds.values()) > slowest:
            one.why = "too slow to be asked by eight at once"
        found.append(one)
    return found


def _detail(body: bytes) -> str:
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return body[:80].decode("utf-8", "replace").replace("\n", " ")


def rows(form: str, body: bytes) -> Counter[object]:
    """Give an answer without its order."""
    if form in ("construct", "describe"):
        return Counter(dict.fromkeys(line for line in body.decode().splitlines() if line))
    found = json.loads(body)["results"]["bindings"]
    return Counter(
        tuple(sorted((name, *sorted(cell.items())) for name, cell in row.items())) for row in found
    )


def load(servers: Sequence[Server], queries: Sequence[Asked], args: argparse.Namespace) -> str:
    """Measure every way to ask, in phases that take turns."""
    own, other = servers
    ways: list[Row] = [
        Row("magkg /sparql, each text new", own, [own.text(each, new=True) for each in queries]),
        Row("oxigraph, the same texts", other, [other.text(each, new=True) for each in queries]),
        Row("magkg /api/queries, each new", own, [named(each) for each in queries]),
        Row("magkg /sparql as it is, answers kept", own, [own.text(q, new=False) for q in queries]),
    ]
    for turn in range(ROUNDS):
        for place, each in enumerate(ways):
            each.phase(args.seconds / ROUNDS, number(turn, place), args.timeout * 3)
    return table(HEAD, [each.cells() for each in ways])


def abused(servers: Sequence[Server], queries: Sequence[Asked], args: argparse.Namespace) -> str:
    """Measure each server before, while and after one client asks for cross joins."""
    found, lines = [], []
    for place, server in enumerate(servers):
        requests = [server.text(each, new=True) for each in queries]
        alone = Row(f"{server.name}, alone", server, requests)
        beside = Row(f"{server.name}, beside the abuser", server, requests)
        alone.phase(args.seconds / 2, number(10, place), args.timeout * 3)
        cross = server.text(Asked("cross", "select", CROSS, {}), new=True)
        abuse = clients(
            server, [cross], [ABUSER] * AT_ONCE, args.seconds, number(11, place), args.timeout * 3
        )
        before, watch = server.processor(), Watch(server)
        loading = clients(
            server, requests, CLIENTS, args.seconds, number(12, place), args.timeout * 3
        )
        beside.take(json.loads(loading.communicate()[0]), args.seconds)
        beside.served, beside.memory = server.processor() - before, watch.end()
        seen = json.loads(abuse.communicate()[0])["seen"]
        alone.phase(args.seconds / 2, number(13, place), args.timeout * 3)
        found += [alone, beside]
        lines.append(told_of_abuser(server, seen, args.seconds, beside, alone))
    return table(HEAD, [each.cells() for each in found]) + "\n" + "\n".join(lines)


def told_of_abuser(
    server: Server, seen: list[Seen], seconds: float, beside: Row, alone: Row
) -> str:
    """Say what the abuser got, and what that cost the others."""
    got = Counter(status for _, status, _, _ in seen)
    first = {}
    for _, status, _, late in sorted(seen, key=lambda each: each[3]):
        first.setdefault(status, seconds + late)
    shown = ", ".join(
        f"{count:,} × {'cut' if status == CUT else status} (the first after {first[status]:.0f} s)"
        for status, count in sorted(got.items(), key=lambda each: first[each[0]])
    )
    ratio = beside.quantile(0.95) / max(alone.quantile(0.95), 1e-9)
    return f"- {server.name}: p95 of the others × {ratio:.2f}; the abuser got {shown or 'nothing'}."


def number(turn: int, place: int) -> int:
    """Give the first number of a phase: none of another phase is like its own."""
    return turn * 4_000_000 + place * 1_000_000


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    marks = ["|".join(["", *("---" for _ in head), ""])]
    return "\n".join(
        [f"| {' | '.join(head)} |", *marks, *(f"| {' | '.join(line)} |" for line in lines), ""]
    )


@contextmanager
def both(folder: Path, timeout: float, work: Path) -> Iterator[list[Server]]:
    """Run the two servers over one built graph."""
    logs = [work / f"{name}.log" for name in ("magkg", "oxigraph")]
    with (
        magkg(folder, timeout, WORKERS, logs[0]) as own,
        oxigraph(serve_graph.store_of(folder), timeout, logs[1]) as other,
    ):
        yield [own, other]


def measured(name: str, folder: Path, args: argparse.Namespace, work: Path) -> None:
    """Print the tables of one graph."""
    queries = serve_graph.queries(folder)
    with both(folder, math.ceil(2 * args.slowest), work) as servers:
        found = compare(servers, queries, args.slowest)
    fit = [each.asked for each in found if not each.why]
    with both(folder, args.timeout, work) as servers:
        alone = {each.name: sum(one.seconds[each.name] for one in found) for each in servers}
        print(
            f"\n## {name}\n\n{len(fit)} of {len(queries)} queries are asked; their answers are"
            f" equal on both servers. All {len(queries)} in turn, alone: "
            + ", ".join(f"{key} {value:.1f} s" for key, value in alone.items())
            + ".\n"
        )
        if left := [each for each in found if each.why]:
            head = ("not asked", *(each.name for each in servers), "because")
            cells = [
                [each.asked.name, *(f"{each.seconds[one.name]:.2f} s" for one in servers), each.why]
                for each in left
            ]
            print(table(head, cells), flush=True)
        if not fit:
            raise SystemExit("no query is left to ask: see why above")
        print(load(servers, fit, args), flush=True)
        print(f"With {AT_ONCE} connections of an abuser beside them:\n")
        print(abused(servers, fit, args), flush=True)
        known = figures(servers[0], "magkg_pool_deadline", "magkg_pool_died", "magkg_pool_refused")
        print("\n" + ", ".join(f"`{key}` {value}" for key, value in known.items()) + ".")


def main() -> None:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    reader.add_argument("--seconds", type=float, default=60)
    reader.add_argument("--claims", type=int, default=100_000)
    reader.add_argument("--only", choices=("bundled", "generated"))
    reader.add_argument("--timeout", type=float, default=15)
    reader.add_argument("--slowest", type=float, default=1.2)
    reader.add_argument("--folder", type=Path)
    args = reader.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers end too
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        print(
            f"{len(CLIENTS)} clients, {args.seconds:g} s a row, limit {args.timeout:g} s, "
            f"{WORKERS} workers, Python {sys.version.split()[0]}, {os.cpu_count()} cores."
        )
        if args.only != "generated":
            measured("The bundled graph", bundled_graph(), args, work)
        if args.only != "bundled":
            place = (args.folder or work) / f"generated-{args.claims}"
            measured(
                f"{args.claims:,} generated claims",
                serve_graph.generated(args.claims, place), args, work,
            )  # fmt: skip


if __name__ == "__main__":
    main()
