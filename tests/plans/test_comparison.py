"""The difference between two revisions, read clause by clause: no database."""

from __future__ import annotations

from trainer.plans import comparison
from trainer.plans.comparison import Change, LineChange, Piece, State

SAME, ADDED, REMOVED, CHANGED = State.SAME, State.ADDED, State.REMOVED, State.CHANGED


def test_a_text_is_woven_clause_by_clause() -> None:
    old = "坚持按需施教。农忙时节不集中办班。\n厉行节约。"
    new = "坚持按需施教。农忙时节一般不集中办班。\n厉行节约。"
    assert comparison.weave(old, new) == (
        Piece("坚持按需施教。", SAME),
        Piece("农忙时节不集中办班。\n", REMOVED),
        Piece("农忙时节一般不集中办班。\n", ADDED),
        Piece("厉行节约。", SAME),
    )


def test_the_comma_in_a_number_ends_no_clause() -> None:
    assert comparison.weave("330,000 元", "363,000 元") == (
        Piece("330,000 元", REMOVED),
        Piece("363,000 元", ADDED),
    )


def test_english_clauses_end_before_a_space() -> None:
    assert comparison.weave("a, b. c", "a, d. c") == (
        Piece("a, ", SAME),
        Piece("b. ", REMOVED),
        Piece("d. ", ADDED),
        Piece("c", SAME),
    )


def test_woven_pieces_give_both_texts_back() -> None:
    old, new = "甲，乙；丙。丁", "乙；甲，丙。\n\n戊"
    pieces = comparison.weave(old, new)
    assert "".join(p.text for p in pieces if p.state is not ADDED) == old
    assert "".join(p.text for p in pieces if p.state is not REMOVED) == new
    assert comparison.weave("", "") == ()


def test_only_entries_that_differ_are_changes() -> None:
    assert comparison.changes({"人数": "50", "地点": "县城"}, {"人数": "55", "地点": "县城"}) == (
        Change("人数", "50", "55", (Piece("50", REMOVED), Piece("55", ADDED))),
    )
    assert comparison.changes({"旧": "1"}, {"新": "2"}) == (
        Change("新", "", "2", (Piece("2", ADDED),)),
        Change("旧", "1", "", (Piece("1", REMOVED),)),
    )
    assert comparison.changes({"空": ""}, {}) == ()


def test_lines_are_matched_by_their_number() -> None:
    old = {1: {"名": "甲", "数": "1"}, 2: {"名": "乙", "数": "2"}, 3: {"名": "丙", "数": "3"}}
    new = {3: {"名": "丙", "数": "3"}, 1: {"名": "甲", "数": "9"}, 4: {"名": "丁", "数": "4"}}
    assert comparison.line_changes(old, new, "名") == (
        LineChange(
            CHANGED, "甲", (Change("数", "1", "9", (Piece("1", REMOVED), Piece("9", ADDED))),)
        ),
        LineChange(
            ADDED,
            "丁",
            (
                Change("名", "", "丁", (Piece("丁", ADDED),)),
                Change("数", "", "4", (Piece("4", ADDED),)),
            ),
        ),
        LineChange(
            REMOVED,
            "乙",
            (
                Change("名", "乙", "", (Piece("乙", REMOVED),)),
                Change("数", "2", "", (Piece("2", REMOVED),)),
            ),
        ),
    )
    assert comparison.reordered(old, new)


def test_a_line_taken_out_does_not_reorder_the_others() -> None:
    assert not comparison.reordered({1: 0, 2: 0, 3: 0}, {1: 0, 3: 0, 4: 0})
    assert comparison.reordered({1: 0, 2: 0}, {2: 0, 1: 0})
