"""Who is in office when, and how names and births are read: pure decisions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from trainer.core.errors import Invalid, Refused
from trainer.core.text import Labelled, noop

_PEOPLES = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 "
    "拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 "
    "怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)
PEOPLES = tuple(f"{name}族" for name in _PEOPLES.split())  # the 56 of GB/T 3304-1991

# A deputy is elected some weeks before the first session, with which the term begins.
ELECTION_BEFORE_TERM = timedelta(days=366)


class Level(Labelled):
    """The five levels of people's congresses."""

    NATION = "nation", noop("National")
    PROVINCE = "province", noop("Provincial")
    CITY = "city", noop("Prefectural")
    COUNTY = "county", noop("County")
    TOWNSHIP = "township", noop("Township")


class Sex(Labelled):
    """Sex as rosters record it."""

    FEMALE = "female", noop("Female")
    MALE = "male", noop("Male")


class Election(Labelled):
    """How a deputy came to the seat (产生方式)."""

    GENERAL = "general", noop("General election")
    BY_ELECTION = "by_election", noop("By-election")


class EndReason(Labelled):
    """Why a seat ended before its term (Deputies Law, art. on the end of a mandate)."""

    RESIGNED = "resigned", noop("Resigned")
    MOVED = "moved", noop("Moved away")
    RECALLED = "recalled", noop("Recalled")
    DIED = "died", noop("Died")
    RIGHTS_LOST = "rights_lost", noop("Lost political rights")
    ABSENT = "absent", noop("Absent from two sessions")


class StepKind(Labelled):
    """What happened to a seat on a day."""

    ELECTED = "elected", noop("Elected")
    MOVED = "moved", noop("Moved to another delegation")
    SUSPENDED = "suspended", noop("Suspended")
    RESTORED = "restored", noop("Restored")
    ENDED = "ended", noop("Ended")
    TAKEN_BACK = "taken_back", noop("Taken back")


class SeatState(Labelled):
    """What a seat is on a day."""

    IN_OFFICE = "in_office", noop("In office")
    SUSPENDED = "suspended", noop("Suspended")
    ENDED = "ended", noop("Ended")
    TO_COME = "to_come", noop("Not yet elected")
    TERM_OVER = "term_over", noop("Term over")


class LinkState(Labelled):
    """Where a deputy's personal page stands."""

    NONE = "none", noop("No link yet")
    ISSUED = "issued", noop("Link issued, not opened yet")
    SEEN = "seen", noop("In use")
    LOCKED = "locked", noop("Locked after wrong tries")
    REVOKED = "revoked", noop("Revoked")


@dataclass(frozen=True)
class Span:
    """Days from *first* to *last*, both included; no *last* means still going on."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether *day* lies within."""
        return self.first <= day and (self.last is None or day <= self.last)


def seat_state(
    day: date, *, elected_on: date, ended_on: date | None, suspensions: Iterable[Span] = ()
) -> SeatState:
    """Return what a seat is on *day*; the day of ending no longer counts as in office."""
    if day < elected_on:
        return SeatState.TO_COME
    if ended_on is not None and day >= ended_on:
        return SeatState.ENDED
    if any(span.holds(day) for span in suspensions):
        return SeatState.SUSPENDED
    return SeatState.IN_OFFICE


def in_office(
    day: date, *, elected_on: date, ended_on: date | None, suspensions: Iterable[Span] = ()
) -> bool:
    """Tell whether a seat counts as in office (实有) on *day*."""
    state = seat_state(day, elected_on=elected_on, ended_on=ended_on, suspensions=suspensions)
    return state is SeatState.IN_OFFICE


def phone_digits(phone: str | None) -> str:
    """Return the last four digits of a registered phone number, empty when there is none."""
    digits = "".join(c for c in phone or "" if c.isdigit())
    return digits[-4:] if len(digits) >= 7 else ""


def link_state(*, version: int, revoked: bool, locked: bool, seen: bool) -> LinkState:
    """Return where a personal page stands; *version* is 0 when no link was ever issued."""
    if not version:
        return LinkState.NONE
    if revoked:
        return LinkState.REVOKED
    if locked:
        return LinkState.LOCKED
    return LinkState.SEEN if seen else LinkState.ISSUED


def read_name(text: str) -> str:
    """Return a name as it is kept: no space within Chinese names, one kind of middle dot."""
    dotted = re.sub(r"\s*[•‧∙・･·．.]\s*", "·", text.strip()) if _has_han(text) else text.strip()
    return re.sub(r"\s+", "" if _has_han(text) else " ", dotted)


def _has_han(text: str) -> bool:
    return re.search(r"[\u3400-\u9fff\U00020000-\U0003ffff]", text) is not None


def read_people(text: str | None) -> str | None:
    """Return a people (民族) in its full name: 土 gives 土族; what is none of the 56 stays."""
    return f"{text}族" if f"{text}族" in PEOPLES else text


def read_birth(text: str | None) -> str | None:
    """Return a birth as year-month or whole day: 1975.08, 1975年8月, 197508 give ``1975-08``.

    Raises Invalid for what is no month of the calendar, or no day.
    """
    if not text:
        return None
    parts = re.fullmatch(r"(\d{4})(\d{2})(\d{2})?", text) or re.fullmatch(
        r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*(?:[-./月]\s*(?:(\d{1,2})\s*日?)?)?", text
    )
    try:
        if parts is None:
            raise ValueError(text)
        born = date(int(parts[1]), int(parts[2]), int(parts[3] or 1))
        if born.year < 1900:
            raise ValueError(text)
    except ValueError:
        raise Invalid(
            noop("Write the month of birth, for example 1975-08."), field="birth"
        ) from None
    return born.isoformat() if parts[3] else born.isoformat()[:7]


def read_phone(text: str | None) -> str | None:
    """Return a mobile number as eleven digits, without spaces, dashes or +86.

    Raises Invalid for anything else than 1, 3–9 and nine digits.
    """
    if not text:
        return None
    digits = re.sub(r"[\s\-–—]", "", text)
    digits = re.sub(r"^(?:\+|00)86", "", digits)
    if not re.fullmatch(r"1[3-9][0-9]{9}", digits):
        raise Invalid(
            noop("Write a mobile number of 11 digits, for example 13909720000."), field="phone"
        )
    return digits


def check_election(elected_on: date, *, term: Span) -> None:
    """Raise Invalid unless somebody elected on that day can sit in *term*."""
    if elected_on < term.first - ELECTION_BEFORE_TERM or not term.last or elected_on > term.last:
        raise Invalid(
            noop("This term runs from %(first)s to %(last)s; the election does not belong to it."),
            field="elected_on",
            first=term.first,
            last=term.last,
        )


def check_end(ended_on: date, *, elected_on: date, ended: bool, today: date) -> None:
    """Raise unless a seat can be said to have ended on that day."""
    if ended:
        raise Refused(noop("This seat has already ended."))
    if ended_on < elected_on:
        raise Invalid(
            noop("The deputy was elected on %(day)s; the seat cannot end before."),
            field="ended_on",
            day=elected_on,
        )
    if ended_on > today:
        raise Invalid(noop("This day is still to come."), field="ended_on")


def check_suspension(
    from_day: date,
    *,
    elected_on: date,
    ended_on: date | None,
    suspensions: Iterable[Span],
    today: date,
) -> None:
    """Raise unless a seat can be suspended from that day on."""
    if ended_on is not None:
        raise Refused(noop("This seat has already ended."))
    if from_day < elected_on:
        raise Invalid(
            noop("The deputy was elected on %(day)s; a suspension cannot begin before."),
            field="from_day",
            day=elected_on,
        )
    if from_day > today:
        raise Invalid(noop("This day is still to come."), field="from_day")
    for span in suspensions:
        if span.last is None:
            raise Refused(noop("This seat is suspended already."))
        if from_day <= span.last:
            raise Invalid(
                noop("The seat was suspended until %(day)s; choose a later day."),
                field="from_day",
                day=span.last,
            )


def check_restoring(restored_on: date, *, from_day: date, today: date) -> None:
    """Raise unless a suspension that began on *from_day* can end with that day in office."""
    if restored_on <= from_day:
        raise Invalid(
            noop("The suspension began on %(day)s; choose a later day."),
            field="restored_on",
            day=from_day,
        )
    if restored_on > today:
        raise Invalid(noop("This day is still to come."), field="restored_on")
