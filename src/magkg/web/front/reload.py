"""Watches what is served: a graph that is built anew, texts that change."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from magkg.web.front import logs

if TYPE_CHECKING:
    from magkg.web.front.site import Site
    from magkg.web.settings import Settings
    from magkg.web.workers.pool import Pool

__all__ = ["texts_state", "watch"]

_MANIFEST = "manifest.json"
_PAUSE = 1.0  # In seconds.


async def watch(site: Site, pool: Pool) -> None:
    """Have the workers replaced whenever the graph or the texts have changed, until cancelled."""
    settings, sources = site.settings, site.settings.sources
    served = _manifest_state(settings)
    while True:
        await asyncio.sleep(_PAUSE)
        found = _manifest_state(settings)
        texts = await asyncio.to_thread(texts_state, sources)
        if not found or (found, texts) == (served, site.texts):
            continue
        # Where it cannot be opened, what was served goes on being served, until the next change.
        try:
            if await pool.replace():
                site.texts = texts
        except OSError as error:  # no process could be started: it is tried again
            logs.write("replace_failed", reason=str(error))
            continue
        served = found


def _manifest_state(settings: Settings) -> str:
    """Give what changes when a built graph is replaced; "" while it is not there."""
    if settings.is_endpoint:
        return "endpoint"
    try:
        found = os.stat(Path(settings.place) / _MANIFEST)
    except OSError:
        return ""
    return f"{found.st_ino} {found.st_mtime_ns} {found.st_size}"


def texts_state(folder: str) -> str:
    """Give what changes when a text in a folder does: a digest of names, sizes and times."""
    if not folder:
        return ""
    try:
        with os.scandir(folder) as entries:
            seen = sorted(
                (each.name, each.stat().st_mtime_ns, each.stat().st_size) for each in entries
            )
    except OSError:
        return "unreadable"
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]
