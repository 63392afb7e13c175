"""What was decided: one responsible department, a due day, reports and their acceptance."""
