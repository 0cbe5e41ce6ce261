"""States of an enrolment, who may change the list when, and what is refused: pure decisions."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import date

from trainer.accounts.rules import Role
from trainer.core.errors import DomainError, Refused
from trainer.core.text import Labelled, noop
from trainer.courses.rules import ClassStatus

HAN = ("汉族", "汉")  # whoever is of another people counts as minority (少数民族)


class EnrolmentStatus(Labelled):
    """The state of one deputy on one class."""

    NOMINATED = "nominated", noop("Nominated")
    CONFIRMED = "confirmed", noop("Confirmed")
    WAITLISTED = "waitlisted", noop("On the waiting list")
    DECLINED = "declined", noop("Declined")
    WITHDRAWN = "withdrawn", noop("Withdrawn")
    REPLACED = "replaced", noop("Replaced")

    @property
    def holds_seat(self) -> bool:
        """Whether it counts against the capacity and the delegation's seats."""
        return self in HOLDING

    @property
    def ended(self) -> bool:
        """Whether the deputy is off the class."""
        return not self.holds_seat and self is not EnrolmentStatus.WAITLISTED


class RuleKind(Labelled):
    """What a planner may demand or wish for an allocation to runs."""

    PIN = "pin", noop("Goes on this run")
    GOES = "goes", noop("Must go, whichever run")
    STAYS = "stays", noop("Stays this time")
    CANNOT = "cannot", noop("Cannot come on this run")
    WISH = "wish", noop("Would like this run")
    APART = "apart", noop("Must not be away together")
    TOGETHER = "together", noop("Must travel together")
    LIKING = "liking", noop("Want to travel together")
    LEAST = "least", noop("Run needs at least")

    @property
    def about_a_run(self) -> bool:
        """Whether it names a run."""
        return self in (RuleKind.PIN, RuleKind.CANNOT, RuleKind.WISH, RuleKind.LEAST)

    @property
    def of_several(self) -> bool:
        """Whether it ties people to each other, so names two at least."""
        return self in (RuleKind.APART, RuleKind.TOGETHER, RuleKind.LIKING)


class AllocationState(Labelled):
    """The life of an allocation."""

    WAITING = "waiting", noop("Waiting for its turn")
    RUNNING = "reckoning", noop("Being reckoned")
    OPTIMAL = "optimal", noop("Proved best")
    BEST = "best", noop("Best so far")
    IMPOSSIBLE = "impossible", noop("Impossible")
    NOTHING = "nothing", noop("Nothing found in the time")
    APPLIED = "applied", noop("Carried out")
    UNDONE = "undone", noop("Undone")

    @property
    def busy(self) -> bool:
        """Whether the result is still to come."""
        return self in (AllocationState.WAITING, AllocationState.RUNNING)

    @property
    def usable(self) -> bool:
        """Whether it may be carried out."""
        return self in (AllocationState.OPTIMAL, AllocationState.BEST)


HOLDING = frozenset({EnrolmentStatus.NOMINATED, EnrolmentStatus.CONFIRMED})
_OUT = frozenset({EnrolmentStatus.DECLINED, EnrolmentStatus.WITHDRAWN, EnrolmentStatus.REPLACED})
_BACK = frozenset({EnrolmentStatus.NOMINATED, EnrolmentStatus.WAITLISTED})
ENROLMENT_STEPS: dict[EnrolmentStatus, frozenset[EnrolmentStatus]] = {
    EnrolmentStatus.NOMINATED: frozenset({EnrolmentStatus.CONFIRMED}) | _OUT,
    EnrolmentStatus.CONFIRMED: _OUT,
    EnrolmentStatus.WAITLISTED: frozenset(
        {EnrolmentStatus.NOMINATED, EnrolmentStatus.DECLINED, EnrolmentStatus.WITHDRAWN}
    ),
    EnrolmentStatus.DECLINED: _BACK,
    EnrolmentStatus.WITHDRAWN: _BACK,
    EnrolmentStatus.REPLACED: _BACK,
}
_IMPOSSIBLE = {
    EnrolmentStatus.WAITLISTED: noop(
        "%(name)s is on the waiting list; a seat must become free first."
    ),
    EnrolmentStatus.DECLINED: noop(
        "%(name)s has been declined for this class. Nominate again to go on."
    ),
    EnrolmentStatus.WITHDRAWN: noop(
        "%(name)s has been withdrawn from this class. Nominate again to go on."
    ),
    EnrolmentStatus.REPLACED: noop(
        "%(name)s has been replaced on this class. Nominate again to go on."
    ),
}


def require_step(old: EnrolmentStatus, new: EnrolmentStatus, name: str) -> None:
    """Raise Refused unless the enrolment of the person *name* may go from *old* to *new*."""
    if new not in ENROLMENT_STEPS[old]:
        generic = noop("This step is not possible in the enrolment's present state.")
        raise Refused(_IMPOSSIBLE.get(old, generic), name=name)


class NotAll(Refused):
    """Of several things asked for together some are refused, and nothing is done."""

    def __init__(self, refusals: Sequence[DomainError]) -> None:
        super().__init__(
            noop("Nothing was saved: %(count)s of those ticked cannot be taken."),
            count=len(refusals),
        )
        self.refusals = tuple(refusals)


def require_open(status: ClassStatus) -> None:
    """Raise Refused unless the list of participants of a class may still change."""
    if status is ClassStatus.CANCELLED:
        raise Refused(noop("The class is cancelled; its list of participants stays as it is."))
    if not status.editable:
        raise Refused(noop("The class is over; its list of participants stays as it is."))


def require_withdrawals_open(status: ClassStatus, *, role: Role | None) -> None:
    """Raise Refused unless *role* may take people off the class.

    The organiser may until the class is over; a township officer only before it begins.
    """
    require_open(status)
    if role is not Role.TOWNSHIP_OFFICER or status is ClassStatus.PUBLISHED:
        return
    if status is ClassStatus.DRAFT:
        raise Refused(noop("The class is not published yet."))
    raise Refused(noop("The class has begun. Ask its organiser to change the list."))


def require_nominations_open(
    status: ClassStatus, nominate_by: date | None, today: date, *, role: Role | None
) -> None:
    """Raise Refused unless *role* may put people on the class *today*.

    A township officer may while the class is published, up to and on the day *nominate_by*.
    """
    require_withdrawals_open(status, role=role)
    late = nominate_by is not None and today > nominate_by
    if role is Role.TOWNSHIP_OFFICER and late:
        raise Refused(
            noop("Nominations closed on %(day)s. Ask the organiser of the class."), day=nominate_by
        )


def not_in_office(name: str, day: date) -> Refused:
    """Return the refusal of a seat that is not in office on the class's first *day*."""
    return Refused(
        noop("%(name)s is not in office on %(day)s, the first day of the class."),
        name=name,
        day=day,
    )


def under_other_seat(name: str, delegation: str) -> Refused:
    """Return the refusal of a person's second seat on the same class."""
    return Refused(
        noop("%(name)s is already on this class for %(delegation)s; one person takes one seat."),
        name=name,
        delegation=delegation,
    )


def may_name(status: ClassStatus, role: Role | None) -> bool:
    """Tell whether a class in *status* may be named to *role*: officers do not know of drafts."""
    return role is not Role.TOWNSHIP_OFFICER or status.public


def overlapping(name: str, other: str | None, first: date, last: date) -> Refused:
    """Return the refusal of a person who is on another class on these days.

    *other* is the name of that class, None when the asker may not know it yet.
    """
    if other is None:
        return Refused(
            noop("%(name)s is needed elsewhere from %(first)s to %(last)s. Ask the organiser."),
            name=name,
            first=first,
            last=last,
        )
    return Refused(
        noop("%(name)s is already on “%(other)s” from %(first)s to %(last)s."),
        name=name,
        other=other,
        first=first,
        last=last,
    )


def on_list(name: str) -> Refused:
    """Return the refusal to put a person on the class a second time."""
    return Refused(noop("%(name)s is on this class already."), name=name)


class NoQuota(Refused):
    """The delegation was given no seats on the class."""

    def __init__(self, delegation: str) -> None:
        super().__init__(noop("%(delegation)s has no seats on this class."), delegation=delegation)


def delegation_full(delegation: str, seats: int, taken: int) -> Refused:
    """Return the refusal when a delegation's *seats* on the class are *taken*."""
    return Refused(
        noop("%(delegation)s has %(seats)s seats on this class, and %(taken)s are taken."),
        delegation=delegation,
        seats=seats,
        taken=taken,
    )


def class_full(capacity: int, taken: int) -> Refused:
    """Return the refusal when the places of the class are *taken*."""
    return Refused(
        noop("The class has %(capacity)s places, and %(taken)s are taken."),
        capacity=capacity,
        taken=taken,
    )


def fingerprint(seats: Mapping[int, int]) -> int:
    """Return a number that changes with the *seats* per delegation, to notice another's save."""
    return zlib.crc32(repr(sorted(item for item in seats.items() if item[1])).encode())
