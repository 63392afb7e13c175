"""The catalogue of personal data knows every sealed column, every personal field and who answers for it."""

from app.catalogues.datasets import DATASETS
from app.catalogues.personal import HOLDERS, PERSONAL, SEALED
from app.services.privacy.facts import READERS
from app.services.privacy.policy import RetentionPolicy
from app.tables import metadata


def test_every_sealed_column_is_brought_under_new_keys() -> None:
    """One that is left out would hold its old key for ever, and lose its values with it."""
    sealed = {table.name for table in metadata.tables.values() if "sealed" in table.columns}
    assert sealed == {column.table for column in SEALED}
    for column in SEALED:
        table = metadata.tables[column.table]
        assert {"sealed", "key_id"} <= set(table.columns.keys())
        assert tuple(key.name for key in table.primary_key) == column.keys
        assert column.blind is None or {"blind", "index_id"} <= set(table.columns.keys())


def test_every_personal_field_has_a_kind_and_a_time() -> None:
    for field in PERSONAL:
        assert field.table in metadata.tables
        assert field.kind in READERS
        assert field.retention is None or field.retention in RetentionPolicy.__dataclass_fields__
        assert field.column not in metadata.tables[field.table].columns  # it stands apart, sealed


def test_every_personal_field_of_a_dataset_can_be_told_and_erased() -> None:
    for dataset in DATASETS.values():
        for field in dataset.personal:
            for table in ("dataset_records", "review_items"):
                assert any((one.table, one.column) == (table, field) for one in PERSONAL), (dataset.name, field)


def test_whoever_holds_personal_fields_answers_for_them() -> None:
    assert {field.table for field in PERSONAL} - {"dataset_records"} == set(HOLDERS)
