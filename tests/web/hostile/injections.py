"""What is no value, as the value of every parameter of every page and of every shipped query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from magkg.use.select.language import WORDS
from tests.web.hostile.attacks import Attack, got

# Values as they stand in a URL.
PAYLOADS: Mapping[str, str] = {
    **{
        name: quote(text, safe="")
        for name, text in {
            "update": 'x" } ; DROP ALL #',
            "address": "http://x> { } #",
            "closed address": "urn:a> ?p ?o } UNION { ?s ?p ?o } #",
            "escape": "\\u0022 } ; DROP ALL #",
            "newline": "a\n} #\nDROP ALL",
            "quotes": '"\'\'\'"""\\',
            "variable": "?s",
            "backslash": "\\",
            "NUL": "a\0b",
            "controls": "\x01\x0b\x1b[31m\x7f\x85",
            "file": "../../../../../../etc/passwd",
            "absolute": "/etc/passwd",
            "file address": "file:///etc/passwd",
            "script": "<script>alert(1)</script>",
            "attribute": "\" autofocus onfocus=alert(1) x='",
            "javascript": "javascript:alert(1)",
            "template": "{{7*191}}{% raw %}${7*191}#{7*191}",
            "header": "a\r\nX-Injected: 1\r\n\r\n<script>alert(1)</script>",
            "long": "x" * 10_000,
            "deep": "(" * 5_000,
            "marks": "%s%n%x{0}{0.__class__}",
            "number": "-1e999999999",
            "digits": "9" * 5_000,
            "bidi": "\u202egnirts\u2066\U000e0041",
            "not a character": "\ufffe\uffff\U0010ffff",
            "query": "claims?source=x&word=y",
            "file query": "/etc/passwd.rq",
            "code": "__import__('os').system('id')",
            "combining": "a" + "\u0301" * 2_000,
        }.items()
    },
    "surrogate": "%ED%A0%80",
    "overlong": "%C0%AF%C0%AE%C0%AE",
    "not UTF-8": "%FF%FE%80",
    "encoded up": "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "twice encoded up": "%252e%252e%252fetc%252fpasswd",
    "half an escape": "%",
    "no escape": "%zz%u0041",
}
_WORDS = (*WORDS, *(f"not-{each}" for each in WORDS), "expand", "hops")
# The pages, with the parameters that they read.
PAGES: Mapping[str, Iterable[str]] = {
    "/": ("q",),
    "/search": ("q", "kind", "limit", "page"),
    "/claim": ("page", "sort", *_WORDS),
    "/proposition": ("page", "sort", "concept", "kind", "verdict", "source"),
    "/source": ("page", "sort", "kind", "q"),
    "/study": ("page", "sort", "design", "q"),
    "/concept": ("page", "sort", "kind", "q"),
    "/term": ("page", "q"),
    "/resource": ("iri", "page"),
    "/matrix": ("rows", "columns", "sheet", *WORDS),
    "/audit": ("source", "concept", "kind", "severity", "page"),
    "/audit/report": ("source", "concept"),
    "/queries": ("q", "tag"),
    "/sparql": ("query", "example", "view", "default-graph-uri", "format"),
    "/network": ("view", "nodes", "concept", "claim", "study", "source", "expand"),
    "/export": ("format", "view", "title", "concept", "query"),
    "/export/turtle": ("concept", "query", "source", "kind", "since", "studies-at-least"),
    "/export/csv": ("view", "title", "concept"),
    "/sitemap.xml": ("page",),
}
_OPEN = (
    "/claim/{}/x", "/claim/guide/{}", "/proposition/{}", "/source/{}", "/study/{}", "/concept/{}",
    "/term/{}", "/queries/{}", "/export/{}", "/api/queries/{}", "/static/{}", "/{}",
)  # fmt: skip
_FORMS = ("text/html", "application/json", "text/turtle", "text/csv", "*/*")
# A page that takes the value, one that shows what is wrong with it, one that does not know it.
_RIGHT = (200, 303, 400, 404, 406)
# Values of one parameter: each value meets many parameters, each parameter some values.
_EACH = 2


def _dealt(places: Iterable[str]) -> list[Attack]:
    """Give each place, a URL with {} for the value, some of the values in turn."""
    names = list(PAYLOADS)
    return [
        got(
            f"{name} in {place}",
            place.replace("{}", PAYLOADS[name]),
            *_RIGHT,
            accept=_FORMS[(number + turn) % len(_FORMS)],
        )
        for number, place in enumerate(places)
        for turn in range(_EACH)
        for name in [names[(number * _EACH + turn * 11) % len(names)]]
    ]


def of_pages() -> list[Attack]:
    """Give values for every parameter of every page."""
    return _dealt(f"{page}?{each}={{}}" for page, held in PAGES.items() for each in held)


def of_queries(shipped: Mapping[str, Iterable[str]]) -> list[Attack]:
    """Give values for every parameter of every query, by name and as a page."""
    places = [f"{query}?{each}={{}}" for query, held in shipped.items() for each in held]
    return _dealt(f"{way}{each}" for each in places for way in ("/api/queries/", "/queries/"))


def of_paths() -> list[Attack]:
    """Give every value for every open part of a path."""
    return [
        got(f"{name} in {path}", path.replace("{}", value), *_RIGHT)
        for path in _OPEN
        for name, value in PAYLOADS.items()
    ]


_FILES = (
    "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/%2e%2e%2fapp.py",
    "/static/..%5capp.py", "/static/..\\app.py", "/static//etc/passwd", "/static/%2fetc%2fpasswd",
    "/static/%252e%252e%252fapp.py", "/static/....//app.py", "/static/..;/app.py",
    "/static/.%00./app.py", "/static/magkg.css%00.js", "/static/magkg.css/", "/static/.",
    "/static/..", "/static/", "/static", "/static/.hidden", "/static/magkg.css%2f..%2f..%2fapp.py",
    "/static/%c0%ae%c0%ae/app.py", "/static/C:%5cboot.ini", "/static/~root",
    "/static/magkg.css::$DATA",
    "//etc/passwd", "/../../../../etc/passwd", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/./././etc/passwd",
    "/static/" + "../" * 40 + "etc/passwd", "/static/" + "%2e%2e%2f" * 40 + "etc/passwd",
    "/static/" + "a" * 5_000, "/static/manifest.json", "/static/__init__.py",
    "/templates/base.html",
    "/.git/config", "/.env", "/server-status", "/wp-login.php", "/export/..%2f..%2fx",
    "/source/..%2fx.txt",
)  # fmt: skip
FILES: tuple[Attack, ...] = tuple(
    Attack(f"file {path[:60]}", (400, 404), path, absent=(b"from __future__", b"extends"))
    for path in _FILES
)
_LONG = "text/html;q=0.5," * 1_900
HEADERS: tuple[Attack, ...] = tuple(
    Attack(f"header {name} of {len(value)}", expected, path, headers={name: value})
    for name, value, expected, path in (
        ("Host", 'evil.example"><script>alert(1)</script>', (200, 400), "/"),
        ("X-Forwarded-Host", "evil.example", (200,), "/"),
        ("X-Forwarded-For", "127.0.0.1, ::1, x" * 500, (200,), "/"),
        ("X-Forwarded-For", "[::ffff:127.0.0.1]:80, %00", (200,), "/"),
        ("X-Original-URL", "/admin", (200,), "/"),
        ("Accept", _LONG, (200,), "/"),
        ("Accept", "*/*;q=" + "9" * 30_000, (200, 406), "/"),
        ("Accept", ";;;;,,,,q=q=q=" * 2_000, (200, 406), "/"),
        ("Accept", 'text/html;a="' + "\\" * 30_000, (200, 406), "/"),
        ("Accept", "a" * 30_000 + "/" * 1_000, (200, 406), "/sparql?query=ASK%7B%7D"),
        ("Accept-Encoding", "gzip;q=0.001," * 2_300, (200,), "/"),
        ("Accept-Encoding", "gzip;q=nan, x;q=1e400, gzip ; q = \t", (200,), "/"),
        ("Accept-Language", "../../etc/passwd", (200,), "/"),
        ("If-None-Match", '"a",' * 8_000, (200,), "/"),
        ("If-Modified-Since", "not a date", (200,), "/"),
        ("Range", "bytes=" + ",".join(["0-0"] * 7_000), (200,), "/static/magkg.css"),
        ("Range", "bytes=-99999999999999999999", (200,), "/static/magkg.css"),
        ("Cookie", "a=b;" * 7_000, (200,), "/"),
        ("Content-Type", "application/sparql-query;charset=" + "x" * 30_000, (200,), "/"),
        ("Origin", "http://evil.example", (200,), "/sparql?query=ASK%7B%7D"),
        ("Referer", "<script>alert(1)</script>", (200, 404), "/nothing"),
        ("User-Agent", "() { :;}; /bin/id ${jndi:ldap://127.0.0.1/a}", (200,), "/"),
        ("Upgrade", "h2c", (200, 400), "/"),
        ("Upgrade", "websocket", (200, 400), "/"),
        ("Expect", "999-nonsense", (200, 417), "/"),
        ("Authorization", "Basic " + "A" * 20_000, (200,), "/"),
    )
)
