"""The questions that are kept as files: queries/**/*.rq, each with a strict header.

::

    #+ summary: Claims that speak of a concept
    #+ description: One row for each claim and each part that the concept has in it.
    #+ tags: research, concept
    #+ param concept: the concept asked about
    #+ param source: only claims of this source (optional)

The header opens the file, one line a tag, in this order; every ``param`` has its line
``VALUES ?name { example }`` in the query and every such line its ``param``. A query whose first
tag is ``audit`` says two things more after its tags, and no other query does: ``severity`` (high,
medium or low) and ``mend`` (what to do about a finding).
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from magkg import resources
from magkg.errors import InputError, UnknownName, meant, nearest
from magkg.store import interface
from magkg.use import sparql
from magkg.use.binding import Param, examples

if TYPE_CHECKING:
    from magkg.claims.project import Project

__all__ = [
    "RESERVED",
    "Query",
    "all_queries",
    "find",
    "mark",
    "markdown",
    "parse",
    "read",
    "without_header",
]

# Options of `magkg query`; a parameter of such a name could not be given on the command line.
RESERVED = frozenset(
    (
        "all", "columns", "debug", "engine", "explain", "format", "graph", "help", "json",
        "limit", "list",
        "name", "out", "output", "place", "project", "quiet", "self", "show", "sources", "text",
        "timeout", "verbose", "version", "what",
    )
)  # fmt: skip
_TAGS = ("summary", "description", "tags")
_AUDIT = ("severity", "mend")
_SEVERITIES = ("high", "medium", "low")
_HEADER = re.compile(r"#\+ ([a-z]+)(?: ([^:]*))?: (\S.*)")
_WORD = re.compile(r"[a-z][a-z0-9-]*")
_STEM = re.compile(r"[a-z][a-z0-9_]*")
_SELECTED = re.compile(r"\bSELECT\b(.*?)(?:\bWHERE\b|\{)", re.DOTALL | re.IGNORECASE)
# The innermost pair of brackets, with the column that it is named as.
_EXPRESSION = re.compile(r"\([^()]*?(?:\bAS\s+([?$]\w+)\s*)?\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Query:
    """One question: its name (the stem of its file), what it asks, its parameters and its text.

    ``severity`` and ``mend`` are "" for what is no audit query.
    """

    name: str
    path: Path | None
    summary: str
    description: str
    tags: tuple[str, ...]
    params: tuple[Param, ...]
    text: str
    severity: str = ""
    mend: str = ""

    @property
    def form(self) -> str:
        """Give the query form: select, ask, construct, describe, update, or "" for none."""
        return interface.form(self.text)

    @property
    def columns(self) -> tuple[str, ...]:
        """Give the columns of a SELECT in their order; none for ``SELECT *``."""
        head = _SELECTED.search(sparql.blank(self.text))
        if self.form != "select" or head is None:
            return ()
        names = head[1]
        while inner := _EXPRESSION.search(names):
            names = f"{names[: inner.start()]} {inner[1] or ''} {names[inner.end() :]}"
        return tuple(re.findall(r"[?$](\w+)", names))


def all_queries(project: Project | None = None) -> Mapping[str, Query]:
    """Give every query by name, in the order of the names: the shipped ones and the project's.

    A project's query takes the place of a shipped one of the same name. Raises InputError, with
    file and line, for a header that is not complete.
    """
    paths = _paths(project)
    return MappingProxyType({name: read(paths[name]) for name in sorted(paths)})


def find(name: str, project: Project | None = None) -> Query:
    """Give the query of that name; only its own file is read.

    Raises UnknownName with the nearest names.
    """
    paths = _paths(project)
    if name not in paths:
        raise UnknownName("query", name, paths, hint="`magkg query --list` shows them all.")
    return read(paths[name])


def read(path: Path) -> Query:
    """Read one file; its stem is the name. Without any ``#+`` line it is a query of no parameters.

    Raises InputError for a file that cannot be read or a header that is not sound.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", file=str(path)) from None
    except OSError as error:
        raise InputError(error.strerror or str(error), file=str(path)) from None
    return parse(text, name=path.stem, path=path)


def parse(text: str, *, name: str = "", path: Path | None = None) -> Query:
    """Take a query text apart: header, parameters, code.

    Raises InputError, with file and line, where the header is not complete.
    """
    file = name or "query" if path is None else str(path)
    marked = [
        (number, line) for number, line in enumerate(text.split("\n"), 1) if line.startswith("#+")
    ]
    if not marked:
        return Query(name, path, "", "", (), (), text)
    if path is not None and not _STEM.fullmatch(name):
        raise InputError("the name of a query is lower-case words joined by _", file=file, line=1)
    found, params = _header(marked, file)
    tags = _tags(found["tags"], file)
    _audit(found, tags, file)
    return Query(
        name=name,
        path=path,
        summary=found["summary"],
        description=found["description"],
        tags=tags,
        params=_params(params, examples(text, file), file),
        text=text,
        severity=found.get("severity", ""),
        mend=found.get("mend", ""),
    )


def without_header(query: Query) -> str:
    """Give the text with its header as plain comments, of the same length.

    With its parameters bound, a text is no longer what its header says of it, and can be asked
    again as it is.
    """
    if not query.summary:
        return query.text
    return "\n".join(
        line.replace("#+", "# ", 1) if line.startswith("#+") else line
        for line in query.text.split("\n")
    )


def mark(query: Query) -> str:
    """Give what a list says behind the summary of a query that gives no rows."""
    return " (gives triples)" if query.form in ("construct", "describe") else ""


def markdown(queries: Iterable[Query]) -> str:
    """Give the table of queries/README.md: name with its file, parameters, summary."""
    rows = ["| query | parameters | asks |", "|---|---|---|"]
    for query in queries:
        names = ", ".join(f"[{p.name}]" if p.optional else p.name for p in query.params)
        folder = query.path.parent.name if query.path else ""
        link = f"[{query.name}]({folder}/{query.name}.rq)"
        rows.append(f"| {link} | {names} | {query.summary}{mark(query)} |")
    return "\n".join(rows) + "\n"


def _header(
    marked: list[tuple[int, str]], file: str
) -> tuple[dict[str, str], dict[str, tuple[str, int]]]:
    """Read the ``#+`` lines: the three tags, and every param with its line."""
    found: dict[str, str] = {}
    params: dict[str, tuple[str, int]] = {}
    for place, (number, line) in enumerate(marked, 1):
        hit = _HEADER.fullmatch(line.rstrip())
        if hit is None:
            raise InputError(
                f"this header line is not `#+ tag: text`: {line.rstrip()}", file=file, line=number
            )
        tag, name, text = hit.group(1), hit.group(2), hit.group(3).strip()
        if number != place:
            raise InputError(
                f"the header is not in one piece: {tag} stands apart", file=file, line=number
            )
        if tag == "param":
            _name(name, params, file, number)
            params[name] = (text, number)
            continue
        _tag(tag, name, found, bool(params), file, number)
        found[tag] = text
    for tag in _TAGS:
        if tag not in found:
            raise InputError(
                f"the header lacks its {tag}", file=file, line=1, hint=f"Add: #+ {tag}: ..."
            )
    return found, params


def _tag(
    tag: str, name: str | None, found: Mapping[str, str], late: bool, file: str, line: int
) -> None:
    """Refuse a tag that is unknown, doubled or out of its place."""
    known = (*_TAGS, *_AUDIT)
    if tag not in known or name is not None:
        near = nearest(tag, (*known, "param"), 1)
        hint = meant(each for each in near if each != tag)
        raise InputError(
            f"there is no header tag {tag if name is None else f'{tag} {name}'!r}",
            file=file,
            line=line,
            hint=hint or f"A header has: {', '.join(_TAGS)}, param NAME.",
        )
    if tag in found:
        raise InputError(f"the header says {tag} twice", file=file, line=line)
    if late or tuple(found) != known[: known.index(tag)]:
        order = _TAGS if tag in _TAGS else known
        raise InputError(
            f"{tag} is out of place", file=file, line=line, hint=f"In order: {', '.join(order)}."
        )


def _audit(found: Mapping[str, str], tags: tuple[str, ...], file: str) -> None:
    """Refuse an audit query that lacks severity or mend, and another that has them."""
    for tag in _AUDIT:
        if (tag in found) != (tags[0] == "audit"):
            reason = f"only an audit query has a {tag}" if tag in found else f"it lacks its {tag}"
            raise InputError(
                f"the header does not fit its first tag, {tags[0]}: {reason}",
                file=file,
                line=3,
                hint="Write `#+ tags: audit, ...` and after it `#+ severity:` and `#+ mend:`,"
                " or neither.",
            )
    if found.get("severity", "low") not in _SEVERITIES:
        raise InputError(
            f"there is no severity {found['severity']!r}",
            file=file,
            line=4,
            hint=f"One of: {', '.join(_SEVERITIES)}.",
        )


def _name(name: str | None, params: Mapping[str, object], file: str, line: int) -> None:
    """Refuse a parameter's name that could not be given as an option or a keyword."""
    if name is None or not _STEM.fullmatch(name) or keyword.iskeyword(name):
        raise InputError(f"{name!r} cannot be the name of a parameter", file=file, line=line)
    if name in RESERVED:
        raise InputError(
            f"{name!r} is the name of an option of magkg",
            file=file,
            line=line,
            hint="Give the parameter another name.",
        )
    if name in params:
        raise InputError(f"the header says param {name} twice", file=file, line=line)


def _tags(text: str, file: str) -> tuple[str, ...]:
    tags = tuple(tag.strip() for tag in text.split(","))
    if not all(_WORD.fullmatch(tag) for tag in tags) or len(set(tags)) < len(tags):
        raise InputError(
            "tags are different lower-case words with commas between", file=file, line=3
        )
    return tags


def _params(
    named: Mapping[str, tuple[str, int]], lines: Mapping[str, tuple[str, int]], file: str
) -> tuple[Param, ...]:
    """Match the params of the header with the VALUES lines of the query, one to one."""
    for name, (_, number) in named.items():
        if name not in lines:
            raise InputError(
                f"param {name} has no VALUES line",
                file=file,
                line=number,
                hint=f"Add to the query: VALUES ?{name} {{ example }}",
            )
    for name, (_, number) in lines.items():
        if name not in named:
            raise InputError(
                f"VALUES ?{name} has no param in the header",
                file=file,
                line=number,
                hint=f"Add: #+ param {name}: ...",
            )
    made = []
    for name, (text, _) in named.items():
        about = text.removesuffix("(optional)").rstrip()
        example, number = lines[name]
        made.append(Param(name, about, about != text, example, number))
    return tuple(made)


def _paths(project: Project | None) -> dict[str, Path]:
    """Give the file of every query name; the project's own files come before the shipped ones."""
    found = dict(_files(resources.data("queries")))
    if project is not None and (project.root / "queries").is_dir():
        found |= _files(project.root / "queries")
    return found


@cache
def _shipped() -> Mapping[str, Path]:
    return dict(_scan(resources.data("queries")))


def _files(folder: Path) -> Mapping[str, Path]:
    if folder == resources.data("queries"):
        return _shipped()
    return dict(_scan(folder))


def _scan(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give name and path of the queries below a folder; two of one name are refused."""
    seen: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.rq")):
        if path.stem in seen:
            raise InputError(
                f"the name {path.stem!r} is taken by {seen[path.stem]}",
                file=str(path),
                hint="Rename one of the two files.",
            )
        seen[path.stem] = path
        yield path.stem, path
