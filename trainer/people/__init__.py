"""Congresses, terms, delegations, persons and their seats."""
