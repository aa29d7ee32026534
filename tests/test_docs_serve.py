"""docs/serve.md and docs/deploy.md: the examples run, the tables say what the code does."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from magkg.web import gate
from magkg.web.front import frame, slow
from magkg.web.pages.routes import ROUTES
from magkg.web.settings import COLUMNS, Settings
from magkg.web.sparql import forms
from magkg.web.workers import fair, waiting
from tests.cli import magkg
from tests.web.asking import get
from tests.web.server import Served, running

if TYPE_CHECKING:
    from magkg.use.graph import Graph

DOCS = Path(__file__).resolve().parents[1] / "docs"
SERVE = (DOCS / "serve.md").read_text("utf-8")
DEPLOY = (DOCS / "deploy.md").read_text("utf-8")
HERE = "http://127.0.0.1:8000"
# A suite that shares its machine may need longer for a page than a reader would wait.
PATIENT = ("--timeout", "60", "--workers", "2")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


def section(page: str, title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    assert found is not None, title
    return found[1]


def table(text: str, head: str) -> list[list[str]]:
    """Give the cells of the rows below a head."""
    lines = text[text.index(head) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def words(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.fixture(scope="module")
def served(bundled_folder: Path) -> Iterator[Served]:
    with running("--graph", bundled_folder, *PATIENT) as found:
        yield found


def run(command: list[str], text: str, served: Served) -> str:
    done = subprocess.run(
        command, input=text.replace(HERE, served.base), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_each_example_of_curl_is_answered(served: Served) -> None:
    told = [run(["bash", "-eu"], each, served) for each in blocks(SERVE, "sh")]
    assert len(told) == 5
    table_of_claims, turtle, denied, problem, status = told
    assert table_of_claims.startswith("claim,")
    assert "@prefix con:" in turtle
    assert denied.splitlines()[0] == "claim"
    assert len(denied.splitlines()) == 6
    assert json.loads(problem) == json.loads(blocks(SERVE, "json")[0])
    assert status == "304\n"


def test_each_example_of_python_is_answered(served: Served) -> None:
    plain, wrapper = (run([sys.executable, "-"], each, served) for each in blocks(SERVE, "python"))
    assert "'verdict': 'https://w3id.org/magkg/ns#supported'" in plain
    assert int(wrapper) > 1000


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="there is no R here")
def test_the_example_of_r_is_answered(served: Served) -> None:
    run(["Rscript", "-"], blocks(SERVE, "r")[0], served)


def paths() -> dict[str, list[str]]:
    rows = table(section(SERVE, "Paths"), "| path | is |")
    return {path: words(row[-1]) for row in rows for path in words(row[0])}


def test_every_path_is_in_the_table() -> None:
    fixed = {"/api/queries/*", "/static/*", "/healthz", "/metrics", "/robots.txt"}
    assert set(paths()) == set(ROUTES) | fixed


def members() -> dict[str, list[str]]:
    """Give each page of the table of members with what stands there, outside brackets."""
    rows = table(SERVE, "| page | members |")
    found: dict[str, list[str]] = {}
    for page, cell in rows:
        like = re.match(r"as `([^`]+)`", cell)
        found[words(page)[0]] = found[like[1]] if like else words(re.sub(r"\([^)]*\)", "", cell))
    return found


@pytest.mark.parametrize("page", members())
def test_the_members_of_a_page_are_those_in_the_table(page: str, bundled: Graph) -> None:
    answer = get(bundled, page, "json")
    listed = [each for each in members()[page] if each != "magkg audit --json"]
    assert answer.status == 200
    assert set(listed) == set(json.loads(answer.body))
    like = next(
        each
        for each in paths()
        if re.fullmatch(each.replace("*", "[^/?]+"), page.partition("?")[0])
    )
    links = dict(answer.headers).get("Link", "")
    told = {"json", *re.findall(r'\.(\w+)(?:\?[^>]*)?>; rel="alternate"', links)}
    drawn = {each for each in paths()[like] if each in {"svg", "png"}}
    assert set(paths()[like]) - drawn == told - {"html"}


def test_pictures_are_drawn_where_the_table_has_them(bundled: Graph) -> None:
    drawn = [path for path, suffixes in paths().items() if "svg" in suffixes]
    assert {get(bundled, path, "svg").status for path in drawn} == {200}


def test_the_limits_are_those_of_the_code() -> None:
    limits = {row[0]: row[1] for row in table(SERVE, "| limit | is | beyond it |")}
    least = Settings("")

    def holds(name: str, *numbers: float) -> None:
        found = [float(each) for each in re.findall(r"[\d.]+", limits[name].replace(",", ""))]
        assert found[: len(numbers)] == list(numbers), name

    holds("rows or triples of an answer", least.rows)
    holds("bytes of an answer to a query", least.largest >> 20)
    holds("bytes of a page or an export", least.largest >> 20)
    holds("seconds of work, waiting included", least.timeout)
    holds("memory of a worker", least.memory >> 20, COLUMNS >> 20)
    holds("requests that wait", waiting.MOST_OF_ONE, waiting.MOST)
    holds("text of a query", gate.LONGEST >> 10)
    holds("brackets in it", gate.DEEPEST)
    holds("joined triple patterns in it", gate.JOINED)
    counts = [gate.MOST[each] for each in ("triple patterns", "operators", "clauses", "brackets")]
    holds("triple patterns, operators, clauses, brackets, tokens", *counts, gate.MOST["tokens"])
    holds("body of a request", frame.LONGEST_BODY >> 10)
    holds("URL", frame.LONGEST_URL >> 10)
    holds("headers", frame.LONGEST_HEADERS >> 10)
    holds("sending the head of a request", slow.HEAD)
    holds("sending the body", slow.BODY)
    holds("an answer that is not read", slow.READ)
    holds("connections", slow.MOST_OF_ONE, 1000)
    assert (fair.FREE, fair.RATE) == (0.5, 0.25)  # which the page says in words


def test_the_media_types_of_the_endpoint_are_those_of_the_code() -> None:
    rows = dict(table(SERVE, "| what | media types |"))
    told = words(rows["SELECT"])
    assert set(told) == set(forms.ROWS) - {"application/xml", "text/xml", "text/plain"}
    triples = words(rows["CONSTRUCT, DESCRIBE"])
    assert triples == list(dict.fromkeys(triples))
    assert set(triples) == set(list(forms.TRIPLES)[: len(triples)])
    short = re.search(r"goes before `Accept`: (.*?), or a media type", SERVE, re.DOTALL)
    assert short is not None
    assert all(each in forms.SHORT for each in words(short[1]))


def unit() -> configparser.RawConfigParser:
    found = configparser.RawConfigParser(strict=True, interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string(blocks(DEPLOY, "ini")[0])
    return found


def test_the_unit_lets_workers_make_their_namespaces() -> None:
    service = unit()["Service"]
    assert set(service["RestrictNamespaces"].split()) == {"user", "net"}
    assert service["KillMode"] == "mixed"
    # Each of these would refuse the namespaces, or the filter, to the workers.
    assert service["SystemCallFilter"] == "@system-service"
    assert "AF_UNIX" in service["RestrictAddressFamilies"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_knows_all_of_the_unit(tmp_path: Path) -> None:
    text = blocks(DEPLOY, "ini")[0].replace("/opt/magkg/bin/magkg", sys.executable)
    path = tmp_path / "magkg.service"
    path.write_text(text.replace("User=magkg", "User=games"), "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    assert "magkg.service" not in done.stderr, done.stderr


def test_the_options_on_the_page_are_those_of_serve() -> None:
    known = set(re.findall(r"--[a-z-]+", magkg("serve", "--help").out))
    started = [unit()["Service"]["ExecStart"].partition(" serve ")[2]]
    started += [each.partition("ENTRYPOINT")[2] for each in blocks(DEPLOY, "dockerfile")]
    after = re.search(r"127\.0\.0\.1:8000:8000 magkg \\\n(.*?)```", DEPLOY, re.DOTALL)
    assert after is not None
    used = {each for text in (*started, after[1]) for each in re.findall(r"--[a-z-]+", text)}
    assert used >= {"--graph", "--host", "--port", "--public-url", "--proxy", "--timeout"}
    assert used <= known
    assert shlex.split(started[0])[-1] == "127.0.0.1"


def test_the_figures_and_events_on_the_page_are_those_of_a_server(served: Served) -> None:
    run([sys.executable, "-"], _METRICS, served)  # so that one request has been counted
    text = run([sys.executable, "-"], _METRICS, served)
    shown = {re.split(r"[{ ]", line)[0] for line in text.splitlines() if line[:1] not in {"#", ""}}
    plain = {re.sub(r"_(bucket|sum|count)$", "", each) for each in shown}
    told = {each for row in table(DEPLOY, "| figure | is |") for each in words(row[0])}
    assert told == plain
    events = {
        name: words(row[1]) for row in table(DEPLOY, "| `event` | fields") for name in words(row[0])
    }
    line = served.events("request")[-1]
    assert set(line) - {"time", "event"} <= set(events["request"])
    source = "".join(each.read_text("utf-8") for each in Path(gate.__file__).parent.rglob("*.py"))
    written = set(re.findall(r"\blog\(\s*\"(\w+)\"", source)) - {"job_"}
    assert written <= set(events)


_METRICS = f"""
from urllib.request import urlopen
print(urlopen("{HERE}/metrics").read().decode())
"""


def test_what_links_on_the_pages_lead_to_is_there() -> None:
    for page in (SERVE, DEPLOY):
        for target, anchor in re.findall(r"\]\(([\w./-]*)(?:#([\w-]+))?\)", page):
            path = (DOCS / target).resolve()
            assert path.is_file(), target
            if anchor:
                heads = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
                known = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in heads}
                assert anchor in known, anchor
