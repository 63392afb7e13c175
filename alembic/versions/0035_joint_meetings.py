"""Joint meetings: agenda, invitations, minutes."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import NOW, SUBJECTS, inside, secured, seen_further

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"

# An item comes onto the agenda of a meeting that has not been held, at its end unless another place is told. Whoever
# adds one waits for the others and for whoever holds the meeting: a department may not lock it itself.
POSITION = """
CREATE FUNCTION agenda_items_position() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    stands text;
BEGIN
    SELECT state INTO stands FROM joint_meetings WHERE id = NEW.meeting_id FOR NO KEY UPDATE;
    IF stands NOT IN ('planned', 'invited') THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_agenda_items_ahead',
                              MESSAGE = 'ck_agenda_items_ahead';
    END IF;
    IF NEW.position IS NULL THEN
        SELECT coalesce(max(position), 0) + 1 INTO NEW.position FROM agenda_items WHERE meeting_id = NEW.meeting_id;
    END IF;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""

# What was approved stays as it was approved, whoever writes; where it stands follows the committee.
FROZEN = """
CREATE FUNCTION meeting_minutes_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (OLD.id, OLD.meeting_id, OLD.committee_id, OLD.edition, OLD.paragraphs, OLD.correction_reason, OLD.state,
        OLD.written_by, OLD.approved_by, OLD.approved_at, OLD.decisions)
       IS DISTINCT FROM
       (NEW.id, NEW.meeting_id, NEW.committee_id, NEW.edition, NEW.paragraphs, NEW.correction_reason, NEW.state,
        NEW.written_by, NEW.approved_by, NEW.approved_at, NEW.decisions) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_meeting_minutes_frozen',
                              MESSAGE = 'ck_meeting_minutes_frozen';
    END IF;
    RETURN NEW;
END $$
"""

# As in 0022; and a file of what a committee's meetings are about stands where that stands, and is the department's
# that brought it. The tables named here have the four columns.
FILES_STAND = """
CREATE OR REPLACE FUNCTION files_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.subject_kind IN ('agenda_items', 'action_items', 'rectifications') THEN
        EXECUTE format(
            'SELECT region_code, authority_code, committee_id, department_id FROM %I WHERE id = $1', NEW.subject_kind)
           INTO NEW.region_code, NEW.authority_code, NEW.committee_id, NEW.department_id USING NEW.subject_id;
    ELSE
        SELECT region_code, authority_code, outflow_authority_code, branch_id
          INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code, NEW.branch_id
          FROM documents WHERE id = NEW.subject_id AND NEW.subject_kind = 'documents';
    END IF;
    RETURN NEW;
END $$
"""
# For the same tables, as the statement trigger of each.
FILES_FOLLOW = f"""
CREATE FUNCTION files_follow_committee() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved uuid[] := ARRAY(
        SELECT n.id FROM new_rows AS n JOIN old_rows AS o USING (id)
         WHERE (n.region_code, n.authority_code, n.committee_id, n.department_id)
               IS DISTINCT FROM (o.region_code, o.authority_code, o.committee_id, o.department_id));
    narrow text[];
BEGIN
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE files AS kept
       SET region_code = told.region_code, authority_code = told.authority_code, committee_id = told.committee_id,
           department_id = told.department_id, version = kept.version + 1, recorded_at = {INSTANT}
      FROM new_rows AS told
     WHERE kept.subject_kind = TG_TABLE_NAME AND kept.subject_id = told.id AND told.id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# As in 0032, and who came for whom is forgotten once its time is over.
FORGET = """
CREATE OR REPLACE FUNCTION privacy_forget(about text, rows uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    IF about NOT IN ('contacts', 'review_items', 'members', 'member_relations', 'member_transfers', 'workers',
                     'department_liaisons', 'meeting_invitations') THEN
        RAISE EXCEPTION 'the history of % is not about persons', about;
    END IF;
    DELETE FROM history WHERE subject = about AND subject_id = ANY (rows);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$
"""

# Read by whoever sees the committee's place or line, and by its departments; written by place or line, and by a
# department what is its own.
LINE = ("authority_code",)
MINE = f"{SUBJECTS}::uuid[]"
SEE_MEETING = inside("region_code", LINE, ("committee_id",))
SEE_PART = inside("region_code", LINE, ("department_id", "committee_id"))
WRITE = inside("region_code", LINE)
WRITE_PART = f"({WRITE} OR department_id = ANY ({MINE}))"
SCOPES = {
    "joint_meetings": (SEE_MEETING, WRITE),
    "agenda_items": (SEE_PART, WRITE_PART),
    "meeting_invitations": (SEE_PART, WRITE_PART),
    "meeting_minutes": (SEE_MEETING, WRITE),
}
MASKED = {"meeting_invitations": ("delegate_name", "delegate_post", "absence_reason")}
SEE_FILES = inside(
    "region_code", ("authority_code", "outflow_authority_code"), ("branch_id", "department_id", "committee_id")
)
WRITE_FILES = inside("region_code", LINE, ("branch_id", "department_id"))


def upgrade() -> None:
    _meetings()
    _agenda()
    _invitations()
    _minutes()
    for table, (see, write) in SCOPES.items():
        for statement in (
            f"CREATE TRIGGER {table}_stand_with_committee BEFORE INSERT OR UPDATE OF committee_id ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION stand_with_committee()",
            *secured(table, see),
            *seen_further(table, see, write),
            *watched(table, masked=MASKED.get(table, ())),
        ):
            op.execute(statement)
    for statement in (
        POSITION,
        "CREATE TRIGGER agenda_items_position BEFORE INSERT ON agenda_items FOR EACH ROW"
        " EXECUTE FUNCTION agenda_items_position()",
        FORGET,
        FROZEN,
        "CREATE TRIGGER meeting_minutes_frozen BEFORE UPDATE ON meeting_minutes FOR EACH ROW"
        " WHEN (OLD.state = 'approved') EXECUTE FUNCTION meeting_minutes_frozen()",
        "REVOKE DELETE, TRUNCATE ON joint_meetings, meeting_invitations, meeting_minutes FROM liangxin_app",
    ):
        op.execute(statement)
    _files()


def _row() -> list[SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def _stands(table: str) -> list[SchemaItem]:
    return [
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
        sa.Index(f"ix_{table}_region_code_id", "region_code", "id"),
        sa.Index(f"ix_{table}_authority_code", "authority_code", "region_code", "id"),
    ]


def _of_meeting() -> list[SchemaItem]:
    return [
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id", "committee_id"], ["joint_meetings.id", "joint_meetings.committee_id"]),
    ]


def _meetings() -> None:
    op.create_table(
        "joint_meetings",
        *_row(),
        sa.Column("committee_id", sa.Uuid(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), sa.ForeignKey("meeting_schedules.id")),
        sa.Column("occurrence_on", sa.Date()),
        sa.Column("parent_id", sa.Uuid(), sa.ForeignKey("joint_meetings.id")),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("convener_id", sa.Uuid(), sa.ForeignKey("departments.id")),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("topics_due_on", sa.Date(), nullable=False),
        sa.Column("attendance_due_on", sa.Date(), nullable=False),
        sa.Column("cancel_reason", sa.Text()),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        *_stands("joint_meetings"),
        sa.UniqueConstraint("id", "committee_id"),
        sa.CheckConstraint("kind IN ('regular', 'ad_hoc', 'liaison')", "kind"),
        sa.CheckConstraint("purpose IN ('study', 'bulletin', 'supervision')", "purpose"),
        sa.CheckConstraint("state IN ('planned', 'invited', 'held', 'minuted', 'cancelled')", "state"),
        sa.CheckConstraint("title <> '' AND place <> '' AND cancel_reason <> ''", "texts"),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", "minutes"),
        sa.CheckConstraint(
            "(kind = 'regular') = (schedule_id IS NOT NULL) AND (schedule_id IS NULL) = (occurrence_on IS NULL)",
            "schedule_id",
        ),
        sa.CheckConstraint("(kind = 'liaison') = (parent_id IS NOT NULL) AND parent_id <> id", "parent_id"),
        sa.CheckConstraint("held_on = (starts_at AT TIME ZONE 'Asia/Shanghai')::date", "held_on"),
        sa.CheckConstraint("topics_due_on <= held_on AND attendance_due_on <= held_on", "due_on"),
        sa.CheckConstraint("(state = 'cancelled') = (cancel_reason IS NOT NULL)", "cancel_reason"),
    )
    op.create_index("ix_joint_meetings_committee_id", "joint_meetings", ["committee_id", "starts_at"])
    op.create_index(
        "uq_joint_meetings_schedule_id_occurrence_on",
        "joint_meetings",
        ["schedule_id", "occurrence_on"],
        unique=True,
        postgresql_where=sa.text("schedule_id IS NOT NULL AND state <> 'cancelled'"),
    )
    op.create_index(
        "ix_joint_meetings_parent_id",
        "joint_meetings",
        ["parent_id"],
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    for day in ("topics_due_on", "attendance_due_on"):
        op.create_index(
            f"ix_joint_meetings_{day}",
            "joint_meetings",
            [day],
            postgresql_where=sa.text("state IN ('planned', 'invited')"),
        )


def _agenda() -> None:
    op.create_table(
        "agenda_items",
        *_row(),
        *_of_meeting(),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text()),
        sa.Column("department_id", sa.Uuid(), sa.ForeignKey("departments.id")),
        sa.Column("action_item_id", sa.Uuid()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decline_reason", sa.Text()),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        *_stands("agenda_items"),
        sa.UniqueConstraint("meeting_id", "position", deferrable=True, initially="DEFERRED"),
        sa.CheckConstraint("kind IN ('carried_over', 'study', 'bulletin', 'supervision', 'other')", "kind"),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'declined')", "state"),
        sa.CheckConstraint("title <> '' AND summary <> '' AND decline_reason <> ''", "texts"),
        sa.CheckConstraint("position > 0", "position"),
        sa.CheckConstraint("(kind = 'carried_over') = (action_item_id IS NOT NULL)", "action_item_id"),
        sa.CheckConstraint("(state = 'declined') = (decline_reason IS NOT NULL)", "decline_reason"),
    )
    op.create_index(
        "uq_agenda_items_meeting_id_action_item_id",
        "agenda_items",
        ["meeting_id", "action_item_id"],
        unique=True,
        postgresql_where=sa.text("action_item_id IS NOT NULL"),
    )
    for column in ("department_id", "action_item_id"):
        op.create_index(
            f"ix_agenda_items_{column}", "agenda_items", [column], postgresql_where=sa.text(f"{column} IS NOT NULL")
        )


def _invitations() -> None:
    op.create_table(
        "meeting_invitations",
        *_row(),
        *_of_meeting(),
        sa.Column("department_id", sa.Uuid(), sa.ForeignKey("departments.id"), nullable=False),
        sa.Column("invited_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_on", sa.Date()),
        sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("delegate_name", sa.Text()),
        sa.Column("delegate_post", sa.Text()),
        sa.Column("absence_reason", sa.Text()),
        sa.Column("present", sa.Text()),
        sa.Column("forgotten_on", sa.Date()),
        *_stands("meeting_invitations"),
        sa.UniqueConstraint("meeting_id", "department_id"),
        sa.CheckConstraint("answer IN ('attending', 'substitute', 'absent')", "answer"),
        sa.CheckConstraint("present IN ('own', 'substitute', 'none')", "present"),
        sa.CheckConstraint("delegate_name <> '' AND delegate_post <> '' AND absence_reason <> ''", "texts"),
        sa.CheckConstraint("(answer IS NULL) = (answered_on IS NULL)", "answered_on"),
        sa.CheckConstraint(
            "answer <> 'substitute' OR delegate_name IS NOT NULL OR forgotten_on IS NOT NULL", "delegate_name"
        ),
        sa.CheckConstraint(
            "(answer = 'absent') = (absence_reason IS NOT NULL) OR forgotten_on IS NOT NULL", "absence_reason"
        ),
        sa.CheckConstraint(
            "forgotten_on IS NULL OR num_nonnulls(delegate_name, delegate_post, absence_reason) = 0", "forgotten_on"
        ),
    )
    op.create_index("ix_meeting_invitations_department_id", "meeting_invitations", ["department_id", "id"])


def _minutes() -> None:
    op.create_table(
        "meeting_minutes",
        *_row(),
        *_of_meeting(),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("paragraphs", postgresql.JSONB(), nullable=False),
        sa.Column("correction_reason", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("written_by", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("approved_by", sa.Text()),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("decisions", postgresql.JSONB()),
        *_stands("meeting_minutes"),
        sa.UniqueConstraint("meeting_id", "edition"),
        sa.CheckConstraint("state IN ('draft', 'approved')", "state"),
        sa.CheckConstraint("edition > 0", "edition"),
        sa.CheckConstraint("(edition = 1) = (correction_reason IS NULL) AND correction_reason <> ''", "correction"),
        sa.CheckConstraint("cardinality(written_by) > 0", "written_by"),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_by IS NOT NULL) AND (approved_by IS NULL) = (approved_at IS NULL)"
            " AND (approved_by IS NULL) = (decisions IS NULL) AND approved_by <> ALL (written_by)",
            "approved",
        ),
    )
    op.create_index(
        "uq_meeting_minutes_meeting_id",
        "meeting_minutes",
        ["meeting_id"],
        unique=True,
        postgresql_where=sa.text("state = 'draft'"),
    )


def _files() -> None:
    for column in ("committee_id", "department_id"):
        op.add_column("files", sa.Column(column, sa.Uuid()))
    for statement in (
        FILES_STAND,
        FILES_FOLLOW,
        "CREATE TRIGGER files_follow_committee AFTER UPDATE ON agenda_items REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION files_follow_committee()",
        f"ALTER POLICY scope ON files USING ({SEE_FILES})",
        f"ALTER POLICY scope_insert ON files WITH CHECK ({WRITE_FILES})",
        f"ALTER POLICY scope_update ON files USING ({WRITE_FILES}) WITH CHECK ({WRITE_FILES})",
        f"ALTER POLICY scope_delete ON files USING ({WRITE_FILES})",
    ):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
