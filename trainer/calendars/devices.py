"""How each kind of client takes a calendar: steps to take, what it does with alarms, how often it
looks. From vendors' manuals and what operators of feeds report; menus differ between versions.
"""

from __future__ import annotations

from dataclasses import dataclass

from trainer.core.text import noop


@dataclass(frozen=True)
class Device:
    """One kind of client; all texts are messages. *agent* is a part of its User-Agent."""

    key: str
    name: str
    steps: tuple[str, ...]
    alarms: str
    looks: str
    agents: tuple[str, ...] = ()


_FILE = noop("Alarms ring as set below. A file is a copy: when a class changes, load it again.")
_NEVER = noop("Never by itself: this page and the text messages of the office tell of changes.")
DEVICES = (
    Device(
        "iphone",
        noop("iPhone and iPad"),
        (
            noop("Tap “Add to calendar” above."),
            noop("Tap “Subscribe”, then “Add”."),
            noop(
                "In the calendar's settings switch off “Remove alarms”, if you want to be reminded."
            ),
        ),
        noop("Rings, once “Remove alarms” is switched off."),
        noop("About every hour to once a day, as set under “Fetch new data”."),
        ("iPhone", "iPad"),
    ),
    Device(
        "huawei",
        noop("Huawei and Honor"),
        (
            noop("Tap “Load the file” below."),
            noop("Open the file and choose “Calendar”."),
            noop("Tap “Import”, then “Done”."),
        ),
        _FILE,
        _NEVER,
        ("HUAWEI", "HONOR", "Huawei", "HarmonyOS"),
    ),
    Device(
        "xiaomi",
        noop("Xiaomi and Redmi"),
        (
            noop("Tap “Copy” beside the link above."),
            noop(
                "Open “Calendar”, tap the three dots, then “Settings”, “Import”, “Import by URL”."
            ),
            noop("Paste the link and tap “Add”."),
        ),
        noop("Rings as set below."),
        noop("Several times a day."),
        ("MIUI", "Xiaomi", "Redmi", "XiaoMi", "HyperOS"),
    ),
    Device(
        "oppo",
        noop("OPPO, OnePlus and realme"),
        (
            noop("Tap “Load the file” below."),
            noop("Open “My files”, then “Downloads”, and tap the file."),
            noop("Choose “Calendar” and tap “Import”."),
        ),
        _FILE,
        _NEVER,
        ("OPPO", "OnePlus", "realme", "HeyTap"),
    ),
    Device(
        "vivo",
        noop("vivo and iQOO"),
        (
            noop("Tap “Load the file” below."),
            noop("Open “File manager”, then “Downloads”, and tap the file."),
            noop("Choose “Calendar” and tap “Import”."),
        ),
        _FILE,
        _NEVER,
        ("vivo", "iQOO"),
    ),
    Device(
        "wechat",
        noop("In WeChat"),
        (
            noop("WeChat itself cannot subscribe. Tap the three dots at the top right."),
            noop("Choose “Open in browser”."),
            noop("Go on there as for your phone."),
        ),
        noop("None in WeChat."),
        noop("Never in WeChat."),
        ("MicroMessenger",),
    ),
    Device(
        "outlook",
        noop("Outlook"),
        (
            noop("Copy the link above."),
            noop("In the calendar choose “Add calendar”, then “Subscribe from web”."),
            noop("Paste the link, give it a name and choose “Import”."),
        ),
        noop("Does not ring for subscribed calendars; set one of your own."),
        noop("Every 3 hours to once a day; it cannot be hurried."),
    ),
    Device(
        "google",
        noop("Google Calendar"),
        (
            noop("Copy the link above."),
            noop("On a computer, beside “Other calendars”, choose the plus sign, then “From URL”."),
            noop("Paste the link and choose “Add calendar”."),
        ),
        noop("Does not take our alarm; set one in the calendar's own settings."),
        noop("Every 8 to 24 hours; it cannot be hurried."),
    ),
    Device(
        "thunderbird",
        noop("Thunderbird"),
        (
            noop("Copy the link above."),
            noop("In the calendar choose “New calendar”, then “On the network”."),
            noop("Paste the link and choose “Find calendars”, then “Subscribe”."),
        ),
        noop("Rings as set below."),
        noop("Every 30 minutes; another time can be set."),
        ("Thunderbird",),
    ),
)


def ordered(user_agent: str) -> list[tuple[Device, bool]]:
    """Return all kinds of clients, the asker's own first and marked."""
    marked = [(each, any(part in user_agent for part in each.agents)) for each in DEVICES]
    return sorted(marked, key=lambda pair: not pair[1])
