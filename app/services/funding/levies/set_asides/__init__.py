"""Money that firms put aside for a year: entries of the books, each known by its key for ever."""
