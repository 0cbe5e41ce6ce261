"""The timetable as a sheet: to print, for the wall, as an Excel file and as a Word document."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access
from trainer.core import clock, word
from trainer.core.language import period
from trainer.core.spreadsheet import download
from trainer.courses import pages, queries
from trainer.courses.blueprint import READERS, bp, present_viewer

WIDTHS = (2.2, 1.9, 5, 1.7, 3.2, 2.4, 1.6, 1)  # shares of the columns of the Word table


@bp.get("/<int:class_id>/timetable/print")
@access(*READERS)
def timetable_print(class_id: int) -> ResponseReturnValue:
    """Show the timetable as a sheet to print."""
    training_class = queries.class_for(present_viewer(), class_id)
    halves = queries.half_days(training_class)
    return render_template(
        "courses/timetable_print.html",
        training_class=training_class,
        days=pages.sheet(halves),
        header=pages.timetable_header(),
    )


@bp.get("/<int:class_id>/timetable/excel")
@access(*READERS)
def timetable_excel(class_id: int) -> ResponseReturnValue:
    """Give the timetable as an Excel file."""
    training_class = queries.class_for(present_viewer(), class_id)
    sessions = queries.sessions_of(class_id, cancelled=False)
    title = f"{training_class.numbered_name} {_('Timetable')}"
    return download(title, pages.timetable_header(), map(pages.timetable_line, sessions))


@bp.get("/<int:class_id>/timetable/word")
@access(*READERS)
def timetable_word(class_id: int) -> ResponseReturnValue:
    """Give the timetable (课程表) as a Word document."""
    row = queries.class_for(present_viewer(), class_id)
    sessions = queries.sessions_of(class_id, cancelled=False)
    paper = word.Paper(landscape=True)
    paper.title(f"{row.numbered_name}{_('Timetable')}")
    days = period(row.first_day, row.last_day)
    paper.note(f"{days}　{row.venue.name}" if row.venue else days)
    table = paper.table(
        pages.timetable_header(), map(pages.timetable_line, sessions), widths=WIDTHS
    )
    pages.merge_days(table, sessions)
    if row.gathering:
        paper.note(f"{_('Where and when to gather')}：{row.gathering}")
    return word.send(f"{row.numbered_name}{_('Timetable')}", paper.bytes())


@bp.get("/<int:class_id>/timetable/wall")
@access(*READERS)
def timetable_wall(class_id: int) -> ResponseReturnValue:
    """Show the timetable large, day beside day, for the wall of the classroom or a screen."""
    training_class = queries.class_for(present_viewer(), class_id)
    sessions = queries.sessions_of(class_id, cancelled=False)
    return render_template(
        "courses/timetable_wall.html",
        training_class=training_class,
        days=pages.wall(sessions, today=clock.today()),
    )
