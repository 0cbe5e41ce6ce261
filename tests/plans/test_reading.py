"""Cells of the plan's table as people type them, paste them, or have them in their files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.plans.stage import LINE
from trainer.core.errors import Invalid
from trainer.plans import reading, wording
from trainer.plans.reading import When, columns_of, read_line, read_rows, read_time
from trainer.plans.rules import Audience, ClassLine, Mode, audience_of

TWO = (date(2017, 6, 5), date(2017, 9, 11))


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("5月", When(5, 5)),
        ("5–9月", When(5, 9)),
        ("5-9", When(5, 9)),
        ("5 至 9 月", When(5, 9)),
        ("３月、４月", When(3, 4)),
        ("2017年6月份", When(6, 6)),
        ("6月上旬", When(6, 6)),
        ("上半年", When(1, 6)),
        ("第四季度", When(10, 12)),
        ("May–Sep", When(5, 9)),
        ("6月5日、9月11日", When(6, 9, TWO)),
        ("6.5-6.10、9.11-9.16", When(6, 9, TWO)),
        ("6月5日至10日，9月11日", When(6, 9, TWO)),
        ("5–9月（6月5日、9月11日）", When(5, 9, TWO)),
        ("May–Sep (5 Jun, 11 Sep)", When(5, 9, TWO)),
        ("2017-06-05", When(6, 6, TWO[:1])),
    ],
)
def test_months_and_dates(text: str, when: When) -> None:
    assert read_time(text, 2017) == when


@pytest.mark.parametrize("text", ["", "13月", "9-5", "春天", "2月30日", "2018-06-05"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_time(text, 2017)


@pytest.mark.parametrize(
    ("text", "days"),
    [("6", "6"), ("2.5天", "2.5"), ("半天", "0.5"), ("一天半", "1.5"), ("十二天", "12")],
)
def test_days(text: str, days: str) -> None:
    assert reading.read_days(text) == Decimal(days)


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("33万元", (Decimal(330_000), "")),
        ("330,000.50", (Decimal("330000.50"), "")),
        ("3.5万元（县级财政）", (Decimal(35_000), "县级财政")),
        ("", (Decimal(0), "")),
    ],
)
def test_money(text: str, money: tuple[Decimal, str]) -> None:
    assert reading.read_money(text) == money


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (reading.read_count, "几个"),
        (reading.read_count, "2-3"),
        (reading.read_days, "几天"),
        (reading.read_money, "若干"),
        (reading.read_money, "1.234"),
        (reading.read_mode, "随便"),
    ],
)
def test_what_cannot_be_read_is_refused(read: object, text: str) -> None:
    with pytest.raises(Invalid):
        read(text)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("赴外培训", Mode.OFF_SITE),
        ("集中授课", Mode.GATHERED),
        ("送课下乡", Mode.DELIVERED),
        ("", Mode.GATHERED),
        ("online", Mode.ONLINE),
    ],
)
def test_modes(text: str, mode: Mode) -> None:
    assert reading.read_mode(text) is mode


@pytest.mark.parametrize(
    ("text", "audience"),
    [
        ("新任县级人大代表", Audience.OWN_NEW),
        ("县级人大代表", Audience.OWN),
        ("乡镇人大代表", Audience.BELOW),
        ("新任乡镇人大代表", Audience.BELOW_NEW),
        ("县、乡两级人大代表", Audience.EVERYBODY),
        ("乡镇人大主席、人大专干", Audience.PART),
        ("财经专业代表小组", Audience.PART),
        ("机关干部", Audience.PART),
    ],
)
def test_for_whom_a_class_is(text: str, audience: Audience) -> None:
    assert audience_of(text) is audience


def test_every_wrong_cell_has_its_sentence() -> None:
    read = read_line({"name": "", "persons": "多", "time": "", "days": "0", "mode": "?"}, year=2017)
    assert read.line is None
    assert set(read.errors) == {"name", "audience", "persons", "time", "mode"}
    more = {"name": "班", "audience": "代表", "persons": "1", "days": "1"}
    read = read_line({**more, "time": "6月5日、7月3日"}, year=2017)
    assert {cell: error.message for cell, error in read.errors.items()} == {
        "time": "There are more dates than runs: %(dates)s dates, %(runs)s runs."
    }


def test_a_sheet_of_an_office_is_read() -> None:
    rows = [
        ["2017年培训计划", "", "", "", "", ""],
        ["序号", "班次名称", "培训对象", "人数（每期）", "时  间", "经费预算及来源", "签发"],
        ["1", "初任班", "新任代表", "60人", "3月", "3.5万元（财政）", "甲"],
        ["", "", "", "", "", "", ""],
        ["合　计", "", "", "60", "", "", ""],
        ["2", "", "代表", "5", "4月"],
    ]
    sheet = read_rows(rows)
    assert sheet.unknown == ("签发",)
    assert sheet.rows[0] == (
        3,
        {
            "name": "初任班",
            "audience": "新任代表",
            "persons": "60人",
            "time": "3月",
            "budget": "3.5万元（财政）",
        },
    )
    assert sheet.rows[-1][0] == 6


def test_a_sheet_without_heads_is_refused() -> None:
    assert columns_of(["班次名称", "甲", "乙"]) == {}
    with pytest.raises(Invalid):
        read_rows([["甲", "乙"], ["1", "2"]])


words = st.text("代表培训班县委党校，、（）abc", max_size=12).map(str.strip)


@st.composite
def lines(draw: st.DrawFn) -> ClassLine:
    first = draw(st.integers(1, 12))
    last = draw(st.integers(first, 12))
    runs = draw(st.integers(1, 5))
    day = st.dates(date(2017, first, 1), date(2017, last, 28))
    starts = tuple(sorted(draw(st.sets(day, max_size=runs))))
    return ClassLine(
        name=draw(words) or "班",
        audience=draw(words) or "代表",
        persons=draw(st.integers(1, 9999)),
        runs=runs,
        first_month=first,
        last_month=last,
        days=Decimal(draw(st.integers(1, 100))) / 2,
        mode=draw(st.sampled_from(Mode)),
        place=draw(words),
        content=draw(words),
        host=draw(words),
        organiser=draw(words),
        budget=Decimal(draw(st.integers(0, 10**8))) / 100,
        budget_source=draw(words),
        responsible=draw(words),
        remark=draw(words),
        starts=starts,
    )


@pytest.mark.parametrize("locale", ["zh", "en"])
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(line=lines())
def test_what_the_pages_write_reads_back_as_the_same(
    app: Flask, locale: str, line: ClassLine
) -> None:
    cookie = {"Cookie": f"trainer_locale={locale}"}
    with app.test_request_context(headers=cookie):
        cells = wording.typed_cells(line)
        read = read_line(cells, year=2017, labels=wording.mode_labels())
    assert (read.line, dict(read.errors)) == (line, {})


def test_a_mode_in_the_words_of_the_page(app: Flask) -> None:
    with app.test_request_context():
        labels = wording.mode_labels()
    assert [reading.read_mode(label, labels) for label in labels] == list(Mode)
    assert LINE.whom is None
