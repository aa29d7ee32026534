"""`magkg demo`: the bundled graph built, three questions answered, one claim traced."""

from __future__ import annotations

from typing import TextIO

from magkg.claims.project import bundled
from magkg.store.build import bundled_graph
from magkg.use import show
from magkg.use.graph import open as open_graph
from magkg.use.trace import trace
from magkg.use.write import write

__all__ = ["CLAIM", "QUESTIONS", "run"]

# What each of the three users asks first; the commands are what a reader types to repeat them.
QUESTIONS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("Which forms of magnesium are said to be well absorbed, and by whom?",
     "forms_by_bioavailability", {}),
    ("What is denied, or said to lack evidence?", "denied_or_lacking", {}),
    ("What is said to interact with magnesium?", "interactions", {}),
)  # fmt: skip
CLAIM = "guide-nerve-health#evidence-2011-regeneration"


def run(out: TextIO) -> None:
    """Write the demonstration to ``out``; the graph is built once, into the user's cache folder."""
    with show.progress("building the bundled graph") as step:
        folder = bundled_graph(progress=step)
    with open_graph(folder) as graph:
        out.write(f"The bundled graph, built and validated: {folder}\n{graph!r}\n")
        for question, name, values in QUESTIONS:
            given = "".join(f" --{key} {value}" for key, value in values.items())
            out.write(f"\n{question}\n$ magkg query {name}{given}\n\n")
            write(graph.query(name, **values), "table", out)
        out.write(f"\nWhere does a claim come from?\n$ magkg trace {CLAIM}\n\n")
        out.write(show.trace_text(trace(graph.store, CLAIM, bundled().prefixes)) + "\n")
    out.write(
        "\nNext:\n"
        "  magkg query --list                 every question that ships with magkg\n"
        "  magkg query claims_about --concept magnesium-glycinate\n"
        "  magkg trace --source best-form-for-sciatica\n"
        "  magkg verify --sources DIR         check every passage, DIR holding SLUG.txt\n"
        "  magkg init DIR                     a graph of your own subject\n"
    )
