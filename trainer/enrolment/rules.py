"""States of an enrolment: a guarded state machine whose history is kept."""

from __future__ import annotations

from trainer.core.errors import Refused
from trainer.core.text import Labelled, noop


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
        return self in (EnrolmentStatus.NOMINATED, EnrolmentStatus.CONFIRMED)

    @property
    def ended(self) -> bool:
        """Whether the deputy is off the class."""
        return not self.holds_seat and self is not EnrolmentStatus.WAITLISTED


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


def require_step(old: EnrolmentStatus, new: EnrolmentStatus) -> None:
    """Raise Refused unless an enrolment may go from *old* to *new*."""
    if new not in ENROLMENT_STEPS[old]:
        raise Refused(noop("This step is not possible in the enrolment's present state."))
