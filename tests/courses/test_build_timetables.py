"""No built timetable breaks a rule; what contradicts itself is named as a smallest set."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.courses.building import Frame, Topic, build, contradiction, demands, why_not
from trainer.courses.rules import Half, SessionKind

MONDAY = date(2017, 6, 5)
DAYS = [MONDAY + timedelta(days=n) for n in range(3)]
HALVES = tuple((day, half) for day in DAYS for half in Half)
M, A, E = Half
SITE = DAYS[2]


def allowed(topic: Topic, day: date, half: Half, on_site: frozenset[date]) -> bool:
    if topic.kind is SessionKind.DISCUSSION:
        return half is E
    return half is not E and (topic.kind is SessionKind.ON_SITE) == (day in on_site)


def possible(topics: list[Topic], frame: Frame) -> bool:
    """Whether some way of putting the topics into half-days keeps every rule: all are tried."""
    for order in permutations(range(len(frame.halves)), len(topics)):
        at = dict(zip((topic.key for topic in topics), order, strict=True))
        if all(
            allowed(topic, *frame.halves[at[topic.key]], frame.on_site)
            and (
                not topic.lecturers
                or any(
                    (who, *frame.halves[at[topic.key]]) not in frame.busy for who in topic.lecturers
                )
            )
            and all(at[other] < at[topic.key] for other in topic.after)
            for topic in topics
        ):
            return True
    return False


def test_a_lecturer_comes_for_one_day() -> None:
    topics = [
        Topic(1, "代表法", lecturers=(7,)),
        Topic(2, "预算", lecturers=(8,)),
        Topic(3, "监督", lecturers=(7,)),
    ]
    built = build(topics, Frame(HALVES, busy=frozenset({(7, DAYS[0], A)})))
    assert built is not None
    assert (built[1].day, built[3].day) == (DAYS[1], DAYS[1])


def test_why_a_topic_is_not_elsewhere() -> None:
    topics = [Topic(1, "代表法"), Topic(2, "预算", lecturers=(8,), after=(1,))]
    frame = Frame(HALVES, frozenset({SITE}), frozenset({(8, DAYS[1], M)}))
    built = build(topics, frame) or {}
    reasons = {
        at: [one.text for one in why_not(topics[1], at, built, topics, frame)] for at in HALVES
    }
    assert reasons[DAYS[0], M] == ["is taken by “%(title)s”", "comes before “%(title)s”"]
    assert reasons[DAYS[0], E] == ["is not for this kind of session"]
    assert reasons[DAYS[1], M] == ["has no lecturer who is free"]
    assert reasons[SITE, A] == ["is not for this kind of session"]


def test_orders_in_a_circle_are_named() -> None:
    topics = [Topic(1, "甲", after=(2,)), Topic(2, "乙", after=(1,)), Topic(3, "丙")]
    assert build(topics, Frame(HALVES)) is None
    found = contradiction(topics, Frame(HALVES))
    assert set(found) == {("place", 1, 0), ("place", 2, 0), ("order", 1, 2), ("order", 2, 1)}


some_topics = st.lists(
    st.tuples(
        st.sampled_from([SessionKind.LECTURE, SessionKind.ON_SITE, SessionKind.DISCUSSION]),
        st.lists(st.integers(1, 2), max_size=2, unique=True),
        st.lists(st.integers(0, 3), max_size=2, unique=True),
    ),
    min_size=1,
    max_size=4,
)
busy = st.frozensets(
    st.tuples(st.integers(1, 2), st.sampled_from(DAYS), st.sampled_from(list(Half))), max_size=14
)


@settings(max_examples=40, deadline=None)
@given(some_topics, busy, st.booleans())
def test_built_or_contradictory_as_trying_everything_says(
    raw: list[tuple[SessionKind, list[int], list[int]]],
    gone: frozenset[tuple[int, date, Half]],
    with_site: bool,
) -> None:
    count = len(raw)
    topics = [
        Topic(n, f"题{n}", kind, tuple(who), tuple(o for o in after if o != n and o < count))
        for n, (kind, who, after) in enumerate(raw)
    ]
    frame = Frame(HALVES, frozenset({SITE} if with_site else ()), gone)
    built = build(topics, frame)
    assert (built is not None) is possible(topics, frame)
    if built is None:
        _minimal(topics, frame)
        return
    at = {key: HALVES.index((place.day, place.half)) for key, place in built.items()}
    assert len(set(at.values())) == len(topics)
    for topic in topics:
        place = built[topic.key]
        assert allowed(topic, place.day, place.half, frame.on_site)
        assert place.lecturer in (topic.lecturers or (None,))
        assert (place.lecturer, place.day, place.half) not in gone
        assert all(at[other] < at[topic.key] for other in topic.after)


def _minimal(topics: list[Topic], frame: Frame) -> None:
    """Every demand of the contradiction is needed: without it the others can be had."""
    found = contradiction(topics, frame)
    assert set(found) <= set(demands(topics))
    for one in found:
        rest = [demand for demand in found if demand != one]
        assert _possible_with(topics, frame, rest)
    assert not _possible_with(topics, frame, found)


def _possible_with(topics: list[Topic], frame: Frame, wanted: list[tuple[str, int, int]]) -> bool:
    keys = [topic for topic in topics if ("place", topic.key, 0) in wanted]
    for order in permutations(range(len(frame.halves)), len(keys)):
        at = dict(zip((topic.key for topic in keys), order, strict=True))
        if all(_kept(topic, at, frame, wanted) for topic in keys):
            return True
    return False


def _kept(
    topic: Topic, at: dict[int, int], frame: Frame, wanted: list[tuple[str, int, int]]
) -> bool:
    day, half = frame.halves[at[topic.key]]
    if ("kind", topic.key, 0) in wanted and not allowed(topic, day, half, frame.on_site):
        return False
    free = [who for who in topic.lecturers if (who, day, half) not in frame.busy]
    if ("lecturer", topic.key, 0) in wanted and not free:
        return False
    return all(
        at[other] < at[topic.key]
        for other in topic.after
        if ("order", topic.key, other) in wanted and other in at
    )
