"""Reads what a key of a mapping says of cells: values, concepts, conditions."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NoReturn

from magkg.claims.tables import schemes
from magkg.claims.tables.paths import Path, Template
from magkg.claims.tables.specs import ConceptSpec, Each, Value, When
from magkg.claims.tables.strict import Table
from magkg.errors import InputError, meant, nearest
from magkg.vocabulary import MAG, shrink

if TYPE_CHECKING:
    from magkg.claims.tables.specs import JoinSpec

__all__ = ["Cells"]

_VALUE = ("column", "value", "join", "map", "else", "default")
_CONCEPT = (*_VALUE, "id", "label", "on-missing", "kind", "definition")
_WHEN = ("column", "in", "not-in", "empty")
# Kinds are written without the word that all of them end in.
_SUFFIX = re.compile(r"(?<=[a-z])(?:Claim|Concept)$")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Cells:
    """Reads values of one mapping; ``columns`` gathers the paths into the row that it names."""

    def __init__(
        self, top: Table, predicates: Collection[str], prefixes: Mapping[str, str]
    ) -> None:
        self.predicates = frozenset(predicates)
        self.prefixes = prefixes
        self.columns: set[str] = set()
        table = top.table("values")
        for name in table.values:
            if not _NAME.fullmatch(name):
                table.fail(name, "a name is a letter, then letters, digits, - or _")
        self.named = frozenset(table.values)
        self.joined = frozenset(top.table("join").values)
        self.values = {name: self.value(table, name) for name in table.values}

    def no_circle(self, top: Table, joins: Mapping[str, JoinSpec]) -> None:
        """Refuse a named value that is made from itself, and a join that needs its own row."""
        leads = {("values", name): self._needed(each) for name, each in self.values.items()}
        leads |= {("join", name): self._needed(each.on) for name, each in joins.items()}
        for first in leads:
            seen, waiting = set[tuple[str, str]](), [first]
            while waiting:
                below = leads[waiting.pop()]
                if first in below:
                    self._circle(top, *first)
                waiting += below - seen
                seen |= below

    def _needed(self, value: Value) -> set[tuple[str, str]]:
        """Give the named values and the joins that a value is made of."""
        found = set()
        for path in value.template.paths:
            if path.text in self.named:
                found.add(("values", path.text))
            elif name := self._beside(path):
                found.add(("join", name))
        return found

    def _circle(self, top: Table, table: str, name: str) -> NoReturn:
        if table == "join":
            top.table("join").table(name).fail(
                "on", "what names the row stands in that row itself", "Name a column of this file."
            )
        top.table("values").fail(
            name, "the value is made from itself",
            "A name in [values] hides the column of that name: take another.",
        )  # fmt: skip

    def path(self, table: Table, key: str, text: str) -> Path:
        """Read a path of a key."""
        try:
            found = Path.parse(text)
        except InputError as error:
            table.fail(key, error.reason, error.hint)
        self._note(found)
        return found

    def _note(self, path: Path) -> None:
        if not path.item and path.text not in self.named and not self._beside(path):
            self.columns.add(path.text)

    def _beside(self, path: Path) -> str:
        """Give the join whose row a path leads into, "" for the row itself."""
        first = path.steps[0] if path.steps and not path.item else ""
        return first if isinstance(first, str) and first in self.joined else ""

    def each(self, table: Table) -> Each | None:
        """Read ``each``: a path to a list, or paths to lists that go side by side."""
        found = tuple(self.path(table, "each", text) for text in table.texts("each"))
        if isinstance(table.values.get("each"), list):
            if not found:
                table.fail("each", "a path to a list belongs here", 'each = "spans[]"')
            return found
        return found[0] if found else None

    def when(self, table: Table) -> tuple[When, ...]:
        """Read the conditions; all of them must hold."""
        found = []
        for each in table.tables("when"):
            each.only(_WHEN)
            if "column" not in each or len(each.values) != 2:
                each.fail("", "a condition has column, and in, not-in or empty",
                          'when = { column = "label", in = ["yes"] }')  # fmt: skip
            path = self.path(each, "column", each.text_of("column"))
            if "empty" in each:
                found.append(When(path, None, not each.boolean("empty", True)))
            else:
                key = "in" if "in" in each else "not-in"
                found.append(When(path, frozenset(each.texts(key)), key == "not-in"))
        return tuple(found)

    def constant(self, table: Table, key: str, text: str) -> Value:
        """Give a value that no column has a part in."""
        return Value(".".join((*table.keys, key)), Template(text, (text,)))

    def optional(self, table: Table, key: str) -> Value | None:
        """Read a value that may be missing."""
        return self.value(table, key) if key in table else None

    def value(self, table: Table, key: str) -> Value:
        """Read a value: a template, a number, or a table with column or value, and a map."""
        raw = table.values[key]
        if isinstance(raw, dict):
            own = table.table(key)
            own.only(_VALUE)
            return self._table(own)
        return self._plain(table, key, raw)

    def _plain(self, table: Table, key: str, raw: object) -> Value:
        name = ".".join((*table.keys, key))
        if isinstance(raw, bool | int | float):
            return self.constant(table, key, str(raw).lower())
        if not isinstance(raw, str):
            table.fail(key, "a value belongs here", 'A text with columns in braces: "{title}".')
        return Value(name, self._template(table, key, raw))

    def _template(self, table: Table, key: str, text: str) -> Template:
        try:
            found = Template.parse(text)
        except InputError as error:
            table.fail(key, error.reason, error.hint)
        for path in found.paths:
            self._note(path)
        return found

    def _table(self, own: Table) -> Value:
        if ("column" in own) == ("value" in own):
            own.fail("", "this is not clear: give column, or value",
                     '{ column = "label", map = { "theirs" = "ours" } }')  # fmt: skip
        if "column" in own:
            path = self.path(own, "column", own.text_of("column"))
            template = Template(own.text_of("column"), (path,))
        else:
            plain = self._plain(own, "value", own.values["value"])
            template = plain.template
        return Value(
            key=".".join(own.keys),
            template=template,
            map=own.pairs("map") if "map" in own else None,
            otherwise=own.text_of("else") if "else" in own else None,
            default=own.text_of("default") if "default" in own else None,
            join=own.text_of("join") if "join" in own else None,
        )

    def many(self, table: Table, key: str) -> tuple[Value, ...]:
        """Read values: one, or a list of them."""
        if key not in table:
            return ()
        raw = table.values[key]
        if isinstance(raw, list):
            return tuple(self._plain(table, key, each) for each in raw)
        return (self.value(table, key),)

    def grouped(self, table: Table, key: str) -> tuple[Value, ...]:
        """Read the columns, by name or in braces, that rows of one group have in common."""
        found = []
        for each in table.texts(key):
            text = each if "{" in each else f"{{{each}}}"
            found.append(self._plain(table, key, text))
        return tuple(found)

    def schemed(self, table: Table, key: str, scheme: str) -> Value:
        """Read a value that must be one of a scheme."""
        found = self.value(table, key)
        self._known(table, key, found, scheme)
        return found

    def _known(self, table: Table, key: str, found: Value, scheme: str) -> None:
        if found.template.constant == "" and found.default is None:
            known = schemes.values(scheme)
            table.fail(
                key, "this is empty, and a value belongs here",
                f"Known: {', '.join(_SUFFIX.sub('', each) for each in known)}."
                if len(known) < 20 else "docs/terms.md lists them.",
            )  # fmt: skip
        for each in found.outcomes:
            if each and schemes.term(scheme, each) is None:
                self.unknown(table, key, each, schemes.values(scheme))

    def unknown(self, table: Table, key: str, name: str, known: Collection[str]) -> NoReturn:
        """Refuse a name, with the nearest that are known."""
        shown = [_SUFFIX.sub("", each) for each in known]
        hint = meant(nearest(name.removeprefix("mag:"), shown))
        more = f"Known: {', '.join(shown)}." if len(known) < 20 else "docs/terms.md lists them."
        table.fail(key, f"there is no {key} {name!r}", f"{hint} {more}".strip())

    def predicate(self, table: Table, key: str) -> Value:
        """Read a predicate, or columns that lead to predicates."""
        found = self.value(table, key)
        names = {shrink(each, self.prefixes).removeprefix("mag:") for each in self.predicates}
        for each in found.outcomes:
            if each.removeprefix("mag:") not in names and each not in self.predicates:
                self.unknown(table, key, each, sorted(names))
        return found

    def concepts(self, table: Table, key: str) -> tuple[ConceptSpec, ...]:
        """Read concepts: one, or a list of them."""
        if key not in table:
            return ()
        raw = table.values[key]
        if not isinstance(raw, list):
            return (self.concept(table, key, optional=True),)
        inner = [Table({key: each}, table.keys, table.file, table.text, table.turn) for each in raw]
        return tuple(self.concept(each, key, optional=True) for each in inner)

    def concept(self, table: Table, key: str, *, optional: bool = False) -> ConceptSpec:
        """Read a concept; one that is ``optional`` may be left out where it is not found."""
        raw = table.values[key]
        if not isinstance(raw, dict):
            return ConceptSpec(self._plain(table, key, raw), None, False, False, None, None)
        own = table.table(key)
        own.only(_CONCEPT)
        if "label" in own and ("column" in own or "value" in own):
            own.fail("label", "the label is given twice", "Give label, or column or value.")
        plain = {each for each in _VALUE if each in own}
        label = self._table(own) if plain else self.optional(own, "label")
        id_ = self.optional(own, "id")
        if label is None and id_ is None:
            own.fail("", "the concept has neither label nor id",
                     '{ label = "{drug}" } or { id = "MESH:{mesh}" }')  # fmt: skip
        choices = ("report", "create", "leave-out") if optional else ("report", "create")
        missing = own.choice("on-missing", choices, "report")
        if missing == "create" and "kind" not in own:
            own.fail("kind", "a concept that is made has a kind", 'Such as kind = "condition".')
        kind = self.optional(own, "kind")
        if kind is not None:
            self._known(own, "kind", kind, "conceptKindScheme")
            if missing == "create" and MAG + "quantityConcept" in {
                schemes.term("conceptKindScheme", each) for each in kind.outcomes if each
            }:
                own.fail("kind", "a quantity is not made from a label",
                         "Describe it in graphs/concepts/quantity.ttl.")  # fmt: skip
        definition = self.optional(own, "definition")
        return ConceptSpec(
            label, id_, missing == "create", missing == "leave-out", kind, definition
        )
