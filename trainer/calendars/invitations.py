"""Invitations by e-mail: what every deputy who wants them is invited to, kept up by a job.

The job compares what a deputy's own feed shows of confirmed classes with what was sent, and posts
the difference to the outbox in the same transaction: killed anywhere, it goes on where it was.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from trainer.calendars import ical, imip, queries, state
from trainer.calendars.events import session_uid
from trainer.calendars.ical import Event
from trainer.calendars.imip import CANCEL, REQUEST, Party
from trainer.calendars.members import members
from trainer.calendars.models import Feed, Invitation, InvitationAddress
from trainer.calendars.rules import FeedKind, Wish
from trainer.calendars.site import Site, site_of
from trainer.calendars.texts import Rendering
from trainer.core import clock, mail
from trainer.core.database import db
from trainer.core.jobs import job
from trainer.enrolment.models import Enrolment
from trainer.enrolment.rules import EnrolmentStatus
from trainer.people.models import Person


@dataclass(frozen=True)
class Due:
    """A message to send: the event of a session in its number, and whether it takes back."""

    session_id: int
    method: str
    sequence: int
    ends_at: datetime
    summary: str
    body: str
    text: str


@job(every=1)
def invite_due() -> None:
    """Send each deputy who wants invitations what has changed since the last one."""
    server = mail.server()
    if server is None:
        return
    site = site_of(current_app.config)
    organizer = Party("", parseaddr(server.sender)[1])
    ids = db.session.scalars(
        sa.select(InvitationAddress.person_id).order_by(InvitationAddress.person_id)
    ).all()
    db.session.rollback()
    for person_id in ids:
        _invite(person_id, organizer, site)
        db.session.commit()


def _invite(person_id: int, organizer: Party, site: Site) -> None:
    """Post to one deputy what is due, and note the state that it is for."""
    wanted = db.session.scalar(
        sa.select(InvitationAddress)
        .where(InvitationAddress.person_id == person_id)
        .with_for_update(skip_locked=True)
    )
    feed = queries.feed_of(FeedKind.PERSON, person_id)
    if wanted is None or feed is None:
        return
    now = clock.now()
    found = _present_state(feed, site, now)
    known = f"{found.etag}.{_mark(wanted.address)}" if found else ""
    if known == wanted.state:
        return
    name = db.session.get_one(Person, person_id).name
    for due in due_to(feed, wanted.address, now=now, site=site):
        _post(due, feed, organizer, Party(name, wanted.address))
    wanted.state = known


def _present_state(feed: Feed, site: Site, now: datetime) -> state.FeedState | None:
    connection: Any = db.session.connection().connection
    source = state.Source(db.engine.dialect.name)
    return state.read(connection.cursor(), source, (feed.id, feed.version), now=now, site=site)


def _mark(address: str) -> str:
    return hashlib.blake2b(address.encode(), digest_size=4).hexdigest()


def due_to(feed: Feed, address: str, *, now: datetime, site: Site) -> list[Due]:
    """Return the messages that a deputy with this own *feed* is to get at *address*.

    An invitation when the deputy is confirmed, its update when anything the feed shows changes,
    and its end when the event is cancelled or gone. What is over is let be.
    """
    assert feed.person_id is not None
    sent = {
        each.session_id: each
        for each in db.session.scalars(
            sa.select(Invitation).where(Invitation.person_id == feed.person_id)
        )
    }
    events = _events(feed, now=now, site=site, also=bool(sent))
    due = []
    for key, event in events.items():
        earlier = sent.get(key)
        if _end(event) <= now or not _differs(event, earlier, address):
            continue
        if not event.cancelled:
            due.append(_of_event(key, event, REQUEST))
        elif earlier is not None and not earlier.cancelled:
            due.append(_of_event(key, event, CANCEL))
    gone = (row for key, row in sent.items() if key not in events and not row.cancelled)
    return due + [_of_gone(row, now, site) for row in gone if row.ends_at > now]


def _events(feed: Feed, *, now: datetime, site: Site, also: bool) -> dict[int, Event]:
    """Return the events of the classes on which the deputy is confirmed, by session.

    With *also* those of classes that the deputy has left, for who was invited must be told.
    """
    assert feed.person_id is not None
    confirmed = set(
        db.session.scalars(
            sa.select(Enrolment.class_id).where(
                Enrolment.person_id == feed.person_id,
                Enrolment.status == EnrolmentStatus.CONFIRMED,
            )
        )
    )
    rendering = Rendering(db.session(), feed, feed.person_id, now=now, site=site)
    found: dict[int, Event] = {}
    for class_id, member in members(db.session(), feed.kind, feed.person_id, now).items():
        if class_id in confirmed or (also and not member.shown):
            found |= {key: event for _at, key, event in rendering.events([class_id], member)}
    return found


def _end(event: Event) -> datetime:
    end = event.end
    return end if isinstance(end, datetime) else clock.at(end, datetime.min.time())


def _differs(event: Event, earlier: Invitation | None, address: str) -> bool:
    if earlier is None:
        return True
    return earlier.text != ical.vevent(event) or earlier.address != address


def _of_event(session_id: int, event: Event, method: str) -> Due:
    body = f"{event.summary}\n{_when(event)}\n{event.location}\n\n{event.description}\n"
    text = ical.vevent(event)
    return Due(session_id, method, event.sequence, _end(event), event.summary, body, text)


def _of_gone(earlier: Invitation, now: datetime, site: Site) -> Due:
    """Return the end of an event that is in the feed no more."""
    sequence = earlier.sequence + 1
    uid = session_uid(earlier.session_id, site)
    text = ical.called_off(earlier.text, uid=uid, sequence=sequence, changed_at=now)
    summary = earlier.summary
    return Due(earlier.session_id, CANCEL, sequence, earlier.ends_at, summary, summary, text)


def _post(due: Due, feed: Feed, organizer: Party, attendee: Party) -> None:
    assert feed.person_id is not None
    with force_locale(feed.language):
        host = Party(_("Deputy training"), organizer.address)
        shape = _("Cancelled: %(title)s") if due.method == CANCEL else _("Invitation: %(title)s")
    message = imip.message(due.text, method=due.method, organizer=host, attendee=attendee)
    mail.post(
        key=f"invite:{feed.person_id}:{due.session_id}:{due.sequence}:{due.method}"
        f":{_mark(attendee.address + due.text)}",
        address=attendee.address,
        recipient=attendee.name,
        subject=(shape % {"title": due.summary})[:200],
        body=due.body,
        about=f"person:{feed.person_id}",
        calendar=(due.method, message),
    )
    row = db.session.get(Invitation, (feed.person_id, due.session_id))
    if row is None:
        row = Invitation(person_id=feed.person_id, session_id=due.session_id)
        db.session.add(row)
    row.address, row.sequence, row.text = attendee.address, due.sequence, due.text
    row.summary, row.ends_at = due.summary[:300], due.ends_at
    row.cancelled, row.sent_at = due.method == CANCEL, clock.now()
    row.wish, row.wished_at = Wish.NONE, None
    db.session.flush()


def _when(event: Event) -> str:
    if not isinstance(event.start, datetime) or not isinstance(event.end, datetime):
        return f"{event.start:%Y-%m-%d}"
    start, end = clock.local(event.start), clock.local(event.end)
    return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}"
