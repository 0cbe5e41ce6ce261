"""Whole feeds as bytes: each session's VEVENT is made once per change, kept, and then joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from trainer.calendars import events, ical
from trainer.calendars.events import Day, Showing
from trainer.calendars.members import UNTURNED, members
from trainer.calendars.models import EventText, Feed
from trainer.calendars.rules import CANCELLED_SHOWN, Choices, Detail, FeedKind, Membership
from trainer.calendars.site import Site
from trainer.calendars.state import FeedState, YearState, seen_by_calendars
from trainer.core import clock
from trainer.courses.models import ClassSession, Room, TrainingClass
from trainer.courses.rules import SessionKind

_AT_ONCE = 500  # rows of one statement, within every engine's limit of parameters
Text = tuple[datetime, int, str]  # when it begins, the session, its VEVENT


def render(
    session: Session, state: FeedState, *, now: datetime, site: Site
) -> tuple[bytes, list[EventText]]:
    """Return the bytes of a feed, and the event texts that had to be made for it.

    *state* was read in the transaction of *session*, so that its ETag belongs to these bytes.
    """
    feed = session.get_one(Feed, state.feed_id)
    language = feed.language
    if state.retired_at is not None:
        at = state.retired_at
        ended = events.ended_event(state.feed_id, state.version, at, site, language)
        return _calendar(session, state, language, [ical.vevent(ended)]), []
    rendering = Rendering(session, feed, state.owner_id, now=now, site=site)
    texts = [text for *_key, text in sorted(rendering.texts())]
    if state.over is not None:
        over = events.term_over_event(state.feed_id, state.over, site, language)
        texts.append(ical.vevent(over))
    if not texts:
        empty = events.empty_event(state.feed_id, state.created_at, site, language)
        texts.append(ical.vevent(empty))
    return _calendar(session, state, language, texts), rendering.made


def _calendar(session: Session, state: FeedState, language: str, texts: Iterable[str]) -> bytes:
    with force_locale(language):
        return ical.calendar(name=_name(session, state), language=language, events=texts)


def _name(session: Session, state: FeedState) -> str:
    if state.kind is FeedKind.CLASS:
        return events.class_title(session.get_one(TrainingClass, state.owner_id))
    if state.kind is FeedKind.LECTURER:
        return str(_("Teaching: %(name)s", name=state.name.strip()))
    return str(_("Training: %(name)s", name=state.name))


class Rendering:
    """The events of one feed at *now*; *made* collects the texts that were not stored yet."""

    def __init__(
        self, session: Session, feed: Feed, owner_id: int, *, now: datetime, site: Site
    ) -> None:
        self._session, self._now, self._site = session, now, site
        self._kind, self._owner_id = feed.kind, owner_id
        self.choices: Choices = feed.choices
        self._base, self._since = feed.sequence_base, feed.chosen_at
        self.made: list[EventText] = []

    def texts(self) -> Iterator[Text]:
        """Yield the VEVENTs of the feed."""
        by_turn: defaultdict[Membership, list[int]] = defaultdict(list)
        held = members(self._session, self._kind, self._owner_id, self._now)
        for class_id, member in held.items():
            by_turn[member].append(class_id)
        for member, class_ids in by_turn.items():
            if self._is_seen(member):
                yield from self._of_classes(class_ids, member)

    def _is_seen(self, member: Membership) -> bool:
        """Tell whether classes of this standing are in the feed: one that never was is not."""
        return member.shown or (member.turns > 0 and self.choices.cancelled)

    def _of_classes(self, class_ids: Sequence[int], member: Membership) -> Iterator[Text]:
        if self.choices.detail is Detail.SESSIONS and member == UNTURNED:
            yield from self._stored(class_ids, self.showing(member))
            return
        for starts_at, key, event in self.events(class_ids, member):
            yield starts_at, key, ical.vevent(event)

    def events(
        self, class_ids: Sequence[int], member: Membership
    ) -> Iterator[tuple[datetime, int, ical.Event]]:
        """Yield the events of classes of one standing: when, the session of the UID, the event."""
        showing = self.showing(member)
        ids = self._session.scalars(sa.select(ClassSession.id).where(self._shown(class_ids))).all()
        if self.choices.detail is Detail.SESSIONS:
            for row in load_sessions(self._session, ids):
                yield row.starts_at, row.id, events.session_event(row, self._site, showing)
            return
        for apart, day in days(self._session, self._mine(class_ids), set(ids), self.choices):
            made = events.session_event(apart, self._site, showing) if apart else None
            event = made or events.day_event(day, self._site, showing)
            yield day.shown[0].starts_at, day.anchor, event

    def showing(self, member: Membership) -> Showing:
        """Return how classes of one standing are shown in this feed."""
        times = [at for at in (self._since, member.at) if at is not None]
        note = "" if member.shown else _note(self._kind, self.choices.language)
        return Showing(self.choices, self._base + member.turns, max(times, default=None), note)

    def _shown(self, class_ids: Sequence[int]) -> sa.ColumnElement[bool]:
        """Return the condition that a session stands in the feed at all."""
        stands: sa.ColumnElement[bool] = ClassSession.cancelled_at.is_(None)
        if self.choices.cancelled:
            horizon = self._now - CANCELLED_SHOWN
            stands = sa.or_(stands, ClassSession.cancelled_at > horizon)
        return sa.and_(self._mine(class_ids), stands)

    def _mine(self, class_ids: Sequence[int]) -> sa.ColumnElement[bool]:
        """Return the condition that a session of these classes concerns the feed's owner."""
        own = ClassSession.class_id.in_(class_ids)
        if self._kind is FeedKind.LECTURER:
            return sa.and_(own, ClassSession.lecturer_id == self._owner_id)
        return own

    def _stored(self, class_ids: Sequence[int], showing: Showing) -> Iterator[Text]:
        """Yield the texts of sessions as they are stored, and make those that are not."""
        variant = self.choices.variant
        wanted: list[int] = []
        for key, starts_at, sequence, changed_at, text in self._kept(class_ids, variant):
            if text is None:
                wanted.append(key)
            else:
                yield starts_at, key, self._own_numbers(text, key, sequence, changed_at, showing)
        plain = Showing(self.choices)
        for row in load_sessions(self._session, wanted):
            text = ical.vevent(events.session_event(row, self._site, plain))
            counted = (row.sequence, row.version, row.training_class.version)
            state = ".".join(map(str, (self._site.format, *counted)))
            self.made.append(EventText(session_id=row.id, variant=variant, state=state, text=text))
            own = self._own_numbers(text, row.id, row.sequence, row.changed_at, showing)
            yield row.starts_at, row.id, own

    def _kept(
        self, class_ids: Sequence[int], variant: str
    ) -> Iterable[tuple[int, datetime, int, datetime, Any]]:
        """Return the sessions of classes, each with its text where the stored one is of now.

        Compared by the database: of a thousand sessions of which one has changed, nothing is done
        for the others but to pass them on.
        """
        numbers = (ClassSession.sequence, ClassSession.version, TrainingClass.version)
        state: Any = sa.literal(self._site.format)
        for number in numbers:
            state = state.op("||")(sa.literal(".")).op("||")(sa.cast(number, sa.String))
        stored = sa.and_(
            EventText.session_id == ClassSession.id,
            EventText.variant == variant,
            EventText.state == state,
        )
        query = (
            sa.select(
                ClassSession.id,
                ClassSession.starts_at,
                ClassSession.sequence,
                ClassSession.changed_at,
                EventText.text,
            )
            .join(TrainingClass, ClassSession.class_id == TrainingClass.id)
            .outerjoin(EventText, stored)
            .where(self._shown(class_ids))
        )
        return self._session.execute(query).tuples()

    def _own_numbers(
        self, text: str, key: int, sequence: int, changed_at: datetime, showing: Showing
    ) -> str:
        """Return a stored text with the numbers that an event has in this feed alone."""
        if not showing.base:
            return text
        return ical.renumbered(
            text,
            uid=events.session_uid(key, self._site),
            sequence=sequence + showing.base,
            changed_at=showing.changed_at(changed_at),
        )


def days(
    session: Session, mine: sa.ColumnElement[bool], shown: Collection[int], choices: Choices
) -> Iterator[tuple[ClassSession | None, Day]]:
    """Yield the days of the sessions that fulfil *mine*; one that stands alone comes along.

    *shown* are those that stand in the feed. What was called off says so only where
    nothing else of that day is left.
    """
    ids = session.scalars(sa.select(ClassSession.id).where(mine)).all()
    groups: defaultdict[tuple[int, date, int], list[ClassSession]] = defaultdict(list)
    for row in load_sessions(session, ids):
        apart = choices.report_in_all_day and row.kind is SessionKind.REPORT_IN
        groups[row.class_id, clock.local(row.starts_at).date(), row.id if apart else 0].append(row)
    for (_class_id, on, apart_id), rows in groups.items():
        standing = [row for row in rows if row.id in shown]
        held = [row for row in standing if row.cancelled_at is None] or standing
        if held:
            held.sort(key=lambda row: (row.starts_at, row.id))
            day = Day(min(row.id for row in rows), on, held)
            yield held[0] if apart_id else None, day


def load_sessions(session: Session, ids: Sequence[int]) -> Iterator[ClassSession]:
    """Yield sessions with class, venue, lecturer and room."""
    for start in range(0, len(ids), _AT_ONCE):
        yield from session.scalars(
            sa.select(ClassSession)
            .where(ClassSession.id.in_(ids[start : start + _AT_ONCE]))
            .options(
                joinedload(ClassSession.training_class).joinedload(TrainingClass.venue),
                joinedload(ClassSession.lecturer),
                joinedload(ClassSession.room).joinedload(Room.venue),
            )
        )


def _note(kind: FeedKind, language: str) -> str:
    with force_locale(language):
        if kind is FeedKind.PERSON:
            return str(_("You are no longer on this class; you need not come."))
        return str(_("Nobody of this delegation is on this class any more."))


def render_year(session: Session, state: YearState, *, now: datetime, site: Site) -> bytes:
    """Return the bytes of the public calendar of a published year: its classes, a day at least."""
    year = state.year
    called_off = sa.exists().where(
        ClassSession.class_id == TrainingClass.id, ClassSession.cancelled_at > now - CANCELLED_SHOWN
    )
    rows = session.scalars(
        sa.select(TrainingClass)
        .where(
            TrainingClass.congress_id == state.congress_id,
            TrainingClass.first_day.between(date(year, 1, 1), date(year, 12, 31)),
            seen_by_calendars(),
            sa.or_(TrainingClass.status != "cancelled", called_off),
        )
        .options(joinedload(TrainingClass.venue))
        .order_by(TrainingClass.first_day, TrainingClass.id)
    )
    texts = [ical.vevent(events.class_event(row, site)) for row in rows]
    if not texts:
        texts.append(ical.vevent(events.empty_year_event(state.congress_id, year, site)))
    with force_locale("zh"):
        name = _("Training %(year)s: %(name)s", year=year, name=state.name)
        return ical.calendar(name=str(name), language="zh", events=texts)
