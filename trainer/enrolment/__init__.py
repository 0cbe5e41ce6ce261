"""Seats of a class per delegation, nominations and the waiting list."""
