"""What a department's calendar shows of its committee's meetings."""
