"""Uploaded files as numbered raw records: found encoding and header, constant memory, every line accounted for."""

from app.core.streams.chunks import Chunk, ChunkDamaged, chunked, head_size, lines_of, pack, unpack
from app.core.streams.csv_dialect import Header, header_name
from app.core.streams.reading import Reading, open_file
from app.core.streams.records import Counts, FileRefused, Format, Limits, RawRecord
from app.core.streams.values import Values, csv_values, json_values

__all__ = [
    "Chunk",
    "ChunkDamaged",
    "Counts",
    "FileRefused",
    "Format",
    "Header",
    "Limits",
    "RawRecord",
    "Reading",
    "Values",
    "chunked",
    "csv_values",
    "head_size",
    "header_name",
    "json_values",
    "lines_of",
    "open_file",
    "pack",
    "unpack",
]
