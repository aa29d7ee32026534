"""Take away: the form over the selection language, and the files of every format."""

from __future__ import annotations

import io
import json
import re
import shlex
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from magkg.use.export.formats import FORMATS
from magkg.use.select.language import WORDS
from magkg.web.pages.export import export
from tests import small
from tests.cli import magkg
from tests.web.asking import get

if TYPE_CHECKING:
    from magkg.use.graph import Graph

CHOSEN = (("concept", "magnesium-glycinate"), ("not-kind", "advice"))


@pytest.fixture(scope="module")
def bees() -> Iterator[Graph]:
    with small.graph() as graph:
        yield graph


def _doors(graph: Graph, *words: tuple[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(get(graph, f"/export?{urlencode(words)}", "json").body)
    return found


def test_the_form_counts_what_is_chosen_and_says_it_in_shell_and_python(bundled: Graph) -> None:
    held = _doors(bundled, *CHOSEN, ("format", "graphml"), ("source", ""))
    wanted = bundled.subgraph(concept="magnesium-glycinate", not_kind="advice")
    assert held["claims"] == len(wanted) > 0
    assert held["selection"] == str(wanted.selection)
    assert [each["iri"] for each in held["first"]] == list(wanted.claims[:8])
    assert shlex.split(held["command"]) == [
        "magkg", "export", "--format", "graphml", "--concept", "magnesium-glycinate",
        "--not-kind", "advice",
    ]  # fmt: skip
    said = held["python"].removeprefix("magkg.open()").removesuffix(".export('graphml')")
    taken = eval(f"graph{said}", {"graph": bundled})
    assert taken.claims == wanted.claims


def test_the_form_shows_again_what_was_chosen(bundled: Graph) -> None:
    words = (*CHOSEN, ("polarity", "denies"), ("concept", "magnesium-oxide"), ("claim", "a#b"))
    html = get(bundled, f"/export?{urlencode(words)}").body.decode()
    assert 'name="polarity" value="denies" checked' in html
    assert 'name="not-kind" value="adviceClaim"' in html.replace(" checked", "")
    assert re.search('name="not-kind" value="adviceClaim" checked', html)
    for value in ("magnesium-glycinate", "magnesium-oxide"):
        assert f'name="concept" value="{value}"' in html
    assert 'name="claim" value="a#b" checked' in html


def test_every_word_of_the_language_can_stand_in_the_url(bundled: Graph) -> None:
    values = {
        "concept": "magnesium-oxide", "subject": "magnesium-oxide", "object": "magnesium-oxide",
        "predicate": "hasBioavailability", "source": "guide-nerve-health", "study": "pan-2011",
        "claim": "guide-nerve-health#table-glycinate-bioavailability", "kind": "efficacy",
        "polarity": "denies", "certainty": "hedged", "attribution": "noSource",
        "verdict": "supported", "strength": "low", "strength-at-least": "low",
        "cited-at-least": "low", "design": "randomisedTrial", "studies-at-least": "2",
        "since": "2010", "until": "2020", "contested": "yes", "tension": "opposite_polarity",
        "query": "contested",
    }  # fmt: skip
    assert set(values) == set(WORDS)
    for word, value in values.items():
        held = _doors(bundled, (word, value))
        assert held["fault"] is None, word
        assert held["claims"] == len(bundled.subgraph(**{word.replace("-", "_"): value}))


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_format_is_a_file_under_the_name_of_the_command_line(
    bundled: Graph, form: str
) -> None:
    if form == "png":
        pytest.importorskip("resvg_py", reason="PNG needs magkg[png]")
    url = f"/export/{form}?{urlencode((('source', 'guide-nerve-health'), ('kind', 'efficacy')))}"
    answer = get(bundled, url)
    assert answer.status == 200, answer.body[:500]
    head = dict(answer.headers)["Content-Disposition"]
    name = re.fullmatch(r'attachment; filename="([A-Za-z0-9._-]+)"', head)
    assert name is not None
    assert bundled.manifest is not None
    assert name[1].startswith("magkg-")
    assert bundled.manifest.root[:12] in name[1]
    if form in ("csv", "turtle"):  # whatever was asked for, and the same each time
        assert answer.body == get(bundled, url, "json").body
    if FORMATS[form].folder:
        packed = zipfile.ZipFile(io.BytesIO(answer.body))
        assert packed.testzip() is None
        manifests = [each for each in packed.namelist() if each.endswith(".manifest.json")]
        manifest = json.loads(packed.read(manifests[0]))
        top = name[1].removesuffix(".zip")
        for each, told in manifest["files"].items():
            assert len(packed.read(f"{top}/{each}")) == told["bytes"]


def test_the_file_is_that_of_the_command_line(bundled: Graph, tmp_path: Path) -> None:
    out = tmp_path / "x.nq"
    words = ["--source", "guide-nerve-health", "--kind", "efficacy"]
    place = ["--graph", str(bundled.place)]
    done = magkg("export", "--format", "nquads", "--out", str(out), *words, *place)
    assert done.code == 0, done.err
    answer = get(bundled, "/export/nquads?source=guide-nerve-health&kind=efficacy")
    assert answer.body == out.read_bytes()


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("query=/etc/passwd.rq", 404),
        ("query=queries/export/contested.rq", 404),
        ("query=CONSTRUCT+%7B%3Fs+%3Fp+%3Fo%7D+WHERE+%7B%3Fs+%3Fp+%3Fo%7D", 404),
        ("not-query=x.rq", 404),
        ("key=/root/.ssh/id_rsa", 404),
        ("concpt=magnesium", 404),
        ("concept=nothing-of-that-name", 404),
        ("hops=11", 400),
        ("view=sideways", 404),
        ("neo4j=yes", 400),
        ("polarity=denies&kind=food&strength=high", 400),
        ("&".join(f"concept=c{each}" for each in range(101)), 400),
    ],
)
def test_what_selects_nothing_sound_is_refused(bundled: Graph, words: str, status: int) -> None:
    answer = get(bundled, f"/export/graphml?{words}", "json")
    found = json.loads(answer.body)
    assert (answer.status, found["status"]) == (status, status)
    assert found["detail"]
    assert b"Content-Disposition" not in answer.body


def test_a_slip_in_the_form_is_told_on_the_form(bundled: Graph) -> None:
    answer = get(bundled, "/export?concept=magnesium-glycinat")
    html = answer.body.decode()
    assert answer.status == 404
    assert 'role="alert"' in html
    assert "magnesium-glycinate" in html
    assert 'name="concept" value="magnesium-glycinat"' in html


def test_a_selection_of_nothing_is_a_page(bees: Graph) -> None:
    answer = get(bees, "/export?polarity=denies&kind=food")
    assert answer.status == 200
    assert "No claim is all that" in answer.body.decode()


def test_png_without_resvg_says_what_to_take(bees: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "find_spec", lambda name: None)
    answer = get(bees, "/export/png", "json")
    assert answer.status == 501
    assert "svg" in json.loads(answer.body)["hint"]
    assert get(bees, "/export/png").status == 501
    assert "not at hand here" in get(bees, "/export").body.decode()


def test_a_format_that_is_not_there_gives_the_nearest(bees: Graph) -> None:
    answer = get(bees, "/export/turtl", "json")
    assert answer.status == 404
    assert "turtle" in json.loads(answer.body)["suggestions"]


def test_options_reach_the_file(bundled: Graph) -> None:
    plain = get(bundled, "/export/graphml?source=guide-nerve-health")
    other = get(bundled, "/export/graphml?source=guide-nerve-health&view=claims")
    assert plain.body != other.body
    assert "-claims.graphml" in dict(other.headers)["Content-Disposition"]
    held = _doors(bundled, ("view", "claims"), ("spreadsheet", "yes"))
    urls = {e["name"]: e["url"] for group in held["formats"] for e in group["formats"]}
    assert "view=claims" in urls["graphml"]
    assert "spreadsheet=yes" in urls["csv"]
    assert urls["turtle"] == "/export/turtle"
    assert set(urls) == set(FORMATS)
