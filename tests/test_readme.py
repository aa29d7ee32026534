"""What the README shows is what happens: each console block is run and compared."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from . import articles, terms

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def steps(block: str) -> list[tuple[str, list[str]]]:
    """Split a block into commands and the lines shown below each."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def pattern(lines: list[str]) -> str:
    """``...`` alone on a line stands for any lines, within a line for the rest of it."""
    parts = [
        r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        for line in lines
    ]
    return "".join(parts)


def run(command: str, cwd: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        shell=True,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PATH": path},
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_the_readme_shows_true_output(block: str, tmp_path: Path, bundled_folder: Path) -> None:
    if "articles" in block:
        articles.texts()
        (tmp_path / "articles").symlink_to(articles.FOLDER)
    if "build" in block:
        shutil.copytree(ROOT / "graphs", tmp_path / "graphs")
    for command, lines in steps(block):
        output = run(command, tmp_path)
        assert re.fullmatch(pattern(lines), output), f"$ {command}\n{output}\n{pattern(lines)}"


def test_the_two_commands_are_one_line_each_and_ci_runs_the_second() -> None:
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    assert len(commands) == 2
    assert commands[0].endswith("magkg demo")
    assert commands[1].endswith("pytest")
    assert "python3 -m venv" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_link_leads_to_a_file() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_verb_stands_in_the_table() -> None:
    from magkg.cli import app

    names = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)) == names


def test_the_page_of_terms_is_current() -> None:
    assert terms.PAGE.read_text("utf-8") == terms.page(), "run: python -m tests.terms"


@pytest.mark.parametrize("page", sorted(path.name for path in (ROOT / "docs").glob("*.md")))
def test_every_link_of_the_docs_leads_to_a_file(page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / "docs" / target).exists(), target
