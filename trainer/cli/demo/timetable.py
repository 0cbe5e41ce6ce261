"""The six-day timetable of the example's off-site classes."""

from __future__ import annotations

from dataclasses import dataclass

from trainer.courses.rules import Rank, SessionKind


@dataclass(frozen=True)
class Teacher:
    """A made-up lecturer of the example."""

    name: str
    unit: str
    rank: Rank


LAW = Teacher("周教授", "继续教育学院", Rank.FULL)
SYSTEM = Teacher("沈副教授", "法学院", Rank.ASSOCIATE)
ECONOMY = Teacher("顾教授", "农业经济研究所", Rank.FULL)
COUNTY = Teacher("县人大代表工委", "互助县人大常委会", Rank.OTHER)


@dataclass(frozen=True)
class Slot:
    """One session: day of the class from 0, times, and what happens."""

    day: int
    start: str
    end: str
    kind: SessionKind
    title: str
    hours: int = 0
    teacher: Teacher | None = None
    place: str = ""


K = SessionKind
SLOTS = (
    Slot(0, "14:00", "18:00", K.REPORT_IN, "报到", place="培训楼一楼大厅"),
    Slot(1, "08:30", "09:00", K.OPENING, "开班式、集体合影", place="培训楼前"),
    Slot(1, "09:10", "12:00", K.LECTURE, "人民代表大会制度的理论与实践", 4, LAW),
    Slot(1, "14:30", "17:30", K.LECTURE, "代表法与代表依法履职", 4, SYSTEM),
    Slot(1, "19:30", "21:00", K.DISCUSSION, "分组讨论：怎样当好新一届代表", 0, COUNTY),
    Slot(2, "08:30", "11:45", K.LECTURE, "怎样审议工作报告和提出建议", 4, SYSTEM),
    Slot(2, "14:30", "17:30", K.LECTURE, "预算审查与监督", 4, ECONOMY),
    Slot(3, "08:00", "12:00", K.ON_SITE, "现场教学：乡村旅游示范村", 4, None, "示范村游客中心集合"),
    Slot(3, "14:00", "18:00", K.ON_SITE, "现场教学：专业合作社", 4, None, "合作社办公楼前"),
    Slot(4, "08:30", "11:45", K.LECTURE, "民族区域自治法与民族团结进步", 4, LAW),
    Slot(4, "14:30", "17:30", K.LECTURE, "农业产业化与脱贫增收", 4, ECONOMY),
    Slot(4, "19:30", "21:00", K.DISCUSSION, "分组讨论：学用结合谈体会", 0, COUNTY),
    Slot(5, "08:30", "10:30", K.EXCHANGE, "学员代表交流发言", 2),
    Slot(5, "10:40", "11:30", K.CLOSING, "结业式"),
    Slot(5, "13:30", "18:00", K.TRAVEL, "返程", place="培训楼前集合乘车"),
)
