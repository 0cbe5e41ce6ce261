"""Running the same thing many times at once, from one starting shot."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Result = TypeVar("Result")


def at_once(times: int, act: Callable[[int], Result]) -> list[Result]:
    """Return the results of ``act(0)`` … ``act(times - 1)``, each in its own thread.

    The threads have no application context: each client opens its own.
    """
    barrier = Barrier(times)

    def run(number: int) -> Result:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))
