"""Where ontology/, graphs/ and queries/ are: in a wheel, an editable install or a checkout."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

__all__ = ["data", "version"]


@cache
def data(name: str) -> Path:
    """Give the folder ``name`` (``ontology``, ``graphs`` or ``queries``) of this installation.

    Raises FileNotFoundError where the installation is not whole. Installed packages are folders
    on disk here (pyoxigraph and the stores need real files), so a path is enough.
    """
    package = Path(str(resources.files("magkg")))
    for place in (package / "_data" / name, package.parents[1] / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"this installation of magkg lacks its folder {name!r}; reinstall it")


@cache
def version() -> str:
    """Give the version of magkg as pyproject.toml states it."""
    from importlib import metadata

    try:
        return metadata.version("magkg")
    except metadata.PackageNotFoundError:
        # A checkout that was not installed: the file itself is beside src/.
        import tomllib

        stated = data("ontology").parent / "pyproject.toml"
        found = tomllib.loads(stated.read_text("utf-8"))["project"]["version"]
        return str(found)
