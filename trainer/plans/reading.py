"""How people write the cells of a plan's table: counts, days, money, months and dates, modes.

Pure: every function takes the text of a cell and gives its value, or raises Invalid with a
sentence. What the plan's own pages write (see `wording`) reads back as the same value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trainer.core.errors import Invalid
from trainer.core.text import noop
from trainer.plans.rules import HALF_DAY, Audience, ClassLine, Mode, require_line, require_year

CELLS = (
    *("name", "audience", "persons", "runs", "time", "days", "place", "content"),
    *("mode", "host", "organiser", "budget", "budget_source", "responsible", "remark"),
)
"""The cells of a line as people type them; the official budget column is two of them."""

LONGEST = {
    "name": 120,
    "audience": 120,
    "place": 120,
    "content": 10_000,
    "host": 80,
    "organiser": 80,
    "budget_source": 80,
    "responsible": 60,
    "remark": 200,
}
MOST = {"persons": 9_999, "runs": 99, "days": 366}
_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2, "〇": 0}
_FOLD = str.maketrans("，：；．～—–至－〜到", ",:;.~----~-", "") | {ord("（"): "(", ord("）"): ")"}
_COUNT = re.compile(r"(\d{1,6})\s*(?:人次|人|名|期|次|天|日|个|persons?|people|runs?|days?)?")
_MONEY = re.compile(
    r"(?:约|¥|￥|rmb|cny)?(\d{1,10}(?:\.\d+)?)(万|千)?(?:元|圆|yuan|rmb|cny)?(?:整)?", re.I
)
_SOURCE = re.compile(r"^([^(]*)\((.*)\)$", re.S)
_DATE = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)[年./-](?P<m>\d{1,2})[月./-]|(?P<month>\d{1,2})[月./])"
    r"(?P<day>\d{1,2})[日号]?"
    r"(?:[-~](?:(?:(?:19|20)\d\d[年./-])?\d{1,2}[月./-])?\d{1,2}(?!\d?月)[日号]?)?"
)
_MONTHS = re.compile(r"(\d{1,2})月?(?:[-~](\d{1,2})月?)?")
_NAMES = {
    name: number
    for number, name in enumerate(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}
_SPANS = {
    "上半年": (1, 6),
    "下半年": (7, 12),
    "全年": (1, 12),
    "年内": (1, 12),
    "一季度": (1, 3),
    "二季度": (4, 6),
    "三季度": (7, 9),
    "四季度": (10, 12),
    "年初": (1, 2),
    "年底": (12, 12),
    "年中": (6, 7),
}
_MODES = {
    Mode.OFF_SITE: ("赴外", "外出", "异地", "off-site", "offsite"),
    Mode.DELIVERED: ("送课", "下乡", "分会场", "巡回", "township"),
    Mode.ONLINE: ("线上", "网络", "远程", "视频", "online"),
    Mode.MEETING: ("以会代训", "会前", "meeting"),
    Mode.GUEST: ("参加上级", "调训", "选派", "随班", "他班", "guest", "another"),
    Mode.GATHERED: ("集中", "面授", "脱产", "gathered"),
}


def _plain(text: str) -> str:
    """Return *text* with full-width digits and signs folded, without spaces, in small letters."""
    folded = text.translate(_FOLD)
    digits = "".join(chr(ord(c) - 0xFEE0) if "０" <= c <= "９" else c for c in folded)
    return re.sub(r"\s+", "", digits).lower()


def _arabic(text: str) -> str:
    """Return *text* with a Chinese number up to 99 in digits: 两期 gives 2期, 十二天 12天."""

    def digits(found: re.Match[str]) -> str:
        tens, ten, ones, single = found.groups()
        if not ten:
            return str(_DIGITS[single])
        return str(10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0))

    number = "([一二三四五六七八九])?(十)([一二三四五六七八九])?|([零〇一二两三四五六七八九])"
    return re.sub(f"(?:{number})(?=[期次天日人名个]|$)", digits, text)


def read_count(text: str) -> int:
    """Return a number of things: 50, 50人, 两期, 1,200."""
    found = _COUNT.fullmatch(_arabic(_plain(text).replace(",", "")))
    if found is None:
        raise Invalid(noop("Write a whole number, for example 50."))
    return int(found[1])


def read_days(text: str) -> Decimal:
    """Return a number of days in halves: 6, 2.5天, 半天, 3天半."""
    plain = _plain(text)
    half = HALF_DAY if "半" in plain else Decimal(0)
    rest = re.sub(r"(个)?(天|日|days?)", "", _arabic(plain.replace("半", "")))
    if not rest and half:
        return half
    if not re.fullmatch(r"\d{1,3}(?:\.\d)?", rest):
        raise Invalid(noop("Write whole or half days, for example 2 or 2.5."))
    return Decimal(rest) + half


def read_money(text: str) -> tuple[Decimal, str]:
    """Return an amount in yuan and, where it stands in brackets, its source.

    33万元, 330,000, 3.5万元（县级财政）.
    """
    found = _SOURCE.match(text.strip().translate(_FOLD))
    amount, source = (found[1], found[2].strip()) if found else (text, "")
    plain = _plain(amount).replace(",", "")
    if not plain or plain in ("-", "无", "none"):
        return Decimal(0), source
    money = _MONEY.fullmatch(plain)
    if money is None:
        raise Invalid(noop("Write a number such as 1200 or 1200.50."))
    value = Decimal(money[1]) * {"万": 10_000, "千": 1_000}.get(money[2] or "", 1)
    if value != value.quantize(Decimal("0.01")) or value >= 10**10:
        raise Invalid(noop("Write a number such as 1200 or 1200.50."))
    return value, source


@dataclass(frozen=True)
class When:
    """The months of a class, and the first days of the runs that have a date."""

    first_month: int
    last_month: int
    starts: tuple[date, ...] = ()


_NO_TIME = noop("Write months or dates, for example 5月, 5–9月 or 6月5日、9月11日.")


def read_time(text: str, year: int) -> When:
    """Return when a class is held in *year*: 5月, 5–9月, 上半年, 6月5日、9月11日, 5–9月（6月5日）.

    Of a run's days the first counts; how many they are stands in another column.
    """
    plain = _english(_plain(text))
    outer, _bracket, inner = plain.partition("(")
    starts = tuple(sorted({_date(found, year) for found in _DATE.finditer(plain)}))
    months = [day.month for day in starts]
    rest = _DATE.sub("", outer) if inner or starts else outer
    months += _months(rest.strip(",、;和及.)"), needed=not starts)
    return When(min(months), max(months), starts)


def _date(found: re.Match[str], year: int) -> date:
    try:
        day = date(int(found["year"] or year), int(found["m"] or found["month"]), int(found["day"]))
    except ValueError:
        raise Invalid(noop("%(text)s is no day of the calendar."), text=found[0]) from None
    require_year([day], year)
    return day


def _months(text: str, *, needed: bool) -> list[int]:
    """Return the first and last month that *text* names, none for no text unless *needed*."""
    if not text:
        if needed:
            raise Invalid(_NO_TIME)
        return []
    for words, span in _SPANS.items():
        if text.removeprefix("第") == words:
            return list(span)
    found: list[int] = []
    for part in re.split(
        r"[,、;和及]|(?<=月)(?=\d)", re.sub(r"^(?:19|20)\d\d年|份|[上中下]旬|[初中底]", "", text)
    ):
        months = _MONTHS.fullmatch(part)
        if months is None:
            raise Invalid(_NO_TIME)
        found += [int(month) for month in months.groups() if month]
    if not all(1 <= month <= 12 for month in found) or found != sorted(found):
        raise Invalid(_NO_TIME)
    return found


def _english(plain: str) -> str:
    """Return English dates and months in figures: 5jun gives 6月5日, may-sep gives 5-9月."""
    names = "|".join(_NAMES)
    dated = re.sub(
        rf"(?<!\d)(\d{{1,2}})({names})[a-z]*\.?(?:(?:19|20)\d\d)?",
        lambda m: f"{_NAMES[m[2]]}月{m[1]}日",
        plain,
    )
    return re.sub(rf"({names})[a-z]*\.?", lambda m: f"{_NAMES[m[1]]}月", dated).replace("月-", "-")


def read_mode(text: str, labels: Mapping[str, Mode] | None = None) -> Mode:
    """Return how a class is held; *labels* are the words of the page's language. None is gathered.

    Raises Invalid for words that say no mode.
    """
    plain = text.strip().lower()
    if not plain:
        return Mode.GATHERED
    for word, mode in (labels or {}).items():
        if plain in (word.lower(), mode.value):
            return mode
    for mode, words in _MODES.items():
        if any(word in plain for word in words):
            return mode
    raise Invalid(
        noop("Write one of: %(modes)s."),
        modes="、".join(labels) if labels else "、".join(mode.value for mode in Mode),
    )


@dataclass(frozen=True)
class Read:
    """A line as read: *line* is None while *errors*, by cell, say what is wrong."""

    line: ClassLine | None
    errors: Mapping[str, Invalid]


def read_line(
    cells: Mapping[str, str],
    *,
    year: int,
    labels: Mapping[str, Mode] | None = None,
    whom: Audience | None = None,
) -> Read:
    """Return the line that *cells* (texts by `CELLS`) say, or what is wrong in which cell."""
    errors: dict[str, Invalid] = {}
    values: dict[str, object] = {"whom": whom}
    for name in CELLS:
        try:
            values.update(_read_cell(name, cells.get(name, "").strip(), year, labels))
        except Invalid as error:
            errors[name] = error
    if errors:
        return Read(None, errors)
    source = values.pop("bracket")
    values["budget_source"] = values["budget_source"] or source
    line = ClassLine(**values)  # type: ignore[arg-type]
    try:
        require_line(line)
    except Invalid as error:
        cell = {"starts": "time", "first_month": "time"}.get(error.field or "", error.field)
        return Read(None, {cell or "name": error})
    return Read(line, {})


def _read_cell(
    name: str, text: str, year: int, labels: Mapping[str, Mode] | None
) -> dict[str, object]:
    if name == "time":
        when = read_time(text, year)
        return vars(when)
    if name == "budget":
        amount, source = read_money(text)
        return {"budget": amount, "bracket": source[: LONGEST["budget_source"]]}
    if name == "mode":
        return {"mode": read_mode(text, labels)}
    if name in MOST:
        return {name: _read_number(name, text)}
    if len(text) > LONGEST[name]:
        raise Invalid(noop("At most %(most)s characters."), most=LONGEST[name])
    if not text and name in ("name", "audience"):
        raise Invalid(noop("Please fill this in."))
    return {name: text}


def _read_number(name: str, text: str) -> int | Decimal:
    if not text and name == "runs":
        return 1
    if not text:
        raise Invalid(noop("Please fill this in."))
    value = read_days(text) if name == "days" else read_count(text)
    if value > MOST[name]:
        raise Invalid(noop("Write a number from %(low)s to %(high)s."), low=1, high=MOST[name])
    return value


HEADS: dict[str, tuple[str, ...]] = {
    "name": ("班次名称", "班次", "培训班次", "培训班名称", "名称", "培训项目", "class name"),
    "audience": ("培训对象", "对象", "参训对象", "参训人员", "for whom", "audience"),
    "persons": ("人数", "每期人数", "参训人数", "培训人数", "persons"),
    "runs": ("期数", "班数", "次数", "runs"),
    "time": ("时间", "培训时间", "举办时间", "月份", "time"),
    "days": ("天数", "培训天数", "学制", "days"),
    "place": ("地点", "培训地点", "举办地点", "place"),
    "content": ("内容", "培训内容", "主要内容", "contents", "content"),
    "mode": ("形式", "培训形式", "培训方式", "方式", "mode"),
    "host": ("主办", "主办单位", "main host", "host"),
    "organiser": ("承办", "承办单位", "organising body", "organiser"),
    "budget": ("经费预算及来源", "经费预算", "预算", "经费", "budget and its source", "budget"),
    "budget_source": ("经费来源", "资金来源", "来源", "source of the budget", "source"),
    "responsible": ("责任人", "负责人", "responsible"),
    "remark": ("备注", "说明", "remark", "remarks"),
}
_NO_LINE = re.compile(r"(?:合\s*计|总\s*计|小\s*计|total).*", re.I)


def _head(text: str) -> str:
    return re.sub(r"[（(].*$|[\s*]", "", text.strip().lower())


def columns_of(row: Iterable[str]) -> dict[int, str]:
    """Return which cells stand in which columns of a heading *row*; empty when it is none."""
    found: dict[int, str] = {}
    for place, text in enumerate(row):
        whole = re.sub(r"\s+", " ", text.strip().lower())
        for name, heads in HEADS.items():
            if name not in found.values() and {whole, _head(text)} & set(heads):
                found[place] = name
                break
    return found if {"name"} < set(found.values()) and len(found) >= 3 else {}


@dataclass(frozen=True)
class Sheet:
    """The lines of a sheet by row number from 1, as cells by name; *unknown* heads are left out."""

    rows: tuple[tuple[int, dict[str, str]], ...]
    unknown: tuple[str, ...] = ()


def read_rows(rows: Iterable[Iterable[str]]) -> Sheet:
    """Return the lines below the heading row of *rows*; sums and empty rows are no lines.

    Raises Invalid (field ``file``) when no row names the columns.
    """
    every = [list(row) for row in rows]
    for place, row in enumerate(every[:15]):
        if columns := columns_of(row):
            known = {"序号", "no.", "no", ""}
            unknown = [t.strip() for i, t in enumerate(row) if i not in columns]
            lines = [
                (number, {name: r[i].strip() if i < len(r) else "" for i, name in columns.items()})
                for number, r in enumerate(every[place + 1 :], start=place + 2)
            ]
            kept = [(n, cells) for n, cells in lines if _is_line(cells)]
            return Sheet(tuple(kept), tuple(t for t in unknown if t.lower() not in known))
    raise Invalid(
        noop("No row of the file has the heads of the table, such as 班次名称 and 人数."),
        field="file",
    )


def _is_line(cells: Mapping[str, str]) -> bool:
    name = cells.get("name", "")
    return any(cells.values()) and not _NO_LINE.fullmatch(name.replace("　", ""))
