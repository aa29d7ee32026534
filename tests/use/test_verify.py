"""All passages of a graph against the texts of its sources."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from magkg.claims.passage import digest, measure, whole_digest
from magkg.claims.sources import SourceTexts
from magkg.errors import InputError
from magkg.store.oxigraph import OxigraphStore
from magkg.use.verify import Verification, verify

SRC = "https://example.org/zoo/source/"
FOX = (
    "A fox lives by the river Elbe. In spring it hunts voles in the wet meadow, and in autumn it"
    " eats the windfall of the orchard. Nobody has counted the foxes there since the great flood."
)
OWL = "The owl sleeps by day in the tower of the church. At night it hears every mouse in the hay."
PREFIXES = "@prefix mag: <https://w3id.org/magkg/ns#> .\n@prefix oa: <http://www.w3.org/ns/oa#> .\n"


def record(slug: str, text: str, *words: str, folded: bool = True) -> str:
    """Describe a source with one claim for each of the words, named k0, k1 ..."""
    lines = [
        f"<{SRC}{slug}> a mag:Source ; mag:characters {len(text)} ; mag:sha256 '{digest(text)}' ."
    ]
    if folded:
        lines.append(f"<{SRC}{slug}> mag:foldedSha256 '{whole_digest(text)}' .")
    for number, each in enumerate(words):
        at = text.index(each)
        marks = measure(text, at, at + len(each))
        passage = f"<{SRC}{slug}#c{marks.start}-{marks.end}>"
        lines.append(f"<{SRC}{slug}#k{number}> a mag:Claim ; mag:passage {passage} .")
        lines.append(
            f"{passage} a mag:Passage ; oa:hasSource <{SRC}{slug}> ;"
            f" oa:start {marks.start} ; oa:end {marks.end} ; mag:sha256 '{marks.sha256}' ;"
            f" mag:foldedSha256 '{marks.folded_sha256}' ; mag:foldedLength {marks.folded_length} ;"
            f" mag:beforeSha256 '{marks.before_sha256}' ; mag:afterSha256 '{marks.after_sha256}' ."
        )
    return "\n".join(lines)


def store(*turtle: str) -> OxigraphStore:
    held = ox.Store()
    held.load(PREFIXES + "\n".join(turtle), format=ox.RdfFormat.TURTLE)
    return OxigraphStore(held)


GRAPH = (record("fox", FOX, "hunts voles", "Nobody has counted"), record("owl", OWL, "by day"))


def run(folder: Path, graph: tuple[str, ...] = GRAPH, **texts: str | bytes) -> Verification:
    for slug, text in texts.items():
        (folder / f"{slug}.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    return verify(store(*graph), SourceTexts(folder), SRC)


def test_everything_intact(tmp_path: Path) -> None:
    found = run(tmp_path, fox=FOX, owl=OWL)
    assert found.summary == {"intact": 3}
    assert not found.failed
    assert not found.changed
    assert [state.slug for state in found.sources] == ["fox", "owl"]
    assert [state.changed for state in found.sources] == [False, False]


def test_the_json_is_that_of_the_contract(tmp_path: Path) -> None:
    shown = run(tmp_path, fox="So: " + FOX).as_json()
    start = FOX.index("hunts voles")
    assert shown["summary"] == {"moved": 2, "not-at-hand": 1}
    assert shown["passages"][0] == {
        "claim": f"{SRC}fox#k0",
        "source": f"{SRC}fox",
        "verdict": "moved",
        "start": start,
        "end": start + 11,
        "new_start": start + 4,
        "new_end": start + 15,
    }
    assert json.loads(json.dumps(shown)) == shown


def test_a_wrapped_source_is_reflowed_and_no_failure(tmp_path: Path) -> None:
    found = run(tmp_path, fox=FOX.replace(" ", "\n  "), owl=OWL)
    assert found.summary == {"intact": 1, "reflowed": 2}
    assert not found.failed
    (state,) = found.changed
    assert (state.slug, state.changed, state.reflowed) == ("fox", True, True)


def test_without_the_folded_digest_of_the_whole_exact_text_elsewhere_is_moved(
    tmp_path: Path,
) -> None:
    graph = (record("fox", FOX, "hunts voles", folded=False),)
    assert run(tmp_path, graph, fox="\n" + FOX).summary == {"moved": 1}
    assert run(tmp_path, GRAPH[:1], fox="\n" + FOX).summary == {"reflowed": 2}


def test_a_source_that_changed_is_named_even_where_every_passage_is_intact(tmp_path: Path) -> None:
    found = run(tmp_path, fox=FOX + " The end.", owl=OWL)
    assert found.summary == {"intact": 3}
    (state,) = found.changed
    assert (state.source, state.changed, state.reflowed) == (f"{SRC}fox", True, False)


def test_a_copy_on_the_old_place_of_a_changed_file_is_not_intact(tmp_path: Path) -> None:
    start = FOX.index("hunts voles")
    new = "hunts voles".rjust(start + 11, "#") + "#" * 40 + FOX
    found = run(tmp_path, (record("fox", FOX, "hunts voles"),), fox=new)
    assert found.passages[0].verdict == "moved"
    assert found.passages[0].new_start == new.rindex("hunts voles")


def test_altered_and_gone(tmp_path: Path) -> None:
    found = run(tmp_path, fox=FOX.replace("voles", "moles"), owl="Nothing.")
    assert found.summary == {"intact": 1, "altered": 1, "gone": 1}
    assert found.failed


def test_misattributed_names_the_source_but_not_its_offsets_in_json(tmp_path: Path) -> None:
    found = run(tmp_path, fox=OWL.replace("by day", "by noon"), owl="The fox hunts voles.")
    each = found.passages[0]
    assert (each.verdict, each.found_in, each.new_start, each.new_end) == (
        "misattributed", "owl", 8, 19,
    )  # fmt: skip
    assert each.as_json()["new_start"] is None
    assert "found_in" not in each.as_json()
    assert found.failed


def test_a_text_that_no_record_names_is_searched_too_unless_it_is_no_text(tmp_path: Path) -> None:
    found = run(tmp_path, fox="None.", aaa=b"\xff", zoo="It hunts voles.")
    assert [each.found_in for each in found.passages[:2]] == ["zoo", None]
    assert found.summary == {"gone": 1, "not-at-hand": 1, "misattributed": 1}


def test_no_sources_at_all() -> None:
    found = verify(store(*GRAPH), None, SRC)
    assert found.summary == {"not-at-hand": 3}
    assert not found.failed
    assert all(not state.at_hand and state.changed is None for state in found.sources)


def test_a_locator_and_a_source_of_another_namespace_are_not_at_hand(tmp_path: Path) -> None:
    graph = (
        f"<{SRC}fox#k> mag:passage <{SRC}fox#abstract> ."
        f"<{SRC}fox#abstract> oa:hasSource <{SRC}fox> ; mag:locator 'Abstract, Results' .",
        record("fox", FOX, "hunts voles").replace(SRC, "https://example.com/other/"),
        f"<{SRC}fox> a mag:Source .",
    )
    found = run(tmp_path, graph, fox=FOX)
    assert found.summary == {"not-at-hand": 2}
    assert [each.start for each in found.passages] == [FOX.index("hunts voles"), None]
    states = {state.source: (state.at_hand, state.changed) for state in found.sources}
    assert states == {"https://example.com/other/fox": (False, None), f"{SRC}fox": (True, None)}


def test_one_passage_of_two_claims_is_two_rows(tmp_path: Path) -> None:
    start = FOX.index("hunts voles")
    more = f"<{SRC}fox#k9> mag:passage <{SRC}fox#c{start}-{start + 11}> ."
    found = run(tmp_path, (*GRAPH, more), fox=FOX)
    assert [each.claim.rpartition("#")[2] for each in found.passages] == ["k0", "k9", "k1", "k0"]


def test_the_file_of_a_record_must_be_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"fox\.txt:1: this is not UTF-8"):
        run(tmp_path, fox=b"\xff\xfe", owl=OWL)
    with pytest.raises(InputError, match=r"owl\.txt:1: this is not UTF-8"):
        run(tmp_path, fox="Nothing.", owl=b"\xff\xfe")


def test_an_iri_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    graph = (record("fox", FOX, "hunts voles").replace("source/fox", "source/../fox"),)
    with pytest.raises(InputError, match="leads out of the folder"):
        run(tmp_path, graph)


def test_numbers_that_are_none_make_no_offsets(tmp_path: Path) -> None:
    start = FOX.index("hunts voles")
    graph = (record("fox", FOX, "hunts voles").replace(f"oa:start {start}", "oa:start 'soon'"),)
    assert run(tmp_path, graph, fox=FOX).summary == {"not-at-hand": 1}
