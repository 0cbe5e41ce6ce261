"""The example county: Huzhu as its congress reports describe it, with made-up persons."""
