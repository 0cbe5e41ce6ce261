"""The difference between two revisions of a plan, as people read it: a pure decision."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from trainer.core.text import Labelled, noop

# A clause ends at Chinese punctuation, at a line's end, or at other punctuation before a space:
# the comma in 12,000 ends nothing.
_CLAUSE = re.compile(
    r"(?:[^，。；：、！？,.;:!?\n]|[,.;:!?](?!\s))*(?:[，。；：、！？\n]+|[,.;:!?]\s+|$)"
)


class State(Labelled):
    """What became of a line, or of a piece of text."""

    SAME = "same", noop("Unchanged")
    ADDED = "added", noop("Added")
    REMOVED = "removed", noop("Removed")
    CHANGED = "changed", noop("Changed")


@dataclass(frozen=True)
class Piece:
    """Part of a text: the same in both, only in the new, or only in the old."""

    text: str
    state: State


@dataclass(frozen=True)
class Change:
    """One entry that differs; *pieces* is old and new woven into one text."""

    label: str
    old: str
    new: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class LineChange:
    """What became of one line of the table; *changes* is empty unless it stayed and changed."""

    state: State
    name: str
    changes: tuple[Change, ...] = ()


def weave(old: str, new: str) -> tuple[Piece, ...]:
    """Return *old* and *new* as one text, clause by clause, so that it can be read aloud."""
    before, after = _clauses(old), _clauses(new)
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("".join(before[a:b]), State.SAME))
            continue
        if a < b:
            pieces.append(Piece("".join(before[a:b]), State.REMOVED))
        if c < d:
            pieces.append(Piece("".join(after[c:d]), State.ADDED))
    return tuple(pieces)


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.findall(text) if clause]


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Change, ...]:
    """Return the entries (by label) that differ; one that is missing counts as empty."""
    labels = dict.fromkeys([*new, *old])
    pairs = ((label, old.get(label, ""), new.get(label, "")) for label in labels)
    return tuple(
        Change(label, before, after, weave(before, after))
        for label, before, after in pairs
        if before != after
    )


def line_changes(
    old: Mapping[int, Mapping[str, str]], new: Mapping[int, Mapping[str, str]], name: str
) -> tuple[LineChange, ...]:
    """Return what became of each line, in the order of the new table, removed ones at the end.

    Lines are cells by label, keyed by their line number; *name* labels the cell that names them.
    """
    found: list[LineChange] = []
    for number, cells in new.items():
        if number not in old:
            found.append(LineChange(State.ADDED, cells[name], changes({}, cells)))
        elif differing := changes(old[number], cells):
            found.append(LineChange(State.CHANGED, cells[name], differing))
    for number, cells in old.items():
        if number not in new:
            found.append(LineChange(State.REMOVED, cells[name], changes(cells, {})))
    return tuple(found)


def reordered(old: Mapping[int, object], new: Mapping[int, object]) -> bool:
    """Tell whether the lines that both tables have stand in another order."""
    return [n for n in old if n in new] != [n for n in new if n in old]
