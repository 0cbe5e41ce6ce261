"""Taking rosters in: the three real files, twice, undone, and every reason for a refusal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from trainer.accounts.audit import SYSTEM
from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.people import import_service, importing
from trainer.people.import_models import ImportStatus, RosterImport
from trainer.people.importing import Preview
from trainer.people.matching import Crowd, Verdict
from trainer.people.models import Congress, Delegation, FixedIncome, Person, Seat, Term
from trainer.people.roster import Column
from trainer.people.rules import Election

ROSTERS = Path(__file__).parent / "rosters"
TOWNSHIPS = (
    "威远镇 丹麻镇 高寨镇 南门峡镇 加定镇 塘川镇 五十镇 五峰镇 台子乡 西山乡 红崖子沟乡 "
    "巴扎藏族乡 哈拉直沟乡 松多藏族乡 东山乡 东和乡 东沟乡 林川乡 蔡家堡乡"
).split()


@pytest.fixture
def county(app: Flask) -> tuple[Congress, Term]:
    """The county congress with its 19 townships and their terms, without a single deputy."""
    root = factories.congress(short_name="互助县")
    term = factories.term(root, name="本届(2016–2021年)")
    for number, name in enumerate(TOWNSHIPS, start=1):
        township = factories.congress(f"630223{number:03d}", parent=root, short_name=name)
        factories.term(township, name="本届(2016–2021年)")
    other = factories.congress("630222", short_name="邻县")
    factories.seat(factories.delegation(factories.term(other)), factories.person("石林吉"))
    return root, term


def _preview(county: tuple[Congress, Term], data: bytes) -> Preview:
    congress, term = county
    return importing.preview(data, congress=congress, term=term, path=congress.path)


def _take(county: tuple[Congress, Term], data: bytes, name: str = "名册.xlsx") -> RosterImport:
    congress, term = county
    kept = import_service.keep(name=name, data=data, congress=congress, term=term, by=SYSTEM)
    import_service.apply(kept, _preview(county, data), by=SYSTEM)
    db.session.flush()
    return kept


def _take_file(county: tuple[Congress, Term], name: str) -> RosterImport:
    return _take(county, (ROSTERS / name).read_bytes(), name)


def _rows() -> tuple[int, int, int, int]:
    counts = [
        db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in (Person, Seat, Delegation, FixedIncome)
    ]
    return counts[0], counts[1], counts[2], counts[3]


def test_the_three_files(county: tuple[Congress, Term]) -> None:
    before = _rows()
    first = _take_file(county, "A-county-deputies.xlsx")
    second = _take_file(county, "B-township-deputies.xlsx")
    assert (first.counts, second.counts) == (
        {"new": 205, "changed": 0, "same": 0, "refused": 0},
        {"new": 1030, "changed": 0, "same": 0, "refused": 0},
    )
    persons, seats, delegations, incomes = (
        now - then for now, then in zip(_rows(), before, strict=True)
    )
    assert (persons, seats, delegations, incomes) == (1216, 1235, 38, 1216)
    double = (
        sa.select(Seat.person_id).group_by(Seat.person_id).having(sa.func.count() == 2).subquery()
    )
    posts = db.session.scalars(
        sa.select(Person.post).join(double, double.c.person_id == Person.id)
    ).all()
    assert set(posts) == {f"{name}人大主席" for name in TOWNSHIPS}
    homes = db.session.execute(
        sa.select(Delegation.name, Congress.short_name)
        .outerjoin(Congress, Delegation.unit_id == Congress.id)
        .where(Delegation.term_id == county[1].id)
        .order_by(Delegation.position)
    ).all()
    assert [tuple(row) for row in homes] == [(f"{name}代表团", name) for name in TOWNSHIPS]


def test_the_same_file_twice_changes_nothing(county: tuple[Congress, Term]) -> None:
    for name, rows in (("A-county-deputies.xlsx", 205), ("B-township-deputies.xlsx", 1030)):
        _take_file(county, name)
        before = _rows()
        again = _take_file(county, name)
        assert again.counts == {"new": 0, "changed": 0, "same": rows, "refused": 0}
        assert _rows() == before


def test_by_elections_of_september_2017(county: tuple[Congress, Term]) -> None:
    _take_file(county, "A-county-deputies.xlsx")
    seen = _preview(county, (ROSTERS / "C-by-election.csv").read_bytes())
    assert [(row.row, row.name) for row in seen.rows if row.verdict is Verdict.NEW] == [
        (2, "单元吉"),
        (3, "李强"),
        (5, "张晓文"),
    ]
    refused = [row for row in seen.rows if row.verdict is Verdict.REFUSED]
    assert [(row.row, row.column, row.value, row.reason % row.params) for row in refused] == [
        (
            4,
            "联系电话",
            "1390974",
            "Write a mobile number of 11 digits, for example 13909720000.",
        ),
        (
            6,
            "代表团",
            "威远乡代表团",
            "There is no delegation of this name in 互助县 本届(2016–2021年).",
        ),
        (7, "出生年月", "2017-13", "Write the month of birth, for example 1975-08."),
    ]
    kept = _take_file(county, "C-by-election.csv")
    assert kept.counts == {"new": 3, "changed": 0, "same": 0, "refused": 3}


def _csv(*lines: str) -> bytes:
    header = "姓名,性别,民族,出生年月,代表团,联系电话,固定收入,是否连任"
    return "\n".join([header, *lines]).encode()


ONE = "李明,男,土族,1975.08,威远镇代表团,13900000001,无,否"


def test_changed_values_are_shown_old_and_new_and_taken(county: tuple[Congress, Term]) -> None:
    _take(county, _csv(ONE))
    changed = _csv("李明,男,汉族,1975.08,威远镇代表团,13900000002,有,是")
    (row,) = _preview(county, changed).rows
    assert (
        row.verdict,
        [(change.column.value, change.old, change.new) for change in row.changes],
    ) == (
        Verdict.CHANGED,
        [
            ("ethnicity", "土族", "汉族"),
            ("phone", "13900000001", "13900000002"),
            ("newly_elected", True, False),
            ("fixed_income", False, True),
        ],
    )
    _take(county, changed)
    (row,) = _preview(county, changed).rows
    assert row.verdict is Verdict.SAME


def test_an_empty_cell_erases_nothing(county: tuple[Congress, Term]) -> None:
    _take(county, _csv(ONE))
    (row,) = _preview(county, _csv("李明,,,1975.08,威远镇代表团,,,")).rows
    assert row.verdict is Verdict.SAME


@pytest.mark.parametrize(
    ("lines", "refusals"),
    [
        ((ONE, ONE), [(3, "姓名", "This person stands in row 2 already.")]),
        (
            ("李明,男,土族,1975.08,,13900000001,无,否",),
            [(2, "代表团", "The delegation is missing.")],
        ),
        (
            (",男,土族,1975.08,威远镇代表团,13900000001,无,否",),
            [(2, "姓名", "The name is missing.")],
        ),
        (
            ("李明,甲,土族,1975.08,威远镇代表团,1,无,否",),
            [
                (2, "性别", "Write 男 or 女."),
                (2, "联系电话", "Write a mobile number of 11 digits, for example 13909720000."),
            ],
        ),
        (
            ("李明,男,玛雅,1975.08,威远镇代表团,13900000001,或许,否",),
            [
                (2, "民族", "This is none of the 56 peoples; write for example 土族."),
                (2, "固定收入", "Write 是 or 否."),
            ],
        ),
    ],
)
def test_refusals_name_row_column_and_reason(
    county: tuple[Congress, Term], lines: tuple[str, ...], refusals: list[tuple[int, str, str]]
) -> None:
    seen = _preview(county, _csv(*lines))
    assert [
        (row.row, row.column, row.reason % row.params)
        for row in seen.rows
        if row.verdict is Verdict.REFUSED
    ] == refusals


def test_more_deputies_than_seats_are_taken_with_a_warning(
    county: tuple[Congress, Term],
) -> None:
    _take(county, _csv(ONE))
    seen = _preview(county, _csv("王芳,女,汉族,1980.01,威远镇代表团,13900000003,无,否"))
    assert [row.verdict for row in seen.rows] == [Verdict.NEW]
    assert seen.crowded == [Crowd("威远镇代表团", seats=1, deputies=2)]


def test_townships_that_are_not_kept_yet_are_made(app: Flask) -> None:
    congress = factories.congress(short_name="互助县")
    county = (congress, factories.term(congress))
    before = _rows()
    kept = _take_file(county, "B-township-deputies.xlsx")
    assert kept.counts == {"new": 1030, "changed": 0, "same": 0, "refused": 0}
    made = db.session.execute(
        sa.select(Congress.code, Congress.short_name, Term.first_day)
        .join(Term, Term.congress_id == Congress.id)
        .where(Congress.parent_id == congress.id)
        .order_by(Congress.code)
    ).all()
    assert [tuple(row) for row in made] == [
        (f"630223{number:03d}", name, date(2016, 10, 1))
        for number, name in enumerate(TOWNSHIPS, start=1)
    ]
    assert _take_file(county, "B-township-deputies.xlsx").counts["same"] == 1030
    import_service.undo(kept, by=SYSTEM)
    assert _rows() == before


def test_a_roster_names_its_term_by_the_days_of_election(county: tuple[Congress, Term]) -> None:
    congress, term = county
    factories.term(congress, 2021)
    data = (ROSTERS / "C-by-election.csv").read_bytes()
    told = importing.term_told(data, congress)
    assert told is not None
    assert (told.id, importing.term_told(_csv(ONE), congress)) == (term.id, None)


def test_a_match_can_be_refused(county: tuple[Congress, Term]) -> None:
    congress, _term = county
    _take(county, _csv(ONE))
    township = db.session.scalars(sa.select(Congress).where(Congress.short_name == "威远镇")).one()
    below = db.session.scalars(sa.select(Term).where(Term.congress_id == township.id)).one()
    data = "姓名,出生年月,联系电话\n李明,1975年8月,13900000001\n".encode()
    seen = importing.preview(data, congress=township, term=below, path=congress.path)
    assert [(row.verdict, row.recognised) for row in seen.rows] == [(Verdict.NEW, True)]
    apart = importing.preview(
        data, congress=township, term=below, path=congress.path, apart=frozenset({("", 2)})
    )
    assert [(row.verdict, row.recognised) for row in apart.rows] == [(Verdict.NEW, False)]


def test_in_a_new_term_the_program_knows_who_is_newly_elected(
    county: tuple[Congress, Term],
) -> None:
    congress, _term = county
    _take(county, _csv(ONE))
    later = factories.term(congress, 2021)
    data = _csv(
        "李明,男,土族,1975.08,威远镇代表团,13900000001,无,否",
        "王芳,女,汉族,1980.01,威远镇代表团,13900000003,无,是",
    )
    seen = importing.preview(data, congress=congress, term=later, path=congress.path)
    assert [(row.name, row.recognised, dict(row.seat)) for row in seen.rows] == [
        (
            "李明",
            True,
            {
                Column.NEWLY: False,
                Column.ELECTION: Election.GENERAL,
                Column.ELECTED_ON: date(2021, 10, 1),
            },
        ),
        (
            "王芳",
            False,
            {
                Column.NEWLY: True,
                Column.ELECTION: Election.GENERAL,
                Column.ELECTED_ON: date(2021, 10, 1),
            },
        ),
    ]


def test_undo_takes_everything_back(county: tuple[Congress, Term]) -> None:
    _take(county, _csv(ONE))
    before = _rows()
    values = db.session.execute(sa.select(Person.name, Person.ethnicity, Person.phone)).all()
    kept = _take(
        county,
        _csv(
            "李明,男,汉族,1975.08,威远镇代表团,13900000002,有,是",
            "王芳,女,汉族,1980.01,威远镇代表团,13900000003,无,否",
        ),
    )
    assert kept.counts == {"new": 1, "changed": 1, "same": 0, "refused": 0}
    import_service.undo(kept, by=SYSTEM)
    assert kept.status is ImportStatus.UNDONE
    assert _rows() == before
    assert (
        db.session.execute(sa.select(Person.name, Person.ethnicity, Person.phone)).all() == values
    )


def test_undo_of_new_deputies(county: tuple[Congress, Term]) -> None:
    before = _rows()
    kept = _take_file(county, "A-county-deputies.xlsx")
    import_service.undo(kept, by=SYSTEM)
    assert _rows() == before


def test_undo_is_refused_once_something_was_built_on_it(county: tuple[Congress, Term]) -> None:
    kept = _take(county, _csv(ONE))
    after = _rows()
    person = db.session.scalars(sa.select(Person).where(Person.name == "李明")).one()
    factories.deputy_user(person)
    with pytest.raises(Refused) as refusal:
        import_service.undo(kept, by=SYSTEM)
    assert str(refusal.value) == (
        "Something was built on this roster since; it cannot be undone as a whole any more."
    )
    assert (_rows(), kept.status) == (after, ImportStatus.APPLIED)


def test_taking_in_or_undoing_twice_is_refused(county: tuple[Congress, Term]) -> None:
    kept = _take(county, _csv(ONE))
    with pytest.raises(Refused):
        import_service.apply(kept, _preview(county, _csv(ONE)), by=SYSTEM)
    import_service.undo(kept, by=SYSTEM)
    with pytest.raises(Refused):
        import_service.undo(kept, by=SYSTEM)
