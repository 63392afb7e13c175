"""What a meeting decides: action items, which may be changed until its minutes are approved."""
