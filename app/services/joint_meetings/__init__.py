"""Joint meetings of a committee's departments: their series, the meetings, and what is laid down about both."""
