from __future__ import annotations

from pathlib import Path

import pytest

from magkg import resources
from magkg.claims.project import Project
from magkg.errors import InputError, UnknownName
from magkg.use import catalogue
from magkg.use.binding import Param

GOOD = """#+ summary: What is said
#+ description: One row a claim.
#+ tags: research, word
#+ param thing: the thing: asked about
#+ param from_source: where (optional)
PREFIX con: <https://w3id.org/magkg/concept/>

SELECT ?x WHERE {
  VALUES ?thing { con:magnesium }
  VALUES ?from_source { "x" }
  ?x ?from_source ?thing
}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "graphs").mkdir()
    (tmp_path / "queries" / "mine").mkdir(parents=True)
    return Project(tmp_path)


def put(project: Project, name: str, text: str = GOOD) -> Path:
    path = project.root / "queries" / "mine" / f"{name}.rq"
    path.write_text(text, "utf-8")
    return path


def test_a_header_is_read(project: Project) -> None:
    query = catalogue.read(put(project, "said"))
    assert (query.name, query.summary, query.description) == (
        "said",
        "What is said",
        "One row a claim.",
    )
    assert query.tags == ("research", "word")
    assert query.params == (
        Param("thing", "the thing: asked about", False, "con:magnesium", 9),
        Param("from_source", "where", True, '"x"', 10),
    )
    assert query.text == GOOD
    assert query.form == "select"


def test_a_text_without_header_is_a_query_without_parameters() -> None:
    query = catalogue.parse("ASK { VALUES ?a { 1 } }")
    assert (query.name, query.params, query.summary, query.form) == ("", (), "", "ask")


FAULTS = [
    ("summary: What", "sumary: What", 1, "'sumary'", "summary"),
    ("#+ summary: What is said\n", "", 1, "out of place", "summary, description, tags"),
    ("#+ tags: research, word\n", "", 1, "lacks its tags", "#+ tags: ..."),
    ("#+ description: One row a claim.\n", "", 2, "out of place", ""),
    ("#+ tags:", "#+ summary: again\n#+ tags:", 3, "summary twice", ""),
    ("#+ tags: research, word", "#+ tags: Research, word", 3, "lower-case", ""),
    ("#+ tags: research, word", "#+ tags: word, word", 3, "different", ""),
    ("#+ tags: research, word", "#+ tags: word,, x", 3, "lower-case", ""),
    ("#+ summary: What is said", "#+ summary:", 1, "is not `#+ tag: text`", ""),
    ("#+ summary: What is said", "#+summary: What is said", 1, "is not `#+ tag: text`", ""),
    ("#+ param thing: the", "#+ parm thing: the", 4, "'parm thing'", "param"),
    ("#+ param thing: the", "#+ param: the", 4, "None cannot be", ""),
    ("#+ param thing:", "#+ param format:", 4, "an option of magkg", "another name"),
    ("#+ param thing:", "#+ param class:", 4, "cannot be the name", ""),
    ("#+ param thing:", "#+ param Thing:", 4, "cannot be the name", ""),
    ("#+ param from_source:", "#+ param thing:", 5, "param thing twice", ""),
    ("#+ param thing: the thing: asked about\n", "", 8, "VALUES ?thing has no param", "#+ param"),
    ("  VALUES ?thing { con:magnesium }\n", "", 4, "no VALUES line", "VALUES ?thing"),
    ("VALUES ?thing { con:magnesium }", "VALUES ?thing { con:a con:b }", 9, "one term", ""),
    ("PREFIX con", "\n#+ tags: late\nPREFIX con", 7, "not in one piece", ""),
    ("#+ summary", "# hello\n#+ summary", 2, "not in one piece", ""),
    ("#+ tags: research, word\n#+ param", "#+ param", 1, "lacks its tags", ""),
]


@pytest.mark.parametrize(("old", "new", "line", "says", "hint"), FAULTS)
def test_faults_of_a_header_have_file_and_line(
    project: Project, old: str, new: str, line: int, says: str, hint: str
) -> None:
    assert old in GOOD
    path = put(project, "said", GOOD.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        catalogue.read(path)
    assert (caught.value.file, caught.value.line) == (str(path), line)
    assert says in caught.value.message
    assert hint in caught.value.hint


def test_tags_after_a_parameter_are_out_of_place(project: Project) -> None:
    text = GOOD.replace("#+ tags: research, word\n", "").replace(
        "PREFIX con", "#+ tags: research\nPREFIX con"
    )
    with pytest.raises(InputError, match="tags is out of place"):
        catalogue.read(put(project, "said", text))


def test_the_name_of_a_file_is_words(project: Project) -> None:
    with pytest.raises(InputError, match="lower-case words"):
        catalogue.read(put(project, "Said-It"))


def test_files_that_cannot_be_read(project: Project) -> None:
    path = put(project, "said")
    path.write_bytes(b"#+ summary: \xff")
    with pytest.raises(InputError, match="not UTF-8 at byte 12"):
        catalogue.read(path)
    with pytest.raises(InputError, match="No such file"):
        catalogue.read(path.with_name("none.rq"))
    with pytest.raises(InputError, match="directory"):
        catalogue.read(path.parent)


def test_the_projects_queries_come_first_and_the_shipped_ones_stay(project: Project) -> None:
    own = put(project, "claims_about", GOOD)
    other = put(project, "said", GOOD)
    found = catalogue.all_queries(project)
    assert list(found) == sorted(found)
    assert found["claims_about"].path == own
    assert found["said"].path == other
    assert found["safety"] == catalogue.all_queries()["safety"]


def test_one_bad_file_does_not_keep_another_from_being_asked(project: Project) -> None:
    put(project, "bad", GOOD.replace("summary", "sumary"))
    put(project, "said")
    assert catalogue.find("said", project).summary == "What is said"
    with pytest.raises(InputError, match=r"bad\.rq:1"):
        catalogue.all_queries(project)


def test_two_files_of_one_name_are_refused(project: Project) -> None:
    put(project, "said")
    twin = project.root / "queries" / "said.rq"
    twin.write_text(GOOD, "utf-8")
    with pytest.raises(InputError, match="is taken by"):
        catalogue.find("said", project)


def test_the_checkout_itself_is_no_other_project() -> None:
    own = Project(resources.data("queries").parent)
    assert catalogue.all_queries(own) == catalogue.all_queries()


def test_unknown_names_have_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        catalogue.find("claim_about")
    assert caught.value.suggestions[0] == "claims_about"
    assert "magkg query --list" in caught.value.hint


def test_the_table_links_each_file(project: Project) -> None:
    table = catalogue.markdown([catalogue.read(put(project, "said"))])
    assert table.splitlines()[2] == (
        "| [said](mine/said.rq) | thing, [from_source] | What is said |"
    )


def test_a_byte_order_mark_is_no_part_of_a_query(tmp_path: Path) -> None:
    path = tmp_path / "own.rq"
    path.write_text("\ufeffASK { ?s ?p ?o }", "utf-8")
    assert catalogue.read(path).form == "ask"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT DISTINCT ?a $b WHERE { ?a ?c $b }", ("a", "b")),
        ("SELECT ?a (SUBSTR(MIN(?c), 2) AS ?d) (COUNT(*) AS ?n) { ?a ?b ?c }", ("a", "d", "n")),
        ("SELECT * { SELECT ?a { ?a ?b ?c } }", ()),
        ("CONSTRUCT WHERE { ?a ?b ?c }", ()),
    ],
)
def test_columns(text: str, columns: tuple[str, ...]) -> None:
    assert catalogue.parse(text).columns == columns
