"""The public names: sorted, imported lazily, and no more than promised."""

from __future__ import annotations

import subprocess
import sys

import pytest

import magkg


def test_the_public_names_are_these() -> None:
    assert magkg.__all__ == sorted(magkg.__all__)
    assert set(dir(magkg)) == {
        "Finding", "Graph", "MagkgError", "Project", "SourceTexts", "__version__", "anchor",
        "build", "check", "demo", "diff", "format", "import_claims", "init", "open", "push",
        "serve",
    }  # fmt: skip
    for name in magkg.__all__:
        assert getattr(magkg, name) is not None
    with pytest.raises(AttributeError, match="brew"):
        _ = magkg.brew


HEAVY = ["pyshacl", "rdflib", "networkx", "typer", "rich", "SPARQLWrapper", "pandas", "duckdb"]


@pytest.mark.parametrize(
    ("code", "kept_out"),
    [
        ("import magkg", [*HEAVY, "pyoxigraph"]),
        ("import magkg.cli", [name for name in HEAVY if name != "typer"]),
        ("import magkg; magkg.open", HEAVY),
    ],
)
def test_imports_are_lazy(code: str, kept_out: list[str]) -> None:
    script = f"{code}\nimport sys\nprint(*[m for m in {kept_out!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
