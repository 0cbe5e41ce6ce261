"""Plans and classes of the example county, with seats, participants and rolls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from trainer.attendance.models import Attendance
from trainer.attendance.rules import Mark, Source
from trainer.cli.demo import plans, timetable
from trainer.cli.demo.people import TermRows
from trainer.core import clock
from trainer.core.database import db
from trainer.courses.models import ClassSession, Lecturer, Room, TrainingClass, Venue
from trainer.courses.rules import ClassStatus
from trainer.enrolment.models import Enrolment, EnrolmentStep, SeatQuota
from trainer.enrolment.rules import EnrolmentStatus
from trainer.people.models import Seat
from trainer.plans.models import AnnualPlan, FiveYearPlan, PlannedClass, Target
from trainer.plans.rules import PlanStatus

STAFF_NAME = "李明"
NORMAL_ROLL = (Mark.PRESENT,) * 40 + (Mark.LATE,) * 2 + (Mark.LEFT_EARLY,)


def five_year_plan(rows: TermRows, adopted: date) -> FiveYearPlan:
    """Make the published five-year plan of a term; its first year is the one after the election."""
    first = rows.county.first_day.year + 1
    plan = FiveYearPlan(
        term=rows.county,
        title=f"{first}–{first + 4}年代表培训总体计划",
        status=PlanStatus.PUBLISHED,
        meeting="县人大常委会主任会议",
        document_number=f"互人大〔{adopted.year}〕2号",
        adopted_on=adopted,
        purpose=plans.PURPOSE,
        principles=plans.PRINCIPLES,
        measures=plans.MEASURES,
    )
    plan.targets = [
        Target(kind=goal.kind, year=first + index, value=Decimal(value))
        for goal in plans.GOALS
        for index, value in enumerate(goal.years)
    ]
    plan.targets += [Target(kind=goal.kind, value=Decimal(goal.term)) for goal in plans.GOALS]
    db.session.add(plan)
    return plan


def annual_plan(rows: TermRows, year: int, adopted: date | None) -> AnnualPlan:
    """Make the published plan of *year* with the example's planned classes; a draft with dates
    when it was not *adopted*.
    """
    plan = AnnualPlan(
        term=rows.county,
        year=year,
        title=f"{year}年人大代表培训计划",
        status=PlanStatus.PUBLISHED if adopted else PlanStatus.DRAFT,
        meeting="县人大常委会主任会议" if adopted else None,
        document_number=f"互人大〔{adopted.year}〕3号" if adopted else None,
        adopted_on=adopted,
        preamble=plans.PREAMBLE,
    )
    for number, line in enumerate(plans.LINES, start=1):
        plan.classes.append(
            PlannedClass(
                line=number,
                position=number,
                name=line.name,
                audience=line.audience,
                persons=line.persons,
                runs=line.runs,
                first_month=line.months[0],
                last_month=line.months[1],
                starts=tuple(date(year, *day) for day in line.starts) if adopted is None else (),
                days=line.days,
                place=line.place,
                content=line.content,
                mode=line.mode,
                host=plans.HOST,
                organiser=line.organiser,
                budget=Decimal(line.budget),
                budget_source="县级财政代表活动经费",
                responsible=STAFF_NAME,
                remark=line.remark,
            )
        )
    db.session.add(plan)
    db.session.flush()
    return plan


@dataclass(frozen=True)
class Places:
    """Where the example's classes are held."""

    campus: Venue
    hall: Venue


def places(congress_id: int) -> Places:
    """Make the venues of the example."""
    campus = Venue(
        congress_id=congress_id,
        name="省城高校代表培训基地（示例）",
        address="省城大学路18号 培训楼",
        rooms=[Room(name="培训楼301报告厅", seats=80)],
    )
    hall = Venue(
        congress_id=congress_id,
        name="县人大会议中心（示例）",
        address="威远镇西大街1号",
        rooms=[Room(name="二楼会议室", seats=120)],
    )
    db.session.add_all([campus, hall])
    db.session.flush()
    return Places(campus, hall)


def lecturers(congress_id: int) -> dict[timetable.Teacher, Lecturer]:
    """Make the lecturers of the example."""
    made = {
        teacher: Lecturer(
            congress_id=congress_id, name=teacher.name, unit=teacher.unit, rank=teacher.rank
        )
        for teacher in (timetable.LAW, timetable.SYSTEM, timetable.ECONOMY, timetable.COUNTY)
    }
    db.session.add_all(made.values())
    return made


@dataclass
class Builder:
    """Makes classes of one term, each with timetable, seats, participants and roll."""

    rows: TermRows
    venues: Places
    teachers: dict[timetable.Teacher, Lecturer]
    random: Random

    def off_site(
        self, planned: PlannedClass, run: int, first: date, status: ClassStatus
    ) -> TrainingClass:
        """Make a run of the off-site class, six days from *first*."""
        return self._class(planned, run, first, status, self.venues.campus, timetable.SLOTS)

    def gathered(self, planned: PlannedClass, first: date, status: ClassStatus) -> TrainingClass:
        """Make a class in the county town, three days from *first*."""
        slots = [slot for slot in timetable.SLOTS if slot.day < 2]
        slots += [slot for slot in timetable.SLOTS if slot.day == 2]
        return self._class(planned, 1, first, status, self.venues.hall, slots)

    def _class(
        self,
        planned: PlannedClass,
        run: int,
        first: date,
        status: ClassStatus,
        venue: Venue,
        slots: Sequence[timetable.Slot],
    ) -> TrainingClass:
        published = min(clock.at(first - timedelta(days=30), time(9)), clock.now())
        row = TrainingClass(
            congress_id=self.rows.county.congress_id,
            term=self.rows.county,
            planned_class=planned,
            venue=venue,
            name=planned.name,
            run=run,
            mode=planned.mode,
            status=status,
            first_day=first,
            last_day=first + timedelta(days=max(slot.day for slot in slots)),
            capacity=50,
            host=plans.HOST,
            organiser=planned.organiser,
            head=STAFF_NAME,
            head_phone="0972-8300000",
            gathering="报到当天上午9:00在县人大门前集合，统一乘车"
            if venue is self.venues.campus
            else "",
            bring="身份证、代表证、笔记本、换洗衣物、常用药品",
            nominate_by=first - timedelta(days=10),
            changed_at=published,
        )
        row.sessions = [self._session(slot, first, published, venue) for slot in slots]
        planned.first_month = min(planned.first_month, first.month)
        planned.last_month = max(planned.last_month, first.month)
        if first.year == planned.plan.year:
            kept = planned.starts[1 - planned.runs :] if planned.runs > 1 else ()
            planned.starts = tuple(sorted({*kept, first}))
        db.session.add(row)
        db.session.flush()
        return row

    def _session(
        self, slot: timetable.Slot, first: date, published: datetime, venue: Venue
    ) -> ClassSession:
        day = first + timedelta(days=slot.day)
        place = slot.place if venue is self.venues.campus else ""
        return ClassSession(
            kind=slot.kind,
            title=slot.title,
            starts_at=clock.at(day, time.fromisoformat(slot.start)),
            ends_at=clock.at(day, time.fromisoformat(slot.end)),
            lecturer=self.teachers[slot.teacher] if slot.teacher else None,
            room=None if place else venue.rooms[0],
            place=place,
            hours=Decimal(slot.hours),
            changed_at=published,
        )

    def quotas(self, of: TrainingClass) -> dict[int, SeatQuota]:
        """Share the places by deputies in office (largest remainder)."""
        office = Counter(seat.delegation_id for seat in self.rows.seats if seat.ended_on is None)
        shares = {key: of.capacity * count / office.total() for key, count in office.items()}
        seats = {key: int(share) for key, share in shares.items()}
        rest = sorted(shares, key=lambda key: seats[key] - shares[key])
        for key in rest[: of.capacity - sum(seats.values())]:
            seats[key] += 1
        made = {
            key: SeatQuota(class_id=of.id, delegation_id=key, seats=number, taken=0)
            for key, number in seats.items()
        }
        db.session.add_all(made.values())
        db.session.flush()
        return made

    def enrol(
        self,
        of: TrainingClass,
        *,
        besides: set[int],
        status: EnrolmentStatus = EnrolmentStatus.CONFIRMED,
        share: float = 1.0,
    ) -> list[Enrolment]:
        """Fill the seats of every delegation, newly elected first, with nobody of *besides*."""
        made: list[Enrolment] = []
        quotas = self.quotas(of)
        ranked = sorted(self.rows.seats, key=lambda seat: (not seat.newly_elected, seat.id))
        for seat in ranked:
            quota = quotas[seat.delegation_id]
            free = quota.taken < round(quota.seats * share)
            if not free or seat.person_id in besides or seat.ended_on is not None:
                continue
            besides.add(seat.person_id)
            quota.taken += 1
            of.taken += 1
            made.append(self.enrolment(of, seat, status))
        db.session.flush()
        self.history(of, made)
        return made

    def enrolment(self, of: TrainingClass, seat: Seat, status: EnrolmentStatus) -> Enrolment:
        """Make one enrolment, without counting it."""
        row = Enrolment(
            class_id=of.id,
            person_id=seat.person_id,
            seat_id=seat.id,
            delegation_id=seat.delegation_id,
            status=status,
            changed_at=of.changed_at,
        )
        db.session.add(row)
        return row

    def history(self, of: TrainingClass, made: list[Enrolment], reason: str = "") -> None:
        """Write the steps that led to the state of each enrolment."""
        for row in made:
            states = [EnrolmentStatus.NOMINATED, row.status]
            for state in dict.fromkeys(states):
                db.session.add(
                    EnrolmentStep(
                        enrolment_id=row.id,
                        seat_id=row.seat_id,
                        at=of.changed_at,
                        by_name=STAFF_NAME,
                        status=state,
                        reason=reason if state is row.status else "",
                    )
                )
        db.session.flush()

    def replace_one(self, of: TrainingClass, made: list[Enrolment], besides: set[int]) -> None:
        """Replace the last participant by a colleague of the same delegation."""
        old = made.pop()
        seat = next(
            seat
            for seat in self.rows.seats
            if seat.person_id not in besides and seat.ended_on is None
            if seat.delegation_id == old.delegation_id
        )
        besides.add(seat.person_id)
        new = self.enrolment(of, seat, EnrolmentStatus.CONFIRMED)
        db.session.flush()
        old.status, old.replaced_by_id = EnrolmentStatus.REPLACED, new.id
        self.history(of, [new])
        db.session.add(
            EnrolmentStep(
                enrolment_id=old.id,
                seat_id=old.seat_id,
                at=of.changed_at,
                by_name=STAFF_NAME,
                status=EnrolmentStatus.REPLACED,
                reason="家中有事，由同团代表替换",
            )
        )
        made.append(new)

    def roll(self, of: TrainingClass, made: list[Enrolment], until: datetime) -> None:
        """Record the roll of every session that ended before *until*.

        The first participant is on leave for a half-day, the second for two days (too much), the
        third for the last morning, the fourth stays away without a word from the second day on.
        """
        for session in of.sessions:
            if session.ends_at > until or not session.kind.on_roll:
                continue
            day = (session.day - of.first_day).days
            for index, row in enumerate(made):
                mark = self._mark(index, day, session)
                db.session.add(
                    Attendance(
                        session_id=session.id,
                        enrolment_id=row.id,
                        mark=mark,
                        source=Source.STAFF,
                        by_name=STAFF_NAME,
                        at=session.ends_at,
                    )
                )

    def _mark(self, index: int, day: int, session: ClassSession) -> Mark:
        morning = session.half.value == "morning"
        on_leave = {0: day == 2 and morning, 1: day in (3, 4), 2: day == 5 and morning}
        if on_leave.get(index):
            return Mark.EXCUSED
        if index == 3 and day >= 2:
            return Mark.ABSENT
        return self.random.choice(NORMAL_ROLL)
