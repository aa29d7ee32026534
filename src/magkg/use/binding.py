"""Parameters of a query: each is one line ``VALUES ?name { example }``, whose term is replaced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from magkg import vocabulary
from magkg.errors import InputError, UnknownName
from magkg.use import sparql

__all__ = [
    "Param", "Unfit", "Value", "bind", "encode", "examples", "namespace", "quote", "resolve",
]  # fmt: skip

One: TypeAlias = str | int | Decimal | date
Value: TypeAlias = One | Sequence[One] | None

# RFC 3987 without its brackets for IPv6 and its private characters: what every engine takes for
# an IRI, and within what SPARQL 1.1 allows between < and > (production 139).
_CHAR = (
    r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    r"\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd]|%[0-9A-Fa-f]{2})"
)
_IRI = re.compile(rf"{_CHAR}*(?:#{_CHAR}*)?")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_CURIE = re.compile(r"([A-Za-z][\w.-]*):([\w.%-]*(?:[\\][#_.~!$&'()*+,;=/?@%-][\w.-]*)*)")
_LITERAL = re.compile(r'"((?:[^"\\\n\r]|\\.)*)"(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^(\S+))?')
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_LINE = re.compile(r"(\s*VALUES \?([a-z][a-z0-9_]*) \{ )(\S.*?)( \}\s*)")
_VALUES = re.compile(r"\bVALUES\s*[?$](\w+)", re.IGNORECASE)
_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter: its name, what it asks for, its example (a SPARQL term) and its line from 1.

    A parameter that is optional and not given drops its line, and the query asks for all.
    """

    name: str
    about: str
    optional: bool
    example: str
    line: int

    @property
    def takes_iri(self) -> bool:
        """Whether its values are IRIs, not literals."""
        return _kind(self.example) == "iri"

    @property
    def plain(self) -> str:
        """The example as a user would give it: a text without quotes, a bare name for an IRI."""
        literal = _LITERAL.fullmatch(self.example)
        if literal is not None:
            return literal.group(1)
        curie = _CURIE.fullmatch(self.example)
        if curie is not None:
            return curie.group(2).replace("\\", "")
        if not self.takes_iri:
            return self.example
        iri = self.example[1:-1]
        return iri.removeprefix(namespace(self.example, vocabulary.prefixes()))


class Unfit(InputError):
    """A parameter that is missing, or a value that does not fit it.

    ``param`` says which, ``shows_example`` whether the hint is its example as given in Python.
    """

    def __init__(self, message: str, param: Param, *, hint: str = "") -> None:
        super().__init__(message, hint=hint or f"For example: {param.name}={_python(param)}")
        self.param = param
        self.shows_example = not hint


def examples(text: str, file: str | None = None) -> dict[str, tuple[str, int]]:
    """Give the example and the line of every ``VALUES ?name { example }`` of a query text.

    Raises InputError, with file and line, where a VALUES of one variable is written otherwise.
    """
    found: dict[str, tuple[str, int]] = {}
    for number, (code, line) in enumerate(
        zip(sparql.blank(text).split("\n"), text.split("\n"), strict=True), 1
    ):
        for hit in _VALUES.finditer(code):
            whole = _LINE.fullmatch(line)
            if whole is None or _kind(whole.group(3)) is None:
                raise InputError(
                    f"VALUES ?{hit.group(1)} is not one line with one term",
                    file=file,
                    line=number,
                    hint=f"Write: VALUES ?{hit.group(1)} {{ example }}",
                )
            if whole.group(2) in found:
                raise InputError(
                    f"VALUES ?{whole.group(2)} stands here a second time", file=file, line=number
                )
            found[whole.group(2)] = (whole.group(3), number)
    return found


def bind(
    text: str,
    params: Iterable[Param],
    values: Mapping[str, Value],
    prefixes: Mapping[str, str] | None = None,
) -> str:
    """Give the text with the values in the place of the examples, and nothing else changed.

    A bare name resolves in the namespace of the example, as ``prefixes`` (the project's) sets it;
    several values of one parameter are alternatives; None counts as not given. Raises UnknownName
    for a parameter that is not there, InputError for one that is missing or does not fit.
    """
    known = {param.name: param for param in params}
    lines = text.split("\n")
    for name in values:
        if name not in known:
            raise UnknownName("parameter", name, known, hint=_offer(known))
    for param in known.values():
        value = values.get(param.name)
        at = param.line - 1
        if value is None:
            if not param.optional:
                raise Unfit(f"the parameter {param.name!r} is missing: {param.about}", param)
            lines[at] = ""  # a line stays, so that the line numbers of errors hold
            continue
        each = list(value) if isinstance(value, (list, tuple, set)) else [value]
        if not each:
            raise InputError(f"the parameter {param.name!r} was given no value")
        terms = " ".join(dict.fromkeys(encode(one, param, prefixes) for one in each))
        whole = _LINE.fullmatch(lines[at])
        assert whole is not None, "a Param comes from the line that it names"
        lines[at] = whole.group(1) + terms + whole.group(4)
    return "\n".join(lines)


def encode(value: object, param: Param, prefixes: Mapping[str, str] | None = None) -> str:
    """Give a value as the SPARQL term that its parameter takes: an IRI or a literal.

    Raises InputError where it does not fit the kind of the example, or could leave its term.
    """
    match _kind(param.example):
        case "iri":
            return f"<{resolve(value, param, prefixes)}>"
        case "number":
            return _number(value, param)
        case "boolean":
            word = str(value).casefold()
            if word not in ("true", "false"):
                raise _unfit(value, param, "true or false")
            return word
        case _:
            return _literal(value, param, prefixes)


def resolve(value: object, param: Param, prefixes: Mapping[str, str] | None = None) -> str:
    """Give the IRI that a value names: an IRI, a CURIE, or a name in the example's namespace."""
    known = vocabulary.prefixes() if prefixes is None else prefixes
    name = str(value).strip()
    inner = name[1:-1] if name.startswith("<") and name.endswith(">") else name
    if not isinstance(value, str) or not inner or not _IRI.fullmatch(inner):
        likely = re.sub(r"\s+", "-", name.casefold())
        fits = " " in name and _IRI.fullmatch(likely) is not None
        hint = f"Names have no blanks: {likely}?" if fits else ""
        raise _unfit(value, param, "a name, a prefixed name or an IRI", hint=hint)
    if inner != name and not _ABSOLUTE.match(inner):
        raise _unfit(value, param, "an absolute IRI")
    if _ABSOLUTE.match(inner):
        # Only known prefixes are taken for prefixes; `expand` names the unknown ones.
        return inner if inner != name else vocabulary.expand(inner, known)
    return namespace(param.example, known) + inner


def namespace(example: str, known: Mapping[str, str]) -> str:
    """Give the namespace that bare names resolve in: that of the example, in this project."""
    engine = vocabulary.prefixes()
    curie = _CURIE.fullmatch(example)
    if curie is not None:
        return known.get(curie.group(1)) or vocabulary.expand(curie.group(1) + ":", engine)
    iri = example[1:-1]
    fitting = [
        (len(space), known.get(prefix, space))
        for prefix, space in (*engine.items(), *known.items())
        if iri.startswith(space)
    ]
    if fitting:
        return max(fitting)[1]
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def _kind(term: str) -> str | None:
    """Say what an example is: iri, number, boolean, literal; None where it is not one term."""
    if (term.startswith("<") and term.endswith(">") and _IRI.fullmatch(term[1:-1])) or (
        _CURIE.fullmatch(term)
    ):
        return "iri"
    if _NUMBER.fullmatch(term):
        return "number"
    if term in ("true", "false"):
        return "boolean"
    return "literal" if _LITERAL.fullmatch(term) else None


def _number(value: object, param: Param) -> str:
    text = str(value).strip()
    found = None if isinstance(value, bool) else _NUMBER.fullmatch(text)
    if not found or not text.isascii():
        raise _unfit(value, param, "a number")
    if found.group(1) and "." not in param.example:
        raise _unfit(value, param, "a whole number")
    return text


def _literal(value: object, param: Param, prefixes: Mapping[str, str] | None) -> str:
    """Write a string literal with the language or the datatype of the example."""
    shape = _LITERAL.fullmatch(param.example)
    assert shape is not None, "an example is one term"
    text = value.isoformat() if isinstance(value, (date, datetime)) else str(value)
    if re.search(r"[\ud800-\udfff]", text):
        raise _unfit(value, param, "text without lone surrogates")
    quoted = quote(text)
    language, datatype = shape.group(2), shape.group(3)
    if language:
        return f"{quoted}@{language}"
    if datatype:
        known = vocabulary.prefixes() if prefixes is None else prefixes
        return f"{quoted}^^<{vocabulary.expand(datatype, known)}>"
    return quoted


def quote(text: str) -> str:
    """Write a text as a SPARQL string, with its quotes."""
    # rdflib expands \u and \U before it parses, also behind an escaped backslash, and takes up to
    # eight digits for either: so the letter itself is written as an escape of eight.
    inner = re.sub(
        r"\\\\([uU])", lambda hit: f"\\\\\\U{ord(hit.group(1)):08X}", text.translate(_ESCAPES)
    )
    return f'"{inner}"'


def _unfit(value: object, param: Param, wanted: str, *, hint: str = "") -> Unfit:
    return Unfit(f"the parameter {param.name!r} takes {wanted}, not {value!r}", param, hint=hint)


def _python(param: Param) -> str:
    """Show the example of a parameter as it is given in Python."""
    return param.plain if _kind(param.example) in ("number", "boolean") else f'"{param.plain}"'


def _offer(known: Mapping[str, Param]) -> str:
    return f"It takes: {', '.join(known)}." if known else "This query takes no parameters."
