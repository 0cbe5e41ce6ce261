"""Chinese names in pinyin: how they are sorted and searched, surnames with their own readings."""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import lazy_pinyin

# Characters read otherwise as a surname than in common words (现代汉语词典, entries marked 姓).
SURNAMES = {
    "万俟": "mo qi",
    "乐": "yue",
    "乐正": "yue zheng",
    "乜": "nie",
    "么": "yao",
    "仇": "qiu",
    "令狐": "ling hu",
    "佴": "nai",
    "冯": "feng",
    "区": "ou",
    "单": "shan",
    "单于": "chan yu",
    "卜": "bu",
    "召": "shao",
    "句": "gou",
    "员": "yun",
    "夹谷": "jia gu",
    "子车": "zi ju",
    "宓": "mi",
    "宰父": "zai fu",
    "尉迟": "yu chi",
    "幺": "yao",
    "折": "she",
    "拓跋": "tuo ba",
    "曾": "zeng",
    "朴": "piao",
    "查": "zha",
    "洗": "xian",
    "澹台": "tan tai",
    "炅": "gui",
    "盖": "ge",
    "祭": "zhai",
    "种": "chong",
    "秘": "bi",
    "繁": "po",
    "缪": "miao",
    "翟": "zhai",
    "能": "nai",
    "覃": "qin",
    "解": "xie",
    "逄": "pang",
    "逢": "pang",
    "都": "du",
    "重": "chong",
    "长孙": "zhang sun",
    "阚": "kan",
    "鲜于": "xian yu",
}
_NO_LETTER = re.compile(r"[\s·.'’\-]+")


@lru_cache(maxsize=4096)
def syllables(name: str) -> tuple[str, ...]:
    """Return the pinyin of *name* without tones, a syllable per character; ü is written v.

    Other scripts stay as they are, in small letters, a word each; a character that no
    dictionary knows stands for itself and so comes last when sorted.
    """
    own = next((name[:size] for size in (2, 1) if name[:size] in SURNAMES), "")
    head = SURNAMES[own].split() if own else []
    tail = lazy_pinyin(name[len(own) :]) if len(name) > len(own) else []
    words = [word for part in tail for word in _NO_LETTER.split(part.lower())]
    return tuple(word for word in [*head, *words] if word)


def sort_name(name: str) -> str:
    """Return what a list of names is sorted by: ``shan xiao jun`` for 单小军."""
    return " ".join(syllables(name))[:120]


def initials(name: str) -> str:
    """Return the first letters of the syllables: ``sxj`` for 单小军."""
    return "".join(word[0] for word in syllables(name))[:30]


def search_text(name: str) -> str:
    """Return what a search looks in: name, whole pinyin and initials, each part apart."""
    return "|".join((name, folded(sort_name(name)), initials(name)))


def folded(text: str) -> str:
    """Return typed text as `sort_name` without its spaces would hold it."""
    return _NO_LETTER.sub("", text.lower()).replace("ü", "v")
