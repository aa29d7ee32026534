"""A worker process: opens the graph once, then answers one job after another.

``python -m magkg.web.workers.child`` reads settings and templates as its first messages, says that
it is ready or why not, and answers jobs until its standard input is closed.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, BinaryIO

from magkg.errors import MagkgError
from magkg.store import pipes
from magkg.web import problems
from magkg.web.messages import Answer, Job
from magkg.web.settings import Settings
from magkg.web.workers import engines, isolation, preparing
from magkg.web.workers.facts import Facts
from magkg.web.workers.status import NO_MEMORY

if TYPE_CHECKING:
    from magkg.claims.sources import SourceTexts
    from magkg.use.graph import Graph
    from magkg.web.workers.isolation import Isolation
    from magkg.web.workers.preparing import Step

__all__ = ["main"]

# The part of a job's time that one query to an endpoint may take.
_SHARE = 0.9


def main() -> int:
    """Serve until standard input is closed; give the exit code."""
    jobs, answers = _pipes()
    greeting, templates = pipes.read(jobs), pipes.read(jobs)
    if greeting is None or templates is None:
        return 0
    found = json.loads(greeting)
    settings = Settings(**{**found, "proxies": tuple(found["proxies"])})
    walls = isolation.enter(settings)
    _end_with_parent()
    try:
        with _open(settings) as graph:
            texts = _texts(settings)
            _send(answers, _facts(graph, walls).encode())
            work = preparing.steps(json.loads(templates), graph)
            while (sent := _next_job(jobs, work)) is not None:
                answer = _answer(Job.decode(sent), settings, graph, texts)
                if len(answer.body) > settings.largest:
                    answer = _too_large(settings)
                _send(answers, *answer.encode())
    except MagkgError as error:
        _send(answers, json.dumps(_failure(error)).encode())
        return error.exit_code
    except MemoryError:
        return NO_MEMORY
    return 0


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take the two pipes to the front away from all else: what prints, prints on stderr."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the front ends its workers, in its own time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    jobs, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(jobs, "rb"), os.fdopen(answers, "wb")


def _send(answers: BinaryIO, *messages: bytes) -> None:
    answers.write(pipes.sent(*messages))
    answers.flush()


def _end_with_parent() -> None:
    """End a job at work when the front is gone, where the system does not (Linux does)."""
    if sys.platform not in {"linux", "win32"}:
        pipes.end_with_parent()


def _open(settings: Settings) -> Graph:
    from magkg.use.graph import open as open_graph

    # Below the deadline of the job, so that a slow query is told as such and the worker lives on.
    limit = _SHARE * settings.timeout if settings.is_endpoint else None
    return engines.chosen(open_graph(settings.place, timeout=limit, engine="oxigraph"), settings)


def _texts(settings: Settings) -> SourceTexts | None:
    from magkg.claims.sources import from_setting

    # Only what was named: texts are not to be shown to the world because a variable is set.
    return from_setting(settings.sources) if settings.sources else None


def _prepare(step: Step) -> None:
    prepare, name = step
    try:
        prepare(name)
    except Exception:  # what needs it will fail when it is asked for, and nothing else
        _log_fault(preparing=name)


def _job_waits(jobs: BinaryIO) -> bool:
    """Whether there is something to read (on Windows, where a pipe cannot be asked, never)."""
    return sys.platform != "win32" and bool(select.select([jobs], [], [], 0)[0])


def _facts(graph: Graph, walls: Isolation) -> Facts:
    built = graph.manifest
    return Facts(
        content=built.content if built else None,
        root=built.root if built else None,
        counts=dict(built.counts) if built else {},
        graphs=_names(graph),
        prefixes=dict(graph.prefixes),
        isolation=walls.kind,
        reason=walls.reason,
        engine=engines.told(graph),
    )


def _names(graph: Graph) -> tuple[str, ...]:
    """Give the names of the named graphs; an endpoint that does not say has none.

    A built graph knows its names. An endpoint may keep no names but those of its quads.
    """
    inside = "" if graph.manifest is not None else "?s ?p ?o"
    try:
        rows = list(graph.store.select(f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ {inside} }} }}"))
    except MagkgError:
        if graph.manifest is not None:
            raise
        return ()
    return tuple(sorted(str(name) for (name,) in rows))


def _failure(error: MagkgError) -> dict[str, str]:
    return {"error": type(error).__name__, "message": error.message, "hint": error.hint}


def _next_job(jobs: BinaryIO, work: Iterator[Step]) -> bytes | None:
    """Wait for a job, and prepare for later ones until it comes; None where the front is gone."""
    while not _job_waits(jobs) and (step := next(work, None)) is not None:
        _prepare(step)
    return pipes.read(jobs)


def _answer(job: Job, settings: Settings, graph: Graph, texts: SourceTexts | None) -> Answer:
    """Answer a job; a fault of ours is told without its traceback, which goes to the log."""
    try:
        if job.kind == "page":
            from magkg.web.pages import answering

            return answering.answer(graph, job, texts)
        from magkg.web.sparql.answering import answer

        return answer(graph, job, settings)
    except MagkgError as error:
        found: dict[str, Any] = problems.of_error(error)
        return Answer(found["status"], problems.MEDIA_TYPE, json.dumps(found).encode())
    except MemoryError:
        raise
    except Exception:
        _log_fault(job=asdict(job))
        return problems.problem(
            500,
            "this could not be answered: there is a fault in magkg",
            "It is written in the server's log. Please tell those who run this site.",
        )


def _log_fault(**fields: object) -> None:
    print(json.dumps({**fields, "traceback": traceback.format_exc()}), file=sys.stderr)


def _too_large(settings: Settings) -> Answer:
    return problems.problem(
        503,
        f"the answer is larger than {settings.largest >> 20} MB, the most that this site sends",
        "Ask for less: with LIMIT and OFFSET, or for fewer variables. "
        "A copy of the graph answers without limits: run magkg yourself.",
        limit=settings.largest,
    )


if __name__ == "__main__":
    sys.exit(main())
