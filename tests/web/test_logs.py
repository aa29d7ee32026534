"""The log: one JSON object a line, whatever is in the request."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import httpx

from magkg.web.front import logs
from tests.web.server import Served, until

if TYPE_CHECKING:
    import pytest


def test_no_field_can_end_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = 'a\nb\r\x1b[31m\x7f\u2028\u0085"}\ud800'
    logs.write("request", path=hostile, long="x" * 10_000, number=3)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said[:-1].isascii()
    assert said[:-1].isprintable()
    found = json.loads(said)
    assert (found["path"], found["number"], len(found["long"])) == (hostile, 3, 2000)


def test_a_request_is_a_line_with_what_is_of_interest(site: Served) -> None:
    # A path that no other test asks for: the site serves them all.
    httpx.get(f"{site.base}/term/of-interest?seen=here")
    asked = {"path": "/term/of-interest", "method": "GET"}.items()
    until(lambda: any(each.items() >= asked for each in site.events("request")))
    line = next(each for each in site.events("request") if each.items() >= asked)
    assert (line["client"], line["status"]) == ("127.0.0.1", 404)
    assert line.keys() >= {"time", "ms", "bytes", "cache", "route"}
    assert "seen=here" not in json.dumps(line)


def test_a_path_cannot_forge_a_line(site: Served) -> None:
    forged = b"GET /x%0a%7b%22event%22:%22request%22%7d/\xc3\xa9\x80 HTTP/1.1\r\nHost: x\r\n\r\n"
    plain = b"GET /y%0d%0a%1b[2J HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    for sent in (forged, plain):
        with socket.create_connection(("127.0.0.1", site.port), timeout=30) as opened:
            opened.sendall(sent)
            opened.recv(4096)
    until(lambda: any(each["path"].startswith("/y") for each in site.events("request")))
    for line in site.lines:
        assert json.loads(line)["event"]
        assert line.isascii()
        assert line.isprintable()
