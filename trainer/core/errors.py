"""Errors of the domain: raised by rules and services, shown by the web as a sentence."""

from __future__ import annotations


class DomainError(Exception):
    """A refusal with a sentence for the user: a catalogue text and its parameters."""

    status = 409

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message, params)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params


class Refused(DomainError):
    """The state of things does not allow it (HTTP 409)."""


class Invalid(DomainError):
    """A value is not acceptable (HTTP 422); *field* names the form field it stands in."""

    status = 422

    def __init__(self, message: str, *, field: str | None = None, **params: object) -> None:
        super().__init__(message, **params)
        self.field = field


class Stale(DomainError):
    """Somebody saved the object after this user had opened it (HTTP 409)."""
