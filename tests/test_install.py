"""The package works from a wheel, an editable install and a checkout, from any folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONTENT = (
    "import magkg.resources as r; print(r.version()); "
    "print(*(r.data(n) for n in ('ontology', 'graphs', 'queries')), sep='\\n')"
)


def run(*words: str | Path, cwd: Path, **env: str) -> str:
    done = subprocess.run(
        [*map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "MAGKG_NO_WEB": "1", **env},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a clone holds, so that nothing is built into this one."""
    copy = tmp_path_factory.mktemp("clone") / "magkg"
    leave = shutil.ignore_patterns(".git", ".venv*", "build", "dist", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, copy, ignore=leave)
    return copy


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling", reason="building needs hatchling (pip install -e '.[test]')")
    out = tmp_path_factory.mktemp("dist")
    run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out,
        cwd=checkout,
    )  # fmt: skip
    (found,) = out.glob("*.whl")
    return found


def environment(folder: Path) -> Path:
    """Make a new environment that sees the libraries of this one, but not its magkg."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    site = run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=folder).strip()
    # A path that stands in a .pth file does not have its own .pth files read: no editable magkg.
    libraries = sysconfig.get_paths()["purelib"]
    Path(site, "libraries.pth").write_text(libraries + "\n")
    return python


def install(python: Path, *words: str | Path) -> None:
    run(
        sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index",
        "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--ignore-installed",
        *words, cwd=ROOT,
    )  # fmt: skip


def works(python: Path, tmp_path: Path, home: Path) -> None:
    """The data are found below ``home``, and a query answers from a folder of no project."""
    version, *folders = run(python, "-c", CONTENT, cwd=tmp_path).splitlines()
    assert version[0].isdigit()
    assert all(Path(folder).is_relative_to(home.resolve()) for folder in folders), folders
    magkg = python.with_name("magkg")
    cache = str(tmp_path / "cache")
    rows = run(magkg, "query", "food_sources", "--format", "csv", cwd=tmp_path, MAGKG_CACHE=cache)
    assert "spinach" in rows
    run(magkg, "init", "own", "--base", "https://example.org/own/", cwd=tmp_path)
    assert "no faults" in run(magkg, "check", cwd=tmp_path / "own")


def test_the_wheel_holds_the_data_and_nothing_of_the_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("ontology", "graphs", "queries"):
        held = {name.removeprefix("magkg/_data/") for name in names}
        own = {str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert own <= held
    assert not [name for name in names if name.startswith("tests/")]
    assert "magkg/py.typed" in names


def test_a_wheel_works_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "env")
    install(python, wheel)
    works(python, tmp_path, tmp_path / "env")


def test_an_editable_install_works_from_any_folder(checkout: Path, tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="building needs hatchling (pip install -e '.[test]')")
    python = environment(tmp_path / "env")
    install(python, "--editable", checkout)
    works(python, tmp_path, checkout)


def test_a_checkout_works_without_an_install(checkout: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "env")
    found = run(
        python, "-m", "magkg", "query", "food_sources", "--format", "csv",
        cwd=checkout, PYTHONPATH=str(checkout / "src"), MAGKG_CACHE=str(tmp_path / "cache"),
    )  # fmt: skip
    assert "spinach" in found
