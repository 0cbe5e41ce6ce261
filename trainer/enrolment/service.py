"""Verbs on the participants of a class: nominate, confirm, decline, withdraw, replace, move up.

Every verb first takes the class's lock, then those of the persons, so that of changes at the same
time the later one sees what the earlier one did. The waiting list moves up in the order in which
people were put on it, as soon as a seat is free for their delegation and a place on the class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from trainer.accounts.audit import Actor, audit
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.enrolment import counters, queries, rules
from trainer.enrolment.models import Enrolment, EnrolmentStep
from trainer.enrolment.rules import EnrolmentStatus
from trainer.people.models import Seat

LONGEST_REASON = 200


@dataclass
class Nominations:
    """What became of deputies nominated together; *already* were on the class before."""

    nominated: list[Enrolment] = field(default_factory=list)
    waiting: list[Enrolment] = field(default_factory=list)
    already: list[Enrolment] = field(default_factory=list)


def nominate_all(
    training_class: TrainingClass, seats: Sequence[Seat], *, wait: bool = False, by: Actor
) -> Nominations:
    """Put deputies on a class, in the order given; all of them or none.

    With *wait* those for whom no seat is free go on the waiting list. Who is on the class already
    under the same seat stays as is. Raises the refusal of the one who cannot be taken, or NotAll.
    """
    lock_list(training_class, {seat.person_id for seat in seats})
    _require_nominations_open(training_class, by)
    with db.session.begin_nested():
        let_move_up(training_class, by=by)
        situation = Situation.read(training_class, seats)
        done = Nominations()
        _each(seats, lambda seat: _nominate(situation, seat, done, wait=wait, by=by))
    return done


def nominate(
    training_class: TrainingClass, seat: Seat, *, wait: bool = False, by: Actor
) -> Enrolment:
    """Put one deputy on a class, or on its waiting list (see `nominate_all`)."""
    done = nominate_all(training_class, [seat], wait=wait, by=by)
    return [*done.nominated, *done.waiting, *done.already][0]


def confirm_all(
    training_class: TrainingClass, enrolments: Iterable[Enrolment], *, by: Actor
) -> int:
    """Confirm nominated deputies, all or none; return how many were not confirmed before."""
    chosen = list(enrolments)
    lock_list(training_class, {row.person_id for row in chosen})
    rules.require_open(training_class.status)
    confirmed = 0

    def confirm_one(row: Enrolment) -> None:
        nonlocal confirmed
        if row.status is not EnrolmentStatus.CONFIRMED:
            rules.require_step(row.status, EnrolmentStatus.CONFIRMED, row.name)
            record(row, EnrolmentStatus.CONFIRMED, "enrolment.confirm", by=by)
            confirmed += 1

    with db.session.begin_nested():
        now = queries.on_class(training_class, (row.person_id for row in chosen), afresh=True)
        _each([now[row.person_id] for row in chosen], confirm_one)
    return confirmed


def confirm(enrolment: Enrolment, *, by: Actor) -> bool:
    """Confirm a nominated deputy; tell whether that changed anything."""
    return confirm_all(_class_of(enrolment), [enrolment], by=by) == 1


def decline(enrolment: Enrolment, *, reason: str, by: Actor) -> bool:
    """Take a deputy off the class who cannot or may not come; tell whether anything changed."""
    training_class = _class_of(enrolment)
    lock_list(training_class, {enrolment.person_id})
    rules.require_open(training_class.status)
    return _leave(training_class, enrolment, EnrolmentStatus.DECLINED, reason, by=by)


def withdraw(enrolment: Enrolment, *, reason: str, by: Actor) -> bool:
    """Take a nomination back; tell whether anything changed."""
    training_class = _class_of(enrolment)
    lock_list(training_class, {enrolment.person_id})
    rules.require_withdrawals_open(_status(training_class), role=by.role)
    return _leave(training_class, enrolment, EnrolmentStatus.WITHDRAWN, reason, by=by)


def replace(enrolment: Enrolment, seat: Seat, *, reason: str, by: Actor) -> Enrolment:
    """Give the place of a deputy to another; the old enrolment stays, naming the new one.

    Within a delegation no seat becomes free in between; the new deputy of another delegation
    needs a free seat there. Doing it again changes nothing.
    """
    training_class = _class_of(enrolment)
    lock_list(training_class, {enrolment.person_id, seat.person_id})
    _require_nominations_open(training_class, by)
    situation = Situation.read(training_class, [seat], and_persons={enrolment.person_id})
    old = situation.here[enrolment.person_id]
    new = situation.here.get(seat.person_id)
    if new is not None and old.replaced_by_id == new.id and new.status.holds_seat:
        return new
    _require_reason(reason)
    rules.require_step(old.status, EnrolmentStatus.REPLACED, old.name)
    situation.require_free(seat, by)
    if new is not None and new.status.holds_seat:
        raise rules.on_list(new.name)
    if seat.delegation_id != old.delegation_id:
        _raise(counters.take_seat(training_class, seat.delegation_id))
        counters.give_seat_back(training_class, old.delegation_id)
    new = situation.enrolment(seat, EnrolmentStatus.NOMINATED)
    record(new, EnrolmentStatus.NOMINATED, "enrolment.nominate", by=by, other=old)
    old.replaced_by_id = new.id
    record(old, EnrolmentStatus.REPLACED, "enrolment.replace", by=by, other=new, reason=reason)
    let_move_up(training_class, by=by)
    return new


def move_up(training_class: TrainingClass, *, by: Actor) -> list[Enrolment]:
    """Nominate those on the waiting list for whom a seat is free, first come first served."""
    lock_list(training_class, set())
    rules.require_open(training_class.status)
    return let_move_up(training_class, by=by)


def set_quotas(training_class: TrainingClass, seats: dict[int, int], *, by: Actor) -> bool:
    """Set the seats per delegation (by id); tell whether anything changed.

    Raises Invalid, with the field ``seats-<delegation id>``, for fewer seats than are taken, and
    Refused for a delegation that cannot have seats on the class.
    """
    lock_list(training_class, set())
    rules.require_open(training_class.status)
    entitled = {line.delegation.id: line for line in queries.entitled(training_class)}
    if seats.keys() - entitled.keys():
        raise Refused(noop("A delegation of another congress or term has no seats on this class."))
    changed = {id_: count for id_, count in seats.items() if count != entitled[id_].seats}
    if not changed:
        return False
    names = {id_: entitled[id_].delegation.name for id_ in sorted(changed)}
    with db.session.begin_nested():
        for number, name in names.items():
            _set_seats(training_class, number, name, changed[number])
        before = {name: entitled[number].seats for number, name in names.items()}
        after = {name: changed[number] for number, name in names.items()}
        audit("class.quotas", training_class, by=by, before=before, after=after)
        let_move_up(training_class, by=by)
    return True


def _set_seats(training_class: TrainingClass, number: int, name: str, seats: int) -> None:
    taken = counters.set_seats(training_class, number, seats)
    if taken is not None:
        raise Invalid(
            noop("%(name)s: %(taken)s seats are taken already; fewer are not possible."),
            field=f"seats-{number}",
            name=name,
            taken=taken,
        )


@dataclass
class Situation:
    """What stands in the way of seats on a class, read under the locks."""

    training_class: TrainingClass
    in_office: set[int]
    here: dict[int, Enrolment]
    elsewhere: dict[int, TrainingClass]

    @classmethod
    def read(
        cls, training_class: TrainingClass, seats: Sequence[Seat], and_persons: Iterable[int] = ()
    ) -> Situation:
        people = {seat.person_id for seat in seats}
        return cls(
            training_class,
            queries.in_office(training_class, (seat.id for seat in seats)),
            queries.on_class(training_class, people | set(and_persons), afresh=True),
            queries.engaged(training_class, people),
        )

    def require_free(self, seat: Seat, by: Actor) -> None:
        """Raise the refusal of a seat that may not come on the class, whatever is free."""
        name, day = seat.person.name, self.training_class.first_day
        here, other = self.here.get(seat.person_id), self.elsewhere.get(seat.person_id)
        if here is not None and not here.status.ended and here.seat_id != seat.id:
            raise rules.under_other_seat(name, here.delegation.name)
        if seat.id not in self.in_office:
            raise rules.not_in_office(name, day)
        if other is not None:
            known = rules.may_name(other.status, by.role)
            label = other.numbered_name if known else None
            raise rules.overlapping(name, label, other.first_day, other.last_day)

    def enrolment(self, seat: Seat, status: EnrolmentStatus) -> Enrolment:
        """Return the person's enrolment on the class under *seat*, a new one or the old one."""
        row = self.here.get(seat.person_id)
        if row is None:
            row = Enrolment(class_id=self.training_class.id, person_id=seat.person_id)
            row.status = status
            self.here[seat.person_id] = row
            db.session.add(row)
        row.seat_id, row.delegation_id, row.replaced_by_id = seat.id, seat.delegation_id, None
        row.person, row.delegation = seat.person, seat.delegation
        return row


def _nominate(
    situation: Situation, seat: Seat, done: Nominations, *, wait: bool, by: Actor
) -> None:
    situation.require_free(seat, by)
    here = situation.here.get(seat.person_id)
    if here is not None and not here.status.ended:
        done.already.append(here)
        return
    refusal = counters.take(situation.training_class, seat.delegation_id)
    if refusal is None:
        row = situation.enrolment(seat, EnrolmentStatus.NOMINATED)
        record(row, EnrolmentStatus.NOMINATED, "enrolment.nominate", by=by)
        done.nominated.append(row)
        return
    if not wait or isinstance(refusal, rules.NoQuota):
        raise refusal
    row = situation.enrolment(seat, EnrolmentStatus.WAITLISTED)
    record(row, EnrolmentStatus.WAITLISTED, "enrolment.wait", by=by)
    done.waiting.append(row)


def _leave(
    training_class: TrainingClass,
    enrolment: Enrolment,
    status: EnrolmentStatus,
    reason: str,
    *,
    by: Actor,
) -> bool:
    person = enrolment.person_id
    row = queries.on_class(training_class, [person], afresh=True)[person]
    if row.status is status:
        return False
    _require_reason(reason)
    rules.require_step(row.status, status, row.name)
    if row.status.holds_seat:
        counters.give_back(training_class, row.delegation_id)
    verb = "enrolment.decline" if status is EnrolmentStatus.DECLINED else "enrolment.withdraw"
    record(row, status, verb, by=by, reason=reason)
    let_move_up(training_class, by=by)
    return True


def let_move_up(training_class: TrainingClass, *, by: Actor) -> list[Enrolment]:
    """Nominate those who wait and for whom a seat is free; the caller holds the locks."""
    waiting = queries.waiting(training_class)
    if not waiting:
        return []
    able = queries.in_office(training_class, (row.seat_id for row in waiting))
    elsewhere = queries.engaged(training_class, (row.person_id for row in waiting))
    moved = []
    for row in waiting:
        if row.seat_id not in able or row.person_id in elsewhere:
            continue  # stays in line: a by-election or a cancelled class may clear the way
        if counters.take(training_class, row.delegation_id) is None:
            record(row, EnrolmentStatus.NOMINATED, "enrolment.move_up", by=by)
            moved.append(row)
    return moved


def record(
    row: Enrolment,
    status: EnrolmentStatus,
    verb: str,
    *,
    by: Actor,
    other: Enrolment | None = None,
    reason: str = "",
) -> None:
    """Bring an enrolment into *status*, with its step in the history and in the trail."""
    row.status, row.changed_at = status, clock.now()
    audit(verb, row, by=by)
    db.session.add(
        EnrolmentStep(
            enrolment_id=row.id,
            at=row.changed_at,
            by_name=by.name,
            status=status,
            reason=reason,
            seat_id=row.seat_id,
            other_id=other.id if other else None,
        )
    )
    db.session.flush()


def _each(items: Iterable[Seat] | Iterable[Enrolment], act: Callable[..., None]) -> None:
    """Do *act* to each item; raise what refused if anything did."""
    refusals = []
    for item in items:
        try:
            act(item)
        except Refused as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0] if len(refusals) == 1 else rules.NotAll(refusals)


def _raise(refusal: Refused | None) -> None:
    if refusal is not None:
        raise refusal


def _class_of(enrolment: Enrolment) -> TrainingClass:
    return db.session.get_one(TrainingClass, enrolment.class_id)


def lock_list(training_class: TrainingClass, person_ids: set[int]) -> None:
    """Take the locks of a change to the list: the class, the persons, and those who wait."""
    waiting = sa.select(Enrolment.person_id).where(
        Enrolment.class_id == training_class.id, Enrolment.status == EnrolmentStatus.WAITLISTED
    )
    counters.lock(training_class, person_ids, waiting)


def _status(training_class: TrainingClass) -> ClassStatus:
    return training_class.status_on(clock.today())


def _require_nominations_open(training_class: TrainingClass, by: Actor) -> None:
    rules.require_nominations_open(
        _status(training_class), training_class.nominate_by, clock.today(), role=by.role
    )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(noop("Write the reason."), field="reason")
