"""The words of a selection: what is understood, what is refused, how a selection shows itself."""

from __future__ import annotations

import pytest

from magkg.errors import InputError, UnknownName
from magkg.use.select.language import WORDS, Both, Either, Everything, Near, Not, Word, select

OXIDE = Word("concept", ("magnesium-oxide",))


def test_no_word_is_everything() -> None:
    assert select() == Everything() == select({}) == select(concept=None)
    assert str(select()) == "all claims"


def test_words_are_the_same_from_keywords_a_command_line_and_a_url() -> None:
    as_keywords = select(concept="magnesium-oxide", not_kind=["advice", "food"])
    as_options = select({"concept": ["magnesium-oxide"], "not_kind": ["advice", "food"]})
    as_url = select({"concept": "magnesium-oxide", "not-kind": ["advice", "food"]})
    assert as_keywords == as_options == as_url
    assert as_keywords == Both(OXIDE, Not(Word("kind", ("advice", "food"))))
    assert str(as_keywords) == "concept=magnesium-oxide & not kind=advice,food"


@pytest.mark.parametrize("word", WORDS)
def test_every_word_can_be_negated(word: str) -> None:
    assert select({f"not-{word}": "1"}) == ~select({word: "1"})


def test_selections_are_joined() -> None:
    denies = select(polarity="denies")
    assert select() & denies == denies & select() == denies
    assert ~~denies == denies
    either = select(concept="magnesium-oxide") | denies
    assert either == Either(OXIDE, denies)
    assert str(either & ~denies) == (
        "(concept=magnesium-oxide | polarity=denies) & not polarity=denies"
    )
    assert str(~either) == "not (concept=magnesium-oxide | polarity=denies)"
    assert str(either | denies) == "concept=magnesium-oxide | polarity=denies | polarity=denies"


def test_what_widens() -> None:
    found = select(concept="magnesium-oxide", kind="safety", expand="narrower", hops=2)
    wide = Word("concept", ("magnesium-oxide",), expand=True)
    assert found == Near(Both(wide, Word("kind", ("safety",))), 2)
    assert str(found) == "within 2 hops of (concept=magnesium-oxide or narrower & kind=safety)"
    assert select(hops="0") == Everything()
    assert str(select(hops=1)) == "within 1 hop of (all claims)"


def test_two_selections_that_differ_are_shown_differently() -> None:
    a, b, c = (select(source=each) for each in "abc")
    made = [a & b | c, a & (b | c), ~(a & b), ~a & b, a | b & c, ~a | b, (a & b).near(1), a.near(2)]
    assert len({str(each) for each in made}) == len(made)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"concpt": "x"}, "no word of the selection 'concpt'"),
        ({"not-concpt": "x"}, "no word of the selection 'not-concpt'"),
        ({"not-not-concept": "x"}, "no word of the selection"),
        ({"not-hops": 1}, "no word of the selection"),
        ({"concept": ""}, "none was given"),
        ({"concept": []}, "none was given"),
        ({"expand": "broader"}, "expand takes 'narrower'"),
        ({"expand": "narrower", "source": "x"}, "widens concepts, and none"),
        ({"hops": "x"}, "one number from 0 to 10"),
        ({"hops": [1, 2]}, "one number from 0 to 10"),
        ({"hops": "9" * 5000}, "one number from 0 to 10"),
        ({"hops": 11}, "from 0 to 10, not 11"),
        ({"hops": "-1"}, "one number"),
    ],
)
def test_what_is_refused(words: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        select(words)


def test_a_misspelt_word_names_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        select(strenght_at_least="low")
    assert "strength-at-least" in caught.value.suggestions
