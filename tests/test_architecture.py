"""Budgets of size and complexity, and the shape of the house."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(
    path for folder in ("trainer", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
LONGEST_VIEW = 25


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_file_and_functions_keep_their_budgets(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    long = {n.name: _length(n) for n in _functions(path) if _length(n) > LONGEST_FUNCTION}
    assert (max(lines, LONGEST_FILE), long) == (LONGEST_FILE, {})


def test_views_are_thin() -> None:
    thick = {
        f"{path.parent.name}.{node.name}": _length(node)
        for path in SOURCES
        if path.name == "views.py"
        for node in _functions(path)
        if node.decorator_list and _length(node) > LONGEST_VIEW
    }
    assert thick == {}


def test_no_import_stands_inside_a_function() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in SOURCES
        for node in _functions(path)
        if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))
    ]
    assert hidden == []


def test_rules_import_only_the_standard_library_and_other_rules() -> None:
    allowed = sys.stdlib_module_names | {"trainer.core.text", "trainer.core.errors"}
    foreign = [
        f"{path.parent.name}: {node.module}"
        for path in (ROOT / "trainer").glob("*/rules.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module
        if not allowed & {node.module, node.module.split(".")[0]}
        if not (node.module.startswith("trainer.") and node.module.endswith(".rules"))
    ]
    assert foreign == []


def test_every_test_file_has_tests() -> None:
    empty = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("test_*.py")
        if not any(node.name.startswith("test_") for node in _functions(path))
    ]
    assert empty == []
