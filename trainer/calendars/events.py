"""What an event says, made of the rows of a session: the words are the catalogue's."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _

from trainer.calendars import ical
from trainer.calendars.rules import alarm_before
from trainer.calendars.site import LANGUAGE, Site
from trainer.core import clock
from trainer.courses.models import ClassSession, TrainingClass, Venue
from trainer.courses.rules import ClassStatus, SessionKind

# Held elsewhere than at the class's venue when they name a place of their own.
_AWAY = frozenset({SessionKind.ON_SITE, SessionKind.TRAVEL})


def class_title(training_class: TrainingClass) -> str:
    """Return the name of a class, with its run when it is one of a planned class."""
    if training_class.planned_class_id is None:
        return training_class.name
    numbered = _("%(name)s (run %(run)s)", name=training_class.name, run=training_class.run)
    return str(numbered)


def venue_of(session: ClassSession) -> Venue | None:
    """Return the venue of a session: its room's, else the class's, none when it is away."""
    if session.room is not None:
        return session.room.venue
    if session.place and session.kind in _AWAY:
        return None
    return session.training_class.venue


def place_of(session: ClassSession) -> str:
    """Return where a session takes place: its own place or room, then venue and address."""
    venue = venue_of(session)
    near = session.place or (session.room.name if session.room is not None else "")
    parts = [venue.name if venue else "", near, venue.address if venue else ""]
    return " ".join(part for part in parts if part)  # as map searches like it


def event_of(
    session: ClassSession, site: Site, *, turns: int = 0, at: datetime | None = None, note: str = ""
) -> ical.Event:
    """Return the event of a session that is loaded with class, venue, lecturer and room.

    *turns* and *at* are what `rules.Membership` says of the feed it is for; *note* says why it is
    cancelled there although it takes place, empty when it is not.
    """
    training_class = session.training_class
    venue = venue_of(session)
    located = venue is not None and venue.latitude is not None and venue.longitude is not None
    with force_locale(LANGUAGE):
        title = class_title(training_class)
        return ical.Event(
            uid=f"session-{session.id}@{site.uid_host}",
            sequence=session.sequence + turns,
            changed_at=max(session.changed_at, at) if at else session.changed_at,
            start=session.starts_at,
            end=session.ends_at,
            summary=_("%(title)s · %(name)s", title=session.title, name=title),
            description="\n".join(_lines(session, title, note, site)),
            location=place_of(session),
            geo=(venue.latitude, venue.longitude) if located else None,  # type: ignore[union-attr,arg-type]
            categories=(_("Deputy training"), _(session.kind.label)),
            url=site.class_url(training_class.id),
            conference=training_class.link,
            conference_label=_("Online class"),
            alarm=alarm_before(session.kind),
            cancelled=bool(note) or session.cancelled_at is not None,
        )


def _lines(session: ClassSession, title: str, note: str, site: Site) -> list[str]:
    of = session.training_class
    contact = " ".join(part for part in (of.head, of.head_phone) if part)
    called_off = of.status is ClassStatus.CANCELLED
    facts = [
        (_("Please note"), note),
        (_("Cancelled because"), of.reason if called_off else ""),
        (_("Class"), title),
        (_("Lecturer"), session.lecturer.title if session.lecturer else ""),
        (_("Meeting point"), of.gathering),
        (_("Please bring"), of.bring),
        (_("Online class"), of.link),
        (_("Contact"), contact),
        (_("More"), site.class_url(of.id)),
    ]
    return [_("%(fact)s: %(text)s", fact=fact, text=text) for fact, text in facts if text]


def empty_event(feed_id: int, created_at: datetime, site: Site) -> ical.Event:
    """Return the one event of a feed without events, for some clients never forget the last."""
    with force_locale(LANGUAGE):
        return _day_event(
            uid=f"feed-{feed_id}@{site.uid_host}",
            at=created_at,
            summary=_("Calendar subscribed; no training yet"),
            description=_("Training appears here by itself as soon as it is fixed."),
        )


def ended_event(feed_id: int, version: int, retired_at: datetime, site: Site) -> ical.Event:
    """Return the one event of a link that was renewed or revoked: what to do next."""
    with force_locale(LANGUAGE):
        return _day_event(
            uid=f"feed-{feed_id}-{version}@{site.uid_host}",
            at=retired_at,
            summary=_("This calendar link has ended; please subscribe again"),
            description=_(
                "Open your training page, choose “Calendar” and subscribe again. "
                "Then remove this calendar from your phone."
            ),
        )


def _day_event(*, uid: str, at: datetime, summary: str, description: str) -> ical.Event:
    day: date = clock.local(at).date()
    return ical.Event(
        uid=uid,
        sequence=0,
        changed_at=at,
        start=day,
        end=day + timedelta(days=1),
        summary=summary,
        description=description,
        busy=False,
    )
