"""Building a timetable from topics: pure; OR-Tools CP-SAT puts each into a half-day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ortools.sat.python import cp_model

from trainer.core.text import noop
from trainer.courses.dates import Reason
from trainer.courses.rules import Half, SessionKind

NEW_DAY = 20  # what a further day of the same lecturer costs, in half-days of waiting

HalfDay = tuple[date, Half]


@dataclass(frozen=True)
class Topic:
    """What is taught in one half-day, by one of *lecturers* (ids; nobody when empty).

    Topics *after* it (keys) come earlier. On-site teaching goes on the days for it and nothing
    else does; discussions go into evenings and nothing else does.
    """

    key: int
    title: str
    kind: SessionKind = SessionKind.LECTURE
    lecturers: tuple[int, ...] = ()
    after: tuple[int, ...] = ()


@dataclass(frozen=True)
class Frame:
    """The half-days that can be filled, in order, the days on site, and when lecturers cannot."""

    halves: tuple[HalfDay, ...]
    on_site: frozenset[date] = frozenset()
    busy: frozenset[tuple[int, date, Half]] = frozenset()


@dataclass(frozen=True)
class Place:
    """Where a topic goes, and who teaches it."""

    day: date
    half: Half
    lecturer: int | None


Picks = dict[tuple[int, int, int | None], cp_model.IntVar]
Demand = tuple[str, int, int]  # kind, topic, and the other topic of an order


def demands(topics: Sequence[Topic]) -> list[Demand]:
    """Return what is asked for, each of which can be named when all together cannot be had."""
    found: list[Demand] = [("place", topic.key, 0) for topic in topics]
    found += [("lecturer", topic.key, 0) for topic in topics if topic.lecturers]
    found += [("kind", topic.key, 0) for topic in topics]
    return found + [("order", topic.key, other) for topic in topics for other in topic.after]


def build(topics: Sequence[Topic], frame: Frame) -> dict[int, Place] | None:
    """Return a place for every topic, None when there is none.

    Each half-day holds one topic. Of all timetables it is one with the fewest days per lecturer,
    and then the earliest; the same each time.
    """
    return _solve(topics, frame, demands(topics))


def contradiction(topics: Sequence[Topic], frame: Frame) -> list[Demand]:
    """Return a smallest set of demands that contradict each other: without any one they do not.

    Empty when all can be had. Found by leaving out one after the other.
    """
    left = demands(topics)
    if _solve(topics, frame, left) is not None:
        return []
    for one in list(left):
        fewer = [demand for demand in left if demand != one]
        if _solve(topics, frame, fewer) is None:
            left = fewer
    return left


def fits_kind(topic: Topic, at: HalfDay, frame: Frame) -> bool:
    """Whether a half-day is of the sort that a topic goes into."""
    evening = topic.kind is SessionKind.DISCUSSION
    if evening or at[1] is Half.EVENING:
        return evening and at[1] is Half.EVENING
    return (topic.kind is SessionKind.ON_SITE) == (at[0] in frame.on_site)


def _teachers(
    topic: Topic, at: HalfDay, frame: Frame, wanted: Collection[Demand]
) -> list[int | None]:
    """Return who can teach a topic in a half-day; None stands for nobody."""
    if not topic.lecturers:
        return [None]
    if ("lecturer", topic.key, 0) not in wanted:
        return list(topic.lecturers)
    return [one for one in topic.lecturers if (one, *at) not in frame.busy]


def _solve(
    topics: Sequence[Topic], frame: Frame, wanted: Collection[Demand]
) -> dict[int, Place] | None:
    wanted = set(wanted)
    model = cp_model.CpModel()
    picks: Picks = {}
    at: dict[int, cp_model.IntVar] = {}
    for topic in topics:
        if ("place", topic.key, 0) in wanted:
            own = _choices(model, topic, frame, wanted)
            if not own:
                return None
            model.add_exactly_one(own.values())
            at[topic.key] = model.new_int_var(0, len(frame.halves), "")
            indexes = [index for _key, index, _who in own]
            where = cp_model.LinearExpr.weighted_sum(list(own.values()), indexes)
            model.add(at[topic.key] == where)
            picks |= own
    for index in range(len(frame.halves)):
        model.add_at_most_one(pick for (_key, place, _who), pick in picks.items() if place == index)
    for kind, key, other in sorted(wanted):
        if kind == "order" and key in at and other in at:
            model.add(at[other] + 1 <= at[key])
    _prefer(model, picks, frame)
    return _answer(model, picks, frame)


def _choices(
    model: cp_model.CpModel, topic: Topic, frame: Frame, wanted: Collection[Demand]
) -> Picks:
    """Return a variable for every half-day and lecturer that a topic can have."""
    any_kind = ("kind", topic.key, 0) not in wanted
    return {
        (topic.key, index, who): model.new_bool_var("")
        for index, half_day in enumerate(frame.halves)
        if any_kind or fits_kind(topic, half_day, frame)
        for who in _teachers(topic, half_day, frame, wanted)
    }


def _prefer(
    model: cp_model.CpModel,
    picks: Mapping[tuple[int, int, int | None], cp_model.IntVar],
    frame: Frame,
) -> None:
    """Few days for each lecturer, then early half-days."""
    here: dict[tuple[int, date], cp_model.IntVar] = {}
    for (_key, index, who), pick in picks.items():
        if who is not None:
            there = here.setdefault((who, frame.halves[index][0]), model.new_bool_var(""))
            model.add_implication(pick, there)
    early = sum(index * pick for (_key, index, _who), pick in picks.items())
    model.minimize(NEW_DAY * len(frame.halves) * sum(here.values()) + early)


def _answer(
    model: cp_model.CpModel,
    picks: Mapping[tuple[int, int, int | None], cp_model.IntVar],
    frame: Frame,
) -> dict[int, Place] | None:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = 8
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return {
        key: Place(*frame.halves[index], who)
        for (key, index, who), pick in picks.items()
        if solver.boolean_value(pick)
    }


def why_not(
    topic: Topic, at: HalfDay, built: Mapping[int, Place], topics: Sequence[Topic], frame: Frame
) -> list[Reason]:
    """Return why a topic does not stand in another half-day, the other topics staying."""
    titles = {one.key: one.title for one in topics}
    spots = {frame.halves.index((place.day, place.half)): key for key, place in built.items()}
    index = frame.halves.index(at)
    found = []
    if not fits_kind(topic, at, frame):
        found.append(Reason(noop("is not for this kind of session")))
    if spots.get(index, topic.key) != topic.key:
        found.append(Reason(noop("is taken by “%(title)s”"), (("title", titles[spots[index]]),)))
    if topic.lecturers and all((one, *at) in frame.busy for one in topic.lecturers):
        found.append(Reason(noop("has no lecturer who is free")))
    for place, key in spots.items():
        other = next(one for one in topics if one.key == key)
        early = key in topic.after and place >= index
        late = topic.key in other.after and place <= index
        if early or late:
            text = noop("comes before “%(title)s”") if early else noop("comes after “%(title)s”")
            found.append(Reason(text, (("title", other.title),)))
    return found or [Reason(noop("costs a lecturer another day, or leaves an earlier gap"))]
