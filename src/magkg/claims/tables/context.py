"""What a mapping's values give for one row: text from cells, through value maps, or a fault."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims import form
from magkg.claims.folding import fold
from magkg.claims.identity import hashed
from magkg.claims.tables.paths import Path, leaf
from magkg.errors import InputError, meant, nearest
from magkg.vocabulary import XSD

if TYPE_CHECKING:
    from magkg.claims.tables.specs import Each, JoinSpec, Value, When

__all__ = [
    "SLUG",
    "Context",
    "Fault",
    "Join",
    "Lacking",
    "Watch",
    "distinct",
    "folded",
    "number",
    "slugged",
    "text",
    "whole",
]

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?")
_WHOLE = re.compile(r"\d{1,9}(?:\.0+)?")
_APART = re.compile(r"[^a-z0-9]+")
# What the name of a source, study or concept is made of (ontology/shapes).
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Slugs are file names: the longest that stays readable.
_LONGEST_SLUG = 80
# Of the names that stand where a path finds nothing, as many are kept.
_MOST_NAMES = 200
_PLAIN = re.compile(r"[a-z0-9]+(?:[ -]+[a-z0-9]+)*")
_DECIMAL = ox.NamedNode(XSD + "decimal")
_INTEGER = ox.NamedNode(XSD + "integer")


class Fault(Exception):
    """What is wrong with a cell: its column, its value, the reason and the next step."""

    def __init__(self, column: str, value: str, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.column = column
        self.value = value
        self.reason = reason
        self.hint = hint


class Watch:
    """Keeps, over a whole file, which paths no row had, so that a misspelt one can be told."""

    def __init__(self) -> None:
        self._there: set[str] = set()
        self._lacking: dict[str, Lacking] = {}

    def see(self, path: Path, row: Mapping[str, object], item: object, key: str) -> None:
        """Note whether a row has a path; ``key`` is where the mapping names it."""
        if path.text in self._there:
            return
        name, names = path.lacking(row, item)
        if not name:
            self._there.add(path.text)
            self._lacking.pop(path.text, None)
            return
        known = self._lacking.setdefault(path.text, Lacking(path.text, key, name, set()))
        if len(known.names) < _MOST_NAMES:
            known.names.update(names)

    @property
    def lacking(self) -> list[Lacking]:
        """The paths that were looked for and that no row had."""
        return [self._lacking[text] for text in sorted(self._lacking)]


@dataclass(frozen=True, slots=True)
class Lacking:
    """A path that no row had: where the mapping names it, and which ``names`` stood there."""

    path: str
    key: str
    name: str
    names: set[str]

    @property
    def reason(self) -> str:
        """What is wrong, for people."""
        told = f"no row has {self.name!r}"
        return told if self.path == self.name else f"{told}, on the way of {self.path!r}"

    @property
    def hint(self) -> str:
        """The names that may have been meant."""
        there = sorted(self.names)
        more = " ..." if len(there) > 12 else ""
        return (
            f"{meant(nearest(self.name, self.names))} There are: {', '.join(there[:12])}{more}."
            " Where it may well be missing, give a default, which may be empty:"
            ' { column = "...", default = "" }.'
        ).lstrip()


# Gives the row of another file: the name of the join, and the value that its key must have.
Join = Callable[[str, str], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Context:
    """One row, and the item that an ``each`` is at.

    ``values`` are those that the mapping names, ``joins`` what ties the rows of other files to this
    one, ``fetch`` gets them, ``watch`` is told which paths are there; ``key`` is the field in which
    the ``item`` stands, ``claim`` and ``claim_key`` are those that the ``each`` of the claim is at.
    """

    row: Mapping[str, object]
    values: Mapping[str, Value]
    joins: Mapping[str, JoinSpec] = field(default_factory=dict)
    fetch: Join | None = None
    watch: Watch | None = None
    item: object = None
    key: str = ""
    claim: object = None
    claim_key: str = ""

    def items(self, each: Each | None) -> Iterator[Context]:
        """Give a context for each item of a list; this one where there is no ``each``.

        Of several lists the item is a list of one item of each. Raises Fault where they are not of
        one length.
        """
        if each is None:
            yield self
            return
        if isinstance(each, Path):
            for item, key in self._keyed(each, "each"):
                if item is not None:
                    yield replace(self, item=item, key=key)
            return
        lists = [self.at_path(path, "each") for path in each]
        if len({len(found) for found in lists}) > 1:
            names = ", ".join(path.text for path in each)
            sizes = ", ".join(str(len(found)) for found in lists)
            raise Fault(names, sizes, "these lists are not of one length")
        for side_by_side in zip(*lists, strict=True):
            yield replace(self, item=list(side_by_side))

    def of_claim(self) -> Context:
        """Give the context of a claim: what is tied to its item stays so, whatever the item."""
        return replace(self, claim=self.item, claim_key=self.key)

    def at_path(self, path: Path, key: str = "") -> list[object]:
        """Give everything that a path leads to, in this row or in the one beside it.

        ``key`` is where the mapping names the path. Raises Fault where something of another form
        stands on the way.
        """
        return [each for each, _ in self._keyed(path, key)]

    def _keyed(self, path: Path, key: str) -> list[tuple[object, str]]:
        row = self._row(path)
        if row is None:
            return []
        try:
            if self.watch is not None:
                self.watch.see(path, row, self.item, key)
            return path.keyed(row, self.item, self.key)
        except InputError as error:
            column = path.text
            at = "" if path.item else str(row.get(str(path.steps[0])) or "")
            raise Fault(column, at[:200], error.reason, error.hint) from None

    def _row(self, path: Path) -> Mapping[str, object] | None:
        """Give the row that a path is in: this one, or one beside it; None where it has none."""
        name = path.steps[0] if path.steps and not path.item else None
        if name in self.joins and path.text not in self.row and self.fetch:
            assert isinstance(name, str)
            tied = replace(self, item=self.claim, key=self.claim_key)
            on = tied.get(self.joins[name].on)
            return {name: self.fetch(name, on)} if on else None
        return self.row

    def holds(self, conditions: Sequence[When]) -> bool:
        """Say whether all conditions hold."""
        return all(self._holds(each) for each in conditions)

    def _holds(self, condition: When) -> bool:
        path = condition.path
        if condition.among is None:
            named = not path.item and path.text in self.values
            there = any(self._texts(path) if named else self.at_path(path, "when"))
            return there is condition.negated
        found = {each for each in self._texts(path) if each}
        return bool(found & condition.among) is not condition.negated

    def _texts(self, path: Path, *, raw: bool = False, key: str = "when") -> list[str]:
        if not path.item and path.text in self.values:
            return [self.get(self.values[path.text])]
        try:
            found = [leaf(each) for each in self.at_path(path, key)]
        except InputError as error:
            raise Fault(path.text, "", error.reason, error.hint) from None
        if raw:
            return found
        for each in found:
            if unseen := form.hidden(each):
                told = f"the cell holds the invisible character {unseen}"
                raise Fault(path.text, each, told, "Remove it.")
        return [each.strip() for each in found]

    def texts(self, path: str) -> list[str]:
        """Give the texts that a path, as written, leads to."""
        return [each for each in self._texts(Path.parse(path)) if each]

    def _one(self, path: Path, raw: bool, key: str) -> str:
        found = [each for each in self._texts(path, raw=raw, key=key) if each]
        if len(found) > 1:
            told = f"{len(found)} values stand here, where one belongs"
            raise Fault(path.text, ", ".join(found)[:200], told, "Name one: authors[0].")
        return found[0] if found else ""

    def get(self, value: Value, *, raw: bool = False) -> str:
        """Give the text of a value, "" for none; ``raw`` keeps white space at its ends."""
        if value.default is not None and self.watch is not None:
            return replace(self, watch=None).get(value, raw=raw)  # it may well be missing
        path = value.template.single
        if value.join is not None and path is not None:
            return self._meant(value, value.join.join(self._texts(path, raw=raw, key=value.key)))
        return self._meant(value, value.template.fill(lambda path: self._one(path, raw, value.key)))

    def _meant(self, value: Value, text: str) -> str:
        if not text:
            return value.default or ""
        if value.map is None:
            return text
        if text in value.map:
            return value.map[text]
        folded = {name.casefold(): each for name, each in value.map.items()}
        if text.casefold() in folded:
            return folded[text.casefold()]
        if value.otherwise is not None:
            return value.otherwise
        known = ", ".join(repr(each) for each in value.map)
        raise Fault(
            value.column, text, f"the value map of {value.key} has no such value",
            (f"It has {known}; else" if known else "It is empty; else")
            + ' = "..." stands for all others.',
        )  # fmt: skip

    def required(self, value: Value) -> str:
        """Give the text of a value. Raises Fault where there is none."""
        found = self.get(value)
        if not found:
            empty = [path.text for path in value.template.paths if not any(self._texts(path))] or [
                value.column
            ]
            raise Fault(
                empty[0], "", f"this is empty, and {value.key} needs it", self._near(empty[0])
            )
        return found

    def _near(self, text: str) -> str:
        """Name the columns that may have been meant, where the row has none of this name."""
        top = text.removeprefix("$.").partition(".")[0].partition("[")[0]
        if top.startswith("@") or top in self.row or top in self.values or top in self.joins:
            return ""
        return f"The row has no {top!r}. {meant(nearest(top, self.row))}".rstrip()

    def many(self, values: Sequence[Value]) -> list[str]:
        """Give the texts of several values; a path alone may give several."""
        found: list[str] = []
        for each in values:
            path = each.template.single
            if path is None:
                found.append(self.get(each))
            else:
                found += [self._meant(each, one) for one in self._texts(path, key=each.key)]
        return list(dict.fromkeys(each for each in found if each))


def text(value: str, language: str) -> ox.Literal:
    """Give a text in a language as a literal."""
    return ox.Literal(value, language=language)


def number(value: str, column: str) -> ox.Literal:
    """Give a number in its canonical form, 1.50 as 1.5. Raises Fault for what is none."""
    if not _NUMBER.fullmatch(value):
        raise Fault(column, value, "this is no number", "Such as 12, -0.5 or 1e-5; no commas.")
    plain = format(Decimal(value), "f")
    kind = _DECIMAL if "." in plain else _INTEGER
    better = form.canonical(ox.Literal(plain.removeprefix("+"), datatype=kind))
    return better or ox.Literal(plain, datatype=kind)


def whole(value: str, column: str) -> ox.Literal:
    """Give a whole number; 12.0, as tables of floats have it, is 12. Raises Fault for others."""
    if not _WHOLE.fullmatch(value):
        raise Fault(column, value, "this is no whole number", "Such as 120; no commas, no words.")
    return ox.Literal(str(int(value.partition(".")[0])), datatype=_INTEGER)


def distinct(value: str) -> str:
    """Give a slug that two values share only where they differ in case or in white space.

    What else a slug would lose stands for it as eight hex digits of a SHA-256; "" where the value
    has no letter a to z and no digit.

    >>> distinct("Trial 7"), distinct("Müller 1"), distinct("Muller 1")
    ('trial-7', 'muller-1-87d1a1b5', 'muller-1')
    """
    slug, same = slugged(value), folded(value)
    if not slug or len(slug) > _LONGEST_SLUG or _PLAIN.fullmatch(same):
        return slug
    return f"{slug}-{hashed(('magkg slug 1', same))[:8]}"


def folded(value: str) -> str:
    """Give a text without what is no matter in a name: case, the width of white space."""
    return fold(unicodedata.normalize("NFC", value)).strip().casefold()


def slugged(value: str) -> str:
    """Give a slug: lower-case ASCII letters and digits, hyphens for all else; "" for none of them.

    >>> slugged("10.1234/Ab.5"), slugged("Ménière's disease")
    ('10-1234-ab-5', 'meniere-s-disease')
    """
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    slug = _APART.sub("-", plain).strip("-")
    if len(slug) > _LONGEST_SLUG:
        cut = slug[:_LONGEST_SLUG].rstrip("-")
        return f"{cut}-{hashed(('magkg slug 1', value))[:8]}"
    return slug
