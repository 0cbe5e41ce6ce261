"""The deputy's own page, for a phone: the next class with every practical fact, and own hours."""

from __future__ import annotations

import re
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from flask_login import current_user

from trainer.accounts.access import access
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.language import clock_time, day, period
from trainer.courses import pages
from trainer.courses.models import TrainingClass
from trainer.people.queries import viewer_of
from trainer.reports.own import OwnClass, own_page
from trainer.web.views import bp

_SEPARATORS = re.compile(r"[、，,;；\n]+")


@bp.get("/me/")
@access(Role.DEPUTY)
def me() -> ResponseReturnValue:
    """Show a deputy when and where the next class is, and the own class hours."""
    person_id = viewer_of(current_user).person_id
    assert person_id is not None, "a deputy's account is made for a person"
    page = own_page(person_id, clock.today())
    return render_template(
        "web/me.html", page=page, cards=[_card(each) for each in page.classes], plain=pages.plain
    )


def _card(own: OwnClass) -> dict[str, Any]:
    """Return a class as `patterns.next_class` shows it, with its timetable."""
    c, arrival = own.training_class, own.arrival
    return {
        "own": own,
        "id": f"class-{c.id}",
        "title": f"{c.name} {_('run %(run)s', run=c.run)}" if c.planned_class_id else c.name,
        "status": c.status_on(clock.today()),
        "month": format_date(c.first_day, "LLL"),
        "day": c.first_day.day,
        "weekday": format_date(c.first_day, "EEEE"),
        "when": period(c.first_day, c.last_day),
        "time": _time(own) if arrival else None,
        "time_hint": c.gathering,
        "place": c.venue.name if c.venue else None,
        "link": c.link,
        "place_hint": c.venue.address if c.venue else None,
        "map": _map(c),
        "bring": [each.strip() for each in _SEPARATORS.split(c.bring) if each.strip()],
        "standing": _standing(own),
        "contact": c.head,
        "phone": c.head_phone,
        "days": [
            (day(one, "full"), one == clock.today(), [_item(session) for session in sessions])
            for one, sessions in own.days
        ],
    }


def _time(own: OwnClass) -> str:
    assert own.arrival is not None
    first = own.arrival
    return f"{day(first.starts_at, 'full')} {clock_time(first.starts_at)} {first.title}"


def _item(session: Any) -> dict[str, Any]:
    now = clock.now()
    running = session.starts_at <= now < session.ends_at
    return {**pages.timeline_item(session), "now": running}


def _map(c: TrainingClass) -> str | None:
    """Return an address that opens the phone's own map (RFC 5870), where the place is known."""
    if c.venue is None or c.venue.latitude is None or c.venue.longitude is None:
        return None
    return f"geo:{c.venue.latitude},{c.venue.longitude}"


def _standing(own: OwnClass) -> str:
    """Return how the deputy stands on the class where that is not settled."""
    sentences = {
        "nominated": _("You are nominated. The county confirms the list."),
        "waitlisted": _("You are on the waiting list. You will be told when a seat is free."),
    }
    return str(sentences.get(own.enrolment.status.value, ""))
