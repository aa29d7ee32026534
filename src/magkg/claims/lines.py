"""Where in a file a subject, a property or a value stands: parsers keep no lines, people need them.

The scanner reads text that pyoxigraph has accepted (or the part of it before a fault), so it knows
the shape of Turtle, TriG, N-Triples and N-Quads and leaves the rules of the grammar to the parser.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from magkg.vocabulary import TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Comment", "Index", "LineMap", "Resolver", "Token", "line_starts", "scan", "tokens"]

# Possessive, so that a string of 100 MB costs no stack; but only of single characters: repeats of
# groups match wrongly before Python 3.11.5 (https://github.com/python/cpython/issues/106052).
# Words end before a full stop that ends the statement. A quote that opens a string which never
# closes is a token of its own.
_TOKEN = re.compile(
    r"""
      (?P<space>\s++)
    | (?P<comment>\#[^\r\n]*+)
    | (?P<long>\"\"\"[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*\"\"\"
              | '''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*''')
    | (?P<text>"(?!"")[^"\\\r\n]*+(?:\\.[^"\\\r\n]*+)*" | '(?!'')[^'\\\r\n]*+(?:\\.[^'\\\r\n]*+)*' )
    | (?P<iri><(?!<)[^\x00-\x20<>"{}|^`]*+>)
    | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*)
    | (?P<open><<\(?|\{\||[\[({])
    | (?P<close>\)>>|>>|\|\}|[\])}])
    | (?P<number>[+-]?(?:[0-9]++\.[0-9]*+(?=[eE])|[0-9]*+\.[0-9]++|[0-9]++)(?:[eE][+-]?[0-9]++)?)
    | (?P<mark>\^\^|[.;,~])
    | (?P<word>(?:[^\s<>"'{}|^`\\()\[\],;\#@~]*+\\.)+(?:[^\s<>"'{}|^`\\()\[\],;\#@~]+(?<!\.))?
              | [^\s<>"'{}|^`\\()\[\],;\#@~]+(?<!\.))
    | (?P<other>["']{3}|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_NAMED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LEAVING = re.compile(r"(?:^|[/\\])(?:\.|%2[eE]){2}(?=[/\\?#]|$)")


class Token(NamedTuple):
    """A word of Turtle: its kind (the name of the group it matched), text and code-point offset."""

    kind: str
    text: str
    start: int


class Comment(NamedTuple):
    """A comment and the line it stands on."""

    text: str
    line: int


def tokens(text: str) -> Iterator[Token]:
    """Give the words of a Turtle-like text, comments included, white space left out."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind != "space":
            yield Token(kind, match.group(), match.start())


def line_starts(text: str) -> list[int]:
    """Give the offset at which each line begins (lines end at ``\\n``, as in an editor)."""
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


def unescape(text: str) -> str:
    """Resolve the escapes of a string, an IRI or a local name."""
    if "\\" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _NAMED.get(match[3], match[3])

    return _ESCAPE.sub(value, text)


class Resolver:
    """Resolves IRI references against a base exactly as the parser does: by asking it."""

    def __init__(self, base: str | None) -> None:
        self.base = base
        self._known: dict[str, str] = {}

    def __call__(self, reference: str) -> str:
        """Give the absolute IRI of ``reference``; one that cannot be resolved comes back as is."""
        if self.base is None or _ABSOLUTE.match(reference):
            return reference
        if reference not in self._known:
            self._known[reference] = self._asked(reference)
        return self._known[reference]

    def _asked(self, reference: str) -> str:
        try:
            (found,) = ox.parse(
                f"<{reference}> <urn:p> <urn:o> .", format=ox.RdfFormat.TURTLE, base_iri=self.base
            )
        except (SyntaxError, ValueError):
            return reference
        return str(found.subject.value) if isinstance(found.subject, ox.NamedNode) else reference


@dataclass
class Index:
    """What a scan found; lines count from 1, the first place of each key is kept."""

    subjects: dict[str, int] = field(default_factory=dict)
    properties: dict[tuple[str, str], int] = field(default_factory=dict)
    values: dict[tuple[str, str, str], int] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    # What the parser rewrites in silence: (line, subject, as written).
    leaving: list[tuple[int, str, str]] = field(default_factory=list)
    tags: list[tuple[int, str, str]] = field(default_factory=list)
    # Where nodes without a name stand: (line, subject of the statement).
    blanks: list[tuple[int, str]] = field(default_factory=list)

    def add(self, subject: str, predicate: str, value: str | None, line: int) -> None:
        """Note a property, and its value where it is an IRI or a literal."""
        self.properties.setdefault((subject, predicate), line)
        if value is not None:
            self.values.setdefault((subject, predicate, value), line)


class LineMap:
    """The lines of a document, found out when first asked for.

    ``plain`` says that the text holds nothing that a parser resolves away, so that who looks for
    that alone need not scan it.
    """

    def __init__(self, find: Callable[[], Index] = Index, text: str = "") -> None:
        self._find = find
        self._found: Index | None = None
        self.plain = not _HIDES.search(text)

    @property
    def index(self) -> Index:
        """Everything the scan found."""
        if self._found is None:
            self._found = self._find()
        return self._found

    def line(
        self, subject: str, predicate: str | None = None, value: str | None = None
    ) -> int | None:
        """Give the line of a value of a property, else of the property, else of the subject.

        All three are IRIs; ``value`` may also be the text of a literal. None where the document
        does not describe the subject.
        """
        found = self.index
        if predicate is not None:
            if value is not None and (subject, predicate, value) in found.values:
                return found.values[subject, predicate, value]
            if (subject, predicate) in found.properties:
                return found.properties[subject, predicate]
        return found.subjects.get(subject)

    @property
    def comments(self) -> list[Comment]:
        """The comments, in the order of the text."""
        return self.index.comments


# What a parser resolves away: a climbing IRI, a language tag with a capital letter.
_HIDES = re.compile(r"\.\.|@[A-Za-z0-9-]*[A-Z]")


def scan(text: str, base: str | None = None) -> Index:
    """Scan a text in Turtle, TriG, N-Triples or N-Quads; ``base`` is the one it was parsed with."""
    return _Scan(text, base).run()


class _Scan:
    """One pass over the words of a text, with the state that gives them their role."""

    def __init__(self, text: str, base: str | None) -> None:
        self.found = Index()
        self.starts = line_starts(text)
        self.words = tokens(text)
        self.resolve = Resolver(base)
        self.spaces: dict[str, str] = {}
        self.depth = 0  # of brackets inside a statement
        self.directive = ""  # of prefix, base, version: what comes next belongs to it
        self.prefix = ""
        self.typed = False  # after ^^: the next term is a datatype, not a value
        self.reset()

    def reset(self) -> None:
        self.subject: str | None = None
        self.predicate: str | None = None

    def run(self) -> Index:
        for word in self.words:
            line = bisect_right(self.starts, word.start)
            if word.kind == "comment":
                self.found.comments.append(Comment(word.text, line))
            elif self.directive:
                self.declare(word)
            else:
                self.step(word, line)
        return self.found

    def declare(self, word: Token) -> None:
        if word.kind == "word":
            self.prefix = word.text[:-1]
        elif word.kind == "iri":
            iri = self.resolve(unescape(word.text[1:-1]))
            if self.directive == "prefix":
                self.spaces[self.prefix] = iri
            else:
                self.resolve = Resolver(iri)
            self.directive = ""
        elif word.kind in ("text", "long"):
            self.directive = ""

    def step(self, word: Token, line: int) -> None:
        if word.text.startswith(("_:", "[", "(")) and word.kind in ("word", "open"):
            self.found.blanks.append((line, self.subject or ""))
        if word.kind == "open":
            self.enter(word, line)
        elif word.kind == "close":
            if self.depth:
                self.depth -= 1
            else:
                self.reset()
        elif word.kind == "mark":
            self.mark(word.text)
        elif word.kind == "tag":
            self.tag(word, line)
        elif self.depth == 0:
            self.term(word, line)

    def enter(self, word: Token, line: int) -> None:
        if word.text == "{" and self.depth == 0:
            self.reset()  # a graph begins; the term before it was its name
            return
        if self.depth == 0 and self.subject is None:
            self.subject = ""  # a node without a name
        elif self.depth == 0 and self.predicate is not None and word.text != "{|":
            self.note(None, line)
        self.depth += 1

    def mark(self, text: str) -> None:
        if self.depth:
            return
        if text == ".":
            self.reset()
        elif text == ";":
            self.predicate = None
        elif text == "^^":
            self.typed = True

    def tag(self, word: Token, line: int) -> None:
        if word.text in ("@prefix", "@base", "@version") and self.subject is None:
            self.directive = word.text[1:]
        elif word.text != word.text.lower():
            self.found.tags.append((line, self.subject or "", word.text[1:]))

    def term(self, word: Token, line: int) -> None:
        if self.typed:
            self.typed = False
        elif self.subject is None:
            low = word.text.lower()
            if word.kind == "word" and low in ("prefix", "base", "version"):
                self.directive = low
            elif not (word.kind == "word" and low == "graph"):
                self.subject = self.value(word, line)
                self.found.subjects.setdefault(self.subject, line)
        elif self.predicate is None:
            self.predicate = TYPE if word.text == "a" else self.value(word, line)
            self.found.properties.setdefault((self.subject, self.predicate), line)
        else:
            self.note(self.value(word, line), line)

    def note(self, value: str | None, line: int) -> None:
        if self.subject is not None and self.predicate is not None:
            self.found.add(self.subject, self.predicate, value, line)

    def value(self, word: Token, line: int) -> str:
        text = word.text
        if word.kind == "iri":
            written = unescape(text[1:-1])
            if _LEAVING.search(written):
                self.found.leaving.append((line, self.subject or "", written))
            return self.resolve(written)
        if word.kind == "long":
            return unescape(text[3:-3])
        if word.kind == "text":
            return unescape(text[1:-1])
        prefix, colon, local = text.partition(":")
        if colon and prefix in self.spaces:
            return self.spaces[prefix] + unescape(local)
        return text
