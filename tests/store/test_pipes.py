"""What goes over the pipes between a process and a worker of it."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys

import pytest

from magkg.store import pipes


def test_messages_arrive_as_they_were_sent() -> None:
    pipe = io.BytesIO(pipes.sent(b"one", b"", b"\x00" * 70_000))
    assert [pipes.read(pipe) for _ in range(4)] == [b"one", b"", b"\x00" * 70_000, None]


@pytest.mark.parametrize("cut", [3, 8, 10])
def test_a_pipe_that_is_closed_within_a_message_gives_none(cut: int) -> None:
    assert pipes.read(io.BytesIO(pipes.sent(b"a message")[:cut])) is None


def test_a_message_that_is_too_long_is_not_read() -> None:
    async def work() -> None:
        pipe = asyncio.StreamReader()
        pipe.feed_data(pipes.sent(b"right", b"too long"))
        pipe.feed_eof()
        assert await pipes.receive(pipe, 5) == b"right"
        with pytest.raises(EOFError):
            await pipes.receive(pipe, 5)

    asyncio.run(work())


_NOISY = """
import os, sys
from magkg.web.workers.child import _pipes
jobs, answers = _pipes()
print("noise"); os.write(1, b"more noise"); sys.stdout.flush()
assert sys.stdin.read() == ""
answers.write(jobs.read()); answers.flush()
"""


def test_what_prints_in_a_worker_prints_on_stderr() -> None:
    command = [sys.executable, "-c", _NOISY]
    done = subprocess.run(command, input=b"job", capture_output=True, timeout=60, check=True)
    assert done.stdout == b"job"
    assert done.stderr.count(b"noise") == 2, done.stderr  # in either order
