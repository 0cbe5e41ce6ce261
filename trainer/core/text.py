"""Texts that are translated later, and enums that carry such a text."""

from __future__ import annotations

from enum import StrEnum


def noop(message: str) -> str:
    """Mark *message* for the catalogue (gettext's N_); it is translated where it is shown."""
    return message


class Labelled(StrEnum):
    """An enum stored by value, each member with an English label for the catalogue."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Labelled:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
