"""Frozen values of agendas."""

from typing import Final

AGENDA_ITEMS: Final = "agenda_items"
"""What files and the audit call an item."""
