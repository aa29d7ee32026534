"""Pages over HTTP: their forms, tags and headers, compressed, and not sent where known."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

PAGE = "/term"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv"),
        ("text/html;q=0.1, application/json", "application/json"),
        ("", "text/html"),
    ],
)
def test_accept_chooses_the_form(client: httpx.Client, accept: str, media_type: str) -> None:
    answer = client.get(PAGE, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert "Accept" in answer.headers["vary"]


def test_a_suffix_goes_before_accept(client: httpx.Client) -> None:
    answer = client.get(f"{PAGE}.json", headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "application/json"
    json.loads(answer.content)
    assert client.get(f"{PAGE}.html").headers["content-type"].startswith("text/html")
    assert f"<{PAGE}.json>" in client.get(PAGE).headers["link"]


def test_what_is_not_written_so_is_refused(client: httpx.Client) -> None:
    refused = client.get(PAGE, headers={"Accept": "video/mp4"})
    assert refused.status_code == 406
    assert refused.headers["content-type"] == "application/problem+json"
    assert "json" in refused.json()["hint"]
    assert client.get(f"{PAGE}.nq").status_code == 404


def test_unknown_paths_are_pages_or_problems(client: httpx.Client) -> None:
    shown = client.get("/no/such/page")
    assert (shown.status_code, shown.headers["content-type"][:9]) == (404, "text/html")
    told = client.get("/no/such/page.json")
    assert (told.status_code, told.json()["status"]) == (404, 404)
    assert told.headers["cache-control"] == "no-store"
    assert "etag" not in told.headers
    assert client.get("/sitemap.xml.json").status_code == 404


def test_what_is_known_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get(PAGE)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    for said in (tag, tag.removeprefix("W/"), f'"other", {tag}'):
        again = client.get(PAGE, headers={"If-None-Match": said})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["content-security-policy"].startswith(POLICY)
    assert client.get(PAGE, headers={"If-None-Match": '"other"'}).status_code == 200
    others = {client.get(each).headers["etag"] for each in (f"{PAGE}.json", f"{PAGE}?page=1", "/")}
    assert len(others | {tag}) == 4


def test_head_gives_the_headers_alone(client: httpx.Client) -> None:
    for path in (PAGE, "/healthz", "/static/magkg.css", "/sparql?query=ASK%7B%7D", "/no/such"):
        whole, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        for name in ("content-type", "content-length", "etag"):
            assert head.headers.get(name) == whole.headers.get(name), (path, name)


def test_answers_are_compressed_for_who_takes_it(client: httpx.Client) -> None:
    plain = client.get(PAGE, headers={"Accept-Encoding": "identity"})
    small = client.get(PAGE, headers={"Accept-Encoding": "br, gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["vary"]
    assert int(small.headers["content-length"]) < len(plain.content)
    assert small.content == plain.content  # httpx has unpacked it
    none = client.get(PAGE, headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in none.headers
    with client.stream("GET", PAGE, headers={"Accept-Encoding": "gzip"}) as raw:
        assert gzip.decompress(b"".join(raw.iter_raw())) == plain.content


def test_every_answer_has_the_safe_headers(client: httpx.Client) -> None:
    paths = (PAGE, "/no/such", "/static/magkg.css", "/static/none", "/healthz", "/metrics",
             "/sparql?query=SELECT", "/sparql?query=ASK%7B%7D", "/robots.txt")  # fmt: skip
    for path in paths:
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith(POLICY), path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in headers
        assert "set-cookie" not in headers
        assert "server" not in headers


def test_other_sites_may_read(client: httpx.Client) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    answer = client.options("/sparql", headers=asked)
    assert answer.status_code == 204
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "POST" not in client.options(PAGE, headers=asked).headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_static_files_are_files_of_the_package_only(client: httpx.Client) -> None:
    found = client.get("/static/magkg.css")
    assert found.headers["content-type"] == "text/css; charset=utf-8"
    tag = found.headers["etag"]
    assert client.get("/static/magkg.css", headers={"If-None-Match": tag}).status_code == 304
    lasting = client.get("/static/magkg.css", params={"v": tag.strip('W/"')})
    assert "immutable" in lasting.headers["cache-control"]
    for name in ("..%2fapp.py", "%2e%2e/app.py", "none.css", ".hidden", "a%00b", "%2fetc%2fpasswd"):
        assert client.get(f"/static/{name}").status_code == 404, name


def test_a_long_query_makes_no_headers_that_proxies_refuse(client: httpx.Client) -> None:
    for length in (10, 5_000, 15_000):
        answer = client.get("/term", params={"x": "y" * length})
        assert answer.status_code == 200
        assert ("link" in answer.headers) == (length == 10)
        assert sum(len(name) + len(value) + 4 for name, value in answer.headers.items()) < 4096
