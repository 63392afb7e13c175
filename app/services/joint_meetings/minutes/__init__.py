"""Minutes of a meeting: editions that are written, approved by somebody else, and then frozen."""
