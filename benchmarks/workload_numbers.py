"""Chance and text in columns: the same bits on every machine and with every version of numpy.

Nothing here rests on a generator of numpy, whose streams may change: a draw is SplitMix64 (Steele,
Lea, Flood 2014) of its place, in 64-bit integers that wrap. So a draw needs no state, any part of a
column can be made alone, and the size of a block is no matter. Weights are integers, and no float
is used at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers: TypeAlias = npt.NDArray[np.int64]
Truth: TypeAlias = npt.NDArray[np.bool_]
Text: TypeAlias = pa.Array

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_DIGITS = np.frombuffer("".join(f"{each:02x}" for each in range(256)).encode(), np.uint8)
_PAIRS = _DIGITS.reshape(256, 2)
# What a weight of one is: large enough that the last of ten million ranks still has a weight.
_ONE = 1 << 40


class Chance:
    """Draws of one seed: each has a name and, for every place, a number."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def bits(self, name: str, place: Numbers) -> npt.NDArray[np.uint64]:
        """Give 64 bits for each place."""
        key = hashlib.sha256(f"{self.seed} {name}".encode()).digest()[:8]
        with np.errstate(over="ignore"):
            found = (place.astype(np.uint64) + np.uint64(1)) * _STEP
            found += np.uint64(int.from_bytes(key, "little"))
            found = (found ^ (found >> np.uint64(30))) * _FIRST
            found = (found ^ (found >> np.uint64(27))) * _SECOND
        return found ^ (found >> np.uint64(31))

    def below(self, name: str, place: Numbers, most: Numbers | int) -> Numbers:
        """Give a whole number from 0, less than ``most`` (itself less than 2 to the 31)."""
        high = self.bits(name, place) >> np.uint64(33)
        return ((high * np.asarray(most, np.uint64)) >> np.uint64(31)).astype(np.int64)

    def happens(self, name: str, place: Numbers, share: int) -> Truth:
        """Say at each place whether something with ``share`` in 1,000 happens."""
        return self.below(name, place, 1000) < share

    def choice(self, name: str, place: Numbers, weights: Sequence[int]) -> Numbers:
        """Give at each place which of several, by their weights."""
        sums = np.cumsum(np.asarray(weights, np.int64))
        drawn = self.below(name, place, int(sums[-1]))
        return _placed(sums, drawn)

    def digest(self, name: str, place: Numbers) -> Text:
        """Give 64 hexadecimal digits for each place, as if they were a SHA-256."""
        words = np.stack([self.bits(f"{name} {part}", place) for part in range(4)], axis=1)
        octets = words.astype(">u8").view(np.uint8).reshape(len(place), 32)
        data = _PAIRS[octets].reshape(-1)
        offsets = np.arange(len(place) + 1, dtype=np.int32) * 64
        return pa.StringArray.from_buffers(len(place), pa.py_buffer(offsets), pa.py_buffer(data))


class Zipf:
    """Draws ranks from 0 to ``size - 1``; the r-th has the weight 1 / (r + 1 + shift).

    That is the law of Zipf as Mandelbrot has it: ``shift`` flattens the head.
    """

    def __init__(self, size: int, shift: int) -> None:
        self.sums: Numbers = np.cumsum(_ONE // (np.arange(size, dtype=np.int64) + 1 + shift))

    def draw(self, chance: Chance, name: str, place: Numbers) -> Numbers:
        drawn = (chance.bits(name, place) >> np.uint64(1)).astype(np.int64) % self.sums[-1]
        return _placed(self.sums, drawn)


def _placed(sums: Numbers, drawn: Numbers) -> Numbers:
    """Give the number of the step of the sums that each draw falls into."""
    return np.searchsorted(sums, drawn, side="right").astype(np.int64)


def joined(*parts: str | Numbers | Text) -> Text:
    """Join texts and numbers, place by place; where one says nothing, so does the whole."""
    texts = [
        each
        if isinstance(each, str | pa.Array | pa.ChunkedArray)
        else pa.array(each).cast("string")
        for each in parts
    ]
    return pc.binary_join_element_wise(*texts, "", null_handling="emit_null")


def taken(names: Sequence[str | None], which: Numbers) -> Text:
    """Give the name with each number."""
    return pc.take(pa.array(names, pa.string()), pa.array(which))


def where(truth: Truth, text: Text | str, other: Text | str | None = None) -> Text:
    """Give one text where something is true and another, or nothing, where it is not."""
    return pc.if_else(
        pa.array(truth), text, pa.scalar(None, pa.string()) if other is None else other
    )


def listed(counts: Numbers, flat: Text) -> pa.Array:
    """Give lists: so many of the flat values for each place, in order."""
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), flat)


def held(text: Text) -> pa.Array:
    """Give each value as a list of one, and nothing as an empty list."""
    truth = text.is_valid().to_numpy(zero_copy_only=False)
    return listed(truth.astype(np.int64), text.drop_null())
