"""docs/selecting.md names every word of the selection language, and no other."""

import re
from pathlib import Path

from magkg.use.select.language import WORDS

TEXT = (Path(__file__).resolve().parents[1] / "docs" / "selecting.md").read_text("utf-8")


def test_the_table_has_every_word() -> None:
    table = TEXT.split("| word | takes |")[1].split("\n\n")[0]
    first = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {word for cell in first for word in re.findall(r"`([\w-]+)`", cell)} == set(WORDS)
