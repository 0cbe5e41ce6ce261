"""Reading single cells of a roster as offices write them: names, births, phones, ticks."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date

from trainer.core.text import noop
from trainer.people.rules import Election, Sex

Raw = str | int | float | bool | date | None
ETHNICITIES = frozenset(
    "汉族 蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 "
    "哈萨克族 傣族 黎族 傈僳族 佤族 畲族 高山族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 土族 "
    "达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族 阿昌族 普米族 塔吉克族 怒族 "
    "乌孜别克族 俄罗斯族 鄂温克族 德昂族 保安族 裕固族 京族 塔塔尔族 独龙族 鄂伦春族 赫哲族 "
    "门巴族 珞巴族 基诺族".split()
)
_MIDDLE_DOTS = re.compile(r"[·•‧∙⋅・･．.]")
_HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NAME = re.compile(rf"[{_HAN}]{{2,}}(·[{_HAN}]+)*|[A-Za-z][A-Za-z .'’-]+")
_SPACE_IN_HAN = re.compile(rf"(?<=[{_HAN}·])\s+(?=[{_HAN}·])")
_YES = frozenset({"是", "有", "√", "✓", "✔", "☑", "v", "y", "yes", "true", "1", "对", "●", "○"})
_NO = frozenset({"否", "无", "没有", "×", "✗", "✘", "x", "n", "no", "false", "0", "不是", "/", "-"})
EARLIEST_BIRTH = 1900


class Unreadable(Exception):
    """A cell that cannot be taken; the text is a catalogue message that says why."""


def text_of(raw: Raw) -> str:
    """Return a cell as text: NFKC for digits and letters, without outer or control characters."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, date):
        return raw.isoformat()
    text = unicodedata.normalize("NFKC", str(raw).replace("\u3000", " "))
    return "".join(c for c in text if unicodedata.category(c)[0] != "C" or c in "\n\t").strip()


def name(raw: Raw) -> str:
    """Return a person's name without the spaces that offices set into short names."""
    given = unicodedata.normalize("NFC", "" if raw is None else str(raw)).replace("\u3000", " ")
    cleaned = "".join(c for c in given if unicodedata.category(c)[0] != "C").strip()
    cleaned = _MIDDLE_DOTS.sub("·", cleaned) if re.search(rf"[{_HAN}]", cleaned) else cleaned
    cleaned = _SPACE_IN_HAN.sub("", cleaned)
    if not _NAME.fullmatch(cleaned) or len(cleaned) > 60:
        raise Unreadable(noop("This is no name of a person."))
    return cleaned


def sex(raw: Raw) -> Sex:
    """Return the sex written as 男 or 女."""
    text = text_of(raw)
    if text in ("男", "男性"):
        return Sex.MALE
    if text in ("女", "女性"):
        return Sex.FEMALE
    raise Unreadable(noop("Write 男 or 女."))


def ethnicity(raw: Raw) -> str:
    """Return one of the 56 peoples with its full name (土 means 土族)."""
    text = text_of(raw).replace(" ", "")
    for candidate in (text, text + "族"):
        if candidate in ETHNICITIES:
            return candidate
    raise Unreadable(noop("This is none of the 56 peoples; write for example 土族."))


def birth(raw: Raw) -> str:
    """Return year-month or a whole date in ISO form from the spellings that offices use."""
    if isinstance(raw, date):
        return _checked_birth(raw.year, raw.month, raw.day)
    if isinstance(raw, float):  # 1975.1 as a number was typed 1975.10: January is 1975.01
        raw = f"{raw:.2f}"
    text = text_of(raw).replace(" ", "")
    match = (
        re.fullmatch(r"(\d{4})[年.\-/、](\d{1,2})月?(?:[.\-/、]?(\d{1,2})日?)?", text)
        or re.fullmatch(r"(\d{4})(\d{2})(\d{2})?", text)
        or re.fullmatch(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})[日号])?", text)
    )
    if match is None:
        raise Unreadable(noop("This is no year and month; write for example 1975.08."))
    return _checked_birth(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)


def _checked_birth(year: int, month: int, day: int | None) -> str:
    if not EARLIEST_BIRTH <= year <= 2100 or not 1 <= month <= 12:
        raise Unreadable(noop("There is no such month; write for example 1975.08."))
    if day is None:
        return f"{year}-{month:02d}"
    if not 1 <= day <= monthrange(year, month)[1]:
        raise Unreadable(noop("There is no such day."))
    return f"{year}-{month:02d}-{day:02d}"


def day(raw: Raw) -> date:
    """Return a whole day, as 2017-09-20, 2017.9.20, 20170920 or 2017年9月20日."""
    iso = birth(raw)
    if len(iso) < len("2017-09-20"):
        raise Unreadable(noop("Write the whole date, for example 2017-09-20."))
    return date.fromisoformat(iso)


def phone(raw: Raw) -> str:
    """Return a mobile number: 1, then 3 to 9, then nine digits."""
    digits = re.sub(r"[\s\-()+]", "", text_of(raw))
    digits = digits.removeprefix("0086") if len(digits) == 15 else digits
    digits = digits.removeprefix("86") if len(digits) == 13 else digits
    if not re.fullmatch(r"1[3-9][0-9]{9}", digits):
        raise Unreadable(noop("This is no mobile number: 11 digits that begin with 13 to 19."))
    return digits


def yes(raw: Raw) -> bool:
    """Return whether a cell says yes, by word or by tick."""
    text = text_of(raw).lower()
    if text in _YES or text.startswith("有"):
        return True
    if text in _NO or text.startswith(("无", "没")):
        return False
    raise Unreadable(noop("Write 是 or 否."))


def election(raw: Raw) -> Election:
    """Return how the deputy was elected."""
    text = text_of(raw)
    if "补" in text:
        return Election.BY_ELECTION
    if "换届" in text or "选举" in text:
        return Election.GENERAL
    raise Unreadable(noop("Write 换届 or 补选."))


def newly(raw: Raw, *, header: str) -> bool:
    """Return whether a deputy is newly elected; *header* says which of the two a yes means."""
    text = text_of(raw)
    if "新" in text and "连" not in text:
        return True
    if "连" in text and "新" not in text:
        return False
    affirmed = yes(raw)
    return affirmed if "新" in header and "连" not in header else not affirmed


def line(raw: Raw, longest: int) -> str:
    """Return a free text on one line, refused when longer than *longest*."""
    text = " ".join(text_of(raw).split())
    if len(text) > longest:
        raise Unreadable(noop("The text is too long."))
    return text
