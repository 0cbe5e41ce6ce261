"""Both catalogues hold every message of the code and the templates, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = {**dict.fromkeys(("_", "gettext", "_l", "lazy_gettext", "noop")), "ngettext": (1, 2)}


def _messages() -> set[str]:
    found: set[str] = set()
    for folder, method in (("trainer", [("**.py", "python")]), ("templates", [("**", "jinja2")])):
        for _path, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, method_map=method, keywords=KEYWORDS
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found


def _whole(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_catalogue_is_complete(locale: str) -> None:
    path = ROOT / "trainer" / "translations" / locale / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale)
    translated = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id and _whole(message.string)
    }
    assert translated == _messages()
