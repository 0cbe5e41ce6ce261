"""Pages of classes: the list, one class, its steps."""

from __future__ import annotations

from trainer.courses.blueprint import bp

__all__ = ["bp"]
