"""A page of a real browser that is watched: nothing may run, leave, complain or lack its policy."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request, Response

POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
LIMIT = 60_000  # milliseconds before a test gives up waiting for what must come
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# A status that the page itself was answered with is written to the console by the browser.
_STATUS = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@dataclass
class Watch:
    """What happened in a context: ``outside`` are requests to other hosts, ``ran`` what ran."""

    base: str
    refused: bool = False  # whether answers with a status of 4xx are part of the test
    asked: int = 0
    outside: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        """Take down all that happens in a context from now on."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("dialog", self._dialog)
        context.on("console", self._console)
        context.on("weberror", lambda told: self.said.append(str(told.error)))

    def check(self, page: Page) -> None:
        """Fail where anything ran, left the host, was complained of, or came without its policy."""
        assert page.evaluate("window.__pwned") is None, page.url
        assert not self.ran, (page.url, self.ran)
        assert not self.outside, (page.url, self.outside)
        assert not self.bare, (page.url, self.bare)
        assert not self.said, (page.url, self.said)

    def _request(self, request: Request) -> None:
        self.asked += 1
        if urlsplit(request.url).scheme not in {"data", "blob"} and not _within(
            request.url, self.base
        ):
            self.outside.append(request.url)

    def _response(self, response: Response) -> None:
        if response.request.resource_type == "document":
            policy = response.headers.get("content-security-policy", "")
            html = response.headers.get("content-type", "").startswith("text/html")
            sound = policy.startswith(POLICY) and "unsafe" not in policy
            alone = policy.startswith("default-src 'none'") and "script" not in policy
            if not (sound if html else sound or alone):  # a picture has its styles within it
                self.bare.append(response.url)

    def _dialog(self, dialog: Any) -> None:
        self.ran.append(f"{dialog.type}: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: Any) -> None:
        if message.type not in {"error", "warning"}:
            return
        if not (self.refused and _STATUS.match(message.text)):
            self.said.append(f"{message.text} {message.location.get('url', '')}")


def _within(url: str, base: str) -> bool:
    return url == base or url.startswith(f"{base}/")


@contextmanager
def watched(
    browser: Browser, base: str, *, refused: bool = False, **settings: Any
) -> Iterator[tuple[Page, Watch]]:
    """Give a page of a context of its own, at width 1280 unless told, and its watch.

    What was seen is checked when the block ends.
    """
    settings = {"viewport": WIDE, "base_url": base, **settings}
    context = browser.new_context(**settings)
    context.set_default_timeout(LIMIT)
    watch = Watch(base, refused)
    watch.follow(context)
    try:
        page = context.new_page()
        yield page, watch
        watch.check(page)
    finally:
        context.close()


def go(page: Page, path: str, status: int = 200) -> None:
    """Open a path; it must have that status."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status, (path, answer.status)


def until(page: Page, holds: str) -> None:
    """Wait until an expression holds (the policy keeps Playwright from waiting within a page)."""
    for _ in range(LIMIT // 50):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"this does not come about at {page.url}: {holds}")


def picture(page: Page, folder: Path, name: str, *, whole: bool = False) -> None:
    """Keep how the page looks in the folder MAGKG_SCREENSHOTS, where one is named."""
    kept = os.environ.get("MAGKG_SCREENSHOTS")
    place = Path(kept) if kept else folder
    place.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=place / f"{name}.png", full_page=whole)


def overflow(page: Page) -> int:
    """Give by how many pixels the page is wider than the window."""
    found = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert isinstance(found, int)
    return found
