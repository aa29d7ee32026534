"""A question as people ask it from elsewhere: curl, Python and R, with every text quoted."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

__all__ = ["Snippet", "of_query", "of_text"]

Snippet = dict[str, str]
_LANGUAGES = ("curl", "Python, with magkg", "Python, with SPARQLWrapper", "R")


def of_query(
    base: str, name: str, values: Mapping[str, Sequence[str]], text: str, form: str
) -> list[Snippet]:
    """Give a shipped query with its values as curl, Python (magkg, SPARQLWrapper) and R.

    ``text`` is the query as it is sent, ``form`` its SPARQL form.
    """
    url = f"{base}/api/queries/{name}"
    pairs = [(key, value) for key, held in values.items() for value in held]
    words = "".join(f" \\\n  --data-urlencode {shlex.quote(f'{k}={v}')}" for k, v in pairs)
    triples = form in ("construct", "describe")
    accept = "text/turtle" if triples else "text/csv"
    curl = f"curl -fsS -G {shlex.quote(url)} -H {shlex.quote(f'Accept: {accept}')}{words}\n"
    given = "".join(f", {key}={_python_value(held)}" for key, held in values.items())
    asked = _METHODS.get(form, "query")
    python = (
        f"import magkg\n\nwith magkg.open({_python(f'{base}/sparql')}) as graph:\n"
        f"    answer = graph.{asked}({_python(name)}{given})\n"
        f"    print({_SHOWN[asked]})\n"
    )
    whole = urlencode([*pairs, ("format", "turtle" if triples else "csv")])
    table = f"readLines({_r(f'{url}?{whole}')})" if triples else f"read.csv({_r(f'{url}?{whole}')})"
    made = (curl, python, _wrapper(base, text, form), f"answer <- {table}\n")
    return _named(made)


def of_text(base: str, text: str, form: str) -> list[Snippet]:
    """Give a SPARQL text as curl, Python (magkg, SPARQLWrapper) and R."""
    url = f"{base}/sparql"
    triples = form in ("construct", "describe")
    accept = "text/turtle" if triples else "text/csv"
    curl = (
        f"curl -fsS {shlex.quote(url)} -H {shlex.quote(f'Accept: {accept}')} \\\n"
        f"  --data-urlencode {shlex.quote(f'query={text}')}\n"
    )
    asked = _METHODS.get(form, "query")
    python = (
        f"import magkg\n\nquery = {_python(text)}\nwith magkg.open({_python(url)}) as graph:\n"
        f"    print({_SHOWN[asked].replace('answer', f'graph.{asked}(query)')})\n"
    )
    head = f"query <- {_r(text)}\nurl <- paste0({_r(f'{url}?format=')}, "
    tail = f'"{"turtle" if triples else "csv"}&query=", URLencode(query, reserved = TRUE))\n'
    reader = "readLines" if triples else "read.csv"
    return _named(
        (curl, python, _wrapper(base, text, form), f"{head}{tail}answer <- {reader}(url)\n")
    )


_METHODS = {"ask": "ask", "construct": "construct", "describe": "construct"}
_SHOWN = {"query": "answer.to_pandas()", "ask": "answer", "construct": "list(answer)"}


def _named(texts: Sequence[str]) -> list[Snippet]:
    return [{"what": what, "text": text} for what, text in zip(_LANGUAGES, texts, strict=True)]


def _wrapper(base: str, text: str, form: str) -> str:
    reads = "TURTLE" if form in ("construct", "describe") else "JSON"
    shown = "answer.decode()" if reads == "TURTLE" else "answer"
    return (
        f"from SPARQLWrapper import {reads}, SPARQLWrapper\n\n"
        f"endpoint = SPARQLWrapper({_python(f'{base}/sparql')})\n"
        f"endpoint.setMethod('POST')\nendpoint.setReturnFormat({reads})\n"
        f"endpoint.setQuery({_python(text)})\n"
        f"answer = endpoint.query().convert()\nprint({shown})\n"
    )


def _python_value(held: Sequence[str]) -> str:
    return _python(held[0]) if len(held) == 1 else f"[{', '.join(map(_python, held))}]"


def _python(text: str) -> str:
    """Write a text as a Python string, over several lines where it has some."""
    plain = all(each.isprintable() or each == "\n" for each in text) and "\\" not in text
    if "\n" in text and plain and '"""' not in text and not text.endswith('"'):
        return f'"""{text}"""'
    return repr(text)


def _r(text: str) -> str:
    """Write a text as a string of R, which has the escapes of JSON."""
    return json.dumps(text, ensure_ascii=False)
