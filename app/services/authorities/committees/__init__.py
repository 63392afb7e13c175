"""Work committees (两新工委): who sits in them, and where there is none."""
