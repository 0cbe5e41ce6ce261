"""A seeded generator of made-up deputies; any likeness to real people is chance."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from trainer.people.rules import Sex

_SURNAMES = (
    "李 王 张 刘 陈 马 祁 星 东 鲍 吕 乔 胡 解 单 仇 查 曾 莫 韩 白 石 何 郭 杨 赵 林 邓 蔡 董 "
    "席 麻 哈 汪 甘 阿 雷 鄂 范 宋 徐 朱 辛 贺 保 多 沙 童 雪 冶 苏 田"
).split()
_COMMON = 24  # the first surnames are the frequent ones
_GIVEN_MALE = (
    "国强 生福 永寿 文海 得福 占林 成德 有才 建军 生贵 世杰 延寿 进财 明德 忠义 录 玉海 邦泰 "
    "生虎 存良 发祥 海龙 伟 正刚 元 积善 守义 生魁 永禄 浩"
).split()
_GIVEN_FEMALE = (
    "秀兰 生梅 玉莲 桂英 金花 延莲 海霞 春香 秀 建芳 晓燕 香兰 生秀 国花 兰英 芳 永梅 月英 "
    "卓玛 雪莲 成秀 爱萍 索南吉 玉芳"
).split()
_TIBETAN_MALE = ("才让多杰", "扎西东智", "索南才让", "多杰", "尕藏加", "旦正才让", "完么才旦")
_TIBETAN_FEMALE = ("才让卓玛", "卓玛措", "拉毛吉", "仁青措", "央金", "羊毛措", "扎西拉毛")
_ETHNICITIES = (("汉族", 62), ("土族", 24), ("藏族", 8), ("回族", 4), ("蒙古族", 2))
_PARTIES = (("中共党员", 64), ("群众", 30), ("民盟盟员", 2), ("九三学社社员", 2), ("无党派人士", 2))
_EDUCATION = (
    ("小学", 8), ("初中", 24), ("高中", 18), ("中专", 14), ("大专", 18), ("本科", 16), ("研究生", 2),
)  # fmt: skip
_VILLAGES = "上沟 下沟 南滩 北庄 东台 西坡 大庄 小庄 河湾 新元 柳树沟 红土坡 前山 后山".split()


@dataclass(frozen=True)
class Work:
    """What somebody does: post, kind of occupation, whether it pays a fixed income."""

    post: str
    occupation: str
    fixed: bool


@dataclass(frozen=True)
class Human:
    """A made-up person as a roster would describe them."""

    name: str
    sex: Sex
    ethnicity: str
    birth: str
    party: str
    education: str
    phone: str
    work: Work


def _pick(random: Random, weighted: tuple[tuple[str, int], ...]) -> str:
    names, weights = zip(*weighted, strict=True)
    return str(random.choices(names, weights)[0])


def _village_work(random: Random, unit: str) -> Work:
    village = f"{unit}{random.choice(_VILLAGES)}村"
    return random.choices(
        [
            Work(f"{village}村民", "农民", fixed=False),
            Work(f"{village}党支部书记", "村干部", fixed=False),
            Work(f"{village}村委会主任", "村干部", fixed=False),
            Work(f"{village}种植专业合作社理事长", "新型农业经营主体", fixed=False),
            Work(f"{unit}中心学校教师", "教师", fixed=True),
            Work(f"{unit}卫生院医生", "医务人员", fixed=True),
            Work(f"{unit}人民政府干部", "公务员", fixed=True),
        ],
        [30, 18, 16, 10, 8, 6, 12],
    )[0]


def _county_work(random: Random) -> Work:
    posts = (
        "县教育局",
        "县农业农村局",
        "县财政局",
        "县人民医院",
        "县水利局",
        "县文化馆",
        "县检察院",
    )
    kind = random.choice(
        (("局长", "公务员"), ("副主任", "公务员"), ("高级职称人员", "专业技术人员"))
    )
    return Work(random.choice(posts) + kind[0], kind[1], fixed=True)


class People:
    """Makes humans with distinct names within reach and distinct phone numbers."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311  (an example, not a secret)
        self._phones: set[str] = set()

    def _name(self, sex: Sex, ethnicity: str) -> str:
        random, male = self._random, sex is Sex.MALE
        if ethnicity == "藏族" and random.random() < 0.7:
            return random.choice(_TIBETAN_MALE if male else _TIBETAN_FEMALE)
        pool = _SURNAMES[:_COMMON] if random.random() < 0.8 else _SURNAMES[_COMMON:]
        return random.choice(pool) + random.choice(_GIVEN_MALE if male else _GIVEN_FEMALE)

    def _phone(self) -> str:
        while True:
            phone = f"1{self._random.randint(3, 9)}{self._random.randint(0, 999_999_999):09d}"
            if phone not in self._phones:
                self._phones.add(phone)
                return phone

    def human(self, unit: str | None, *, year: int, chair: bool = False) -> Human:
        """Return a deputy elected in *year* from *unit* (None: from the county's own bodies)."""
        random = self._random
        sex = Sex.FEMALE if random.random() < 0.3 else Sex.MALE
        ethnicity = _pick(random, _ETHNICITIES)
        work = _village_work(random, unit) if unit else _county_work(random)
        if chair:
            work = Work(f"{unit}人大主席", "公务员", fixed=True)
        age = random.randint(28, 62)
        return Human(
            name=self._name(sex, ethnicity),
            sex=sex,
            ethnicity=ethnicity,
            birth=f"{year - age}-{random.randint(1, 12):02d}",
            party="中共党员" if chair else _pick(random, _PARTIES),
            education=_pick(random, _EDUCATION[3:] if work.fixed else _EDUCATION),
            phone=self._phone(),
            work=work,
        )
