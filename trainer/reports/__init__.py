"""Coverage and the year at a glance."""
