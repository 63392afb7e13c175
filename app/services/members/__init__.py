"""Members (党员): formal and probationary, the branch their relation is with, and where they work."""
