"""Serves a graph: binds, starts the workers, answers until a signal, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from magkg.errors import InputError
from magkg.web.pages.links import is_web

if TYPE_CHECKING:
    from magkg.web.front.site import Site
    from magkg.web.settings import Settings

__all__ = ["must_be_isolated", "run", "serve"]

# Connections, and files that are open for other reasons.
MOST, _SPARE = 1000, 200
_GRACE = 10  # For requests that run when the end is asked for, in seconds.


def serve(place: str | Path | None = None, **settings: Any) -> None:
    """Serve a graph until SIGINT or SIGTERM, as ``magkg serve`` does.

    ``place`` is a built folder or the URL of an endpoint, else the graph at hand; ``settings`` are
    those of ``magkg.web.settings.Settings``. Errors are those of ``run``.
    """
    from magkg.store import places
    from magkg.web.settings import Settings

    found = places.locate(None if place is None else str(place))
    run(Settings(place=str(found), **settings))


def run(settings: Settings, announce: Callable[[str], None] = print) -> None:
    """Serve a graph until SIGINT or SIGTERM.

    ``announce`` is told where it listens and what the workers are isolated by. Raises InputError
    where the address cannot be had, and where nothing isolates the workers and the address is not
    of loopback; StoreUnavailable where there is no graph.
    """
    _check(settings)
    # Cancelled: the signal came before it served.
    with _bound(settings.host, settings.port) as listening, suppress(asyncio.CancelledError):
        asyncio.run(_serve(settings, listening, announce))


async def _serve(
    settings: Settings, listening: socket.socket, announce: Callable[[str], None]
) -> None:
    from magkg.web.front import logs
    from magkg.web.front.reload import texts_state, watch
    from magkg.web.front.site import Site
    from magkg.web.workers.pool import Pool

    address, port = listening.getsockname()[:2]
    here = _url(settings.host, port)
    told = settings.base
    settings = replace(settings, port=port, base=settings.base.rstrip("/") or here)
    logs.joined_by_uvicorn(logs.write)
    pool = Pool(settings, logs.write)
    starting = asyncio.current_task()
    assert starting is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, starting.cancel)
    await pool.start()
    try:
        must_be_isolated(pool.facts.isolation, pool.facts.reason, address)
        site = Site(settings, pool, texts=texts_state(settings.sources))
        watching = asyncio.create_task(watch(site, pool))
        announce(f"magkg serves {settings.place} at {here}")
        announce(f"Workers: {pool.facts.reason}. Ctrl-C stops.")
        for line in _engine(pool.facts.engine):
            announce(line)
        if not told and ip_address(address.partition("%")[0]).is_unspecified:
            announce(f"Absolute URLs in answers begin with {here}: set another with --public-url.")
        sys.stdout.flush()
        await _answer(site, listening)
        watching.cancel()
    finally:
        await pool.stop()


def _engine(told: str) -> Iterator[str]:
    """Say which engine answers, where a large graph has two."""
    from magkg.web.settings import LEAST

    if told == "columns":
        yield "The columns of the graph answer questions about all of it."
    elif told == "store, beside columns":
        yield f"Its columns are not asked: a worker needs --memory {LEAST >> 20} for them, or more."


async def _answer(site: Site, listening: socket.socket) -> None:
    import uvicorn

    from magkg.web.app import application
    from magkg.web.front.slow import protocol

    class _Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Take a signal as a wish to end, and end well; uvicorn would raise it again."""
            loop = asyncio.get_running_loop()
            for each in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(each, self.handle_exit, each, None)
            yield

    config = uvicorn.Config(
        application(site),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        http=protocol(site.settings.proxies, _connections()),
        h11_max_incomplete_event_size=64 << 10,
        ws="none",
        timeout_keep_alive=8,
        timeout_graceful_shutdown=_GRACE,
    )
    await _Server(config).serve(sockets=[listening])


def _connections() -> int:
    """Give how many connections there may be: as many as files may be open, less some to spare."""
    if sys.platform == "win32":
        return MOST
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + _SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST if soft == resource.RLIM_INFINITY else max(1, min(MOST, soft - _SPARE))


def _check(settings: Settings) -> None:
    _check_engine(settings)
    for each in settings.proxies:
        try:
            ip_network(each, strict=False)
        except ValueError:
            hint = "A proxy is an address or a network: 127.0.0.1, 10.0.0.0/8."
            raise InputError(f"{each!r} is no address of a proxy", hint=hint) from None
    parts = urlsplit(settings.base)
    plain = not (parts.query or parts.fragment or parts.path.strip("/"))
    if settings.base and not (is_web(settings.base) and plain):
        raise InputError(
            f"{settings.base!r} is no public URL of a site",
            hint="It is http(s)://HOST[:PORT], and the site stands at its root.",
        )


def _check_engine(settings: Settings) -> None:
    from magkg.web.settings import COLUMNS, LEAST

    if settings.engine not in (known := ("auto", "oxigraph", "columnar")):
        hint = f"Engines: {', '.join(known)}."
        raise InputError(f"there is no engine {settings.engine!r}", hint=hint)
    if settings.engine != "columnar":
        return
    if settings.is_endpoint:
        raise InputError("an endpoint answers with an engine of its own")
    if settings.memory < LEAST:
        raise InputError(
            f"{settings.memory >> 20} MB for a worker do not suffice for queries on columns",
            hint=f"Give at least --memory {LEAST >> 20}; unless told it is {COLUMNS >> 20}.",
        )


def _bound(host: str, port: int) -> socket.socket:
    """Bind the address, so that a port that is taken is said before any worker starts."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.create_server(address[:2], family=family, backlog=2048)
        # Its connections inherit it; without it each kept answer waits 40 ms for a delayed ACK.
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return found
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        hint = "Another port: --port N, or --port 0 for any that is free." if taken else ""
        reason = "something else listens there" if taken else error.strerror or str(error)
        raise InputError(f"cannot listen at {host}:{port}: {reason}", hint=hint) from None


def must_be_isolated(isolation: str, reason: str, address: str) -> None:
    """Refuse what is not of loopback where nothing keeps the workers from the network."""
    if isolation == "none" and not ip_address(address.partition("%")[0]).is_loopback:
        raise InputError(
            f"nothing here can keep the workers from the network ({reason}), so only this machine"
            " itself is served",
            hint="Leave out --host, or allow user namespaces or seccomp on this system.",
        )


def _url(host: str, port: int) -> str:
    shown = "localhost" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
