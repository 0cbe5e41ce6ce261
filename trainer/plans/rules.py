"""States of a plan, kinds of targets, modes of training: pure decisions."""

from __future__ import annotations

from trainer.core.errors import Refused
from trainer.core.text import Labelled, noop


class PlanStatus(Labelled):
    """The life of one revision of a plan."""

    DRAFT = "draft", noop("Draft")
    SUBMITTED = "submitted", noop("Submitted")
    ADOPTED = "adopted", noop("Adopted")
    PUBLISHED = "published", noop("Published")

    @property
    def editable(self) -> bool:
        """Whether the text and table may still be changed."""
        return self is PlanStatus.DRAFT

    @property
    def in_force(self) -> bool:
        """Whether classes may be made from it."""
        return self in (PlanStatus.ADOPTED, PlanStatus.PUBLISHED)


PLAN_STEPS: dict[PlanStatus, frozenset[PlanStatus]] = {
    PlanStatus.DRAFT: frozenset({PlanStatus.SUBMITTED}),
    PlanStatus.SUBMITTED: frozenset({PlanStatus.ADOPTED, PlanStatus.DRAFT}),
    PlanStatus.ADOPTED: frozenset({PlanStatus.PUBLISHED}),
    PlanStatus.PUBLISHED: frozenset(),
}


def require_step(old: PlanStatus, new: PlanStatus) -> None:
    """Raise Refused unless a plan may go from *old* to *new*."""
    if new not in PLAN_STEPS[old]:
        raise Refused(noop("This step is not possible in the plan's present state."))


class TargetKind(Labelled):
    """What a five-year plan sets out to reach; rates in per cent, hours per deputy, yuan."""

    NEW_COVERAGE = "new_coverage", noop("Coverage of newly elected deputies")
    COVERAGE = "coverage", noop("Coverage of all deputies in office")
    HOURS = "hours", noop("Class hours per deputy")
    CLASSES = "classes", noop("Number of classes")
    PERSON_TIMES = "person_times", noop("Person-times")
    PEOPLE = "people", noop("Distinct people")
    SATISFACTION = "satisfaction", noop("Satisfaction")
    COST = "cost", noop("Cost")


class Mode(Labelled):
    """How a class is held (培训形式)."""

    GATHERED = "gathered", noop("Gathered")
    OFF_SITE = "off_site", noop("Off-site")
    DELIVERED = "delivered", noop("Delivered in the townships")
    ONLINE = "online", noop("Online")
    MEETING = "meeting", noop("In place of a meeting")
    GUEST = "guest", noop("Guest in another body's class")
