"""A project to import into, and the made-up sets of tests/data/import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import magkg
from magkg import Project

if TYPE_CHECKING:
    from magkg.use.importing import ImportReport

DATA = Path(__file__).parent / "data" / "import"
# Each set: its table, its mapping, the folder of its texts.
SETS = {
    "trials": ("trials/prompts.csv", "trials/trials.toml", "trials/texts"),
    "clinical": ("clinical/items.jsonl", "clinical/clinical.toml", None),
    "facts": ("facts/claims.jsonl", "facts/facts.toml", None),
    "open": ("facts/claims.jsonl", "facts/open.toml", None),
    "effects": ("effects/effects.tsv", "effects/effects.toml", None),
}
# The least that a mapping says; tests replace parts of it.
LEAST = """\
[reading]
label = "The set"
date = 2026-01-31

[source]
slug = "the-set"
title = "The set"

[claim]
gist = "{drug} eases {illness}."
subject = { label = "{drug}", on-missing = "create", kind = "substance" }
predicate = "treats"
object = { label = "{illness}", on-missing = "create", kind = "condition" }
polarity = "affirms"
certainty = "asserted"
attribution = "noSource"
kind = "efficacy"
noPassage = "The set gives none."
"""


def project(folder: Path) -> Project:
    return magkg.init(folder, "https://example.org/p/")


def take(home: Project, name: str, **options: object) -> ImportReport:
    table, mapping, texts = SETS[name]
    sources = None if texts is None else DATA / texts
    return magkg.import_claims(
        DATA / table,
        DATA / mapping,
        place=home,
        sources=sources,
        **options,  # type: ignore[arg-type]
    )


def imported(home: Project) -> dict[str, bytes]:
    folder = home.graphs / "imported"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def given(
    home: Project, mapping: str, table: str | bytes, suffix: str = ".csv"
) -> tuple[Path, Path]:
    """Lay a mapping and a table beside a project, and give their paths."""
    folder = home.root.parent
    data = folder / f"table{suffix}"
    data.write_bytes(table.encode() if isinstance(table, str) else table)
    (folder / "mapping.toml").write_text(mapping, "utf-8")
    return data, folder / "mapping.toml"
