"""What an event says, made of the rows of a session or class: the words are the catalogue's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from flask_babel import force_locale
from flask_babel import gettext as _

from trainer.calendars import ical
from trainer.calendars.rules import DEFAULT, Choices, alarm_before
from trainer.calendars.site import Site
from trainer.core import clock
from trainer.core.language import clock_time
from trainer.courses.models import ClassSession, TrainingClass, Venue
from trainer.courses.rules import ClassStatus, SessionKind

# Held elsewhere than at the class's venue when they name a place of their own.
_AWAY = frozenset({SessionKind.ON_SITE, SessionKind.TRAVEL})
# CSS3 names (RFC 7986 section 5.9): what a client that shows colours paints a session in.
COLORS = {
    SessionKind.REPORT_IN: "crimson",
    SessionKind.OPENING: "crimson",
    SessionKind.CLOSING: "crimson",
    SessionKind.LECTURE: "steelblue",
    SessionKind.ON_SITE: "seagreen",
    SessionKind.TRAVEL: "slategray",
}
COLOR = "firebrick"
WHOLE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Showing:
    """How a feed shows an event: its owner's choices and the numbers that are its own.

    *base* is added to the sequence, *since* is a time of change before which none lies; *note*
    says why the event is cancelled there although it takes place, empty when it is not.
    """

    choices: Choices = DEFAULT
    base: int = 0
    since: datetime | None = None
    note: str = ""

    def changed_at(self, at: datetime) -> datetime:
        """Return the time of change of an event that was changed *at*."""
        return max(at, self.since) if self.since else at


@dataclass(frozen=True)
class Day:
    """The sessions of a class on one day as one event.

    *anchor* is the lowest session of that day, called off or not: the event has its UID, so that
    other choices of the owner change no UID. *shown* take place, or were all called off.
    """

    anchor: int
    day: date
    shown: Sequence[ClassSession]

    @cached_property
    def cancelled(self) -> bool:
        """Whether nothing of that day takes place."""
        return all(session.cancelled_at is not None for session in self.shown)


def session_uid(session_id: int, site: Site) -> str:
    """Return the UID of a session, the same in every feed and invitation for ever."""
    return f"session-{session_id}@{site.uid_host}"


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
    parts = [venue.name if venue else "", near(session), venue.address if venue else ""]
    return " ".join(part for part in parts if part)  # as map searches like it


def near(session: ClassSession) -> str:
    """Return a session's own place or room, empty when it has none."""
    return session.place or (session.room.name if session.room is not None else "")


def _geo(venue: Venue | None) -> tuple[float, float] | None:
    if venue is None or venue.latitude is None or venue.longitude is None:
        return None
    return venue.latitude, venue.longitude


def _contact(of: TrainingClass) -> str:
    return " ".join(part for part in (of.head, of.head_phone) if part)


def session_event(session: ClassSession, site: Site, showing: Showing) -> ical.Event:
    """Return the event of a session that is loaded with class, venue, lecturer and room."""
    of, choices = session.training_class, showing.choices
    start, end = _span(session, choices)
    with force_locale(choices.language):
        title = class_title(of)
        return ical.Event(
            uid=session_uid(session.id, site),
            sequence=session.sequence + showing.base,
            changed_at=showing.changed_at(session.changed_at),
            start=start,
            end=end,
            summary=_("%(title)s · %(name)s", title=session.title, name=title),
            description="\n".join(_lines(session, title, showing.note, site)),
            location=place_of(session),
            geo=_geo(venue_of(session)),
            categories=(_("Deputy training"), _(session.kind.label)),
            color=COLORS.get(session.kind, COLOR),
            contact=_contact(of),
            url=site.class_url(of.id),
            conference=of.link,
            conference_label=_("Online class"),
            alarm=alarm_before(session.kind, choices.alarm),
            cancelled=bool(showing.note) or session.cancelled_at is not None,
            language=choices.language,
        )


def _span(session: ClassSession, choices: Choices) -> tuple[datetime | date, datetime | date]:
    if choices.report_in_all_day and session.kind is SessionKind.REPORT_IN:
        last = clock.local(session.ends_at - timedelta(microseconds=1)).date()
        return session.day, last + WHOLE_DAY
    return session.starts_at, session.ends_at


def _lines(session: ClassSession, title: str, note: str, site: Site) -> list[str]:
    hours = ""  # which an entry of the whole day does not show
    if session.kind is SessionKind.REPORT_IN:
        hours = f"{clock_time(session.starts_at)}–{clock_time(session.ends_at)}"
    facts = [
        *_reasons(session.training_class, note),
        (_("Class"), title),
        (_("Report-in time"), hours),
        (_("Lecturer"), session.lecturer.title if session.lecturer else ""),
        *_class_facts(session.training_class, site),
    ]
    return _said(facts)


def _reasons(of: TrainingClass, note: str) -> list[tuple[str, str]]:
    called_off = of.status is ClassStatus.CANCELLED
    return [
        (_("Please note"), note),
        (_("Cancelled because"), of.reason if called_off else ""),
        (_("Postponed because"), of.reason if of.status is ClassStatus.POSTPONED else ""),
    ]


def _class_facts(of: TrainingClass, site: Site) -> list[tuple[str, str]]:
    return [
        (_("Meeting point"), of.gathering),
        (_("Please bring"), of.bring),
        (_("Online class"), of.link),
        (_("Contact"), _contact(of)),
        (_("More"), site.class_url(of.id)),
    ]


def _said(facts: list[tuple[str, str]]) -> list[str]:
    return [_("%(fact)s: %(text)s", fact=fact, text=text) for fact, text in facts if text]


def day_event(day: Day, site: Site, showing: Showing) -> ical.Event:
    """Return the event of a day of a class, its sessions loaded as for `session_event`.

    Its sequence is the class's revision: that grows with every change of any of its days.
    """
    first, last = day.shown[0], max(day.shown, key=lambda session: session.ends_at)
    of, choices = first.training_class, showing.choices
    kinds = {session.kind for session in day.shown}
    kind = SessionKind.REPORT_IN if SessionKind.REPORT_IN in kinds else first.kind
    places = {place_of(session): venue_of(session) for session in day.shown}
    with force_locale(choices.language):
        title = class_title(of)
        return ical.Event(
            uid=session_uid(day.anchor, site),
            sequence=of.revision + showing.base,
            changed_at=showing.changed_at(of.changed_at),
            start=first.starts_at,
            end=last.ends_at,
            summary=_("%(name)s · day %(number)s", name=title, number=_number(of, day.day)),
            description="\n".join(_day_lines(day, title, showing.note, site)),
            location=next(iter(places)) if len(places) == 1 else _shared_place(of),
            geo=_geo(next(iter(places.values())) if len(places) == 1 else of.venue),
            categories=(_("Deputy training"),),
            color=COLOR,
            contact=_contact(of),
            url=site.class_url(of.id),
            conference=of.link,
            conference_label=_("Online class"),
            alarm=alarm_before(kind, choices.alarm),
            cancelled=bool(showing.note) or day.cancelled,
            language=choices.language,
        )


def _number(of: TrainingClass, day: date) -> int:
    return (day - of.first_day).days + 1


def _shared_place(of: TrainingClass) -> str:
    return " ".join(part for part in (of.venue.name, of.venue.address) if part) if of.venue else ""


def _day_lines(day: Day, title: str, note: str, site: Site) -> list[str]:
    of = day.shown[0].training_class
    before = _said([*_reasons(of, note), (_("Class"), title)])
    return [*before, *map(_entry, day.shown), *_said(_class_facts(of, site))]


def _entry(session: ClassSession) -> str:
    time = f"{clock_time(session.starts_at)}–{clock_time(session.ends_at)}"
    lecturer = session.lecturer.name if session.lecturer else ""
    more = ", ".join(part for part in (lecturer, near(session)) if part)
    if not more:
        return f"{time} {session.title}"
    return str(_("%(time)s %(title)s (%(more)s)", time=time, title=session.title, more=more))


def class_event(of: TrainingClass, site: Site) -> ical.Event:
    """Return a class, loaded with its venue, as the public calendar of a year shows it.

    What everybody may know: no person, no telephone number, no address of an online class.
    """
    with force_locale("zh"):
        facts = [
            (_("Form of training"), _(of.mode.label)),
            (_("Host"), of.host),
            (_("Organiser"), of.organiser),
        ]
        return ical.Event(
            uid=f"class-{of.id}@{site.uid_host}",
            sequence=of.revision,
            changed_at=of.changed_at,
            start=of.first_day,
            end=of.last_day + WHOLE_DAY,
            summary=class_title(of),
            description="\n".join(_said(facts)),
            location=_shared_place(of),
            geo=_geo(of.venue),
            categories=(_("Deputy training"),),
            color=COLOR,
            cancelled=of.status is ClassStatus.CANCELLED,
            busy=False,
        )


def empty_event(feed_id: int, created_at: datetime, site: Site, language: str) -> ical.Event:
    """Return the one event of a feed without events, for some clients never forget the last."""
    with force_locale(language):
        return _note_event(
            uid=f"feed-{feed_id}@{site.uid_host}",
            at=created_at,
            summary=_("Calendar subscribed; no training yet"),
            description=_("Training appears here by itself as soon as it is fixed."),
        )


def empty_year_event(congress_id: int, year: int, site: Site) -> ical.Event:
    """Return the one event of a published year in which no class is fixed yet."""
    with force_locale("zh"):
        return _note_event(
            uid=f"year-{congress_id}-{year}@{site.uid_host}",
            at=clock.at(date(year, 1, 1), datetime.min.time()),
            summary=_("Training of the year %(year)s: no class is fixed yet", year=year),
            description=_("Training appears here by itself as soon as it is fixed."),
        )


def term_over_event(feed_id: int, last_day: date, site: Site, language: str) -> ical.Event:
    """Return the event that tells the subscribers of a delegation that its term is over."""
    with force_locale(language):
        return _note_event(
            uid=f"feed-{feed_id}-term@{site.uid_host}",
            at=clock.at(last_day + WHOLE_DAY, datetime.min.time()),
            summary=_("The term of this delegation is over"),
            description=_(
                "Nothing new appears in this calendar. Ask for the calendar of the new delegation."
            ),
        )


def ended_event(
    feed_id: int, version: int, retired_at: datetime, site: Site, language: str
) -> ical.Event:
    """Return the one event of a link that was renewed or revoked: what to do next."""
    with force_locale(language):
        return _note_event(
            uid=f"feed-{feed_id}-{version}@{site.uid_host}",
            at=retired_at,
            summary=_("This calendar link has ended; please subscribe again"),
            description=_(
                "Open your training page, choose “Calendar” and subscribe again. "
                "Then remove this calendar from your phone."
            ),
        )


def _note_event(*, uid: str, at: datetime, summary: str, description: str) -> ical.Event:
    day: date = clock.local(at).date()
    return ical.Event(
        uid=uid,
        sequence=0,
        changed_at=at,
        start=day,
        end=day + WHOLE_DAY,
        summary=summary,
        description=description,
        busy=False,
    )
