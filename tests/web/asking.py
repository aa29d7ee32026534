"""Pages as a worker makes them, without a server: ``python -m tests.web.asking PATH [FORM]``."""

from __future__ import annotations

import sys
from urllib.parse import parse_qsl

from magkg.claims.sources import from_setting
from magkg.use.graph import Graph
from magkg.use.graph import open as open_graph
from magkg.web.messages import Answer, Job
from magkg.web.pages import answering


def get(graph: Graph, url: str, form: str = "html", sources: str | None = None) -> Answer:
    """Give the answer to a path with its query, percent-encoded as in a request."""
    path, _, query = url.partition("?")
    pairs = tuple(parse_qsl(query, keep_blank_values=True))
    job = Job("page", path, form, pairs, base="http://127.0.0.1:8000")
    return answering.answer(graph, job, from_setting(sources))


if __name__ == "__main__":
    with open_graph() as opened:
        found = get(opened, *sys.argv[1:])
        print(found.status, found.media_type, found.headers, file=sys.stderr)
        sys.stdout.buffer.write(found.body)
