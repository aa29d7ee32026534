"""The files of the package that pages load: styles, scripts, pictures, and built assets."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from magkg.web import assets

__all__ = ["StaticFile", "find"]

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_SIZES = 256


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent; ``digest`` is of its bytes."""

    media_type: str
    body: bytes
    digest: str


def find(name: str) -> StaticFile | None:
    """Give a file by its bare name; None for what is not there, and for every path."""
    if not name or name.startswith(".") or "/" in name or "\\" in name or "\0" in name:
        return None
    built = assets.read(name)
    if built is not None:
        return _made(name, built)
    path = Path(str(resources.files("magkg.web") / "static")) / name
    try:
        return _read(path, path.stat().st_mtime_ns) if path.is_file() else None
    except OSError:  # a name longer than the system takes
        return None


@lru_cache(maxsize=_SIZES)
def _read(path: Path, changed: int) -> StaticFile:
    return _made(path.name, path.read_bytes())


@lru_cache(maxsize=_SIZES)
def _made(name: str, body: bytes) -> StaticFile:
    suffix = Path(name).suffix
    found = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = found.startswith("text/") or found == "image/svg+xml"
    digest = hashlib.sha256(body).hexdigest()[:24]
    return StaticFile(f"{found}; charset=utf-8" if text else found, body, digest)
