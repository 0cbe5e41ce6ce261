"""Every verb, table and column of the trail has its word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import trainer
from trainer.accounts.wording import ACTIONS, FIELDS, KINDS, WITHOUT_EVENTS
from trainer.core.database import Model

SOURCES = sorted(Path(trainer.__file__).parent.rglob("*.py"))
# Columns that are never shown (see `trail.UNSAID`) or stand in tables without events.
SILENT = {"id", "created_at"}


def _verbs() -> Iterator[str]:
    """The texts that look like a verb, in modules that write the trail."""
    for path in SOURCES:
        source = path.read_text(encoding="utf-8")
        if " audit" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and re.fullmatch(
                r"(?!web|plans\.index)[a-z_]+\.(?!\w*id$|html)[a-z_]+", text
            ):
                yield text


def test_every_verb_has_its_word() -> None:
    missing = {verb for verb in _verbs() if verb.rpartition(".")[2] not in ACTIONS}
    assert missing == set(), "add them to ACTIONS in trainer/accounts/wording.py"


def test_every_table_has_its_word() -> None:
    known = set(KINDS) | WITHOUT_EVENTS
    missing = set(Model.metadata.tables) - known
    assert missing == set(), "add them to KINDS in trainer/accounts/wording.py"
    assert known - set(Model.metadata.tables) == set()


def test_every_column_has_its_word() -> None:
    missing = {
        column.name
        for name, table in Model.metadata.tables.items()
        if name not in WITHOUT_EVENTS
        for column in table.columns
        if column.name not in FIELDS and column.name not in SILENT
    }
    assert missing == set(), "add them to FIELDS in trainer/accounts/wording.py"
