"""Paths into a row and templates over them: the small language in which a mapping names cells.

A path names what stands in a row: ``title``, ``patient.age``, ``authors[0].name``; with ``[]`` (or
``[*]``) each of a list: ``evidence[].text``; with ``.*`` each field of an object, as its ``key``
and its ``value``; with ``[@]`` the one whose number (from 0) the item is. A leading ``$.`` says the
row, ``@`` the item that an ``each`` is at: ``@.start``, and ``@key`` the name of the field (of
``.*``) in which the item stands. A column whose name is the whole path is that column.

A template is a text with paths in braces: ``"{drug} lowers {outcome}"``; ``{{`` and ``}}`` are
braces themselves. A template without a path is a constant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from magkg.errors import InputError

__all__ = ["Mark", "Path", "Template", "leaf"]

_STEP = re.compile(r"\.?(?P<name>[^.\[\]]+)|\[(?P<index>\d+|\*|@|)\]")
_PART = re.compile(r"\{\{|\}\}|\{(?P<path>[^{}]*)\}|[{}]|[^{}]+")
# No list has more items, and of very many digits Python makes no number.
_INDEX = re.compile(r"\d{1,18}")
_HINT = "A path is such as title, patient.age, authors[0].name, evidence[].text or @.start."


class Mark(Enum):
    """A step that is neither a key nor a number."""

    EACH = "[]"
    KEY = "@key"
    FIELDS = ".*"
    ITEM = "[@]"


Step = str | int | Mark


@dataclass(frozen=True, slots=True)
class Path:
    """A path as written (``text``), in steps; ``item`` says that it begins at the item."""

    text: str
    item: bool
    steps: tuple[Step, ...]

    @classmethod
    def parse(cls, text: str) -> Path:
        """Read a path. Raises InputError for what is none."""
        if text == "@key":
            return cls(text, True, (Mark.KEY,))
        rest = text
        item = rest.startswith("@")
        if item:
            rest = rest[1:]
        elif rest.startswith("$"):
            rest = rest[1:].removeprefix(".")
        steps: list[Step] = []
        at = 0
        while at < len(rest):
            found = _STEP.match(rest, at)
            if found is None:
                raise InputError(f"{text!r} is no path", hint=_HINT)
            steps.append(_step(found["name"], found["index"]))
            at = found.end()
        if not (steps or item) or "" in steps:
            raise InputError(f"{text!r} is no path", hint=_HINT)
        return cls(text, item, tuple(steps))

    def all(self, row: Mapping[str, object], item: object = None, key: str = "") -> list[object]:
        """Give everything that stands there, in order; nothing where there is no such place.

        Raises InputError where something of another form stands on the way.
        """
        return [each for each, _ in self.keyed(row, item, key)]

    def keyed(
        self, row: Mapping[str, object], item: object = None, key: str = ""
    ) -> list[tuple[object, str]]:
        """Give the same, each with the name of the field (of ``.*``) in which it stands."""
        if self.steps == (Mark.KEY,):
            return [(key, key)] if key else []
        if not self.item and self.text in row:
            return [(each, key) for each in _several(row[self.text])]
        found = [(item if self.item else row, key)]
        for step in self.steps:
            found = [
                (below, str(name) if step is Mark.FIELDS else within)
                for each, within in found
                for name, below in _below(each, step, item)
            ]
        if self.steps and self.steps[-1] is Mark.EACH:
            return found  # a list in a list is an item
        return [(each, within) for value, within in found for each in _several(value)]

    def lacking(self, row: Mapping[str, object], item: object = None) -> tuple[str, list[str]]:
        """Give the first name on the way that no object there has, and the names that they have.

        The name is "" where the way is there, even if it leads to nothing: a list may be empty.
        """
        if self.steps == (Mark.KEY,) or (not self.item and self.text in row):
            return "", []
        found: list[object] = [item if self.item else row]
        for step in self.steps:
            if isinstance(step, str):
                objects = [each for each in found if isinstance(each, Mapping)]
                if objects and not any(step in each for each in objects):
                    return step, sorted({str(name) for each in objects for name in each})
            found = [below for each in found for _, below in _below(each, step, item)]
        return "", []


def _several(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def _step(name: str | None, index: str) -> Step:
    if name is not None:
        return Mark.FIELDS if name == "*" else name.strip()
    if index.isdigit():
        return int(index)
    return Mark.ITEM if index == "@" else Mark.EACH


def _below(value: object, step: Step, item: object) -> Sequence[tuple[object, object]]:
    """Give what a step leads to, with its name. Raises InputError for a value of another form."""
    if value is None or value == "":
        return []
    if isinstance(value, Mapping):
        if step is Mark.FIELDS:
            return [(key, {"key": key, "value": each}) for key, each in value.items()]
        if isinstance(step, str):
            return [(step, value[step])] if step in value else []
    elif isinstance(value, list):
        if step is Mark.ITEM:
            step = int(item) if isinstance(item, str) and _INDEX.fullmatch(item) else len(value)
        if isinstance(step, int):
            return [(step, each) for each in value[step : step + 1]]
        if step is Mark.EACH:
            return list(enumerate(value))
    raise _other(value, step)


def _other(value: object, step: Step) -> InputError:
    """Say that a step finds a value of another form, and what the mapping would need."""
    wanted = "an object" if isinstance(step, str) or step is Mark.FIELDS else "a list"
    if isinstance(value, Mapping):
        return InputError(
            f"here stands an object, where the path wants {wanted}",
            hint="Of an object, name the field (evidence.text), or take each: evidence.*",
        )
    if isinstance(value, list):
        return InputError(
            f"here stands a list, where the path wants {wanted}",
            hint="Of a list, take each (evidence[].text), or one: evidence[0].text",
        )
    return InputError(
        f"here stands a plain text, where the path wants {wanted}",
        hint='Say under [rows] how the cell is written: json = ["COLUMN"] where it holds JSON,'
        ' split = { COLUMN = ";" } where it holds a list; or leave [] and what follows away.',
    )


def leaf(value: object) -> str:
    """Give a value that stands alone as text, "" for none. Raises InputError for an object."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    raise InputError("here stands an object or a list, where one value belongs", hint=_HINT)


@dataclass(frozen=True, slots=True)
class Template:
    """A text with paths in braces; ``parts`` are texts and paths in turn."""

    text: str
    parts: tuple[str | Path, ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a template. Raises InputError for a brace without its other half."""
        parts: list[str | Path] = []
        for found in _PART.finditer(text):
            if found["path"] is not None:
                parts.append(Path.parse(found["path"].strip()))
            elif found[0] in ("{", "}"):
                raise InputError(
                    f"{text!r} has a brace without its other half",
                    hint="A column stands in braces, {title}; a brace itself is doubled, {{.",
                )
            else:
                parts.append({"{{": "{", "}}": "}"}.get(found[0], found[0]))
        return cls(text, tuple(parts))

    @property
    def paths(self) -> Iterator[Path]:
        """The paths in the template."""
        return (each for each in self.parts if isinstance(each, Path))

    @property
    def constant(self) -> str | None:
        """The text, where the template names no column."""
        if any(self.paths):
            return None
        return "".join(str(each) for each in self.parts)

    @property
    def single(self) -> Path | None:
        """The path, where the template is one path and nothing else."""
        (first, *others) = self.parts or ("",)
        return first if isinstance(first, Path) and not others else None

    def fill(self, get: Callable[[Path], str]) -> str:
        """Fill in what ``get`` gives for each path; "" where one of these is empty."""
        found = []
        for part in self.parts:
            text = part if isinstance(part, str) else get(part)
            if not text:
                return ""
            found.append(text)
        return "".join(found)
