"""A filter of system calls (Linux, seccomp): no socket, no other program, no other process."""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

__all__ = ["assembled", "close"]

# The machine as the kernel tells it to a filter (linux/audit.h).
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Calls that are refused, by their numbers there (asm/unistd_64.h, asm-generic/unistd.h).
_REFUSED = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    # Rings make and use sockets with no further call that a filter would see.
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # A worker starts no program, and takes nothing out of another process.
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "unshare": (272, 97),
    "setns": (308, 268),
}
# x86_64 knows its calls by a second set of numbers as well (x32), with this bit set.
_X32 = 0x40000000

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_ALLOW, _KILL_PROCESS, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
# Instructions of the filter (linux/bpf_common.h): load a word, jump where equal, where at least,
# return.
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4  # struct seccomp_data


class _Program(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def close() -> str:
    """Refuse the calls to this thread and all that it starts; give "" or why that failed.

    It cannot be taken back. The process must have a single thread, and must have given up new
    privileges (PR_SET_NO_NEW_PRIVS).
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        return f"there is no filter of system calls for {machine}"
    code = assembled(machine)
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        return f"seccomp: {errno.errorcode.get(ctypes.get_errno(), 'refused')}"
    return ""


def assembled(machine: str) -> bytes:
    """Assemble the filter: of another machine's calls none, of this one's all but the refused."""
    numbers = [each[machine == "aarch64"] for each in _REFUSED.values()]
    x32 = 1 if machine == "x86_64" else 0
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    steps += [(_AT_LEAST, len(numbers) + 1, 0, _X32)] * x32
    # From each of them it is so many steps over the others, and over the one that allows.
    steps += [(_EQUAL, len(numbers) - at, 0, each) for at, each in enumerate(numbers)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    return b"".join(struct.pack("=HBBI", *each) for each in steps)
