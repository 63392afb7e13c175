"""The operators' guide says what the code says."""

from app.core.config import Settings
from scripts import document_settings


def test_the_table_of_settings_is_todays() -> None:
    """`python -m scripts.document_settings` writes it."""
    assert document_settings.PAGE.read_text(encoding="utf-8") == document_settings.page()
    assert all(setting.description for setting in Settings.model_fields.values())
