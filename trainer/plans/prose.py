"""Plain formatting of a plan's texts: headings, lists, bold words; the rest are paragraphs.

A line is a paragraph, as Chinese papers are written. ``# `` and ``## ``, or a short line that is
numbered 一、 or （一）, make a heading; ``- `` makes an item of a list; ``**words**`` are bold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_NUMBERED = {
    1: re.compile(r"[一二三四五六七八九十]{1,3}、"),
    2: re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]"),
}
_BOLD = re.compile(r"\*\*(.+?)\*\*")
LONGEST_HEADING = 30


@dataclass(frozen=True)
class Words:
    """Part of a line, bold or not."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph (kind ``p``), a heading (``h1``, ``h2``) or a list (``ul``) of lines."""

    kind: str
    lines: tuple[tuple[Words, ...], ...]


def plain(words: Sequence[Words]) -> str:
    """Return a line without its formatting."""
    return "".join(part.text for part in words)


def _words(text: str) -> tuple[Words, ...]:
    parts = _BOLD.split(text)
    return tuple(Words(part, place % 2 == 1) for place, part in enumerate(parts) if part)


def _kind(line: str) -> tuple[str, str]:
    """Return what a line is, and its text without the mark."""
    for mark, kind in (("## ", "h2"), ("# ", "h1"), ("- ", "ul"), ("• ", "ul")):
        if line.startswith(mark):
            return kind, line.removeprefix(mark).strip()
    short = len(line) <= LONGEST_HEADING and not line.endswith(("。", "；", ";", "."))
    for level, numbered in _NUMBERED.items():
        if short and numbered.match(line):
            return f"h{level}", line
    return "p", line


def blocks(text: str) -> list[Block]:
    """Return the blocks of a text, in order; empty lines are none."""
    found: list[Block] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        kind, rest = _kind(line.strip())
        words = _words(rest)
        if kind == "ul" and found and found[-1].kind == "ul":
            found[-1] = Block("ul", (*found[-1].lines, words))
        else:
            found.append(Block(kind, (words,)))
    return found
