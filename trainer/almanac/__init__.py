"""Working days and make-up days, congress sessions, Deputy Activity Month, local days."""
