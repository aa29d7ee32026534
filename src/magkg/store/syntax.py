"""What of a SPARQL text is code, what it names, where it fails to parse; no SERVICE."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urljoin

import pyoxigraph as ox

from magkg.errors import InputError, SyntaxFault

__all__ = [
    "IRIREF",
    "UNDECLARED",
    "blank",
    "declarations",
    "iris",
    "outside",
    "predicates",
    "prefixes_used",
    "refuse_deep",
    "refuse_service",
    "syntax_fault",
]

# SPARQL 1.1 grammar, productions 139 and 156 to 159, and comments (section 19.4). The first one
# is public as a part of other patterns.
IRIREF = r"<(?:[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>"
_STRING = (
    r'"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""'
    r"|'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
)
_COMMENT = r"#[^\n\r]*"
_HIDDEN = re.compile(rf"{IRIREF}|{_STRING}|{_COMMENT}", re.DOTALL)
# The tokens that can hold or hide a name (SPARQL 1.1 productions 4 to 6, 140, 141, 143, 145, 169).
# A prologue line is one token, so that what it declares is not taken for what is asked.
_PREFIX = r"(?:[^\W\d_](?:[\w.-]*[\w-])?)?"
_ESCAPED = r"[\\][_~.!$&'()*+,;=/?#@%-]"
_LOCAL = (
    rf"(?:(?:[\w:]|%[0-9A-Fa-f]{{2}}|{_ESCAPED})(?:[\w:.-]|%[0-9A-Fa-f]{{2}}|{_ESCAPED})*(?<!\.))?"
)
_TOKEN = re.compile(
    rf"(?P<hidden>{_STRING}|{_COMMENT}|[?$]\w+|@[A-Za-z][\w-]*|_:[\w.-]+)"
    rf"|(?i:\bPREFIX)\s+(?P<declared>{_PREFIX}):\s*(?P<space>{IRIREF})"
    rf"|(?i:\bBASE)\s*(?P<base>{IRIREF})"
    rf"|(?P<iri>{IRIREF})"
    rf"|(?P<prefix>{_PREFIX}):(?P<local>{_LOCAL})"
    r"|\w+",
    re.DOTALL,
)
# What begins a term, or goes on with a path, behind a predicate.
_TERM = re.compile(rf"\s*(?:[?$<\[\"'/|*+]|_:|{_PREFIX}:)")
_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_SERVICE = re.compile(r"(servic)e", re.IGNORECASE | re.ASCII)
UNDECLARED = "the prefix is not declared"
# The parser's own words for faults that are no missing word, and ours.
_REASONS = {
    "Prefix not found": f": {UNDECLARED}",
    "IRI parsing failed": ": not an IRI (a relative one needs a BASE)",
    "Duplicated variable name in SELECT": ": the SELECT names a variable twice",
    "The SELECT contains a variable that is unbound": (
        ": the SELECT names a variable that is neither grouped by nor bound"
    ),
}
_BRACKET = re.compile(r"[{}()\[\]]")
_DEEPEST = 100
_KEYWORD = re.compile(r"[A-Z_]{2,}")
_NAME = re.compile(r"(?:<[^<>]*>|[^\s;,(){}\[\]|/^]*)$")
# The parser compares keywords by their length and reports the end of the text where one does not
# fit before it; with some room behind the text its places can be trusted.
_WORD = re.compile(r"(?<![\w?$:@.-])\w[\w.-]*$")
_ROOM = "\n" + " " * 64
# For the same reason it reports a keyword that was looked for before a name in place of the name,
# unless the name begins further on than the longest keyword reaches (ENCODE_FOR_URI).
_WIDE = " " * 20
_GAP = re.compile(rf"{IRIREF}|{_STRING}|{_COMMENT}|(?P<gap>\s+)", re.DOTALL)
# How far before the place of a fault the keyword SERVICE is looked for, to choose the message.
_NEAR = 80


def blank(text: str) -> str:
    """Give the text with IRIs, strings and comments as blanks; every position stays where it was.

    What is left is code, so a keyword found in it is a keyword.
    """
    return _HIDDEN.sub(lambda hit: re.sub(r"[^\r\n]", " ", hit.group()), text)


def declarations(text: str) -> dict[str, str]:
    """Give the prefixes that the text declares: prefix to namespace IRI."""
    return {
        token["declared"]: token["space"][1:-1]
        for token in _TOKEN.finditer(text)
        if token["declared"] is not None
    }


def prefixes_used(text: str) -> list[str]:
    """Give the prefixes of the names in the text, each once, in the order of their first use."""
    found = (token["prefix"] for token in _TOKEN.finditer(text))
    return list(dict.fromkeys(prefix for prefix in found if prefix is not None))


def outside(text: str, *words: str) -> str:
    """Give the text with every block behind one of these keywords, such as GRAPH, as blanks."""
    code = blank(text)
    kept = text
    for found in re.finditer(rf"\b(?:{'|'.join(words)})\b[^{{}}]*", code, re.IGNORECASE):
        end, depth = found.end(), 0
        for bracket in re.compile(r"[{}]").finditer(code, found.end()):
            depth += 1 if bracket[0] == "{" else -1
            end = bracket.end()
            if depth <= 0:
                break
        kept = kept[: found.start()] + " " * (end - found.start()) + kept[end:]
    return kept


def predicates(text: str, known: Mapping[str, str]) -> list[str]:
    """Give the IRIs that the text names before another term, as a predicate stands; see ``iris``.

    It does not parse: a name before a variable, a string, a name, a path or ``[`` is taken for one.
    """
    spaces = {**known, **declarations(text)}
    found: dict[str, None] = {}
    for token in _TOKEN.finditer(text):
        if token["iri"] is None and token["prefix"] not in spaces:
            continue
        if _TERM.match(text, token.end()):
            found |= dict.fromkeys(iris(token.group(), spaces))
    return list(found)


def iris(text: str, known: Mapping[str, str]) -> list[str]:
    """Give the IRIs that the text names, each once, in the order of their first use.

    Those of its prologue are not among them. ``known`` holds prefixes beside those that the text
    declares; a name whose prefix is nowhere declared is left out.
    """
    spaces = {**known, **declarations(text)}
    base = ""
    found: dict[str, None] = {}
    for token in _TOKEN.finditer(text):
        if token["base"] is not None:
            base = token["base"][1:-1]
        elif token["iri"] is not None:
            found[urljoin(base, token["iri"][1:-1])] = None
        elif token["prefix"] in spaces:
            found[spaces[token["prefix"]] + re.sub(r"\\(.)", r"\1", token["local"])] = None
    return list(found)


def refuse_service(query: str) -> None:
    """Raise InputError where a query uses SERVICE, which would reach out to another host.

    The engine's own parser decides: with every "service" misspelt alike, names, strings, IRIs and
    comments still parse and the keyword does not. (A scan for tokens was fooled by `SERVICE:x{`
    and by `?a<?b)SERVICE#>`.) Raises SyntaxFault where the query does not parse for other reasons.
    """
    if not _SERVICE.search(query):
        return
    fault = syntax_fault(query, _SERVICE.sub(r"\1q", query))
    if fault is None:
        return
    lines = query.split("\n")
    line, column = fault.line or 1, fault.column or 1
    upto = "\n".join([*lines[: line - 1], lines[line - 1][: column + len("service")]])
    if not _SERVICE.search(upto[-_NEAR:]):
        raise fault
    raise InputError(
        f"SERVICE is refused (line {line}): a query of this graph reaches no other host",
        hint="Ask the other endpoint in a query of its own (--graph URL).",
    )


def refuse_deep(query: str) -> None:
    """Raise InputError where brackets stand more than 100 deep: the engine would crash on many.

    (pyoxigraph 0.5.13 ends the process with a fault of memory at some 3,000 braces.)
    """
    depth = deepest = 0
    for each in _BRACKET.finditer(blank(query)):
        depth += 1 if each[0] in "{([" else -1
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        raise InputError(
            f"this query has brackets {deepest} deep, and {_DEEPEST} are allowed",
            hint="Split it into several queries.",
        )


def syntax_fault(query: str, parsed: str | None = None) -> SyntaxFault | None:
    """Give what is wrong with the syntax of a query, with its line shown; None where nothing is.

    ``parsed``, a text of the same length, is parsed in its place. A prefix that is not declared is
    named before what the parser says: it looks for keywords beyond a short name, and reports those.
    """
    text = query if parsed is None else parsed
    found = _parse(text)
    if not isinstance(found, tuple):
        return None if found is None else SyntaxFault(f"the query does not parse: {found}")
    own = declarations(text)
    missing = [
        each
        for each in _TOKEN.finditer(text)
        if each["prefix"] is not None and each["prefix"] not in own
    ]
    if missing:
        names = sorted({each["prefix"] for each in missing})
        # A name in a string that does not end is none: the fault stays where it was.
        if _parse(text, "".join(f"PREFIX {name}: <urn:x:> " for name in names)) != found:
            return _fault(query, missing[0].start(), "Prefix not found")
    return _fault(query, *found)


def _parse(text: str, lead: str = "") -> tuple[int, str] | str | None:
    """Parse a text behind ``lead``; give the offset of a fault and what was expected there.

    Gives the parser's own words where they name no place, None where nothing is wrong.
    """
    padded, origin = _padded(text)
    try:
        # On a store without a quad: to parse is to evaluate here.
        ox.Store().query(lead + padded + _ROOM)
    except SyntaxError as error:
        found = _PLACE.search(str(error))
        if found is None:
            return str(error)
        offset = _place(lead + padded + _ROOM, int(found[1]), int(found[2]), found[3])
        offset = min(max(0, offset - len(lead)), len(padded))  # in the room: it ended too soon
        at = origin[offset]
        # A word that could have become a name is the fault, and not what stands behind it.
        word = _WORD.search(text, 0, at) if '":"' in found[3] else None
        return (at if word is None else word.start()), found[3]
    except (OSError, ValueError, RuntimeError):
        return None  # it parsed, and its evaluation is not asked for
    return None


def _padded(text: str) -> tuple[str, list[int]]:
    """Make every gap between tokens wide; give for each place the one in the text, and its end."""
    pieces: list[str] = []
    origin: list[int] = []
    done = 0
    for gap in _GAP.finditer(text):
        if gap["gap"] is not None:
            pieces += [text[done : gap.end()], _WIDE]
            origin += [*range(done, gap.end()), *[gap.end()] * len(_WIDE)]
            done = gap.end()
    return "".join((*pieces, text[done:])), [*origin, *range(done, len(text) + 1)]


def _place(text: str, line: int, column: int, expected: str) -> int:
    """Give the offset of a fault; a keyword is reported at its end, so its length goes off."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    offset = starts[line - 1] + column - 1
    wanted = expected.replace(", [_]", "").split(", ")
    if all(_KEYWORD.fullmatch(each) for each in wanted):
        offset -= min(map(len, wanted))
    return offset


def _fault(query: str, offset: int, expected: str) -> SyntaxFault:
    line = query.count("\n", 0, offset) + 1
    column = offset - (query.rfind("\n", 0, offset) + 1) + 1
    shown = query.split("\n")[line - 1].rstrip("\r")
    theirs = next((each for each in _REASONS if each in expected), "")
    if theirs.startswith(("Prefix", "IRI")):  # these are reported behind the name
        named = _NAME.search(shown[: column - 1])
        column = named.start() + 1 if named else column
    # A tab stays a tab under the line, so that the caret stands where the fault is.
    indent = re.sub(r"[^\t]", " ", shown[: column - 1].ljust(column - 1))
    margin = " " * len(str(line))
    return SyntaxFault(
        f"the query does not parse at line {line}, column {column}{_REASONS.get(theirs, '')}"
        f"\n  {line} | {shown}\n  {margin} | {indent}^",
        line=line,
        column=column,
        hint="Declare it with a PREFIX line." if theirs.startswith("Prefix") else "",
    )
