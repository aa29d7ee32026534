"""What is ready in a worker before it is asked."""

from __future__ import annotations

import sys

import pytest

from magkg.web.pages.rendering import environment
from magkg.web.workers import preparing
from tests import small


def test_templates_are_compiled_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = small.graph()
    found = environment()
    names = found.list_templates(["html"])
    held = preparing.compiled()
    assert len(held) == len(names)
    monkeypatch.setattr(found, "bytecode_cache", None)
    monkeypatch.setattr(found, "cache", {})

    def compiled(*_: object, **__: object) -> None:
        raise AssertionError("a template was compiled again")

    monkeypatch.setattr(found, "compile", compiled)
    made = [prepare(name) for prepare, name in preparing.steps(held, graph)]
    assert len(made) > len(names)
    assert "magkg.web.pages.answering" in sys.modules
    monkeypatch.setattr(found, "cache", {})
    with pytest.raises(AssertionError, match="compiled again"):
        [prepare(name) for prepare, name in preparing.steps({}, graph)]
