"""What a worker does before its first page is asked for: imports, and templates made ready."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import BytecodeCache
    from jinja2.bccache import Bucket

    from magkg.use.graph import Graph

__all__ = ["Step", "compiled", "steps"]

# A function, and the name that it is called with.
Step = tuple[Callable[[str], object], str]


def steps(templates: Mapping[str, str], graph: Graph) -> Iterator[Step]:
    """Give what is to be done, in short steps; ``templates`` is what ``compiled`` gave.

    What is done here is not done when a page is asked for; whatever is left out is done then.
    """
    from magkg.web.pages.routes import ROUTES

    pages = {f"magkg.web.pages.{target.partition(':')[0]}" for target in ROUTES.values()}
    for name in ("magkg.web.sparql.answering", "magkg.web.pages.answering", *sorted(pages)):
        yield import_module, name
    from magkg.web.pages.rendering import environment

    found = environment()
    found.bytecode_cache = _cache({key: base64.b64decode(each) for key, each in templates.items()})
    for name in found.list_templates(["html"]):
        yield found.get_template, name
    if isinstance(graph.place, str):
        return  # an endpoint is asked for what somebody wants to see
    from magkg.web.pages.audit import findings, whole_audit

    for ask, name in whole_audit.beforehand(graph):
        yield partial(_about, graph, ask), name
    yield partial(_about, graph, findings.by_claim), "findings"


def _about(graph: Graph, ask: Callable[[Graph], object], _: str) -> object:
    return ask(graph)


def compiled() -> dict[str, str]:
    """Compile every template once for all workers: by the name that Jinja gives it, in base64.

    (Each worker would need half a second for it. A template that was changed since is compiled
    anew by whoever needs it.)
    """
    from magkg.web.pages.rendering import environment

    held: dict[str, bytes] = {}
    found = environment().overlay(bytecode_cache=_cache(held))
    for name in found.list_templates(["html"]):
        found.get_template(name)
    return {key: base64.b64encode(each).decode() for key, each in held.items()}


def _cache(held: dict[str, bytes]) -> BytecodeCache:
    from jinja2 import BytecodeCache

    class Held(BytecodeCache):
        def load_bytecode(self, bucket: Bucket) -> None:
            if bucket.key in held:
                bucket.bytecode_from_string(held[bucket.key])

        def dump_bytecode(self, bucket: Bucket) -> None:
            held[bucket.key] = bucket.bytecode_to_string()

    return Held()
