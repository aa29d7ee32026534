"""The files that a bulk build reads: which there are, and files of lines, packed or not."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

from magkg.claims.project import shown
from magkg.errors import InputError
from magkg.store.bulk.tabular import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["LINES", "OTHER", "SUFFIXES", "files", "opened", "refuse_damaged"]

_PLAIN = (".nq", ".nt")
_PACKED = (".gz", ".zst")
OTHER = {
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".n3": ox.RdfFormat.N3,
}
# What is read line by line, and what is parsed first.
LINES = tuple(suffix + packed for suffix in _PLAIN for packed in ("", *_PACKED))
SUFFIXES = (*LINES, SUFFIX, *OTHER)
# Bytes that are unpacked at once.
_AT_ONCE = 1 << 20


def files(inputs: Iterable[Path]) -> list[Path]:
    """Give the files that inputs name, folders searched, in the order of their names.

    Raises InputError for what does not exist, or is neither a file of RDF nor a table.
    """
    found: list[Path] = []
    for each in inputs:
        if each.is_dir():
            inside = sorted(path for path in each.rglob("*") if path.name.endswith(SUFFIXES))
            if not inside:
                raise InputError(
                    "there is neither RDF nor a table in this folder", file=shown(each)
                )
            found += inside
        elif not each.exists():
            raise InputError("there is no such file or folder", file=shown(each))
        elif not each.name.endswith(SUFFIXES):
            hint = f"Files that are read end in {', '.join(SUFFIXES)}."
            raise InputError(
                "the suffix does not say which format this is", file=shown(each), hint=hint
            )
        else:
            found.append(each)
    return list(dict.fromkeys(found))


def refuse_damaged(path: Path) -> None:
    """Unpack a packed file once: DuckDB passes over a wrong checksum, and an end that is missing.

    Raises InputError that names the file.
    """
    if path.suffix in _PACKED:
        with opened(path) as file:
            while file.read(_AT_ONCE):
                pass


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file of lines, packed or not; raises InputError where it is not what its name says."""
    import pyarrow as pa

    packed = {".gz": "gzip", ".zst": "zstd"}.get(path.suffix)
    try:
        stream = pa.input_stream(str(path), compression=packed)
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"the file cannot be read: {error}", file=shown(path)) from None
    try:
        # A stream of Arrow gives no lines of itself.
        with stream, io.BufferedReader(stream) as file:
            yield file
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"the file cannot be read: {error}", file=shown(path)) from None
