"""How the audit trail is read: verbs, objects and values in the words of the page's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from trainer.accounts.models import AuditEvent
from trainer.accounts.rules import SignInFault
from trainer.accounts.wording import ACTIONS, FIELDS, KINDS
from trainer.core import clock
from trainer.core.database import Model
from trainer.core.language import stamp
from trainer.core.spreadsheet import Cell

# Columns that follow from others or only serve the program: noise to a reader.
UNSAID = frozenset(
    {"id", "version", "sort_name", "initials", "search_text", "path", "changed_at", "created_at"}
)


@dataclass(frozen=True)
class Change:
    """A column's value before and after, ready to print; empty where there was none."""

    field: str
    before: str
    after: str


def kind(event: AuditEvent) -> str:
    """Return what kind of object *event* is about."""
    word = KINDS.get(event.subject_kind)
    return str(_(word)) if word else event.subject_kind


def action(event: AuditEvent) -> str:
    """Return what was done."""
    word = ACTIONS.get(event.verb.rpartition(".")[2])
    return str(_(word)) if word else event.verb


def changes(event: AuditEvent) -> list[Change]:
    """Return what *event* changed, in the order in which it was recorded."""
    return list(_changes(event))


def _changes(event: AuditEvent) -> Iterator[Change]:
    for key in dict.fromkeys([*event.before, *event.after]):
        before, after = event.before.get(key), event.after.get(key)
        if key in UNSAID or (before in (None, "") and after in (None, "")):
            continue
        word = FIELDS.get(key)
        yield Change(
            _(word) if word else key,
            _value(event.subject_kind, key, before),
            _value(event.subject_kind, key, after),
        )


def _value(table: str, key: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, dict):
        parts = [f"{_(FIELDS.get(k, k))} {_value(table, k, v)}" for k, v in value.items()]
        return str(_(", ")).join(parts)
    if isinstance(value, list):
        return str(_(", ")).join(_value(table, key, entry) for entry in value)
    return _in_words(table, key, str(value))


def _in_words(table: str, key: str, text: str) -> str:
    """Return an enum's label, an instant on the local clock, or *text* itself."""
    if key == "reason" and text in {fault.value for fault in SignInFault}:
        return str(_(SignInFault(text).label))
    kind = _column_type(table, key)
    try:
        if isinstance(kind, sa.Enum) and kind.enum_class:
            return str(_(getattr(kind.enum_class(text), "label", text)))
        if isinstance(kind, sa.types.TypeDecorator):
            return clock.local(datetime.fromisoformat(text)).strftime("%Y-%m-%d %H:%M")
        if isinstance(kind, sa.Date):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        return text  # the column had another type when this was recorded
    return text


def _column_type(table: str, key: str) -> sa.types.TypeEngine[Any] | None:
    known = Model.metadata.tables.get(table)
    return known.columns[key].type if known is not None and key in known.columns else None


def as_text(event: AuditEvent) -> str:
    """Return all changes of *event* in one cell's text."""
    return "\n".join(
        f"{change.field}: {change.before} → {change.after}"
        if change.before
        else f"{change.field}: {change.after}"
        for change in changes(event)
    )


def row(event: AuditEvent) -> list[Cell]:
    """Return *event* as a line of the spreadsheet (see `header`)."""
    return [
        stamp(event.at),
        event.user_name,
        event.address,
        action(event),
        kind(event),
        event.subject_name or (str(event.subject_id) if event.subject_id else ""),
        _("Succeeded") if event.success else _("Failed"),
        as_text(event),
    ]


def header() -> list[str]:
    """Return the heads of the spreadsheet's columns."""
    return [
        _("Time"),
        _("Done by"),
        _("From where"),
        _("Action"),
        _("Kind of object"),
        _("Object"),
        _("Result"),
        _("Changes"),
    ]
