"""The five-year plan with its targets, and the plan of each year."""
