"""The browser code of other projects that this installation holds: the editor, the graph view.

The build hook (hatch_build.py) puts it into the wheel; an installation that was built without it
has none, and its pages are then plain forms and pictures.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata, resources
from pathlib import Path

__all__ = ["NAMES", "available", "read"]

# What is served; a page that needs one asks whether it is there.
NAMES = ("cytoscape.min.js", "yasgui.min.css", "yasgui.min.js")
_NOTICES = ("NOTICE.txt", "cytoscape.LICENSE.txt", "yasgui.package.json")


def available() -> bool:
    """Whether the installation holds all of it."""
    return all(_path(name) is not None for name in NAMES)


def read(name: str) -> bytes | None:
    """Give a file by its bare name, None for what is not there."""
    # Asked before anything is kept: names come from requests.
    return _read(name) if name in NAMES or name in _NOTICES else None


@cache
def _read(name: str) -> bytes | None:
    found = _path(name)
    return None if found is None else found.read_bytes()


@cache
def _path(name: str) -> Path | None:
    return next((each / name for each in _folders() if (each / name).is_file()), None)


@cache
def _folders() -> tuple[Path, ...]:
    """Give where files can be: in the package, or beside an editable installation."""
    own = Path(str(resources.files("magkg"))) / "_data" / "web"
    try:
        beside = metadata.distribution("magkg").locate_file("magkg_web_assets")
    except metadata.PackageNotFoundError:
        return (own,)
    return (own, Path(str(beside)))
