"""Plain formatting: lines are paragraphs, some are headings, lists or bold; nothing is markup."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trainer.plans.prose import Block, Words, blocks, plain


def test_lines_headings_lists_and_bold_words() -> None:
    text = (
        "一、指导思想\n坚持**按需**施教。\n\n- 集中\n- 赴外\n## 分年安排\n（一）2017年\n二、"
        + "长" * 40
    )
    assert blocks(text) == [
        Block("h1", ((Words("一、指导思想"),),)),
        Block("p", ((Words("坚持"), Words("按需", bold=True), Words("施教。")),)),
        Block("ul", ((Words("集中"),), (Words("赴外"),))),
        Block("h2", ((Words("分年安排"),),)),
        Block("h2", ((Words("（一）2017年"),),)),
        Block("p", ((Words("二、" + "长" * 40),),)),
    ]


@given(st.text("培训*-# \n一、。", max_size=60))
def test_no_word_is_lost(text: str) -> None:
    said = "".join(plain(line) for block in blocks(text) for line in block.lines)
    assert [c for c in said if c in "培训一、。"] == [c for c in text if c in "培训一、。"]
