"""Lists as staff expect them: sorted by a column, cut into pages, kept in the address."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import request, url_for
from sqlalchemy.orm import InstrumentedAttribute

from trainer.core.database import db

Row = TypeVar("Row")
PAGE_SIZE = 50


def address(*, endpoint: str | None = None, **changes: object) -> str:
    """Return the present address with the query arguments *changes* applied (None removes).

    With *endpoint* it is another page's address that carries the same arguments.
    """
    arguments = {**request.args.to_dict(flat=False), **changes}
    kept = {key: value for key, value in arguments.items() if value is not None}
    # Typed arguments never reach url_for, where _scheme or _external would mean something.
    path = url_for(endpoint or str(request.endpoint), **(request.view_args or {}))
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path


@dataclass(frozen=True)
class Sort:
    """The column a list is sorted by, out of those the list offers."""

    key: str
    descending: bool

    def url(self, key: str) -> str:
        """Return the address that sorts by *key*, turning round on the present column."""
        turned = key == self.key and not self.descending
        return address(sort=("-" if turned else "") + key, page=None)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list; *number* counts from 1."""

    items: list[Row]
    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Ordinal of the first row shown, 0 in an empty list."""
        return min(self.total, (self.number - 1) * self.size + 1)

    @property
    def last(self) -> int:
        """Ordinal of the last row shown."""
        return min(self.total, self.number * self.size)

    def url(self, number: int) -> str:
        """Return the address of page *number*."""
        return address(page=number if number > 1 else None)


Columns = Mapping[str, sa.ColumnElement[Any] | InstrumentedAttribute[Any]]


def requested_sort(columns: Container[str], default: str) -> Sort:
    """Return the sort that the address asks for; an unknown column means *default*."""
    asked = request.args.get("sort", default)
    key = asked.removeprefix("-")
    if key not in columns:
        asked = default
        key = default.removeprefix("-")
    return Sort(key, asked.startswith("-"))


def ordered(query: sa.Select[Any], columns: Columns, sort: Sort, *ties: Any) -> sa.Select[Any]:
    """Return *query* ordered by *sort*, then by *ties* so that paging is stable."""
    column = columns[sort.key]
    return query.order_by(column.desc() if sort.descending else column.asc(), *ties)


def paginate(query: sa.Select[Row], *, size: int = PAGE_SIZE) -> Page[Row]:
    """Run *query* for the page that the address asks for; two statements whatever the rows."""
    total = db.session.scalar(
        sa.select(sa.func.count()).select_from(query.order_by(None).subquery())
    )
    pages = max(1, -(-int(total or 0) // size))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    rows = db.session.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(list(rows), number, int(total or 0), size)
