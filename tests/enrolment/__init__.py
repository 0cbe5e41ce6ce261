"""Seats, nominations, waiting list."""
