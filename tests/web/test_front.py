"""Pieces of the front by themselves: who asks, what is kept, what is compressed."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from starlette.datastructures import Headers

from magkg.web.app import application
from magkg.web.front import forms, sending
from magkg.web.front.cache import Cache
from magkg.web.front.clients import identity
from magkg.web.front.site import Site
from magkg.web.messages import Answer, Job, Pairs
from magkg.web.settings import Settings
from magkg.web.workers.facts import Facts


@pytest.mark.parametrize(
    ("peer", "told", "proxies", "client"),
    [
        ("192.0.2.1", "", (), "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", (), "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", ("10.0.0.1",), "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", ("10.0.0.1",), "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", ("10.0.0.0/8",), "198.51.100.7"),
        ("10.0.0.1", "nonsense", ("10.0.0.1",), "10.0.0.1"),
        ("10.0.0.1", "198.51.100.7, nonsense", ("10.0.0.1",), "10.0.0.1"),
        ("10.0.0.1", "", ("10.0.0.1",), "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", (), "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", (), "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "", (), "192.0.2.1"),
        ("10.0.0.1", "2001:db8::1", ("10.0.0.1",), "2001:db8::/64"),
        ("::1", "198.51.100.7", ("::1",), "198.51.100.7"),
        ("", "198.51.100.7", ("10.0.0.1",), ""),
    ],
)
def test_who_asks(peer: str, told: str, proxies: tuple[str, ...], client: str) -> None:
    assert identity(peer, Headers({"X-Forwarded-For": told} if told else {}), proxies) == client


def test_several_lines_of_one_header_are_one_list() -> None:
    raw = [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-for", b"198.51.100.7")]
    assert identity("10.0.0.1", Headers(raw=raw), ("10.0.0.1",)) == "198.51.100.7"


def test_the_cache_is_bounded_and_the_oldest_goes_first() -> None:
    cache: Cache[str] = Cache(800)
    for name in "abcdefgh":
        cache.put(name, name, 100)
    assert cache.get("a") == "a"
    cache.put("i", "i", 100)
    assert (cache.get("b"), cache.get("a"), cache.get("i")) == (None, "a", "i")
    cache.put("large", "x", 101)
    assert cache.get("large") is None
    cache.put("a", "again", 50)
    assert (cache.get("a"), cache.figures["bytes"]) == ("again", 750)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/term.json", ("/term", "json")),
        ("/claim/a/b.c", ("/claim/a/b.c", "")),
        ("/claim/a/b.c.ttl", ("/claim/a/b.c", "ttl")),
        ("/.json", ("/", "json")),
        ("/", ("/", "")),
        ("/a.json/b", ("/a.json/b", "")),
        ("/x.exe", ("/x.exe", "")),
    ],
)
def test_only_known_suffixes_are_cut(path: str, found: tuple[str, str]) -> None:
    assert forms.split(path) == found


@pytest.mark.parametrize(
    ("said", "takes"),
    [("gzip", True), ("br;q=1, gzip;q=0.5", True), ("gzip;q=0", False), ("gzip;q=0.0", False),
     ("identity", False), ("", False), ("GZIP", True)],
)  # fmt: skip
def test_who_takes_gzip(said: str, takes: bool) -> None:
    assert sending.takes_gzip(Headers({"Accept-Encoding": said})) is takes


class Counting:
    """Workers that count what they are asked; ``hold`` keeps them until it is set."""

    def __init__(self, content: str | None = "c1") -> None:
        self.facts = Facts(content, None, {}, ())
        self.asked: list[str] = []
        self.cancelled = 0
        self.status = 200
        self.body = b""
        self.headers: Pairs = ()
        self.hold = asyncio.Event()

    def figures(self) -> Mapping[str, float]:
        return {}

    async def answer(self, job: Job, client: str) -> Answer:
        self.asked.append(client)
        try:
            await self.hold.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return Answer(self.status, "text/plain", self.body or client.encode(), self.headers)


JOB = Job("page", "/term")


def test_one_flight_for_all_who_ask_the_same() -> None:
    async def run() -> None:
        pool = Counting()
        site = Site(Settings(""), pool)
        asking = [asyncio.create_task(site.ask(JOB, name)) for name in "abc"]
        await asyncio.sleep(0)
        asking[0].cancel()  # who asked first leaves; the others still wait
        await asyncio.sleep(0.01)
        pool.hold.set()
        found = await asyncio.gather(*asking[1:])
        assert [answer.body for answer, _ in found] == [b"a", b"a"]
        assert (pool.asked, pool.cancelled) == (["a"], 0)
        assert site.cache.get(site.key(JOB)) is not None
        pool.facts = Facts("c2", None, {}, ())
        assert site.cache.get(site.key(JOB)) is None

    asyncio.run(run())


def test_when_all_have_left_the_worker_is_let_go() -> None:
    async def run() -> None:
        pool = Counting()
        site = Site(Settings(""), pool)
        asking = [asyncio.create_task(site.ask(JOB, name)) for name in "ab"]
        await asyncio.sleep(0.01)
        for each in asking:
            each.cancel()
        await asyncio.sleep(0.01)
        assert pool.cancelled == 1
        pool.hold.set()
        assert (await site.ask(JOB, "c"))[0].body == b"c"

    asyncio.run(run())


def test_the_refusal_of_one_client_is_not_that_of_another() -> None:
    async def run() -> None:
        pool = Counting()
        pool.status = 429
        site = Site(Settings(""), pool)
        asking = [asyncio.create_task(site.ask(JOB, name)) for name in "ab"]
        await asyncio.sleep(0.01)
        pool.hold.set()
        await asyncio.gather(*asking)
        assert pool.asked == ["a", "b"]
        assert site.cache.get(site.key(JOB)) is None

    asyncio.run(run())


def test_without_a_digest_nothing_is_kept_and_nothing_has_a_tag() -> None:
    async def run() -> None:
        pool = Counting(None)
        pool.hold.set()
        site = Site(Settings(""), pool)
        await site.ask(JOB, "a")
        assert (site.key(JOB), site.cache.figures["entries"]) == ("", 0)

    asyncio.run(run())


def test_what_is_kept_of_a_job_is_not_its_text() -> None:
    async def run() -> int:
        pool = Counting()
        pool.hold.set()
        site = Site(Settings(""), pool)
        await site.ask(JOB, "a")
        tracemalloc.start()
        for each in range(20):
            text = f"ASK {{}} #{each}\U0001f41d" + "x" * 60_000
            params = (("x", text),)
            for job in (Job("sparql", text=text), Job("page", "/term", params=params)):
                site.key(job)
                await site.ask(job, "a")
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert site.cache.figures["entries"] == 41
        return held

    assert asyncio.run(run()) < 500_000


def test_headers_count_as_what_is_kept() -> None:
    async def run() -> float:
        pool = Counting()
        pool.headers = (("Link", "x" * 50_000),)
        pool.hold.set()
        site = Site(Settings(""), pool)
        await site.ask(JOB, "a")
        return site.cache.figures["bytes"]

    assert asyncio.run(run()) > 50_000


def test_what_is_kept_is_made_small_once_however_it_is_asked() -> None:
    async def run() -> float:
        pool = Counting()
        pool.body = b"a" * 100_000
        pool.hold.set()
        site = Site(Settings(""), pool)
        for _ in range(3):
            answer = await asked(site, "POST", "/sparql", data={"query": "ASK {}"})
            assert (answer.headers["content-encoding"], answer.content) == ("gzip", pool.body)
            assert "etag" not in answer.headers
        assert len(pool.asked) == 1
        return site.packed.figures["hits_total"]

    assert asyncio.run(run()) == 2


def test_an_answer_has_no_tag_where_the_graph_was_replaced_meanwhile() -> None:
    async def run() -> None:
        pool = Counting()
        pool.body = b"a" * 2000
        site = Site(Settings(""), pool)
        asking = asyncio.create_task(asked(site, "GET", "/term"))
        while not pool.asked:
            await asyncio.sleep(0.01)
        pool.facts = Facts("c2", None, {}, ())
        pool.hold.set()
        assert "etag" not in (await asking).headers
        assert (site.cache.figures["entries"], site.packed.figures["entries"]) == (0, 0)
        assert "etag" in (await asked(site, "GET", "/term")).headers

    asyncio.run(run())


async def asked(site: Site, method: str, path: str, **more: Any) -> httpx.Response:
    """Ask the application itself, with no server around it."""
    transport = httpx.ASGITransport(application(site))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.request(method, path, **more)
