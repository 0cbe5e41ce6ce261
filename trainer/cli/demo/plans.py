"""The example's plans: their texts, targets and planned classes (figures are examples)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from trainer.plans.rules import Mode, TargetKind

HOST = "人事代表选举联络工作委员会"
PURPOSE = """深入贯彻代表法，帮助新一届人大代表熟悉人民代表大会制度，掌握审议、视察、调研和提出建议的方法，提高依法履职能力。
用五年时间，使县、乡两级人大代表普遍轮训一遍，新任代表在任期前两年完成初任培训。"""
PRINCIPLES = """坚持按需施教：先培训新任代表，再组织专题轮训。
坚持形式多样：集中培训、赴外培训、送课下乡、线上培训相结合，农忙时节不集中办班。
坚持厉行节约：培训经费列入预算、专款专用，代表参加培训的误工补贴按标准发放。"""
MEASURES = """人事代表选举联络工作委员会负责年度计划、办班和考勤；各乡镇人大负责推荐学员和通知到人。
每期培训班建立班级档案：通知、名册、课程表、签到表、测评、总结。
每年十一月代表活动月期间，通报本年度培训情况。（本计划的数字为示例。）"""
PREAMBLE = """根据五年培训总体计划和主任会议安排，结合本年度工作重点，制定本计划。
列入计划的班次一般不作调整；确需增加的，须经主任会议批准。（本计划的数字为示例。）"""


@dataclass(frozen=True)
class Goal:
    """A target of the five-year plan: per year of the plan, and for the whole term."""

    kind: TargetKind
    years: tuple[int, int, int, int, int]
    term: int


GOALS = (
    Goal(TargetKind.NEW_COVERAGE, (60, 90, 100, 100, 100), 100),
    Goal(TargetKind.COVERAGE, (40, 60, 80, 90, 95), 95),
    Goal(TargetKind.HOURS, (24, 24, 20, 20, 16), 104),
    Goal(TargetKind.CLASSES, (12, 12, 10, 10, 8), 52),
    Goal(TargetKind.PERSON_TIMES, (620, 600, 520, 480, 400), 2620),
    Goal(TargetKind.PEOPLE, (520, 480, 420, 400, 320), 1235),
    Goal(TargetKind.SATISFACTION, (95, 95, 95, 95, 95), 95),
    Goal(TargetKind.COST, (420000, 400000, 360000, 340000, 300000), 1820000),
)


@dataclass(frozen=True)
class Line:
    """One line of the annual plan's table."""

    name: str
    audience: str
    persons: int
    runs: int
    months: tuple[int, int]
    days: Decimal
    place: str
    content: str
    mode: Mode
    organiser: str
    budget: int
    remark: str = ""
    starts: tuple[tuple[int, int], ...] = ()


OFF_SITE = "县级人大代表赴外培训班"
COUNTY_DEPUTIES = "县级人大代表"
TOWNSHIP_DEPUTIES = "乡镇人大代表"
LINES = (
    Line(
        "新任县级人大代表初任培训班", "新任县级人大代表", 127, 1, (3, 3), Decimal(2), "县委党校",
        "人民代表大会制度、代表法、议案建议的提出与办理", Mode.GATHERED, "县委党校", 35000, starts=((3, 15),),
    ),
    Line(
        "乡镇人大主席、专干业务培训班", "乡镇人大主席、人大专干", 38, 1, (4, 4), Decimal(2), "县人大会议中心",
        "乡镇人大规范化建设、代表工作实务", Mode.GATHERED, "县人大常委会办公室", 12000, starts=((4, 14),),
    ),
    Line(
        OFF_SITE, COUNTY_DEPUTIES, 50, 2, (6, 9), Decimal(6), "高等院校培训基地",
        "履职能力提升、乡村旅游与产业发展现场教学", Mode.OFF_SITE, "承办院校继续教育学院", 330000,
        "每期50人，分两期", ((6, 7), (9, 13)),
    ),
    Line(
        "送课下乡代表履职巡回讲座", TOWNSHIP_DEPUTIES, 110, 4, (5, 10), Decimal("0.5"), "各乡镇",
        "代表如何联系选民、如何提出建议", Mode.DELIVERED, "各乡镇人大", 8000, "按片区举办",
    ),
    Line(
        "预算审查监督专题班", "财经专业代表小组", 30, 1, (6, 6), Decimal(1), "县人大会议中心",
        "预算法与预算审查要点", Mode.GATHERED, "财政经济工作委员会", 5000, starts=((6, 10),),
    ),
    Line(
        "代表履职线上课堂", "县、乡两级人大代表", 300, 1, (7, 8), Decimal(1), "网络平台",
        "宪法、监督法、民族区域自治法", Mode.ONLINE, "县人大常委会办公室", 6000,
    ),
    Line(
        "乡镇人大第二次会议会前培训", TOWNSHIP_DEPUTIES, 350, 1, (9, 9), Decimal("0.5"), "各乡镇",
        "审议乡镇政府半年工作报告的方法", Mode.MEETING, "各乡镇人大", 4000, "结合乡镇人代会举办",
    ),
    Line(
        "代表活动月专题学习", COUNTY_DEPUTIES, 80, 1, (11, 11), Decimal(1), "县人大会议中心",
        "生态保护、民族团结进步专题", Mode.GATHERED, "县人大常委会办公室", 10000, starts=((11, 10),),
    ),
    Line(
        "参加省人大代表培训班", "县级人大代表骨干", 6, 1, (10, 10), Decimal(5), "省会",
        "随上级班次学习", Mode.GUEST, "省人大常委会", 10000, "名额以上级通知为准",
    ),
)  # fmt: skip
