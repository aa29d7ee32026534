"""The benchmark runs, whatever the machine: a figure that is missing or broken fails, a slow one not."""  # noqa: E501

import json
import math
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import run
import run_measure
import run_queries
import run_table
from run_measure import Command, Figure, Missing, Value, measure
from run_queries import Answers
from run_works import WORKS

ROOT = Path(__file__).resolve().parents[2]
SIZE = 1_000
# The rest is run at 10,000 claims by CI, as a smoke test.
ROWS = "help,build,core,trace,warm,nquads,disk,queries,slowest,within"
# Without the peers that take long, nor columns, whose queries take long to plan at any size.
SIDES = "^(?!magkg, on columns)(magkg|pyoxigraph|oxigraph)"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What a small run of the whole command writes."""
    path = tmp_path_factory.mktemp("run") / "figures.json"
    words = ["--sizes", str(SIZE), "--runs", "1", "--only", ROWS, "--sides", SIDES]
    command = [sys.executable, "benchmarks/run.py", *words, "--json", str(path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
    return {"text": ran.stdout, **json.loads(path.read_text("utf-8"))}


def test_a_small_run_has_every_figure(told: dict) -> None:
    seen = set()
    for row in told["rows"]:
        for size, figure in row["figures"].items():
            name = f"{row['title']}: {row['side']} at {size}"
            if figure["reason"]:
                assert figure["reason"] == "oxigraph is not installed", name
                continue
            assert figure["runs"] >= 1, name
            assert all(math.isfinite(each) and each > 0 for each in figure["values"]), name
            if row["unit"] == "s":
                assert figure["memory"] > 2**20, name
            seen.add(row["title"])
    assert seen == {row["title"] for row in told["rows"]}


def test_sides_that_find_faults_find_as_many(told: dict) -> None:
    for row in told["rows"]:
        for figure in row["figures"].values():
            assert "differs" not in figure["told"], row
            assert not figure["told"].get("other"), row  # queries with other rows than magkg's


def test_ratios_are_to_magkg(told: dict) -> None:
    for row in told["rows"]:
        ours = row["side"] in {"magkg", "magkg, built", "magkg, from N-Quads"}
        for figure in row["figures"].values():
            assert not (ours and figure["ratio"]), row
    dump = next(row for row in told["rows"] if row["side"] == "pyoxigraph: dump")
    assert dump["figures"][str(SIZE)]["ratio"] > 0


def test_the_machine_and_the_versions_are_told(told: dict) -> None:
    assert told["machine"]["cores"] >= 1
    assert told["machine"]["memory"] > 2**28
    assert {"python", "magkg", "pyoxigraph"} <= set(told["versions"])
    assert told["versions"]["pyoxigraph"] in told["text"]


def test_every_query_is_told(told: dict) -> None:
    answers = told["queries"][str(SIZE)]["magkg"]
    files = {path.stem for path in (ROOT / "queries").rglob("*.rq")}
    assert set(answers["seconds"]) | set(answers["reasons"]) == files
    assert answers["reasons"] == {}


def test_rows_and_columns_of_the_page_are_those_of_the_command() -> None:
    page = (ROOT / "docs" / "performance.md").read_text("utf-8")
    begin, end = run.MARKS
    table = page.partition(begin)[2].partition(end)[0]
    assert re.search(r"^\d{4}-\d\d-\d\d; \d+ cores", table.strip())
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in table.splitlines() if re.match(r"\|(?!---)", line)]  # fmt: skip
    starts = [place for place, row in enumerate(rows) if row[:2] == ["work", "of"]]
    assert len(starts) == 2
    for part, bundled in ((rows[: starts[1]], True), (rows[starts[1] :], False)):
        sizes = ["bundled"] if bundled else [
            re.sub(r"\D", "", cell) for cell in part[0] if cell.endswith(" claims")
        ]  # fmt: skip
        assert part[0] == run_table.heads(sizes)
        named, title = [], ""
        for row in part[1:]:
            title = row[0] or title
            named.append((title, row[1]))
        assert named == [row[:2] for row in run.rows_of(bundled=bundled)]


def test_names_are_taken_and_others_refused(capsys: pytest.CaptureFixture) -> None:
    run.main(["--list"])
    assert capsys.readouterr().out.split() == run.names()
    assert len(set(run.names())) == len(run.names())
    for words in (["--only", "nothing"], ["--sizes", "5"], ["--docs", "--only", "help"]):
        with pytest.raises(SystemExit):
            run.main(words)


def test_the_table_stands_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{run.MARKS[0]}\nold\n{run.MARKS[1]}\nafter\n", "utf-8")
    run.write_page("new", page)
    assert page.read_text("utf-8") == f"before\n{run.MARKS[0]}\nnew\n{run.MARKS[1]}\nafter\n"


def test_a_run_goes_on_from_what_was_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "figures.json"
    words = ["--sizes", "", "--only", "help", "--runs", "1", "--sides", "typer"]
    run.main([*words, "--json", str(path)])
    first = json.loads(path.read_text("utf-8"))
    capsys.readouterr()
    monkeypatch.setattr(run, "run_work", lambda *_: pytest.fail("measured again"))
    run.main([*words, "--json", str(path), "--resume"])
    assert json.loads(path.read_text("utf-8"))["rows"] == first["rows"]
    capsys.readouterr()
    run.main(["--sizes", "100", "--json", str(path), "--table"])
    table = capsys.readouterr().out
    assert "`import typer`" in table
    assert "- [1] left out of this run." in table
    rows = [*run.rows_of(bundled=True), *run.rows_of(bundled=False)]
    assert len(re.findall(r"not measured \[1\]", table)) == len(rows) - 1


def test_figures_of_another_machine_are_not_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    run.main(
        ["--sizes", "", "--only", "help", "--runs", "1", "--sides", "none", "--json", str(path)]
    )
    told = json.loads(path.read_text("utf-8"))
    for part, name in (("machine", "cores"), ("versions", "magkg")):
        path.write_text(json.dumps({**told, part: {**told[part], name: 0}}), "utf-8")
        with pytest.raises(SystemExit, match="take another file"):
            run.main(["--sizes", "", "--json", str(path), "--resume"])
    with pytest.raises(SystemExit):
        run.main(["--resume"])


def python(code: str, **more: object) -> Command:
    return Command((sys.executable, "-c", code), **more)  # type: ignore[arg-type]


def test_a_failing_side_says_why_and_the_others_are_measured() -> None:
    good, bad, gone = measure(
        [python("pass"), python("raise SystemExit('no luck')"), Missing("not there")],
        1, runs=2, budget=10, limit=60,
    )  # fmt: skip
    assert len(good.values) == 2
    assert good.reason == ""
    assert (bad.values, gone.values) == ([], [])
    assert "no luck" in bad.reason
    assert gone.reason == "not there"


def test_a_side_that_never_ends_is_stopped() -> None:
    # Its child too: what holds a pipe or a file open must not stay.
    sleep = "import time; time.sleep(600)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {sleep!r}])"
    begun = time.monotonic()
    (figure,) = measure([python(code)], 1, runs=3, budget=10, limit=0.5)
    assert figure.reason == "stopped after 0 s"
    assert time.monotonic() - begun < 300


def test_memory_is_that_of_the_largest_child() -> None:
    # Measured from a small process, as run.py is: see `once`.
    large = "x = b'x' * 200_000_000"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {large!r}])"
    script = (
        "import sys; from run_measure import Command, once; "
        "print(*(once(Command((sys.executable, '-c', each)), 60).memory for each in sys.argv[1:]))"
    )
    words = [sys.executable, "-c", script, "pass", code]
    ran = subprocess.run(words, cwd=ROOT / "benchmarks", capture_output=True, text=True, check=True)
    small, tree = map(int, ran.stdout.split())
    assert small < 100_000_000 < 200_000_000 < tree


def test_what_a_child_tells_is_taken() -> None:
    said = """print('{"seconds": 2.5, "memory": 7, "findings": 3}')"""
    first, second = measure([Value(5.0), python(said, inner=True)], 1, 3, 10, 60)
    assert second.values == [2.5] * 3
    assert (second.memory, second.told, second.ratio) == (7, {"findings": 3}, 2.0)
    assert first.values == [5.0] * 3
    (gone,) = measure([python("""print('{"missing": "no"}')""", inner=True)], 1, 1, 10, 60)
    assert gone.reason == "no"


def test_what_takes_long_is_run_as_often_as_the_budget_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_measure, "LONG", 2.0)
    said = """print('{"seconds": 3.0}')"""
    for budget, times in ((1, 1), (6, 2), (100, 5)):
        (figure,) = measure([python(said, inner=True)], 1, 5, budget, 60)
        assert len(figure.values) == times


def test_an_answer_with_other_rows_is_none() -> None:
    ours = Answers({"a": 1.0, "b": 4.0}, {"a": 3, "b": 5})
    theirs = Answers({"a": 2.0, "b": 0.1}, {"a": 3, "b": 6})
    rows = run_queries.figures({"magkg": ours, "other": theirs}, 2)
    assert rows["median"]["other"].values == [2.0]
    assert rows["median"]["other"].ratio == 0.5
    assert rows["within"]["other"].values == [0.0]
    assert rows["within"]["other"].told["other"] == 1
    assert rows["within"]["magkg"].values == [1.0]


def test_cells_say_value_ratio_growth_and_reason() -> None:
    line = run_table.Line("work", "peer", "s")
    line.figures = {"100": Figure([0.25], 2**20, ratio=0.5), "1000": Figure([5.0], 3 * 2**20)}
    gone = run_table.Line("work", "lost", "s", {"100": Figure(reason="too large")})
    about = {"machine": run.machine(), "versions": {"python": "3"}, "sizes": [100, 1000]}
    text = run_table.markdown([line, gone], about).splitlines()
    assert "| work | peer | 250 ms (0.5) | 5 s | 20 for 10 | 3 MiB | 1 |" in text
    assert "|  | lost | not measured [1] |  |  |  |  |" in text
    assert text[-1] == "- [1] too large."


def test_all_works_have_a_name_and_begin_with_magkg() -> None:
    for work in WORKS.all:
        assert next(iter(work.sides)).startswith("magkg"), work.name


def test_strictness_is_about_figures_and_not_about_their_size() -> None:
    def line(side: str, **figure: object) -> run_table.Line:
        return run_table.Line("a work", side, "s", {"1000": Figure(**figure)})

    fine = [line("magkg", values=[1e9]), line("a peer", reason="is not installed")]
    assert list(run._broken(fine)) == []
    missing = line("magkg, on columns", reason="ended with 2: no")
    apart = line("a peer", values=[1.0], told={"differs": "3 findings"})
    assert list(run._broken([*fine, missing, apart])) == [
        "a work, magkg, on columns, 1000: ended with 2: no", "a work, a peer, 1000: 3 findings",
    ]  # fmt: skip
