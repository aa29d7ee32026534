"""Requests that are no requests: too large, contradictory, or no HTTP at all."""

from __future__ import annotations

import gzip

from tests.web.hostile.attacks import CLOSED, FORM, QUERY, Attack

_HEAD = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
_END = b"Connection: close\r\n\r\n"
_GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
_SMUGGLED = b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Injected: 1\r\n\r\n"
_LARGE = 64 << 20


def _post(name: str, expected: tuple[int, ...], body: bytes, **headers: str) -> Attack:
    said = {key.replace("_", "-"): value for key, value in headers.items()}
    return Attack(name, expected, "/sparql", "POST", {"Content-Type": QUERY, **said}, body)


def _chunked(size: int, piece: int = 1 << 20) -> bytes:
    one = b"%x\r\n%s\r\n" % (piece, b" " * piece)
    return one * (size // piece) + b"0\r\n\r\n"


def large() -> tuple[Attack, ...]:
    """Give what is too large; made when it is sent, since it is."""
    bomb = gzip.compress(b" " * (200 << 20), 9)
    form = b"query=" + b"%20" * (1 << 20)
    return (
        _post("64 MB", (413,), b" " * _LARGE),
        _post("64 MB in chunks", (413,), _chunked(_LARGE), Transfer_Encoding="chunked"),
        _post("64 MB that are announced only", (413,), b"ASK {}", Content_Length=str(_LARGE)),
        _post("2^63 that are announced", (400, 413), b"ASK {}", Content_Length=str(1 << 63)),
        _post("10^30 that are announced", (400, 413), b"ASK {}", Content_Length="9" * 30),
        _post("a bomb", (400, 413, 415), bomb, Content_Encoding="gzip"),
        _post("a query in gzip", (400, 415), gzip.compress(b"ASK {}"), Content_Encoding="gzip"),
        _post("chunks of one byte", (200, 400, 413),
              b"1\r\n \r\n" * 10_000 + b"6\r\nASK {}\r\n0\r\n\r\n",
              Transfer_Encoding="chunked"),
        _post("a large extension of a chunk", (200, 400, 413, 431),
              b"6;" + b"x" * 200_000 + b"\r\nASK {}\r\n0\r\n\r\n", Transfer_Encoding="chunked"),
        _post("trailers", (200, 400, 431), b"6\r\nASK {}\r\n0\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
              Transfer_Encoding="chunked"),
        Attack("a form of 3 MB", (413,), "/sparql", "POST", {"Content-Type": FORM}, form),
        Attack("a form of many fields", (400,), "/sparql", "POST", {"Content-Type": FORM},
               b"a&" * 100_000),
        Attack("a form of escapes", (400,), "/sparql", "POST", {"Content-Type": FORM},
               b"query=" + b"%" * 200_000),
        Attack("a URL of 1 MB", (414,), "/search?q=" + "x" * (1 << 20)),
        Attack("a URL of 17 kB", (414,), "/search?q=" + "x" * (17 << 10)),
        Attack("a path of 15 kB", (404,), "/" + "a/" * 7_500),
        Attack("5,000 parameters", (200, 400), "/search?" + "a&" * 5_000),
        Attack("1,000 headers", (200, 400, 431), "/", headers={f"X-{n}": "y" for n in range(1000)}),
        Attack("a header of 100 kB", (431,), "/", headers={"X-Long": "y" * 100_000}),
        Attack("a header's name of 100 kB", (400, 431), "/", headers={"X" * 100_000: "y"}),
        Attack("a method of 100 kB", (400, 405, 414, 431), "/", "G" * 100_000),
        Attack("a preflight of 30 kB", (200, 204), "/sparql", "OPTIONS",
               {"Origin": "http://evil.example", "Access-Control-Request-Headers": "x," * 15_000}),
    )  # fmt: skip


_LENGTHS = b"Content-Length: 6\r\nContent-Length: 60\r\n"
_CHUNK = b"0\r\n\r\n"
_RAW: dict[str, tuple[bytes, tuple[int, ...]]] = {
    "two lengths": (_HEAD + _LENGTHS + _END + b"ASK {}", (400,)),
    "two lengths in one": (_HEAD + b"Content-Length: 6, 60\r\n" + _END + b"ASK {}", (400,)),
    "a signed length": (_HEAD + b"Content-Length: +6\r\n" + _END + b"ASK {}", (400,)),
    "a length below zero": (_HEAD + b"Content-Length: -6\r\n" + _END + b"ASK {}", (400,)),
    "a length in hex": (_HEAD + b"Content-Length: 0x6\r\n" + _END + b"ASK {}", (400,)),
    "a length of other digits": (
        _HEAD + "Content-Length: \u0666\r\n".encode() + _END + b"ASK {}", (400,)
    ),
    # RFC 9112, 6.1: Transfer-Encoding wins, or it is refused, and the connection ends.
    "length and chunks": (
        _HEAD + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n" + _END + _CHUNK + _SMUGGLED,
        (400,),
    ),
    "chunks and length": (
        _HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 70\r\n" + _END + _CHUNK + _SMUGGLED,
        (400,),
    ),
    "chunks by another name": (
        _HEAD + b"Transfer-Encoding: xchunked\r\n" + _END + _CHUNK + _SMUGGLED, (400, 501)
    ),
    "chunks twice": (
        _HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" + _END + _CHUNK,
        (400, 501),
    ),
    "chunks behind a blank": (
        _HEAD + b"Transfer-Encoding : chunked\r\n" + _END + _CHUNK + _SMUGGLED, (400,)
    ),
    "chunks with a feed": (
        _HEAD + b"Transfer-Encoding:\x0bchunked\r\n" + _END + _CHUNK + _SMUGGLED, (400, 501)
    ),
    "a chunk's size that is none": (
        _HEAD + b"Transfer-Encoding: chunked\r\n" + _END + b"+6\r\nASK {}\r\n0\r\n\r\n", (400,)
    ),
    "a chunk's size below zero": (
        _HEAD + b"Transfer-Encoding: chunked\r\n" + _END + b"-6\r\nASK {}\r\n0\r\n\r\n", (400,)
    ),
    "a folded header": (_GET + b"X-A: b\r\n c\r\n" + _END, (200, 400)),
    "a folded length": (_HEAD + b"Content-Length:\r\n 6\r\n" + _END + b"ASK {}", (200, 400)),
    "a first header folded": (b"GET / HTTP/1.1\r\n Host: x\r\n" + _END, (400,)),
    "bare feeds": (b"GET /healthz HTTP/1.1\nHost: x\nConnection: close\n\n", (200, 400)),
    "NUL in a header": (_GET + b"X-A: b\0c\r\n" + _END, (400,)),
    "NUL in the path": (b"GET /\0 HTTP/1.1\r\nHost: x\r\n" + _END, (400,)),
    "a return in a header": (_GET + b"X-A: b\rX-Injected: 1\r\n" + _END, (200, 400)),
    "no host": (b"GET / HTTP/1.1\r\n" + _END, (400,)),
    "two hosts": (_GET + b"Host: y\r\n" + _END, (400,)),
    "a host that is none": (b"GET / HTTP/1.1\r\nHost: a b/c@d:\r\n" + _END, (200, 400)),
    "HTTP 0.9": (b"GET /\r\n\r\n", (400,)),
    "HTTP 1.0": (b"GET /healthz HTTP/1.0\r\n\r\n", (200,)),
    "HTTP 2.0": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 405, 505)),
    "HTTP 9.9": (b"GET / HTTP/9.9\r\nHost: x\r\n" + _END, (200, 400, 505)),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", (400,)),
    "nothing but ends": (b"\r\n" * 50_000, (400, 414, 431, CLOSED)),
    "blanks": (b" " * 200_000, (400, 414, 431)),
    "garbage": (bytes(range(256)) * 400, (400, 414, 431)),
    "NULs": (b"\0" * 100_000, (400, 414, 431)),
    "a TLS hello": (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x5a" * 500 + b"\r\n\r\n", (400,)
    ),
    "a path that is none": (b"GET nothing HTTP/1.1\r\nHost: x\r\n" + _END, (400,)),
    "a path of another host": (b"GET //evil.example/ HTTP/1.1\r\nHost: x\r\n" + _END, (404,)),
    "an address that is none": (b"GET http://[ HTTP/1.1\r\nHost: x\r\n" + _END, (400,)),
    "an address with another port": (
        b"GET http://x:y@127.0.0.1:99999/ HTTP/1.1\r\nHost: x\r\n" + _END, (200, 400)
    ),
    "a fragment": (b"GET /#<script> HTTP/1.1\r\nHost: x\r\n" + _END, (200, 400, 404)),
    "a path in bytes": (b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n" + _END, (400, 404)),
    "a parameter in bytes": (b"GET /search?q=\xff\xfe HTTP/1.1\r\nHost: x\r\n" + _END, (200, 400)),
    "a header split": (
        b"GET /search?q=a HTTP/1.1\r\nHost: x\r\n: y\r\n" + _END, (400,)
    ),
    "a header without colon": (_GET + b"X-Injected\r\n" + _END, (400,)),
    "expecting": (
        _HEAD + b"Content-Length: 99999999\r\nExpect: 100-continue\r\n" + _END, (413,)
    ),
    "a body to a GET": (_GET + b"Content-Length: 6\r\n" + _END + b"ASK {}", (200,)),
}  # fmt: skip
RAW: tuple[Attack, ...] = tuple(
    Attack(f"shape: {name}", expected, raw=sent) for name, (sent, expected) in _RAW.items()
)

# What is never whole: the beginning of a request, and the pieces that then come one by one.
HALF: tuple[bytes, ...] = (
    b"",
    b"G",
    b"GET / HTTP/1.1\r\nHost: x\r\nX-a: ",
    b"GET /healthz HTTP/1.1\rHost: x\r\r",
    _HEAD + b"Content-Length: 20\r\n\r\nASK",
    _HEAD + b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\nASK {}",
    _HEAD + b"Transfer-Encoding: chunked\r\n\r\n1",
    b"\x16\x03\x01\x02\x00\x01",
)
