"""What rdflib made of the texts of rules and constraints, remembered from one process to the next.

To parse the two hundred forms that a build asks takes rdflib five seconds, and their text seldom
changes. They are kept as JSON in the user's cache: a file that is missing, cut or of another
version of rdflib costs these seconds again and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager, suppress
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from magkg.store import manifest
from magkg.store.places import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["known", "remembered"]

# Counts up when what is written changes.
_VERSION = 1
# What consists of parts, by the names of Python's and rdflib's types.
_SEVERAL = frozenset(("AlternativePath", "SequencePath", "list", "set", "tuple"))
_forms: dict[str, Any] = {}
_fresh: dict[str, Any] | None = None


@contextmanager
def remembered() -> Iterator[None]:
    """Within it, forms that are parsed are remembered, and those of before are known."""
    global _fresh
    path, _fresh = _file(), {}
    with suppress(OSError, TypeError, ValueError):
        _forms.update(json.loads(path.read_bytes()))
    try:
        yield
    finally:
        new, _fresh = _fresh, None
        if new:
            _forms.update(new)
            with suppress(OSError):  # where nothing can be kept, all is parsed again
                path.parent.mkdir(parents=True, exist_ok=True)
                manifest.write_atomically(path, json.dumps(_forms).encode())


def known(text: str, parsed: Callable[[str], Any]) -> Any:
    """Give the algebra of a text, as it is remembered or else as it is ``parsed``."""
    key = hashlib.sha256(text.encode()).hexdigest()[:32]
    with suppress(KeyError, TypeError, ValueError, IndexError):
        return _read(_forms[key])
    found = parsed(text)
    if _fresh is not None:
        with suppress(TypeError):  # what is not translated either, such as a negated path
            _fresh[key] = _told(found)
    return found


def _file() -> Path:
    return cache_folder() / f"forms-{_VERSION}-{version('rdflib')}.json"


def _told(node: Any) -> Any:
    """Give a part of an algebra as JSON: a list of its kind and what it consists of."""
    from rdflib import Literal, URIRef, Variable
    from rdflib.paths import InvPath, MulPath
    from rdflib.plugins.sparql.parserutils import CompValue

    if node is None or isinstance(node, bool | int):
        return node
    if isinstance(node, Variable):
        return ["variable", str(node)]
    if isinstance(node, URIRef):
        return ["iri", str(node)]
    if isinstance(node, Literal):
        return ["literal", str(node), node.language, node.datatype and str(node.datatype)]
    if type(node) is str:
        return ["text", node]
    if isinstance(node, CompValue):
        inner = node.__dict__.get("graph")
        # Which variables are below a node is for rdflib's own evaluation, and most of its words.
        own = [[key, _told(value)] for key, value in node.items() if key != "_vars"]
        return ["node", node.name, own, None if inner is None else _told(inner)]
    if isinstance(node, MulPath):
        return ["repeated", _told(node.path), node.mod]
    if isinstance(node, InvPath):
        return ["inverse", _told(node.arg)]
    if isinstance(node, dict):
        return ["row", [[_told(key), _told(value)] for key, value in node.items()]]
    name = type(node).__name__
    if name not in _SEVERAL:
        raise TypeError(f"{name} is not written")
    parts = node.args if hasattr(node, "args") else node
    return [name, [_told(each) for each in parts]]


def _read(told: Any) -> Any:
    """Give the part of an algebra that was told."""
    from rdflib import Literal, URIRef, Variable
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    if not isinstance(told, list):
        return told
    kind, *own = told
    if kind == "node":
        return _node(*own)
    simple: dict[str, Callable[..., Any]] = {
        "variable": Variable,
        "iri": URIRef,
        "text": str,
        "literal": lambda text, language, type_: Literal(
            text, lang=language, datatype=type_ and URIRef(type_), normalize=False
        ),
        "repeated": lambda path, mod: MulPath(_read(path), mod),
        "inverse": lambda path: InvPath(_read(path)),
        "SequencePath": lambda parts: SequencePath(*map(_read, parts)),
        "AlternativePath": lambda parts: AlternativePath(*map(_read, parts)),
        "row": lambda pairs: {_read(key): _read(value) for key, value in pairs},
        "list": lambda parts: [_read(each) for each in parts],
        "tuple": lambda parts: tuple(_read(each) for each in parts),
        "set": lambda parts: {_read(each) for each in parts},
    }
    return simple[kind](*own)


def _node(name: str, own: list[Any], inner: Any) -> Any:
    from rdflib.plugins.sparql.parserutils import CompValue

    made = CompValue(name)
    made.update((key, _read(value)) for key, value in own)
    if inner is not None:
        made.graph = _read(inner)
    return made
