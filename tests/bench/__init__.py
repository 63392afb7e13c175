"""Measurements: `make bench`. Each module but `table` has a `run(asked) -> list[Row]`."""
