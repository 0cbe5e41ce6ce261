"""Names in pinyin: surnames read as surnames, sorted and searched."""

from __future__ import annotations

import pytest
from flask import Flask

from trainer.core.database import db
from trainer.people import names
from trainer.people.models import Person


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("单小军", "shan xiao jun", "sxj"),
        ("曾国强", "zeng guo qiang", "zgq"),
        ("仇文海", "qiu wen hai", "qwh"),
        ("查元", "zha yuan", "zy"),
        ("解放", "xie fang", "xf"),
        ("朴正刚", "piao zheng gang", "pzg"),
        ("区海", "ou hai", "oh"),
        ("尉迟恭", "yu chi gong", "ycg"),
        ("尉国", "wei guo", "wg"),
        ("盖秀兰", "ge xiu lan", "gxl"),
        ("覃伟", "qin wei", "qw"),
        ("吕海龙", "lv hai long", "lhl"),
        ("欧阳芳", "ou yang fang", "oyf"),
        ("李单", "li dan", "ld"),  # within a given name the common reading holds
        ("才让·卓玛", "cai rang zhuo ma", "crzm"),
        ("Ali Khan", "ali khan", "ak"),
        ("𠮷", "𠮷", "𠮷"),
    ],
)
def test_reading(name: str, pinyin: str, initials: str) -> None:
    assert (names.sort_name(name), names.initials(name)) == (pinyin, initials)


def test_folded_text_fits_the_pinyin() -> None:
    assert [names.folded(text) for text in ("Shan Xiao", "LÜ", "才让·卓玛")] == [
        "shanxiao",
        "lv",
        "才让卓玛",
    ]


def test_long_names_fit_their_columns() -> None:
    name = "壮" * 60
    assert (len(names.sort_name(name)), len(names.initials(name))) == (120, 30)


def test_saving_a_person_sets_both(app: Flask) -> None:
    person = Person(name="单小军")
    db.session.add(person)
    db.session.commit()
    before = (person.sort_name, person.initials)
    person.name = "曾国强"
    db.session.commit()
    assert (before, (person.sort_name, person.initials)) == (
        ("shan xiao jun", "sxj"),
        ("zeng guo qiang", "zgq"),
    )
