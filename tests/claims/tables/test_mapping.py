"""A mapping that is not understood names its file, line and key, and the nearest that is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from magkg.claims.tables import mapping, schemes
from magkg.errors import InputError
from magkg.vocabulary import prefixes
from tests.importing import DATA, LEAST, SETS

if TYPE_CHECKING:
    from magkg.claims.tables.specs import TableMapping


def read(path: Path, **options: str) -> TableMapping:
    return mapping.read(
        path, predicates=schemes.predicates(()), known_prefixes=prefixes(), **options
    )


@pytest.mark.parametrize("name", SETS)
def test_the_examples_are_understood(name: str) -> None:
    assert read(DATA / SETS[name][1]).reading.date.endswith("Z")


FAULTS = [
    ("[claim]", "[clam]", 9, "clam: there is no such key", "claim"),
    ("polarity =", "polarty =", 14, "claim.polarty", "polarity"),
    ('"affirms"', '"afirms"', 14, "no polarity 'afirms'", "affirms"),
    ('"treats"', '"treat"', 12, "no predicate 'treat'", "treats"),
    ('kind = "efficacy"', 'kind = "eficacy"', 17, "no kind 'eficacy'", "efficacy"),
    ('kind = "substance"', 'kind = "substanc"', 11, "no kind 'substanc'", "substance"),
    ('on-missing = "create", kind = "substance"', 'on-missing = "make"', 11, "'make'", "create"),
    (', kind = "substance"', "", 11, "a concept that is made has a kind", "kind"),
    ('kind = "substance"', 'kind = "quantity"', 11, "a quantity is not made", "quantity.ttl"),
    ("{drug} eases", "{drug eases", 10, "brace", "doubled"),
    ('"{drug} eases {illness}."', '"{statement}"', 10, "own sentence", "column"),
    ("date = 2026-01-31\n", "", 1, "say when", "--date"),
    ("2026-01-31", '"soon"', 3, "no date", "--date"),
    ('slug = "the-set"\n', "", 5, "which source", "--source"),
    ('predicate = "treats"\n', "", 11, "a triple has", ""),
    ('polarity = "affirms"\n', "", 9, "claim.polarity: this key is missing", "polarity"),
    ('noPassage = "The set gives none."\n', "", 9, "where a claim stands", "[[passage]]"),
    ("[reading]", "[reading", 1, "no TOML", ""),
    ("[source]", '[source]\ntype = "Jornal"', 6, "no type 'Jornal'", "JournalArticle"),
    ("[claim]", '[rows]\nheader = false\n[claim]', 10, "names the columns", "columns"),
    ("[claim]", '[values]\na = "{b}"\nb = "{a}"\n[claim]', 10, "made from itself", "another"),
    ("[claim]", '[claim]\nwhen = { column = "a" }', 10, "a condition has", "in"),
    ("[claim]", '[claim]\nupstreamRating = { "a:b" = "x" }', 10, "no colon", ""),
    ("[reading]", 'language = "EN"\n[reading]', 1, "language tag", "en"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "message", "hint"), FAULTS)
def test_a_fault_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, line: int, message: str, hint: str
) -> None:
    assert old in LEAST
    path = tmp_path / "m.toml"
    path.write_text(LEAST.replace(old, new, 1))
    with pytest.raises(InputError) as fault:
        read(path)
    assert message in fault.value.reason
    assert hint in fault.value.hint
    assert fault.value.file == str(path)
    assert fault.value.line == line


PASSAGES = [
    ('quote = "{a}"\nlocator = "{b}"', "in one way"),
    ('start = "{a}"', "a start and an end"),
    ('start = "{a}"\nend = "{b}"\nunit = "letters"', "'letters' is not known"),
    ('start = "{a}"\nend = "{b}"\nfirst = 2', "number 0 or 1"),
    ('quote = "{a}"\non-missing = "locator"', "a quotation is no locator"),
]


@pytest.mark.parametrize(("text", "message"), PASSAGES)
def test_a_passage_that_is_not_clear_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(f"{LEAST}\n[[passage]]\n{text}\n")
    with pytest.raises(InputError, match=message):
        read(path)


EVIDENCE = [
    ('direction = "supports"\nunresolved = "x"', "evidence.basis: this key is missing"),
    ('direction = "supports"\nbasis = "own"', "names no evidence"),
    ('direction = "suports"\nbasis = "own"\nunresolved = "x"', "'suports'"),
    ('direction = "supports"\nbasis = "own"\n[evidence.study]\nslug = "a"\nlabel = "b"',
     "evidence.study.design: this key is missing"),
    ('direction = "supports"\nbasis = "own"\nunresolved = "x"\n[evidence.effect]\np = "1"',
     "evidence.effect.measure: this key is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), EVIDENCE)
def test_evidence_that_is_not_whole_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(f"{LEAST}\n[[evidence]]\n{text}\n")
    with pytest.raises(InputError, match=message):
        read(path)


def test_options_go_before_what_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(LEAST)
    found = read(path, source="another", date="2025-12-31T23:30:00-01:00")
    assert found.source.slug is not None
    assert found.source.slug.template.constant == "another"
    assert found.reading.date == "2026-01-01T00:30:00Z"


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_a_time_beyond_the_calendar_is_no_date(tmp_path: Path, date: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(LEAST)
    with pytest.raises(InputError, match="is no date"):
        read(path, date=date)
    path.write_text(LEAST.replace("2026-01-31", date))
    with pytest.raises(InputError, match=r"reading\.date: this is no date"):
        read(path)


JOIN = '\n[join.{0}]\nfile = "j.csv"\nkey = "id"\non = "{1}"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (JOIN.format("J", "{J.id}"), "join.J.on: what names the row"),
        (JOIN.format("J", "{K.id}") + JOIN.format("K", "{J.id}"), "join.J.on: what names"),
        ('\n[values]\nq = "{J.x}"\n' + JOIN.format("J", "{q}"), "values.q: the value is made"),
        ('\n[values]\nq = "{r}"\nr = "{q}"\n', "values.q: the value is made"),
    ],
)
def test_what_leads_back_to_itself_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(LEAST + text)
    with pytest.raises(InputError, match=message):
        read(path)
    path.write_text(LEAST + '\n[values]\nq = "{J.x}{K.x}"\n'
                    + JOIN.format("J", "{drug}") + JOIN.format("K", "{J.id}"))  # fmt: skip
    assert set(read(path).joins) == {"J", "K"}


def test_the_line_of_a_key_is_that_of_its_own_table(tmp_path: Path) -> None:
    lines = '[[evidence]]\ndirection = "supports"\nbasis = "own"\n'
    path = tmp_path / "m.toml"
    path.write_text(f'{LEAST}{lines}unresolved = "x"\n{lines}[evidence.study]\nslgu = "x"\n')
    with pytest.raises(InputError, match=r"evidence\.study\.slgu") as error:
        read(path)
    assert error.value.line == len(LEAST.splitlines()) + 9


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[claim]\n", "[claim]\neach = []\n", "claim.each: a path to a list"),
        ("[reading]", "[rows]\ndelimiter = '\"'\n[reading]", "one character belongs here"),
    ],
)
def test_a_list_of_no_paths_and_a_quotation_mark_between_cells_are_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = tmp_path / "m.toml"
    path.write_text(LEAST.replace(old, new))
    with pytest.raises(InputError, match=message):
        read(path)
