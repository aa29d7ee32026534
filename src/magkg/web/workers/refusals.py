"""What a client is told whose job was not answered, and what it can do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from magkg.web.problems import problem

if TYPE_CHECKING:
    from magkg.web.messages import Answer
    from magkg.web.settings import Settings

__all__ = ["deadline", "ended", "memory", "owing", "queue_full", "stopped", "waited"]

_LESS = (
    "Ask for less: a LIMIT, a pattern that names more of what is meant, no pattern without a "
    "variable in common with the others. A copy of the graph answers without this limit: "
    "run magkg yourself."
)

_LATER = (
    "The site may be busy: ask again a little later, or for less. A copy of the graph gives the "
    "same without this limit: run magkg yourself (`magkg export` for whole selections)."
)
_FAR = (
    "The graph is asked over an endpoint, which may be slow or busy: ask again a little later, or "
    "for less. Those who run this site can allow more time (--timeout) or serve a built graph."
)


def deadline(settings: Settings, kind: str) -> Answer:
    """The job ran longer than it may; ``kind`` is that of messages.Job."""
    near = _LATER if kind == "page" else _LESS
    return problem(
        503,
        f"this was not answered within {settings.timeout:g} s, the most that this site allows",
        _FAR if settings.is_endpoint else near,
        limit=settings.timeout,
    )


def memory(settings: Settings) -> Answer:
    """The job needed more memory than it may have."""
    most = settings.memory >> 20
    return problem(
        503, f"this needed more memory than {most} MB, the most that this site allows", _LESS
    )


def ended() -> Answer:
    """The worker ended, and nobody can say why."""
    return problem(
        503,
        "this ended the worker that was to answer it",
        "Ask for less, or ask it otherwise. If it happens again, please tell those who run this "
        "site.",
    )


def queue_full(settings: Settings) -> Answer:
    """Too many jobs wait, of this client or of all."""
    return problem(
        429,
        "too many requests wait to be answered",
        "Send the next one when the last has been answered.",
        {"Retry-After": _seconds(settings.timeout)},
    )


def waited(settings: Settings) -> Answer:
    """No worker was free in time."""
    return problem(
        503,
        f"no worker was free for {settings.patience:g} s",
        "The site is busy. Ask again a little later.",
        {"Retry-After": _seconds(settings.timeout)},
    )


def owing(seconds: int) -> Answer:
    """The client has used up its share of the workers."""
    return problem(
        429,
        "your queries have used up your share of the time that this site has for all",
        f"Ask again in {seconds} s. Pages can be read meanwhile; a copy of the graph answers "
        "without this limit: run magkg yourself.",
        {"Retry-After": str(seconds)},
    )


def stopped() -> Answer:
    """The site is about to end."""
    return problem(
        503, "the site is being stopped", "Ask again a little later.", {"Retry-After": "5"}
    )


def _seconds(seconds: float) -> str:
    return str(max(1, math.ceil(seconds)))
