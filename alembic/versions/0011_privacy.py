"""The tables of privacy, the contact persons of organisations, and sealed chunks."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import NOW, scoped

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

# A contact stands where its organisation stands, and its sealed values with it. Contacts are locked before values, as
# everybody does it.
FOLLOW = f"""
CREATE FUNCTION contacts_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE contacts SET region_code = NEW.region_code, version = version + 1,
           recorded_at = coalesce({NOW}, clock_timestamp())
     WHERE organization_id = NEW.id;
    UPDATE personal_values SET region_code = NEW.region_code
     WHERE holder = 'contacts' AND row_key IN (SELECT id::text FROM contacts WHERE organization_id = NEW.id);
    RETURN NULL;
END $$
"""

# What a dataset said of a person is sealed apart, and moves with its record.
SAID_FOLLOWS = """
CREATE FUNCTION personal_values_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE personal_values SET region_code = NEW.region_code
     WHERE holder = 'dataset_records' AND row_key = NEW.dataset || '/' || NEW.record_key;
    RETURN NULL;
END $$
"""

# Erasure reaches what nobody else may remove: the earlier versions of rows about a person.
FORGET = """
CREATE FUNCTION privacy_forget(about text, rows uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    IF about NOT IN ('contacts', 'review_items') THEN
        RAISE EXCEPTION 'the history of % is not about persons', about;
    END IF;
    DELETE FROM history WHERE subject = about AND subject_id = ANY (rows);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_time", INSTANT, nullable=False),
        sa.Column("corrected", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("role IN ('owner', 'manager', 'liaison', 'other')", name="role"),
        sa.CheckConstraint("name <> ''", name="name"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", name="region_code"),
    )
    op.create_index("uq_contacts_organization_id_name", "contacts", ["organization_id", "name"], unique=True)
    op.create_index("ix_contacts_region_code_id", "contacts", ["region_code", "id"])
    op.create_table(
        "personal_values",
        sa.Column("holder", sa.Text(), primary_key=True),
        sa.Column("row_key", sa.Text(), primary_key=True),
        sa.Column("field", sa.Text(), primary_key=True),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("sealed", postgresql.BYTEA(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("blind", postgresql.BYTEA(), nullable=False),
        sa.Column("index_id", sa.Integer(), nullable=False),
    )
    op.create_index("ix_personal_values_blind_holder_field", "personal_values", ["blind", "holder", "field"])
    op.create_index("ix_personal_values_key_id", "personal_values", ["key_id"])
    op.create_index("ix_personal_values_index_id", "personal_values", ["index_id"])
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=False),
        sa.Column("erased_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "ground IN ('purpose_achieved', 'consent_withdrawn', 'unlawful', 'retention_over')", name="ground"
        ),
    )
    op.create_index("uq_erasures_holder_row_id", "erasures", ["holder", "row_id"], unique=True)
    op.add_column("batch_chunks", sa.Column("sealed", postgresql.BYTEA()))
    op.add_column("batch_chunks", sa.Column("key_id", sa.Integer()))
    op.create_index(
        "ix_batch_chunks_key_id", "batch_chunks", ["key_id"], postgresql_where=sa.text("sealed IS NOT NULL")
    )
    for statement in (
        "ALTER TABLE batch_chunks ALTER COLUMN sealed SET STORAGE EXTERNAL",
        *scoped("contacts"),
        *watched("contacts", masked=("name",)),
        *scoped("personal_values"),
        *scoped("erasures"),
        "REVOKE UPDATE, DELETE, TRUNCATE ON erasures FROM liangxin_app",
        FOLLOW,
        "CREATE TRIGGER organizations_contacts_follow AFTER UPDATE ON organizations FOR EACH ROW"
        " WHEN (OLD.region_code IS DISTINCT FROM NEW.region_code) EXECUTE FUNCTION contacts_follow()",
        SAID_FOLLOWS,
        "CREATE TRIGGER dataset_records_values_follow AFTER UPDATE ON dataset_records FOR EACH ROW"
        " WHEN (OLD.region_code IS DISTINCT FROM NEW.region_code) EXECUTE FUNCTION personal_values_follow()",
        FORGET,
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
