"""The roll, class hours and completion."""
