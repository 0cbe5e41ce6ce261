"""Reading rosters as offices keep them, up to the database."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from trainer.core import workbook
from trainer.core.errors import Invalid
from trainer.people import roster, roster_values
from trainer.people.roster import Column, Fault, Reading
from trainer.people.rules import Election, Sex

ROSTERS = Path(__file__).parent / "rosters"


def _read(name: str) -> list[Reading]:
    readings = []
    for sheet in workbook.read((ROSTERS / name).read_bytes()):
        layout = roster.find_layout(sheet.rows)
        assert layout is not None
        readings.append(roster.read_sheet(sheet.name, sheet.rows, sheet.merged, layout))
    return readings


def test_county_roster_with_title_note_merged_delegations_and_sum() -> None:
    (reading,) = _read("A-county-deputies.xlsx")
    assert (len(reading.entries), reading.faults) == (205, [])
    first = reading.entries[0]
    assert (first.row, first.name, dict(first.given)) == (
        4,
        "石林吉",
        {
            Column.DELEGATION: "威远镇代表团",
            Column.SEX: Sex.MALE,
            Column.ETHNICITY: "汉族",
            Column.BIRTH: "1987-08",
            Column.PARTY: "中共党员",
            Column.EDUCATION: "本科",
            Column.POST: "威远镇人大主席",
            Column.NEWLY: True,
            Column.FIXED_INCOME: True,
            Column.PHONE: "18830143232",
        },
    )
    groups = Counter(entry.get(Column.DELEGATION) for entry in reading.entries)
    assert (len(groups), groups["威远镇代表团"], groups["蔡家堡乡代表团"]) == (19, 9, 12)


def test_township_roster_with_a_sheet_each_and_spaced_names() -> None:
    readings = _read("B-township-deputies.xlsx")
    assert (len(readings), sum(len(r.entries) for r in readings)) == (19, 1030)
    assert [fault for r in readings for fault in r.faults] == []
    assert [entry.name for entry in readings[0].entries][:4] == ["石林吉", "乔昂桂", "南杰", "吕云"]
    peoples = {e.get(Column.ETHNICITY) for r in readings for e in r.entries}
    assert peoples == {"汉族", "土族", "藏族", "回族", "蒙古族"}


def test_by_election_list_names_each_fault() -> None:
    (reading,) = _read("C-by-election.csv")
    assert reading.faults == [
        Fault(
            4,
            "联系电话",
            "1390974",
            "Write a mobile number of 11 digits, for example 13909720000.",
        ),
        Fault(7, "出生年月", "2017-13", "Write the month of birth, for example 1975-08."),
    ]
    assert [(e.row, e.name, e.get(Column.ELECTION)) for e in reading.entries] == [
        (2, "单元吉", Election.BY_ELECTION),
        (3, "李强", Election.BY_ELECTION),
        (5, "张晓文", Election.BY_ELECTION),
        (6, "赵春文", Election.BY_ELECTION),
    ]


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("1975.08", "1975-08"),
        ("1975年8月", "1975-08"),
        ("197508", "1975-08"),
        ("1975-8", "1975-08"),
        ("1975/08/03", "1975-08-03"),
        ("１９７５．０８", "1975-08"),
        (197508, "1975-08"),
        (1975.1, "1975-10"),
        (date(1975, 8, 1), "1975-08-01"),
        ("19750803", "1975-08-03"),
    ],
)
def test_births(raw: Any, read: str) -> None:
    assert roster_values.birth(raw) == read


@pytest.mark.parametrize("raw", ["2017-13", "1975", "八月", "1875.01", "1975-02-30", "197500"])
def test_births_that_are_none(raw: str) -> None:
    with pytest.raises(Invalid):
        roster_values.birth(raw)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("南  杰", "南杰"),
        ("吕\u3000云", "吕云"),
        ("才让.卓玛", "才让·卓玛"),
        ("才让•卓玛", "才让·卓玛"),
        ("𬴂骏", "𬴂骏"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
    ],
)
def test_names(raw: str, read: str) -> None:
    assert roster_values.name(raw) == read


@pytest.mark.parametrize("raw", ["", "李", "205人", "李4", None, 7])
def test_names_that_are_none(raw: Any) -> None:
    with pytest.raises(Invalid):
        roster_values.name(raw)


@pytest.mark.parametrize(
    ("header", "raw", "newly"),
    [
        ("是否连任", "是", False),
        ("是否连任", "否", True),
        ("是否连任/新任", "新任", True),
        ("新任/连任", "连任", False),
        ("是否新任", "√", True),
        ("连任", "√", False),
    ],
)
def test_newly_elected_under_either_header(header: str, raw: str, *, newly: bool) -> None:
    assert roster_values.newly(raw, header=header) is newly


def test_header_in_two_rows() -> None:
    rows: list[list[Any]] = [
        ["代表名册"],
        ["序号", "姓名", "基本情况", None, None, "联系电话"],
        [None, None, "性别", "民族", "出生年月", None],
        [1, "李明", "男", "土", "1975.08", 13900000001],
    ]
    layout = roster.find_layout(rows)
    assert layout is not None
    reading = roster.read_sheet("", rows, (), layout)
    assert [(e.name, dict(e.given)) for e in reading.entries] == [
        (
            "李明",
            {
                Column.SEX: Sex.MALE,
                Column.ETHNICITY: "土族",
                Column.BIRTH: "1975-08",
                Column.PHONE: "13900000001",
            },
        )
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is no spreadsheet. Send xlsx, xls, xlsb, ods or csv."),
        (
            b"PK\x03\x04 cut off",
            "The file is damaged: open it in Excel or WPS, save it as xlsx, then send it again.",
        ),
    ],
)
def test_files_that_cannot_be_read(data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        workbook.read(data)
    assert (str(refusal.value), refusal.value.field) == (sentence, "file")


def test_gb18030_text() -> None:
    (sheet,) = workbook.read("姓名,性别\n单小军,男\n".encode("gb18030"))
    assert sheet.rows == [["姓名", "性别"], ["单小军", "男"]]
