"""The life of a seat as a row of dated steps: what holds follows from them. Pure.

Steps are only added. A mistake is taken back by a further step, the newest first, so that what
was announced can always be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.people.rules import EndReason, SeatState, Span, StepKind, seat_state


@dataclass(frozen=True)
class Step:
    """One step: *to* is the delegation of an election or a move, *takes_back* the step undone."""

    id: int
    kind: StepKind
    day: date
    reason: EndReason | None = None
    to: int | None = None
    takes_back: int | None = None


@dataclass
class Standing:
    """What the steps of a seat come to."""

    delegation: int
    ended_on: date | None = None
    end_reason: EndReason | None = None
    suspensions: list[Span] = field(default_factory=list)

    @property
    def suspended(self) -> bool:
        """Whether a suspension is open."""
        return bool(self.suspensions) and self.suspensions[-1].last is None


def effective(steps: Iterable[Step]) -> list[Step]:
    """Return the steps that still hold, in the order in which they were recorded."""
    held: list[Step] = []
    for step in steps:
        if step.kind is StepKind.TAKEN_BACK:
            held = [each for each in held if each.id != step.takes_back]
        else:
            held.append(step)
    return held


def standing(delegation: int, steps: Iterable[Step]) -> Standing:
    """Return what holds for a seat that began in *delegation* after all its *steps*."""
    now = Standing(delegation)
    for step in effective(steps):
        if step.kind is StepKind.MOVED and step.to is not None:
            now.delegation = step.to
        elif step.kind is StepKind.SUSPENDED:
            now.suspensions.append(Span(step.day))
        elif step.kind is StepKind.RESTORED and now.suspended:
            begun = now.suspensions.pop()
            now.suspensions.append(Span(begun.first, step.day - timedelta(days=1)))
        elif step.kind is StepKind.ENDED:
            now.ended_on, now.end_reason = step.day, step.reason
    return now


def check_order(day: date, steps: Iterable[Step], *, field: str) -> None:
    """Raise Invalid unless *day* comes after the last step that holds, or on the same day."""
    last = max((step.day for step in effective(steps)), default=None)
    if last is not None and day < last:
        raise Invalid(
            noop("The last change of this seat was on %(day)s; choose that day or a later one."),
            field=field,
            day=last,
        )


def check_move(
    day: date,
    *,
    elected_on: date,
    ended_on: date | None,
    suspensions: Sequence[Span],
    today: date,
) -> None:
    """Raise unless a seat can be moved to another delegation from *day* on."""
    state = seat_state(day, elected_on=elected_on, ended_on=ended_on, suspensions=suspensions)
    if ended_on is not None:
        raise Refused(noop("This seat has already ended."))
    if state is SeatState.TO_COME:
        raise Invalid(
            noop("The deputy was elected on %(day)s; a move cannot be before."),
            field="day",
            day=elected_on,
        )
    if day > today:
        raise Invalid(noop("This day is still to come."), field="day")


def to_take_back(step_id: int, steps: Sequence[Step]) -> Step:
    """Return the step to be taken back.

    Raises Refused unless it is the newest that holds: what came after was built on it. An
    election is no mistake of the records; such a seat is ended, or the roster undone.
    """
    held = effective(steps)
    last = held[-1] if held else None
    if last is None or last.id != step_id:
        raise Refused(noop("Something was recorded after this step, or it was taken back already."))
    if last.kind is StepKind.ELECTED:
        raise Refused(noop("An election cannot be taken back here; end the seat instead."))
    return last


@dataclass(frozen=True)
class Held:
    """A seat as announcements count it."""

    elected_on: date
    by_election: bool
    ended_on: date | None = None
    end_reason: EndReason | None = None
    suspensions: tuple[Span, ...] = ()

    def state(self, day: date) -> SeatState:
        """What the seat is on *day*."""
        return seat_state(
            day, elected_on=self.elected_on, ended_on=self.ended_on, suspensions=self.suspensions
        )


@dataclass(frozen=True)
class Tally:
    """How a congress stands on a day: seats (名额), in office (实有), suspended, vacant (缺额)."""

    seats: int
    in_office: int
    suspended: int = 0

    @property
    def vacant(self) -> int:
        """Seats without a deputy; never negative, though a delegation may be over its seats."""
        return max(0, self.seats - self.in_office - self.suspended)


def tally(seats: int, seats_held: Iterable[Held], day: date) -> Tally:
    """Return how *seats* are filled on *day*."""
    states = [held.state(day) for held in seats_held]
    return Tally(seats, states.count(SeatState.IN_OFFICE), states.count(SeatState.SUSPENDED))


@dataclass(frozen=True)
class Balance:
    """From one day to another: how many sat, what went off and came on, how many sit now.

    ``opening.in_office - ended + elected - more_suspended == closing.in_office`` holds always.
    """

    opening: Tally
    closing: Tally
    ended: int
    elected: int
    by_election: int

    @property
    def more_suspended(self) -> int:
        """How many more seats are suspended at the end than at the beginning."""
        return self.closing.suspended - self.opening.suspended


def balance(seats: int, seats_held: Sequence[Held], first: date, last: date) -> Balance:
    """Return how the number in office changed after *first*, up to and with *last*."""
    came = [each for each in seats_held if first < each.elected_on <= last]
    return Balance(
        tally(seats, seats_held, first),
        tally(seats, seats_held, last),
        ended=sum(
            each.ended_on is not None and first < each.ended_on <= last for each in seats_held
        ),
        elected=len(came),
        by_election=sum(each.by_election for each in came),
    )
