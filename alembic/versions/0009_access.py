"""The tables of access: clients and their secrets, grants, push tokens, signing keys, access reviews."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import ACTOR, RANGES, inside, readable, scoped, secured

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ROLES = (
    "'work_committee_officer', 'region_officer', 'line_officer', 'department_partner', 'branch_secretary',"
    " 'instructor', 'portal_reader', 'auditor', 'system_administrator', 'security_administrator',"
    " 'audit_administrator'"
)
ADMINISTRATORS = "'system_administrator', 'security_administrator', 'audit_administrator'"
DELEGATED = f"({inside('region_code')} AND {RANGES} @> ranges)"
"""A grant is seen and written by whose scope holds all of it."""


def instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def words(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def key() -> sa.Column[Any]:
    return sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()"))


def region() -> sa.Column[Any]:
    return sa.Column("region_code", sa.BigInteger(), nullable=False)


def upgrade() -> None:
    _clients()
    _grants()
    _reviews()
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.Text(), primary_key=True),
        sa.Column("sealed", postgresql.BYTEA(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("public", postgresql.JSONB(), nullable=False),
        instant("created_at"),
        instant("active_from"),
        instant("verify_until", nullable=True),
    )
    op.create_index("ix_signing_keys_key_id", "signing_keys", ["key_id"])
    op.create_table(
        "access_uses", sa.Column("id", sa.Uuid(), primary_key=True), sa.Column("used_on", sa.Date(), nullable=False)
    )
    for statement in (*secured("signing_keys", f"{ACTOR} = 'system'"), *readable("access_uses")):
        op.execute(statement)


def _clients() -> None:
    op.create_table(
        "clients",
        key(),
        sa.Column("version", sa.Integer(), nullable=False),
        words("client_id"),
        words("name"),
        region(),
        words("created_by"),
        instant("created_at"),
        instant("disabled_at", nullable=True),
        words("disabled_why", nullable=True),
        instant("recorded_at"),
        sa.UniqueConstraint("client_id", name="uq_clients_client_id"),
        sa.CheckConstraint("client_id ~ '^client-[0-9a-f]{32}$'", name="client_id"),
        sa.CheckConstraint("name <> ''", name="name"),
    )
    op.create_index("ix_clients_region_code_id", "clients", ["region_code", "id"])
    op.create_table(
        "client_secrets",
        key(),
        sa.Column(
            "client_id", sa.Uuid(), sa.ForeignKey("clients.id", name="fk_client_secrets_client_id"), nullable=False
        ),
        region(),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        words("created_by"),
        instant("created_at"),
        instant("ends_at", nullable=True),
        sa.CheckConstraint("octet_length(digest) = 32", name="digest"),
    )
    op.create_index("ix_client_secrets_client_id", "client_secrets", ["client_id"])
    for statement in (*scoped("clients"), *watched("clients"), *scoped("client_secrets")):
        op.execute(statement)


def _grants() -> None:
    op.create_table(
        "grants",
        key(),
        sa.Column("version", sa.Integer(), nullable=False),
        words("subject"),
        words("role"),
        sa.Column("ranges", postgresql.INT8MULTIRANGE(), nullable=False),
        sa.Column("lines", postgresql.INT8MULTIRANGE(), nullable=False),
        sa.Column("subjects", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("datasets", postgresql.ARRAY(sa.Text()), nullable=False),
        region(),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        words("granted_by"),
        words("reason"),
        words("end_reason", nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        words("confirmed_by"),
        instant("created_at"),
        instant("recorded_at"),
        sa.CheckConstraint(f"role IN ({ROLES})", name="role"),
        sa.CheckConstraint("subject ~ '^(client-|person:)'", name="subject"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
    )
    op.create_index("ix_grants_subject", "grants", ["subject"])
    op.create_index("ix_grants_region_code_id", "grants", ["region_code", "id"])
    op.create_table(
        "push_tokens",
        key(),
        sa.Column("grant_id", sa.Uuid(), sa.ForeignKey("grants.id", name="fk_push_tokens_grant_id"), nullable=False),
        region(),
        words("name"),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        words("dataset"),
        sa.Column("addresses", postgresql.ARRAY(postgresql.CIDR()), nullable=False),
        words("created_by"),
        instant("created_at"),
        instant("ends_at"),
        instant("revoked_at", nullable=True),
        words("revoked_why", nullable=True),
        sa.UniqueConstraint("digest", name="uq_push_tokens_digest"),
        sa.CheckConstraint("octet_length(digest) = 32", name="digest"),
        sa.CheckConstraint("cardinality(addresses) BETWEEN 1 AND 20", name="addresses"),
    )
    op.create_index("ix_push_tokens_grant_id", "push_tokens", ["grant_id"])
    for statement in (
        "ALTER TABLE grants ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE grants FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY delegation ON grants USING ({DELEGATED}) WITH CHECK ({DELEGATED})",
        # The rule refuses first and says why; two requests at once meet this.
        "ALTER TABLE grants ADD CONSTRAINT ex_grants_separate_duties EXCLUDE USING gist"
        " (subject WITH =, role WITH <>, daterange(valid_from, valid_to) WITH &&)"
        f" WHERE (role IN ({ADMINISTRATORS}))",
        *watched("grants"),
        *scoped("push_tokens"),
    ):
        op.execute(statement)


def _reviews() -> None:
    op.create_table(
        "access_reviews",
        key(),
        sa.Column("version", sa.Integer(), nullable=False),
        region(),
        words("opened_by"),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date()),
        instant("recorded_at"),
    )
    op.create_index("ix_access_reviews_region_code_id", "access_reviews", ["region_code", "id"])
    op.create_table(
        "access_review_items",
        sa.Column(
            "review_id",
            sa.Uuid(),
            sa.ForeignKey("access_reviews.id", name="fk_access_review_items_review_id"),
            primary_key=True,
        ),
        sa.Column(
            "grant_id", sa.Uuid(), sa.ForeignKey("grants.id", name="fk_access_review_items_grant_id"), primary_key=True
        ),
        region(),
        words("verdict", nullable=True),
        words("why", nullable=True),
        words("decided_by", nullable=True),
        instant("decided_at", nullable=True),
        sa.CheckConstraint("verdict IN ('keep', 'end')", name="verdict"),
    )
    op.create_index("ix_access_review_items_grant_id", "access_review_items", ["grant_id"])
    for statement in (
        *scoped("access_reviews"),
        *watched("access_reviews"),
        *scoped("access_review_items"),
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
