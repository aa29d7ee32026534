"""The verbs as functions: the same work as on the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import magkg
from magkg.claims.sources import SourceTexts, from_setting
from magkg.errors import InputError
from magkg.use.verbs import project_of


@pytest.fixture
def bricks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    magkg.init(tmp_path / "bricks")
    monkeypatch.chdir(tmp_path / "bricks")
    return tmp_path / "bricks"


def test_from_init_to_trace_in_python(bricks: Path) -> None:
    texts = bricks / "texts"
    assert magkg.check(sources=texts).findings == ()
    assert magkg.format(sources=str(texts), check=True) == []
    (place,) = magkg.anchor("note-on-bricks", "fired in a kiln", texts)
    assert place.words == "fired in a kiln"
    assert magkg.build().manifest.counts["claims"] == 1
    with magkg.open() as graph:
        assert graph.prefixes["src"] == "https://example.org/bricks/source/"
        traced = graph.trace("note-on-bricks#made-of-clay", texts).as_json()
        assert traced["passages"][0]["verdict"] == "intact"
        assert graph.coverage("note-on-bricks").claims[0].label == traced["label"]
        assert graph.verify(texts).summary == {"intact": 1}
        assert not graph.verify(SourceTexts(texts)).failed
    assert magkg.diff(bricks / "build" / "graph", bricks / "graphs").empty


def test_a_build_goes_where_it_is_told(bricks: Path, tmp_path: Path) -> None:
    report = magkg.build(bricks, tmp_path / "elsewhere")
    assert report.folder == tmp_path / "elsewhere"
    assert not (bricks / "build").exists()
    with pytest.raises(InputError, match="empty"):
        magkg.build(bricks, "")


def test_files_can_be_checked_and_formatted_by_name(bricks: Path) -> None:
    file = bricks / "graphs" / "sources" / "note-on-bricks.ttl"
    assert magkg.check(str(file)).findings == ()
    assert magkg.format(file, check=True) == []


def test_outside_a_project_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for verb in (magkg.check, magkg.build, magkg.format, project_of):
        with pytest.raises(InputError, match="no graph project here"):
            verb(*([None] if verb is project_of else []))
    with pytest.raises(InputError, match="nowhere"):
        project_of("nowhere")


def test_texts_come_from_the_option_or_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert from_setting(None) is None
    with pytest.raises(InputError, match="--sources"):
        magkg.anchor("a", "b")
    monkeypatch.setenv("MAGKG_SOURCES", str(tmp_path))
    found = from_setting(None)
    assert found is not None
    assert found.folder == tmp_path
    assert from_setting(found) is found


def test_the_demo_writes_where_it_is_told(bundled_folder: Path) -> None:
    out = io.StringIO()
    magkg.demo(out)
    assert "Next:" in out.getvalue()
