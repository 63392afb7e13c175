"""What is typed into a search by name, as the pieces that the index is asked for."""

from dataclasses import dataclass
from typing import Self

from app.core.errors import FieldError, Invalid
from app.services.organizations.names import character_pairs, name_key, spelled, syllable_pairs


@dataclass(frozen=True, slots=True)
class Sought:
    """A name is found by its characters (key and pairs) or, for letters, by its reading (reading and pairs)."""

    key: str
    characters: tuple[str, ...]
    reading: str
    syllables: tuple[str, ...]

    @classmethod
    def typed(cls, text: str) -> Self:
        """Letters may be pinyin or stand in the name; anything else is sought as it stands.

        Blanks part syllables ("xi an"). From three syllables on the last one may be unfinished. Raises Invalid when
        less than two characters are left: they would be found in every other name.
        """
        key = name_key(text)
        if len(key) < 2:
            raise Invalid(errors=(FieldError("/search", "search_short"),))
        reading = _reading(text)
        pairs = syllable_pairs(reading)
        return cls(key, tuple(character_pairs(key)), reading, tuple(pairs[:-1] if len(pairs) > 1 else pairs))


def _reading(text: str) -> str:
    parts = [spelled(part) for part in text.split()]
    return " ".join(part for part in parts if part) if all(parts) else ""
