"""What a worker gives up before it opens the graph: the network, privileges, memory, core dumps."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from magkg.web.workers import seccomp

if TYPE_CHECKING:
    from magkg.web.settings import Settings

__all__ = ["Isolation", "enter", "give_up_privileges", "leave_network"]

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
# Open files: those of a store of some thousand files, and to spare.
_FILES = 4096


@dataclass(frozen=True, slots=True)
class Isolation:
    """How far the network is closed to a worker: ``kind`` as in ``Facts``, and in words."""

    kind: str
    reason: str


def enter(settings: Settings) -> Isolation:
    """Give up what a worker does not need; say how far the network is closed.

    It must come before any thread is started: both walls close on the thread that calls and on
    those that it starts. Over an endpoint the network stays. A limit that cannot be set is left.
    """
    found = Isolation("none", f"{sys.platform} has neither network namespaces nor seccomp")
    if sys.platform == "linux":
        without = "" if settings.is_endpoint else leave_network()
        give_up_privileges()
        if not settings.is_endpoint:
            found = _walled(without, seccomp.close())
    _limit(settings)
    if settings.is_endpoint:
        found = Isolation("endpoint", "the graph is asked over the network, so it stays open")
    return found


def leave_network() -> str:
    """Enter a user and a network namespace of its own (Linux); give "" or why that failed."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        return ""
    return f"namespaces: {errno.errorcode.get(ctypes.get_errno(), 'refused')}"


def give_up_privileges() -> None:
    """Let no program give more rights, and end this process with the one that started it (Linux).

    A change of user namespace forgets the second, so it must come after that.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _walled(namespace: str, calls: str) -> Isolation:
    """Say which of two walls stand, of which one is enough: each argument is "" or a failure."""
    if not namespace:
        also = "" if calls else ", and may make no socket"
        return Isolation("namespace", f"workers have a network of their own, with no way out{also}")
    if not calls:
        return Isolation("seccomp", f"workers may make no socket ({namespace})")
    return Isolation("none", f"workers could not be walled off ({namespace}; {calls})")


def _limit(settings: Settings) -> None:
    """Bound the address space, the files and their sizes; no core dump (where there are limits)."""
    if sys.platform == "win32":
        return
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, settings.memory),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_FSIZE, settings.largest),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (bound, bound))
        except (OSError, ValueError):
            continue  # macOS takes no limit of address space
    os.umask(0o077)
