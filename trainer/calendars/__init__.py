"""Calendar feeds that phones poll for years."""
