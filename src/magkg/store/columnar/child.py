"""The process that holds the columns: it loads the tables, then answers one query after another.

``python -m magkg.store.columnar.child FOLDER`` says on standard output that it is ready, and then
answers each query on standard input. An answer is two messages (`pipes`): JSON with an "error" or
none, and SPARQL 1.1 Query Results JSON. A panic of maplib poisons the model, so the process ends
after it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from magkg.store import pipes

if TYPE_CHECKING:
    from maplib import Model

__all__ = ["PANIC", "main"]

PANIC = 70
_LANGUAGE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


def main(folder: Path) -> int:
    """Load the tables of ``folder`` and answer until standard input is closed; give the exit code.

    PANIC is that of a model that broke.
    """
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    pipes.end_with_parent()
    model = _model(folder)
    _send(answers, b"ready")
    while (query := pipes.read(questions)) is not None:
        try:
            found = model.query(query.decode(), return_json=True)
        except Exception as error:
            _send(answers, json.dumps({"error": str(error)}).encode(), b"")
            continue
        except BaseException as error:  # PanicException is no Exception
            _send(answers, json.dumps({"error": str(error), "panic": True}).encode(), b"")
            return PANIC
        _send(answers, b"{}", str(found).encode())
    return 0


def _model(folder: Path) -> Model:
    import polars as pl
    from maplib import Model, RDFType, SolutionMappings

    types: dict[str, Any] = {"iri": RDFType.IRI}
    model = Model()
    for table in json.loads((folder / "columns.json").read_bytes())["tables"]:
        kind = table["kind"]
        rows = pl.read_parquet(folder / table["file"])
        held = {"subject": RDFType.IRI, "object": types.get(kind) or RDFType.Literal(kind)}
        # The IRIs are those of a built graph: it has looked at them.
        model.map_triples(SolutionMappings(rows, held), table["predicate"], validate_iris=False)
    return model


def _send(pipe: BinaryIO, *messages: bytes) -> None:
    pipe.write(pipes.sent(*messages))
    pipe.flush()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
