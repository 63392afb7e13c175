"""The agenda of a meeting: what earlier meetings left open, and what departments and the committee propose."""
