"""Puts new texts in the place of several files: all are written before the first is replaced."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from errno import EISDIR
from pathlib import Path
from typing import TYPE_CHECKING

from magkg.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["replace_files"]


def replace_files(texts: Iterable[tuple[Path, str]]) -> list[Path]:
    """Write all files beside the old ones, then put each in its place; give their paths.

    Folders are made as needed, a link stays a link, a mode stays. Raises OutputError where one
    cannot be written; then none was replaced, and where one cannot be replaced, none after it.
    """
    waiting: list[tuple[str, Path]] = []
    written: list[Path] = []
    path = Path()
    try:
        for path, text in texts:
            waiting.append((_beside(path.resolve(), text), path.resolve()))
            written.append(path)
        while waiting:
            name, path = waiting[0]
            os.replace(name, path)
            waiting.pop(0)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(
            f"{path}: cannot be written: {reason}", hint="What stood there is untouched."
        ) from None
    finally:
        for name, _ in waiting:
            with contextlib.suppress(OSError):
                os.unlink(name)
    return written


def _beside(path: Path, text: str) -> str:
    """Write a text beside the file that it will replace, and give its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise IsADirectoryError(EISDIR, "a folder stands there")
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, name)
        else:
            os.chmod(name, 0o644)
    except BaseException:
        os.unlink(name)
        raise
    return name
