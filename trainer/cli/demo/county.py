"""Units and sizes of the example county (townships as of 2017; the sizes are our arithmetic)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """A township: short name, seats in the county congress and in its own."""

    name: str
    county_seats: int
    township_seats: int

    @property
    def short(self) -> str:
        """The name without the word for town or township."""
        return self.name.removesuffix("镇").removesuffix("乡")


COUNTY_CODE = "630223"
COUNTY_NAME = "互助土族自治县人民代表大会"
COUNTY_SHORT = "互助县"
COUNTY_UNITS = "县直单位代表团"
COUNTY_UNITS_SEATS = 18
UNITS = (
    Unit("威远镇", 14, 60),
    Unit("丹麻镇", 11, 56),
    Unit("高寨镇", 8, 50),
    Unit("南门峡镇", 11, 56),
    Unit("加定镇", 7, 46),
    Unit("塘川镇", 14, 60),
    Unit("五十镇", 11, 56),
    Unit("五峰镇", 10, 54),
    Unit("台子乡", 11, 56),
    Unit("西山乡", 10, 54),
    Unit("红崖子沟乡", 12, 58),
    Unit("巴扎藏族乡", 6, 45),
    Unit("哈拉直沟乡", 10, 54),
    Unit("松多藏族乡", 6, 45),
    Unit("东山乡", 10, 54),
    Unit("东和乡", 10, 54),
    Unit("东沟乡", 10, 54),
    Unit("林川乡", 9, 55),
    Unit("蔡家堡乡", 7, 63),
)
