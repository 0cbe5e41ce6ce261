"""Papers: real PDF files, Chinese as text, nothing read as markup, the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest
import segno
from flask import Flask

from trainer.core import pdf

TEMPLATE = """#import "/macros/paper.typ": paper, sheet, qr
#let data = json(bytes(sys.inputs.data))
#show: paper.with(title: data.title)
= #data.title
#sheet(data.header, data.rows)
#qr(data.code)
"""
DATA = {
    "title": "签到表",
    "header": ["序号", "姓名"],
    "rows": [["1", "李*强*"], ["2", "𠮷#喆"], ["3", "马·阿布都"]],
    "code": segno.make("https://example.org/x").svg_inline(),
}


@pytest.fixture
def template(app: Flask, tmp_path: Path) -> str:
    source = Path(app.root_path).parent / str(app.template_folder)
    (tmp_path / "macros").symlink_to(source / "macros")
    (tmp_path / "list.typ").write_text(TEMPLATE, encoding="utf-8")
    app.template_folder = str(tmp_path)
    return "list.typ"


def test_a_paper_says_what_it_was_given(template: str, tmp_path: Path) -> None:
    data = pdf.render(template, DATA)
    (tmp_path / "list.pdf").write_bytes(data)
    pages = pypdf.PdfReader(tmp_path / "list.pdf").pages
    texts = ["".join(page.extract_text().split()) for page in pages]
    assert texts == ["签到表序号姓名1李*强*2𠮷#喆3马·阿布都"]
    assert float(pages[0].mediabox.width) == pytest.approx(595.28, abs=0.01)  # A4, points


def test_the_same_values_give_the_same_bytes(template: str) -> None:
    assert pdf.render(template, DATA) == pdf.render(template, DATA)
