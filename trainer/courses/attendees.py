"""Who takes part in classes, as far as timetables ask: answered by the package that knows.

Enrolments stand to the left of classes in the order of packages; they register themselves here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

Source = Callable[[Collection[int]], dict[int, dict[int, str]]]
_sources: list[Source] = []


def provide(source: Source) -> Source:
    """Register the function that answers; may decorate it."""
    _sources[:] = [source]
    return source


def attendees(class_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """Return who holds a seat on each of the classes: names by person id; one statement."""
    return _sources[0](class_ids) if _sources and class_ids else {}
