"""Reading single cells of a roster as offices write them: names, births, phones, ticks."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from trainer.core.errors import Invalid
from trainer.core.text import noop
from trainer.people import rules
from trainer.people.rules import Election, Sex

LONGEST_NAME = 60
Raw = str | int | float | bool | date | None
_HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NAME = re.compile(rf"[{_HAN}]{{2,}}(·[{_HAN}]+)*|[A-Za-z][A-Za-z .'’-]+")
_YES = frozenset({"是", "有", "√", "✓", "✔", "☑", "v", "y", "yes", "true", "1", "对", "●", "○"})
_NO = frozenset({"否", "无", "没有", "×", "✗", "✘", "x", "n", "no", "false", "0", "不是", "/", "-"})


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
    """Return a person's name as it is kept (`rules.read_name`); raises Invalid for no name."""
    given = unicodedata.normalize("NFC", "" if raw is None else str(raw))
    cleaned = rules.read_name("".join(c for c in given if unicodedata.category(c)[0] != "C"))
    if not _NAME.fullmatch(cleaned) or len(cleaned) > LONGEST_NAME:
        raise Invalid(noop("This is no name of a person."))
    return cleaned


def sex(raw: Raw) -> Sex:
    """Return the sex written as 男 or 女."""
    text = text_of(raw)
    if text in ("男", "男性"):
        return Sex.MALE
    if text in ("女", "女性"):
        return Sex.FEMALE
    raise Invalid(noop("Write 男 or 女."))


def ethnicity(raw: Raw) -> str:
    """Return one of the 56 peoples with its full name (土 means 土族)."""
    people = rules.read_people(text_of(raw).replace(" ", ""))
    if people not in rules.PEOPLES:
        raise Invalid(noop("This is none of the 56 peoples; write for example 土族."))
    return str(people)


def birth(raw: Raw) -> str:
    """Return year-month or a whole day, also of a date cell and of a number such as 1975.08."""
    if isinstance(raw, float):  # 1975.1 as a number was typed 1975.10: January is 1975.01
        raw = f"{raw:.2f}"
    born = rules.read_birth(re.sub(r"[\s号]", "", text_of(raw)).replace("、", "."))
    if born is None:
        raise Invalid(noop("Write the month of birth, for example 1975-08."))
    return born


def day(raw: Raw) -> date:
    """Return a whole day, as 2017-09-20, 2017.9.20, 20170920 or 2017年9月20日."""
    iso = birth(raw)
    if len(iso) < len("2017-09-20"):
        raise Invalid(noop("Write the whole date, for example 2017-09-20."))
    return date.fromisoformat(iso)


def phone(raw: Raw) -> str:
    """Return a mobile number (`rules.read_phone`)."""
    number = rules.read_phone(re.sub(r"[()]", "", text_of(raw)))
    if number is None:
        raise Invalid(noop("Write a mobile number of 11 digits, for example 13909720000."))
    return number


def yes(raw: Raw) -> bool:
    """Return whether a cell says yes, by word or by tick."""
    text = text_of(raw).lower()
    if text in _YES or text.startswith("有"):
        return True
    if text in _NO or text.startswith(("无", "没")):
        return False
    raise Invalid(noop("Write 是 or 否."))


def election(raw: Raw) -> Election:
    """Return how the deputy was elected."""
    text = text_of(raw)
    if "补" in text:
        return Election.BY_ELECTION
    if "换届" in text or "选举" in text:
        return Election.GENERAL
    raise Invalid(noop("Write 换届 or 补选."))


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
        raise Invalid(noop("The text is too long."))
    return text
