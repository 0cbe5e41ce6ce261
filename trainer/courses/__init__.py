"""Training classes with their timetables, lecturers and venues."""
