"""`magkg demo`: the bundled graph built, three questions answered, one claim traced."""

from __future__ import annotations

from typing import Any, NamedTuple, TextIO

from magkg.store.places import bundled_graph
from magkg.use import show, write
from magkg.use.graph import Graph
from magkg.use.graph import open as open_graph
from magkg.use.trace import trace

__all__ = ["CLAIM", "QUESTIONS", "run"]


class Question(NamedTuple):
    """A question in words, the shipped query that answers it, and the columns that are shown."""

    words: str
    query: str
    values: dict[str, Any]
    columns: tuple[str, ...]


QUESTIONS = (
    Question(
        "How well is one form of magnesium taken up, and who says so?",
        "forms_by_bioavailability",
        {"form": "magnesium-glycinate"},
        ("level_label", "comparator", "polarity", "source"),
    ),
    Question(
        "What is denied, or said to lack evidence?",
        "denied_or_lacking",
        {},
        ("polarity", "source", "gist"),
    ),
    Question(
        "What do several sources say, and how many?",
        "shared_propositions",
        {"concept": "magnesium-glycinate"},
        ("sources", "claims", "gist"),
    ),
)
CLAIM = "guide-nerve-health#evidence-2011-regeneration"
# So many rows of each answer are shown.
_SHOWN = 10
NEXT = f"""
Next:
  magkg why {CLAIM}
                                               why its evidence is rated so, step by step
  magkg audit --format html --out audit.html   what does not hold together, as a page
  magkg query --list                           every question that ships with magkg
  magkg query claims_about --concept sciatica  all that is said of a concept
  magkg trace --source best-form-for-sciatica  a source, claim by claim, in reading order
  magkg verify --sources DIR                   every passage against your texts, DIR/SLUG.txt
  magkg init DIR                               a graph of your own subject
"""


def run(out: TextIO) -> None:
    """Write the demonstration to ``out``; the graph is built once, into the user's cache folder."""
    with show.progress("building the bundled graph") as step:
        folder = bundled_graph(progress=step)
    with open_graph(folder) as graph:
        counts = graph.manifest.counts if graph.manifest else {}
        shown = ("claims", "propositions", "passages", "concepts", "sources")
        held = ", ".join(f"{counts[name]} {name}" for name in shown if name in counts)
        out.write(f"The bundled graph, validated and built in {folder}:\n{held}\n")
        for question in QUESTIONS:
            _answer(question, graph, out)
        out.write(f"\nWhere does a claim come from?\n$ magkg trace {CLAIM}\n\n")
        out.write(show.trace_text(trace(graph.store, CLAIM, graph.prefixes)) + "\n")
    out.write(NEXT)


def _answer(question: Question, graph: Graph, out: TextIO) -> None:
    given = "".join(f" --{name} {value}" for name, value in question.values.items())
    out.write(f"\n{question.words}\n$ magkg query {question.query}{given}\n\n")
    rows = graph.query(question.query, **question.values)
    if left := write.columns(rows, question.columns, out, most=_SHOWN):
        out.write(f"... and {left} more\n")
