"""What was decided, and what became of it."""

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import NOW, SUBJECTS, inside, secured, seen_further

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
STATES = "'open', 'reported', 'sent_back', 'accepted', 'carried_over', 'withdrawn'"
VERBS = "'decide', 'change', 'set_supporters', 'report', 'accept', 'send_back', 'carry_over', 'withdraw'"
LINE = ("authority_code",)
SEE = inside("region_code", LINE, ("department_id", "committee_id"))
WRITE = inside("region_code", LINE)
MINE = f"{SUBJECTS}::uuid[]"
WRITE_PART = f"({WRITE} OR department_id = ANY ({MINE}))"
OF_OFFICE = inside("NEW.region_code", ("NEW.authority_code",))

# From one state by a verb to another, and whose step it is. As in the room's facts; a test holds the two together.
STEPS = """
CREATE FUNCTION action_item_steps() RETURNS TABLE (come_from text, verb text, leads_to text, who text)
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    VALUES ('open', 'change', 'open', 'committee'),
           ('open', 'report', 'reported', 'department'),
           ('sent_back', 'report', 'reported', 'department'),
           ('carried_over', 'report', 'reported', 'department'),
           ('reported', 'accept', 'accepted', 'committee'),
           ('reported', 'send_back', 'sent_back', 'committee'),
           ('open', 'carry_over', 'carried_over', 'committee'),
           ('sent_back', 'carry_over', 'carried_over', 'committee'),
           ('carried_over', 'carry_over', 'carried_over', 'committee'),
           ('open', 'withdraw', 'withdrawn', 'committee'),
           ('reported', 'withdraw', 'withdrawn', 'committee'),
           ('sent_back', 'withdraw', 'withdrawn', 'committee'),
           ('carried_over', 'withdraw', 'withdrawn', 'committee'),
           ('open', 'set_supporters', 'open', 'committee'),
           ('reported', 'set_supporters', 'reported', 'committee'),
           ('sent_back', 'set_supporters', 'sent_back', 'committee'),
           ('carried_over', 'set_supporters', 'carried_over', 'committee')
$$
"""

# The next number of a committee's year: who enters one waits for nobody but those who enter one for the same committee,
# until they are done; rolled back, the number is free again. Both are this side of the row, so that no counter stands
# beside the numbers.
NUMBERS = f"""
CREATE FUNCTION action_items_number() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    NEW.year := extract(year FROM {INSTANT} AT TIME ZONE 'Asia/Shanghai');
    PERFORM pg_advisory_xact_lock(hashtext('action_items'), hashtext(NEW.committee_id::text || NEW.year));
    SELECT coalesce(max(number), 0) + 1 INTO NEW.number
      FROM action_items WHERE committee_id = NEW.committee_id AND year = NEW.year;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""

# A meeting's decision is the committee's and was taken on the meeting's day. The responsible department is one of the
# committee's on that day, and is held while the row is written: whoever ends its membership meanwhile is waited for.
DEPARTMENT = """
CREATE FUNCTION action_items_department() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    IF TG_OP = 'INSERT' AND NEW.meeting_id IS NOT NULL THEN
        SELECT held_on INTO NEW.decided_on
          FROM joint_meetings WHERE id = NEW.meeting_id AND committee_id = NEW.committee_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_action_items_meeting',
                                  MESSAGE = 'ck_action_items_meeting';
        END IF;
    END IF;
    PERFORM FROM departments
      WHERE id = NEW.department_id AND committee_id = NEW.committee_id
        AND valid_from <= NEW.decided_on AND (valid_to IS NULL OR valid_to > NEW.decided_on) FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_action_items_department',
                              MESSAGE = 'ck_action_items_department';
    END IF;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""

# Begins open; goes no other way than the table says, whoever writes; a department takes its own steps and leaves the
# rest as it is. What was decided is changed only while nothing was reported.
STEPPED = f"""
CREATE FUNCTION action_items_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_action_items_step',
                                  MESSAGE = 'ck_action_items_step';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.committee_id, OLD.year, OLD.number, OLD.meeting_id, OLD.agenda_item_id, OLD.decided_on)
          IS DISTINCT FROM (NEW.committee_id, NEW.year, NEW.number, NEW.meeting_id, NEW.agenda_item_id, NEW.decided_on)
       OR ((OLD.what, OLD.department_id) IS DISTINCT FROM (NEW.what, NEW.department_id)
           AND (OLD.state, NEW.state) IS DISTINCT FROM ('open', 'open')) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_action_items_frozen',
                              MESSAGE = 'ck_action_items_frozen';
    END IF;
    IF coalesce(OLD.department_id = ANY ({MINE}), false) AND NOT coalesce({OF_OFFICE}, false) THEN
        IF (OLD.what, OLD.department_id, OLD.due_on) IS DISTINCT FROM (NEW.what, NEW.department_id, NEW.due_on)
           OR NOT EXISTS (SELECT FROM action_item_steps()
                           WHERE come_from = OLD.state AND leads_to = NEW.state AND who = 'department') THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_action_items_step',
                                  MESSAGE = 'ck_action_items_step';
        END IF;
    ELSIF NEW.state <> OLD.state
          AND NOT EXISTS (SELECT FROM action_item_steps() WHERE come_from = OLD.state AND leads_to = NEW.state) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_action_items_step',
                              MESSAGE = 'ck_action_items_step';
    END IF;
    RETURN NEW;
END $$
"""

# A helper or an entry stands where its item stands. A helper is one of the committee's departments and not the
# responsible one; an entry tells a step of the table, and of the version that the item has now.
SUPPORTERS = """
CREATE FUNCTION action_item_supporters_stand() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    SELECT item.committee_id, item.region_code, item.region_level, item.authority_code
      INTO NEW.committee_id, NEW.region_code, NEW.region_level, NEW.authority_code
      FROM action_items AS item
     WHERE item.id = NEW.action_item_id AND item.department_id <> NEW.department_id
       AND EXISTS (SELECT FROM departments
                    WHERE departments.id = NEW.department_id AND departments.committee_id = item.committee_id);
    PERFORM narrow_scope(narrow);
    IF NEW.committee_id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_action_item_supporters_department',
                              MESSAGE = 'ck_action_item_supporters_department';
    END IF;
    RETURN NEW;
END $$
"""
ENTRIES = """
CREATE FUNCTION action_item_entries_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    SELECT item.department_id, item.committee_id, item.region_code, item.region_level, item.authority_code
      INTO NEW.department_id, NEW.committee_id, NEW.region_code, NEW.region_level, NEW.authority_code
      FROM action_items AS item
     WHERE item.id = NEW.action_item_id AND item.version = NEW.item_version AND item.state = NEW.to_state
       AND item.due_on = NEW.due_on
       AND (NEW.kind = 'decide' AND NEW.to_state = 'open'
            OR (NEW.from_state, NEW.kind, NEW.to_state) IN (SELECT come_from, verb, leads_to FROM action_item_steps()));
    PERFORM narrow_scope(narrow);
    IF NEW.committee_id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_action_item_entries_step',
                              MESSAGE = 'ck_action_item_entries_step';
    END IF;
    RETURN NEW;
END $$
"""
# What was done stays as it was told; where it stands follows the committee.
FROZEN = """
CREATE FUNCTION action_item_entries_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (OLD.id, OLD.action_item_id, OLD.item_version, OLD.kind, OLD.from_state, OLD.to_state, OLD.text, OLD.due_on,
        OLD.on_behalf, OLD."by", OLD.at, OLD.department_id, OLD.committee_id)
       IS DISTINCT FROM
       (NEW.id, NEW.action_item_id, NEW.item_version, NEW.kind, NEW.from_state, NEW.to_state, NEW.text, NEW.due_on,
        NEW.on_behalf, NEW."by", NEW.at, NEW.department_id, NEW.committee_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_action_item_entries_frozen',
                              MESSAGE = 'ck_action_item_entries_frozen';
    END IF;
    RETURN NEW;
END $$
"""

# Whether a meeting's minutes are approved. Where asked, the meeting is held: who approves them meanwhile is waited for.
MINUTED = """
CREATE FUNCTION meeting_minuted(wanted uuid, hold boolean) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    found_one boolean;
BEGIN
    IF hold THEN
        PERFORM FROM joint_meetings WHERE id = wanted FOR SHARE;
    END IF;
    found_one := EXISTS (SELECT FROM meeting_minutes WHERE meeting_id = wanted AND state = 'approved');
    PERFORM narrow_scope(narrow);
    RETURN found_one;
END $$
"""


def upgrade() -> None:
    _items()
    _supporters()
    _entries()
    for statement in (
        STEPS,
        "CREATE TRIGGER action_items_stand_with_committee BEFORE INSERT OR UPDATE OF committee_id ON action_items"
        " FOR EACH ROW EXECUTE FUNCTION stand_with_committee()",
        *secured("action_items", SEE),
        *seen_further("action_items", SEE, WRITE_PART),
        *watched("action_items"),
        *secured("action_item_supporters", SEE),
        *seen_further("action_item_supporters", SEE, WRITE),
        *watched("action_item_supporters"),
        *secured("action_item_entries", SEE),
        *seen_further("action_item_entries", SEE, WRITE_PART),
        *watched("action_item_entries", masked=("text",)),
        NUMBERS,
        "CREATE TRIGGER action_items_number BEFORE INSERT ON action_items FOR EACH ROW"
        " EXECUTE FUNCTION action_items_number()",
        DEPARTMENT,
        "CREATE TRIGGER action_items_department BEFORE INSERT OR UPDATE OF department_id ON action_items"
        " FOR EACH ROW EXECUTE FUNCTION action_items_department()",
        STEPPED,
        "CREATE TRIGGER action_items_step BEFORE INSERT OR UPDATE ON action_items FOR EACH ROW"
        " EXECUTE FUNCTION action_items_step()",
        SUPPORTERS,
        "CREATE TRIGGER action_item_supporters_stand BEFORE INSERT OR UPDATE OF action_item_id, department_id"
        " ON action_item_supporters FOR EACH ROW EXECUTE FUNCTION action_item_supporters_stand()",
        ENTRIES,
        "CREATE TRIGGER action_item_entries_stand BEFORE INSERT ON action_item_entries FOR EACH ROW"
        " EXECUTE FUNCTION action_item_entries_stand()",
        FROZEN,
        "CREATE TRIGGER action_item_entries_frozen BEFORE UPDATE ON action_item_entries FOR EACH ROW"
        " EXECUTE FUNCTION action_item_entries_frozen()",
        MINUTED,
        "CREATE TRIGGER files_follow_committee AFTER UPDATE ON action_items REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION files_follow_committee()",
        "REVOKE DELETE, TRUNCATE ON action_items, action_item_entries FROM liangxin_app",  # a number is never missing
    ):
        op.execute(statement)


def _key() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _reference(column: str, to: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(column, sa.Uuid(), sa.ForeignKey(f"{to}.id"), nullable=nullable)


def _stands() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    )


def _found_by_place(table: str) -> None:
    op.create_index(f"ix_{table}_region_code_id", table, ["region_code", "id"])
    op.create_index(f"ix_{table}_authority_code", table, ["authority_code", "region_code", "id"])


def _items() -> None:
    op.create_table(
        "action_items",
        *_key(),
        _reference("committee_id", "authorities"),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _reference("meeting_id", "joint_meetings", nullable=True),
        _reference("agenda_item_id", "agenda_items", nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        _reference("department_id", "departments"),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reported_on", sa.Date()),
        sa.Column("settled_on", sa.Date()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_stands(),
        sa.UniqueConstraint("committee_id", "year", "number"),
        sa.CheckConstraint(f"state IN ({STATES})", "state"),
        sa.CheckConstraint("what <> ''", "what"),
        sa.CheckConstraint("number > 0", "number"),
        sa.CheckConstraint("due_on >= decided_on", "due_on"),
        sa.CheckConstraint("agenda_item_id IS NULL OR meeting_id IS NOT NULL", "agenda_item_id"),
        sa.CheckConstraint(
            "state = 'withdrawn' OR (state IN ('reported', 'accepted')) = (reported_on IS NOT NULL)", "reported_on"
        ),
        sa.CheckConstraint("(state IN ('accepted', 'withdrawn')) = (settled_on IS NOT NULL)", "settled_on"),
    )
    _found_by_place("action_items")
    op.create_index("ix_action_items_department_id", "action_items", ["department_id", "due_on", "id"])
    op.create_index(
        "ix_action_items_due",
        "action_items",
        ["region_code", "due_on", "id"],
        postgresql_where=sa.text("state IN ('open', 'sent_back', 'carried_over', 'reported')"),
    )
    for column in ("meeting_id", "agenda_item_id"):
        op.create_index(
            f"ix_action_items_{column}", "action_items", [column], postgresql_where=sa.text(f"{column} IS NOT NULL")
        )


def _supporters() -> None:
    op.create_table(
        "action_item_supporters",
        *_key(),
        _reference("action_item_id", "action_items"),
        _reference("department_id", "departments"),
        _reference("committee_id", "authorities"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_stands(),
        sa.UniqueConstraint("action_item_id", "department_id"),
    )
    _found_by_place("action_item_supporters")
    for column in ("department_id", "committee_id"):
        op.create_index(f"ix_action_item_supporters_{column}", "action_item_supporters", [column])


def _entries() -> None:
    op.create_table(
        "action_item_entries",
        *_key(),
        _reference("action_item_id", "action_items"),
        sa.Column("item_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text()),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _reference("department_id", "departments"),
        _reference("committee_id", "authorities"),
        *_stands(),
        sa.UniqueConstraint("action_item_id", "item_version"),
        sa.CheckConstraint(f"kind IN ({VERBS})", "kind"),
        sa.CheckConstraint(f"(kind = 'decide') = (from_state IS NULL) AND from_state IN ({STATES})", "from_state"),
        sa.CheckConstraint(f"item_version > 0 AND to_state IN ({STATES})", "to_state"),
        sa.CheckConstraint(
            "text <> '' AND (kind NOT IN ('report', 'send_back', 'carry_over', 'withdraw') OR text IS NOT NULL)", "text"
        ),
        sa.CheckConstraint("NOT on_behalf OR kind = 'report'", "on_behalf"),
    )
    _found_by_place("action_item_entries")
    for column in ("department_id", "committee_id"):
        op.create_index(f"ix_action_item_entries_{column}", "action_item_entries", [column])


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
