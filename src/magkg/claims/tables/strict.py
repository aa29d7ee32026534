"""A TOML file read strictly: keys are asked for by name, and what nobody asked for is refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from magkg.claims.project import shown
from magkg.errors import InputError, SyntaxFault, meant, nearest

__all__ = ["Table", "load"]

_SECTION = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"'-]+)\s*=")
_LINE = re.compile(r" \(at line (\d+), column (\d+)\)$")


def load(path: Path) -> Table:
    """Read a TOML file. Raises InputError for what is no file, SyntaxFault for what is no TOML."""
    name = shown(path)
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"the mapping cannot be read: {reason}", file=name) from None
    except UnicodeDecodeError:
        raise InputError("the mapping is not UTF-8", file=name) from None
    try:
        found = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        place = _LINE.search(str(error))
        raise SyntaxFault(
            f"the mapping is no TOML: {_LINE.sub('', str(error))}",
            file=name,
            line=int(place[1]) if place else text.count("\n") + 1,
            column=int(place[2]) if place else None,
        ) from None
    return Table(found, (), name, text)


def _turn(section: str, turns: Mapping[str, int]) -> int:
    """Give which of the tables of an array a section is, or stands in."""
    while section and section not in turns:
        section = section.rpartition(".")[0]
    return turns.get(section, 0)


class Table:
    """A table of a TOML file and where it stands; see `load`."""

    def __init__(
        self,
        values: Mapping[str, object],
        keys: tuple[str, ...],
        file: str,
        text: str,
        turn: int = 0,
    ) -> None:
        self.values = values
        self.keys = keys
        self.file = file
        self.text = text
        self.turn = turn

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def fail(self, key: str, message: str, hint: str = "") -> NoReturn:
        """Raise InputError about a key, with its line."""
        dotted = ".".join((*self.keys, *([key] if key else [])))
        raise InputError(
            f"{dotted}: {message}" if dotted else message,
            file=self.file,
            line=self.line(key),
            hint=hint,
        )

    def line(self, key: str) -> int | None:
        """Give the line of a key, else of the table, as far as the text shows it."""
        section, turn, place = "", 0, None
        wanted = ".".join(self.keys)
        outer = [".".join(self.keys[:at]) for at in range(len(self.keys))]
        turns: dict[str, int] = {}
        for number, line in enumerate(self.text.split("\n"), 1):
            if found := _SECTION.match(line):
                section = found[1].replace('"', "").replace(" ", "")
                if line.lstrip().startswith("[["):
                    turns[section] = turns.get(section, -1) + 1
                turn = _turn(section, turns)
                if section == wanted and turn == self.turn:
                    place = number
                if section == f"{wanted}.{key}".strip("."):
                    return number
            elif found := _KEY.match(line):
                name = found[1].strip("\"'")
                if section == wanted and turn == self.turn and name == key:
                    return number
                if section in outer and f"{section}.{name}".strip(".") == wanted:
                    place = number  # an inline table
        return place

    def only(self, known: Iterable[str]) -> None:
        """Refuse keys that are not among the known ones, naming the nearest."""
        names = list(known)
        for key in self.values:
            if key not in names:
                hint = f"{meant(nearest(key, names))} Known here: {', '.join(names)}."
                self.fail(key, "there is no such key", hint.lstrip())

    def text_of(self, key: str, default: str = "") -> str:
        """Give a text."""
        found = self.values.get(key, default)
        if not isinstance(found, str):
            self.fail(key, "a text belongs here", 'Write it in quotes: "...".')
        return found

    def boolean(self, key: str, default: bool) -> bool:
        """Give true or false."""
        found = self.values.get(key, default)
        if not isinstance(found, bool):
            self.fail(key, "true or false belongs here, without quotes")
        return found

    def choice(self, key: str, known: Sequence[str], default: str) -> str:
        """Give one of the known words."""
        found = self.text_of(key, default)
        if found not in known and found != default:
            hint = f"{meant(nearest(found, known))} Known: {', '.join(known)}."
            self.fail(key, f"{found!r} is not known", hint.lstrip())
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts; one text is a list of one."""
        found = self.values.get(key, [])
        many = found if isinstance(found, list) else [found]
        if not all(isinstance(each, str) for each in many):
            self.fail(key, "texts belong here", 'Write a list: ["...", "..."].')
        return tuple(many)

    def pairs(self, key: str) -> dict[str, str]:
        """Give a table of texts."""
        found = self.values.get(key, {})
        if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
            self.fail(key, "a table of texts belongs here", '{ "theirs" = "ours" }')
        return dict(found)

    def table(self, key: str) -> Table:
        """Give a table below; an empty one where there is none."""
        found = self.values.get(key, {})
        if not isinstance(found, dict):
            self.fail(key, "a table belongs here", f"Write [{'.'.join((*self.keys, key))}].")
        return Table(found, (*self.keys, key), self.file, self.text, self.turn)

    def tables(self, key: str) -> list[Table]:
        """Give the tables of an array below; one table is an array of one."""
        found = self.values.get(key, [])
        many = [found] if isinstance(found, dict) else found
        if not isinstance(many, list) or not all(isinstance(each, dict) for each in many):
            self.fail(key, "tables belong here", f"Write [[{'.'.join((*self.keys, key))}]].")
        keys = (*self.keys, key)
        return [Table(each, keys, self.file, self.text, turn) for turn, each in enumerate(many)]
