"""What an adversary and a newcomer met: rows that merge or vanish in silence are told, or kept."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

import magkg
from magkg import Project
from magkg.errors import InputError
from magkg.use.importing import ImportStopped
from tests.importing import DATA, LEAST, given, imported, project

OWN = LEAST.replace('slug = "the-set"', 'slug = "{src}"')
STUDY = """
[[evidence]]
direction = "supports"
basis = "own"
[evidence.study]
slug = "{study}"
label = "{study}"
design = "randomisedTrial"
"""
TABLE = "drug,illness\na,b\n"
SPANS = LEAST.replace('noPassage = "The set gives none."\n', "").replace(
    'title = "The set"', 'title = "The set"\ntext = "One. Two. Three."'
)
OFFSETS = '\n[[passage]]\neach = "{each}"\nstart = "{{@.start}}"\nend = "{{@.end}}"\n'


@pytest.fixture
def home(tmp_path: Path) -> Project:
    return project(tmp_path / "p")


def jsonl(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def files(home: Project, folder: str = "") -> list[str]:
    return [n for n in imported(home) if n.startswith(folder) and n.count("/") == bool(folder)]


@pytest.mark.parametrize(
    ("one", "two"),
    [("試験 1", "研究 1"), ("Müller 1", "Muller 1"), ("α-1", "β-1"), ("a/1", "a 1")],
)
def test_sources_and_studies_of_two_names_are_two(home: Project, one: str, two: str) -> None:
    mapping = OWN.replace("noSource", "ownData") + STUDY
    table = f"drug,illness,src,study\na,b,{one},{one}\nc,d,{two},{two}\n"
    assert magkg.import_claims(*given(home, mapping, table), place=home).new == 2
    assert len(files(home)) == 2
    assert len(files(home, "studies/")) == 2


def test_plain_names_stay_as_they_are(home: Project) -> None:
    table = "drug,illness,src\na,b,Trial 7\nc,d,trial-7\ne,f,a-1-0f1e2d3c\n"
    magkg.import_claims(*given(home, OWN, table), place=home)
    assert files(home) == ["a-1-0f1e2d3c.ttl", "trial-7.ttl"]


@pytest.mark.parametrize(
    ("mapping", "table", "suffix", "said"),
    [
        (SPANS + OFFSETS.format(each="spans[]"),
         'drug,illness,spans\na,b,"[{""start"": 0, ""end"": 4}]"\n', ".csv", "json"),
        (LEAST.replace("[claim]\n", '[claim]\neach = "drug[]"\n'), TABLE,
         ".csv", "split"),
        (SPANS + OFFSETS.format(each="spans[]"),
         jsonl({"drug": "a", "illness": "b", "spans": [{"s": 0, "e": 4}]}), ".jsonl",
         "It has e, s"),
    ],
)  # fmt: skip
def test_a_list_that_is_none_is_a_bad_row(
    home: Project, mapping: str, table: str, suffix: str, said: str
) -> None:
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(*given(home, mapping, table, suffix), place=home)
    (bad,) = stopped.value.report.bad
    assert said in bad.hint
    assert bad.column


def test_a_list_in_a_column_that_is_not_there_is_refused(home: Project) -> None:
    mapping = '[rows]\nsplit = { drgu = ";" }\n\n' + LEAST
    with pytest.raises(InputError, match="no column 'drgu', which split") as error:
        magkg.import_claims(*given(home, mapping, TABLE), place=home)
    assert "Did you mean drug?" in error.value.hint
    table = jsonl({"drug": "a", "illness": "b"})
    with pytest.raises(InputError, match="no column 'drgu', which split"):
        magkg.import_claims(*given(home, mapping, table, ".jsonl"), place=home)


def test_a_path_that_no_row_has_is_told(home: Project) -> None:
    mapping = LEAST + '\n[[passage]]\nquote = "{quotation}"\n'
    table = jsonl(*({"drug": x, "illness": "b", "quote": "One."} for x in "ac"))
    told = given(home, mapping, table, ".jsonl")
    with pytest.raises(InputError, match=r"passage\.quote: no row has 'quotation'") as error:
        magkg.import_claims(*told, place=home)
    assert "Did you mean quote?" in error.value.hint
    assert imported(home) == {}
    report = magkg.import_claims(*told, place=home, on_error="skip")
    assert report.new == 2
    assert "no row has 'quotation'" in report.unseen[0]
    mapping = LEAST + '\n[[passage]]\nquote = { column = "quotation", default = "" }\n'
    assert magkg.import_claims(*given(home, mapping, table, ".jsonl"), place=home).known == 2


def test_a_list_that_is_always_empty_is_there(home: Project) -> None:
    mapping = LEAST + OFFSETS.format(each="spans[]")
    table = jsonl({"drug": "a", "illness": "b", "spans": []})
    assert magkg.import_claims(*given(home, mapping, table, ".jsonl"), place=home).new == 1


CREATED = LEAST.replace('{ label = "{illness}"', '{ id = "{id}", label = "{illness}"')


@pytest.mark.parametrize(
    ("mapping", "header", "rows"),
    [
        (OWN.replace('"The set"\n\n[claim]', '"{title}"\n\n[claim]'), "drug,illness,src,title",
         ("a,b,s,One", "c,d,s,Two", "e,f,t,One")),
        (CREATED, "drug,illness,id", ("a,pulse,MESH:D1", "c,pulse,", "e,Pulse,MESH:D1")),
        (LEAST.replace('kind = "condition"', 'kind = "{kind}"'), "drug,illness,kind",
         ("a,b,condition", "c,b,food", "b,e,process")),
    ],
)  # fmt: skip
def test_the_order_of_rows_that_disagree_is_no_matter(
    tmp_path: Path, mapping: str, header: str, rows: tuple[str, ...]
) -> None:
    found = set()
    for number, each in enumerate(itertools.permutations(rows)):
        home = project(tmp_path / str(number) / "p")
        table = "\n".join([header, *each, ""])
        report = magkg.import_claims(*given(home, mapping, table), place=home, on_error="skip")
        found.add((report.new, *((k, v) for k, v in imported(home).items())))
    assert len(found) == 1
    assert len(next(iter(found))) > 1


def test_a_label_alone_is_the_concept_that_another_row_makes_of_an_id(home: Project) -> None:
    table = "drug,illness,id\na,pulse,MESH:D1\nc,pulse,\n"
    told = given(home, CREATED, table)
    assert magkg.import_claims(*told, place=home).new == 2
    text = (home.graphs / "imported" / "the-set.ttl").read_text()
    assert text.count("con:mesh-d1") == 2
    assert magkg.import_claims(*told, place=home).files == ()


GROUPED = SPANS.replace("[claim]\n", '[claim]\ngroup-by = ["prompt"]\nupstreamId = "{by}"\n') + (
    OFFSETS.format(each="spans[]")
)


def annotated(*rows: tuple[str, str, str, int | None]) -> str:
    return jsonl(
        *(
            {"prompt": prompt, "by": by, "drug": drug, "illness": "b",
             "spans": [] if at is None else [{"start": at, "end": at + 4}]}
            for prompt, by, drug, at in rows
        )
    )  # fmt: skip


def test_rows_of_one_group_are_one_claim_with_the_passages_of_all(home: Project) -> None:
    rows = [("P1", "x", "a", 0), ("P1", "y", "a", 5), ("P1", "z", "a", None), ("P1", "v", "q", 0)]
    report = magkg.import_claims(
        *given(home, GROUPED, annotated(*rows, ("", "w", "e", 0)), ".jsonl"), place=home
    )
    assert (report.rows, report.new) == (5, 3)
    text = (home.graphs / "imported" / "the-set.ttl").read_text()
    assert "mag:passage <#c0-4> ; mag:passage <#c5-9>" in " ".join(text.split())
    assert 'mag:upstreamId "x" ; mag:upstreamId "y" ; mag:upstreamId "z"' in " ".join(text.split())
    before = imported(home)
    told = given(home, GROUPED, annotated(("", "w", "e", 0), *reversed(rows)), ".jsonl")
    assert magkg.import_claims(*told, place=home).new == 0
    assert imported(home) == before


def test_a_group_without_any_passage_is_bad_in_all_its_rows(home: Project) -> None:
    rows = [("P1", "x", "a", None), ("P1", "y", "a", None), ("P2", "y", "a", 0)]
    told = given(home, GROUPED, annotated(*rows), ".jsonl")
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(*told, place=home)
    assert [each.row for each in stopped.value.report.bad] == [1, 2]


def test_texts_are_found_by_their_file_and_whatever_their_case(home: Project) -> None:
    texts = home.root / "texts"
    (texts / "PMC101.txt").write_text("One. Two.")
    (texts / "2.body.txt").write_text("One. Two.")
    mapping = LEAST.replace('slug = "the-set"', 'slug = "PMC{n}"\nfile = "{file}"')
    mapping += '\n[[passage]]\nquote = "Two."\n'
    table = "drug,illness,n,file\na,b,101,\nc,d,102,2.body.txt\n"
    told = given(home, mapping, table)
    assert magkg.import_claims(*told, place=home, sources=texts).new == 2
    assert "oa:start 5" in (home.graphs / "imported" / "pmc102.ttl").read_text()
    magkg.check(home.graphs, sources=texts)
    told = given(home, mapping, table + "e,f,103,\ng,h,104,../x.txt\n")
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(*told, place=home, sources=texts)
    reasons = [each.reason for each in stopped.value.report.bad]
    assert "has no pmc103.txt" in reasons[0]
    assert "leads out of the folder" in reasons[1]


def test_a_date_that_is_none_is_told_as_the_option(home: Project) -> None:
    told = given(home, LEAST, TABLE)
    with pytest.raises(InputError) as error:
        magkg.import_claims(*told, place=home, date="31.1.2026")
    assert error.value.message == "--date: '31.1.2026' is no date"


def test_a_fault_of_a_shape_names_the_key_the_column_and_the_cell(home: Project) -> None:
    mapping = LEAST.replace('kind = "condition"', 'kind = "food"')
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(*given(home, mapping, TABLE), place=home)
    (bad,) = stopped.value.report.bad
    assert (bad.column, bad.value) == ("illness", "b")
    assert bad.reason.startswith("claim.object gives con:b: The predicate does not take")
    assert "another predicate" in bad.hint
    assert "#i-" not in bad.reason
    mapping = LEAST.replace("treats", "isGentlerOn").replace('"condition"', '"anatomy"')
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(*given(home, mapping, TABLE), place=home)
    assert "comparator under [claim]" in stopped.value.report.bad[0].hint


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('polarity = "affirms"', 'polarity = ""', "claim.polarity: this is empty"),
        ('kind = "efficacy"', 'kind = "eficacy"', "Did you mean efficacy?"),
    ],
)
def test_a_value_of_a_closed_list_is_told(home: Project, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        magkg.import_claims(*given(home, LEAST.replace(old, new), TABLE), place=home)
    assert said in str(error.value)
    assert "Known: " in error.value.hint
    assert "efficacyClaim" not in error.value.hint.partition("Known: ")[2]


def test_a_value_map_without_values_says_so(home: Project) -> None:
    mapping = LEAST.replace('"affirms"', '{ column = "drug", map = {} }')
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(*given(home, mapping, TABLE), place=home)
    assert "It is empty; else" in stopped.value.report.bad[0].hint


def test_minus_one_is_told_with_the_way_to_leave_it_out(home: Project) -> None:
    mapping = SPANS + '\n[[passage]]\nstart = "{s}"\nend = "{e}"\n'
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(*given(home, mapping, "drug,illness,s,e\na,b,-1,-1\n"), place=home)
    (bad,) = stopped.value.report.bad
    assert "when = " in bad.hint


def test_how_a_file_is_written_is_told(home: Project) -> None:
    with pytest.raises(ImportStopped) as stopped:
        magkg.import_claims(*given(home, LEAST, b"drug,illness\ra,b\rc,d\r"), place=home)
    assert "carriage return" in stopped.value.report.bad[0].reason
    with pytest.raises(InputError, match="the header has no tab") as error:
        magkg.import_claims(*given(home, LEAST, TABLE, ".tsv"), place=home)
    assert 'delimiter = ","' in error.value.hint
    with pytest.raises(InputError, match="of this suffix is not imported") as error:
        magkg.import_claims(given(home, LEAST, "<gexf/>", ".gexf")[0], place=home)
    assert ".parquet" in error.value.hint
    assert ".trig" in error.value.hint
    with pytest.raises(InputError, match="no such file"):
        magkg.import_claims(home.root / "gone.csv", home.root / "gone.toml", place=home)


def test_a_mapping_of_nothing_is_told_in_plain_words(home: Project) -> None:
    with pytest.raises(InputError) as error:
        magkg.import_claims(*given(home, "", TABLE), place=home)
    assert ": : " not in error.value.message


def test_each_label_of_a_document_is_a_claim_of_its_own(home: Project) -> None:
    both = [{"sentences": [0], "label": "SUPPORT"}, {"sentences": [2], "label": "CONTRADICT"}]
    row = {"id": 9, "claim": "Tea makes naps longer.", "evidence": {"4983": both}}
    told = home.root.parent / "told"
    told.mkdir()
    for name in ("facts.toml", "corpus.jsonl"):
        (told / name).write_bytes((DATA / "facts" / name).read_bytes())
    data = given(home, LEAST, jsonl(row), ".jsonl")[0]
    assert magkg.import_claims(data, told / "facts.toml", place=home).new == 2
    text = (home.graphs / "imported" / "doc-4983.ttl").read_text()
    assert text.count("mag:polarity mag:affirms") == text.count("mag:polarity mag:denies") == 1


def test_what_is_left_out_since_it_is_not_found_has_its_file(home: Project) -> None:
    mapping = LEAST.replace("noSource", "ownData") + STUDY.replace("{study}", "one")
    mapping += 'species = { label = "jackalope", on-missing = "leave-out" }\n'
    data, told = given(home, mapping, TABLE)
    report = magkg.import_claims(data, told, place=home)
    (found,) = report.as_json()["not_found"]  # type: ignore[misc]
    assert (report.new, found["value"], found["file"]) == (1, "jackalope", str(data))


def test_a_known_claim_gains_the_ratings_of_another_set(home: Project) -> None:
    mapping = LEAST + 'upstreamRating = { "level" = "{level}" }\n'
    for level in "AB":
        told = given(home, mapping, f"drug,illness,level\na,b,{level}\n")
        report = magkg.import_claims(*told, place=home)
    assert (report.new, report.known) == (0, 1)
    text = (home.graphs / "imported" / "the-set.ttl").read_text()
    assert '"level: A"' in text
    assert '"level: B"' in text


def test_rows_may_disagree_about_what_people_described(home: Project) -> None:
    mapping = LEAST.replace('title = "The set"', 'title = "{title}"')
    told = given(home, mapping, "drug,illness,title\na,b,One\nc,d,Two\n")
    assert magkg.import_claims(*told, "note-on-bricks", place=home).new == 2
    assert "One" not in (home.graphs / "imported" / "note-on-bricks.ttl").read_text()


def test_rows_of_one_claim_are_bad_together(home: Project) -> None:
    mapping = LEAST.replace("noSource", "ownData").replace("{drug}", "{@}")
    mapping = mapping.replace("[claim]\n", '[claim]\neach = "drugs[]"\ngroup-by = ["prompt"]\n')
    mapping += STUDY.replace("{study}", "{@}") + 'size = "{size}"\n'
    rows = [("P1", ["a", "q"], 1), ("P1", ["a"], 1), ("P2", ["q"], 3), ("P3", ["v"], 4)]
    table = jsonl(
        *({"prompt": p, "drugs": drugs, "illness": "b", "size": size} for p, drugs, size in rows)
    )
    told = given(home, mapping, table, ".jsonl")
    report = magkg.import_claims(*told, place=home, on_error="skip")
    assert [each.row for each in report.bad] == [1, 2, 3]
    assert "one claim with row 1" in report.bad[1].reason
    assert report.new == 1
