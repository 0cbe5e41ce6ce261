"""Papers to print, set by Typst with fonts of an installed package: the same on each machine."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
import typst
from flask import Response, current_app, send_file

MEDIA_TYPE = "application/pdf"
FONTS = Path(manimgx_fonts_cjk.__file__).parent


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF of a Typst *template* below ``templates/`` (``attendance/sheet.typ``).

    *data* is plain values (what JSON can say); the template reads them with
    ``#let data = json(bytes(sys.inputs.data))`` and takes its page from ``/macros/paper.typ``.
    Texts reach the paper as they are: none is read as markup. A QR code is passed as SVG text.
    """
    root = Path(current_app.root_path).parent / str(current_app.template_folder)
    return bytes(
        typst.compile(
            str(root / template),
            root=str(root),
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    )


def send(name: str, data: bytes, *, download: bool = False) -> Response:
    """Return the answer that shows a PDF, or with *download* saves it, under *name*."""
    file = name.replace("/", "-") + ".pdf"
    return send_file(io.BytesIO(data), MEDIA_TYPE, as_attachment=download, download_name=file)
