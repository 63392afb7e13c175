"""The plan to leave no blank: groups, reasons, tasks."""
