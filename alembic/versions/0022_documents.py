"""Files by content, number series, and documents."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import ACTOR, NOW, inside, secured, seen_further

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
KINDS = "kind IN ('approval', 'appointment', 'term_reminder')"
PLACE = "region_code, authority_code, outflow_authority_code, branch_id"

# A document stands where its subject's branch stands; that of an application whose branch is not founded yet, where
# the branch is applied for.
DOCUMENTS_STAND = """
CREATE FUNCTION documents_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.subject_kind = 'terms' THEN
        SELECT branch_id INTO NEW.branch_id FROM terms WHERE id = NEW.subject_id;
    ELSE
        SELECT branch_id, region_code, authority_code INTO NEW.branch_id, NEW.region_code, NEW.authority_code
          FROM branch_applications WHERE id = NEW.subject_id;
    END IF;
    IF NEW.branch_id IS NOT NULL THEN
        SELECT region_code, authority_code, outflow_authority_code
          INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code
          FROM branches WHERE id = NEW.branch_id;
    END IF;
    RETURN NEW;
END $$
"""

# When the branch is founded its papers are the branch's, and go along with it as all that it has (0018).
DOCUMENTS_FOLLOW = f"""
CREATE FUNCTION documents_follow_applications() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved uuid[] := ARRAY(
        SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)
         WHERE (new_rows.region_code, new_rows.authority_code, new_rows.branch_id)
               IS DISTINCT FROM (old_rows.region_code, old_rows.authority_code, old_rows.branch_id));
    narrow text[];
BEGIN
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE documents AS paper
       SET branch_id = asked.branch_id,
           region_code = coalesce(branches.region_code, asked.region_code),
           authority_code = coalesce(branches.authority_code, asked.authority_code),
           outflow_authority_code = branches.outflow_authority_code,
           version = paper.version + 1, recorded_at = {INSTANT}
      FROM branch_applications AS asked LEFT JOIN branches ON branches.id = asked.branch_id
     WHERE paper.subject_kind = 'branch_applications' AND paper.subject_id = asked.id AND asked.id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# What was issued stays as it was issued, whoever writes.
FROZEN = """
CREATE FUNCTION documents_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (OLD.kind, OLD.subject_kind, OLD.subject_id, OLD.title, OLD.recipient, OLD.addition, OLD.issuer_id,
        OLD.issuer_name, OLD.content, OLD.series_id, OLD.number, OLD.number_text, OLD.issued_on, OLD.issued_by)
       IS DISTINCT FROM
       (NEW.kind, NEW.subject_kind, NEW.subject_id, NEW.title, NEW.recipient, NEW.addition, NEW.issuer_id,
        NEW.issuer_name, NEW.content, NEW.series_id, NEW.number, NEW.number_text, NEW.issued_on, NEW.issued_by)
       OR OLD.state = 'void' AND NEW.state <> 'void' OR OLD.state = 'issued' AND NEW.state = 'draft' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_documents_frozen',
                              MESSAGE = 'ck_documents_frozen';
    END IF;
    RETURN NEW;
END $$
"""

FILES_STAND = f"""
CREATE FUNCTION files_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT {PLACE} INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code, NEW.branch_id
      FROM documents WHERE id = NEW.subject_id AND NEW.subject_kind = 'documents';
    RETURN NEW;
END $$
"""

FILES_FOLLOW = f"""
CREATE FUNCTION files_follow_documents() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved uuid[] := ARRAY(
        SELECT n.id FROM new_rows AS n JOIN old_rows AS o USING (id)
         WHERE (n.region_code, n.authority_code, n.outflow_authority_code, n.branch_id)
               IS DISTINCT FROM (o.region_code, o.authority_code, o.outflow_authority_code, o.branch_id));
    narrow text[];
BEGIN
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE files AS kept
       SET region_code = paper.region_code, authority_code = paper.authority_code,
           outflow_authority_code = paper.outflow_authority_code, branch_id = paper.branch_id,
           version = kept.version + 1, recorded_at = {INSTANT}
      FROM documents AS paper
     WHERE kept.subject_kind = 'documents' AND kept.subject_id = paper.id AND paper.id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

SERIES_FOLLOW = f"""
CREATE FUNCTION number_series_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved uuid[] := ARRAY(
        SELECT n.id FROM new_rows AS n JOIN old_rows AS o USING (id)
         WHERE (n.region_code, n.code) IS DISTINCT FROM (o.region_code, o.code));
    narrow text[];
BEGIN
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE number_series AS series
       SET region_code = authorities.region_code, authority_code = authorities.code,
           version = series.version + 1, recorded_at = {INSTANT}
      FROM authorities WHERE authorities.id = series.authority_id AND authorities.id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# How much is kept does not depend on who asks. A sum alone is told.
FILES_HELD = """
CREATE FUNCTION files_held(lo bigint, hi bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(size), 0)::bigint FROM files WHERE region_code >= lo AND region_code < hi
$$
"""
FILES_BROUGHT = """
CREATE FUNCTION files_brought(who text, since timestamptz) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(size), 0)::bigint FROM files WHERE created_by = who AND created_at >= since
$$
"""
LOOKED_UP = ("files_held(bigint, bigint)", "files_brought(text, timestamptz)")

SEE = inside("region_code", ("authority_code", "outflow_authority_code"), ("branch_id",))
WRITE = inside("region_code", ("authority_code",), ("branch_id",))
KEPT = ("terms", "posts", "activities", "stage_steps", "documents")


def upgrade() -> None:
    _series()
    _documents()
    _contents()
    _files()
    along = ", ".join(f"'{table}'" for table in KEPT)
    for statement in (
        *secured("number_series", inside("region_code", ("authority_code",))),
        *watched("number_series"),
        *secured("documents", SEE),
        *seen_further("documents", SEE, WRITE),
        *watched("documents", masked=("content",)),
        *secured("files", SEE),
        *seen_further("files", SEE, WRITE),
        *watched("files", masked=("name",)),
        *_secured_contents(),
        DOCUMENTS_STAND,
        "CREATE TRIGGER documents_stand BEFORE INSERT ON documents FOR EACH ROW EXECUTE FUNCTION documents_stand()",
        FROZEN,
        "CREATE TRIGGER documents_frozen BEFORE UPDATE ON documents FOR EACH ROW WHEN (OLD.state <> 'draft')"
        " EXECUTE FUNCTION documents_frozen()",
        DOCUMENTS_FOLLOW,
        "CREATE TRIGGER documents_follow_applications AFTER UPDATE ON branch_applications REFERENCING OLD TABLE AS"
        " old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION documents_follow_applications()",
        "DROP TRIGGER branches_take_along ON branches",
        "CREATE TRIGGER branches_take_along AFTER UPDATE ON branches REFERENCING OLD TABLE AS old_rows"
        f" NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION branches_take_along({along})",
        FILES_STAND,
        "CREATE TRIGGER files_stand BEFORE INSERT ON files FOR EACH ROW EXECUTE FUNCTION files_stand()",
        FILES_FOLLOW,
        "CREATE TRIGGER files_follow_documents AFTER UPDATE ON documents REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION files_follow_documents()",
        SERIES_FOLLOW,
        "CREATE TRIGGER number_series_follow AFTER UPDATE ON authorities REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION number_series_follow()",
        "REVOKE DELETE, TRUNCATE ON documents, number_series FROM liangxin_app",  # a number is never missing
        "SET ROLE liangxin_lookup",
        FILES_HELD,
        FILES_BROUGHT,
        *(f"REVOKE ALL ON FUNCTION {each} FROM PUBLIC" for each in LOOKED_UP),
        *(f"GRANT EXECUTE ON FUNCTION {each} TO liangxin_app" for each in LOOKED_UP),
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)


def _secured_contents() -> list[str]:
    """Whoever brings bytes enters them, wherever he stands; the service itself alone lets them go."""
    somebody, system = f"{ACTOR} IS NOT NULL", f"{ACTOR} = 'system'"
    return [
        *secured("file_contents", somebody),
        *seen_further("file_contents", somebody, somebody),
        f"ALTER POLICY scope_delete ON file_contents USING ({system})",
    ]


def _row() -> list[SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def _stands() -> list[SchemaItem]:
    return [
        sa.Column("branch_id", sa.Uuid()),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.Column("outflow_authority_code", sa.BigInteger()),
        sa.Column("created_by", sa.Text(), nullable=False),
        *_entered(),
    ]


def _entered() -> list[SchemaItem]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    ]


def _series() -> None:
    op.create_table(
        "number_series",
        *_row(),
        sa.Column("authority_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date()),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        *_entered(),
        sa.UniqueConstraint("authority_id", "kind", "year"),
        sa.UniqueConstraint("authority_id", "word", "year"),
        sa.CheckConstraint(KINDS, "kind"),
        sa.CheckConstraint("year BETWEEN 1921 AND 9999", "year"),
        sa.CheckConstraint("word <> ''", "word"),
        sa.CheckConstraint("last_number >= 0", "last_number"),
    )
    op.create_index("ix_number_series_region_code_id", "number_series", ["region_code", "id"])


def _documents() -> None:
    op.create_table(
        "documents",
        *_row(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text()),
        sa.Column("addition", sa.Text()),
        sa.Column("issuer_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("issuer_name", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB()),
        sa.Column("series_id", sa.Uuid(), sa.ForeignKey("number_series.id")),
        sa.Column("number", sa.Integer()),
        sa.Column("number_text", sa.Text()),
        sa.Column("issued_on", sa.Date()),
        sa.Column("issued_by", sa.Text()),
        sa.Column("voided_on", sa.Date()),
        sa.Column("voided_by", sa.Text()),
        sa.Column("void_reason", sa.Text()),
        *_stands(),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"]),
        sa.UniqueConstraint("series_id", "number"),
        sa.CheckConstraint(KINDS, "kind"),
        sa.CheckConstraint("state IN ('draft', 'issued', 'void')", "state"),
        sa.CheckConstraint("subject_kind IN ('branch_applications', 'terms')", "subject_kind"),
        sa.CheckConstraint("title <> ''", "title"),
        sa.CheckConstraint(
            "num_nonnulls(series_id, number, number_text, issued_on, issued_by, content) IN (0, 6)", "numbered"
        ),
        sa.CheckConstraint("state <> 'draft' OR number IS NULL", "draft"),
        sa.CheckConstraint("state <> 'issued' OR number IS NOT NULL", "issued"),
        sa.CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", "void_reason"),
        sa.CheckConstraint("(state = 'void') = (voided_on IS NOT NULL)", "voided_on"),
        sa.CheckConstraint("number > 0", "number"),
    )
    op.create_index("ix_documents_region_code_id", "documents", ["region_code", "id"])
    op.create_index("ix_documents_authority_code", "documents", ["authority_code", "region_code", "id"])
    op.create_index("ix_documents_subject_id", "documents", ["subject_id"])
    op.create_index("ix_documents_issuer_id", "documents", ["issuer_id"])
    op.create_index(
        "ix_documents_branch_id", "documents", ["branch_id"], postgresql_where=sa.text("branch_id IS NOT NULL")
    )
    op.create_index(
        "ix_documents_one_approval", "documents", ["subject_id"], unique=True,
        postgresql_where=sa.text("kind = 'approval' AND state <> 'void'"),
    )  # fmt: skip


def _contents() -> None:
    op.create_table(
        "file_contents",
        sa.Column("sha256", sa.LargeBinary(), primary_key=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(sha256) = 32", "sha256"),
        sa.CheckConstraint("size > 0", "size"),
    )
    op.create_index("ix_file_contents_kept_at", "file_contents", ["kept_at"])


def _files() -> None:
    op.create_table(
        "files",
        *_row(),
        sa.Column("sha256", sa.LargeBinary(), sa.ForeignKey("file_contents.sha256"), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        *_stands(),
        sa.CheckConstraint("purpose IN ('scan', 'attachment')", "purpose"),
        sa.CheckConstraint("name <> ''", "name"),
        sa.CheckConstraint("size > 0", "size"),
    )
    op.create_index("ix_files_subject_kind_subject_id", "files", ["subject_kind", "subject_id"])
    op.create_index("ix_files_sha256", "files", ["sha256"])
    op.create_index("ix_files_region_code_id", "files", ["region_code", "id"])
    op.create_index("ix_files_created_by_created_at", "files", ["created_by", "created_at"])


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
