"""The rooms of the code: imports point one way, files and functions stay small."""

import ast
import re
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src" / "magkg"
# In the order of the data: a room may use those to its left, never one to its right.
ROOMS = ["base", "claims", "store", "use", "web", "cli"]
BASE = {"errors", "vocabulary", "resources"}
FILES = sorted(SRC.rglob("*.py"))


def room(module: str) -> str:
    part = module.split(".")[1]
    return "base" if part in BASE else "cli" if part in {"cli", "__main__"} else part


def name_of(path: Path) -> str:
    parts = ["magkg", *path.relative_to(SRC).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> list[tuple[str, int, bool]]:
    """Every import of magkg in a file: module, line, whether only for the type checker."""
    tree = ast.parse(path.read_text("utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            modules = [node.module or ""]
            if node.module in {"magkg", "magkg.claims", "magkg.cli", "magkg.store", "magkg.use"}:
                modules = [f"{node.module}.{alias.name}" for alias in node.names]
        found += [
            (m, node.lineno, id(node) in typing_only) for m in modules if m.startswith("magkg")
        ]
    return found


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_from_right_to_left(path: Path) -> None:
    own = name_of(path)
    for module, line, _ in imports(path):
        if own == "magkg":
            continue  # the root gives the public names, so it may import any room
        assert module != "magkg", f"{path}:{line}: imports the package root"
        assert ROOMS.index(room(module)) <= ROOMS.index(room(own)), f"{path}:{line}: {module}"


def test_no_import_cycle_between_modules() -> None:
    graph = {
        name_of(path): {module for module, _, typing_only in imports(path) if not typing_only}
        for path in FILES
        if name_of(path) != "magkg"
    }
    seen: dict[str, int] = {}

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail, module])
        if module in seen:
            return
        for other in sorted(graph.get(module, ())):
            visit(other, (*trail, module))
        seen[module] = 1

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") < 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start = node.body[0]
            docs = ast.get_docstring(node, clean=False) or ""
            size = (node.end_lineno or 0) - node.lineno + 1 - docs.count("\n")
            assert size <= 40, f"{path}:{node.lineno}: {node.name} has {size} lines ({start})"


def test_only_its_own_module_opens_a_store() -> None:
    for path in FILES:
        text = path.read_text("utf-8")
        if re.search(r"^\s*(import|from) SPARQLWrapper", text, re.MULTILINE):
            assert name_of(path) == "magkg.store.endpoint"
        if "pyoxigraph" in text and re.search(r"^\s*(import|from) pyoxigraph", text, re.MULTILINE):
            # Exports parse and write RDF with it; no store is opened there.
            writes = name_of(path).startswith("magkg.use.export.") and "ox.Store" not in text
            assert writes or room(name_of(path)) in {"base", "claims", "store"}, path
