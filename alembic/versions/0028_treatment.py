"""Posts held and honours, conditions, monthly entitlements."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import NOW, inside, scoped, secured, seen_further

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
MEANWHILE = f"version = told.version + 1, recorded_at = {INSTANT}"
HONOURS = "'delegate', 'committee_member', 'honour'"
CONDITIONS = "'office', 'equipment', 'insurance', 'activity_room', 'books'"
ROLES = "'secretary', 'deputy_secretary', 'committee_member', 'full_time_worker', 'instructor', 'liaison'"
WIDTH = (
    "CASE {0}.region_level WHEN 0 THEN 1000000000000 WHEN 1 THEN 10000000000 WHEN 2 THEN 100000000"
    " WHEN 3 THEN 1000000 WHEN 4 THEN 1000 ELSE 1 END"
)

# Recognition stands where the worker stands; a condition where the branch, the organisation or the worker stands that
# has it. Looked up past the caller's scope; whether he may write there is then a matter of the policy.
HONOURS_PLACED = """
CREATE FUNCTION treatment_honours_placed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT region_code, authority_code INTO NEW.region_code, NEW.authority_code FROM workers WHERE id = NEW.worker_id;
    RETURN NEW;
END $$
"""
CONDITIONS_PLACED = """
CREATE FUNCTION treatment_conditions_placed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.branch_id IS NOT NULL THEN
        SELECT region_code, authority_code, outflow_authority_code
          INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code
          FROM branches WHERE id = NEW.branch_id;
    ELSIF NEW.organization_id IS NOT NULL THEN
        SELECT region_code, line_code, NULL INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code
          FROM organizations WHERE id = NEW.organization_id;
    ELSE
        SELECT region_code, authority_code, NULL INTO NEW.region_code, NEW.authority_code, NEW.outflow_authority_code
          FROM workers WHERE id = NEW.worker_id;
    END IF;
    RETURN NEW;
END $$
"""

# They go along when that moves or comes under another authority; where to is looked up as when they were entered.
WORKERS_FOLLOWED = f"""
CREATE FUNCTION workers_treatment_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    moved uuid[] := ARRAY(
        SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)
         WHERE (new_rows.region_code, new_rows.authority_code)
               IS DISTINCT FROM (old_rows.region_code, old_rows.authority_code));
BEGIN
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE treatment_honours AS told SET {MEANWHILE} WHERE worker_id = ANY (moved);
    UPDATE treatment_conditions AS told SET {MEANWHILE} WHERE worker_id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""
BRANCHES_FOLLOWED = f"""
CREATE FUNCTION branches_treatment_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    moved uuid[] := ARRAY(
        SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)
         WHERE (new_rows.region_code, new_rows.authority_code, new_rows.outflow_authority_code)
               IS DISTINCT FROM (old_rows.region_code, old_rows.authority_code, old_rows.outflow_authority_code));
BEGIN
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE treatment_conditions AS told SET {MEANWHILE} WHERE branch_id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""
EMPLOYERS_FOLLOWED = f"""
CREATE FUNCTION organizations_treatment_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    UPDATE treatment_conditions AS told SET {MEANWHILE} WHERE organization_id = NEW.id;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# Of whoever is erased the sums stay, which name nobody; recognition and conditions go, and their earlier versions.
# Histories are the owner's to remove.
LEAVE = """
CREATE FUNCTION workers_leave_treatment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    honours uuid[] := ARRAY(SELECT id FROM treatment_honours WHERE worker_id = NEW.id);
    conditions uuid[] := ARRAY(SELECT id FROM treatment_conditions WHERE worker_id = NEW.id);
BEGIN
    DELETE FROM treatment_honours WHERE id = ANY (honours);
    DELETE FROM treatment_conditions WHERE id = ANY (conditions);
    DELETE FROM history WHERE subject = 'treatment_honours' AND subject_id = ANY (honours)
                           OR subject = 'treatment_conditions' AND subject_id = ANY (conditions);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# What a closed list says stays as it was closed, whoever writes; only where a row stands may follow a change of
# regions.
MONTHS_FROZEN = """
CREATE FUNCTION treatment_months_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (to_jsonb(OLD) - ARRAY['region_code', 'region_level', 'version', 'recorded_at'])
       IS DISTINCT FROM (to_jsonb(NEW) - ARRAY['region_code', 'region_level', 'version', 'recorded_at']) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_treatment_months_frozen',
                              MESSAGE = 'ck_treatment_months_frozen';
    END IF;
    RETURN NEW;
END $$
"""
LINES_FROZEN = """
CREATE FUNCTION treatment_lines_frozen() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM treatment_months WHERE id = OLD.month_id AND state <> 'open') AND (TG_OP = 'DELETE' OR
       (to_jsonb(OLD) - ARRAY['region_code', 'region_level', 'authority_code'])
       IS DISTINCT FROM (to_jsonb(NEW) - ARRAY['region_code', 'region_level', 'authority_code'])) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_treatment_months_frozen',
                              MESSAGE = 'ck_treatment_months_frozen';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$
"""
LINES_ENTERED = """
CREATE FUNCTION treatment_lines_entered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM treatment_months WHERE state <> 'open' AND id IN (SELECT month_id FROM new_rows)) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_treatment_months_frozen',
                              MESSAGE = 'ck_treatment_months_frozen';
    END IF;
    RETURN NULL;
END $$
"""

# Whoever keeps a worker reckons all that he is paid for, also where others are in charge of it: or two would pay him
# for the same days. Told is no more than what the reckoning needs, and only to whoever acts for the whole region.
PERIODS = """
CREATE FUNCTION treatment_periods(low bigint, high bigint, ended date)
RETURNS TABLE (worker_id uuid, region_code bigint, region_level smallint, authority_code bigint, role_id uuid,
               role text, valid_from date, valid_to date, place_code bigint, place_level smallint)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10000 SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF nullif(current_setting('liangxin.ranges', true), '')::int8multirange @> int8range(low, high) THEN
        RETURN QUERY
        SELECT workers.id, workers.region_code, workers.region_level, workers.authority_code, held.id, held.role,
               held.valid_from, held.valid_to, held.region_code,
               coalesce(branches.region_level, organizations.region_level, workers.region_level)
          FROM workers JOIN worker_roles AS held ON held.worker_id = workers.id
          LEFT JOIN branches ON branches.id = held.branch_id
          LEFT JOIN organizations ON organizations.id = held.organization_id
         WHERE workers.region_code >= low AND workers.region_code < high AND held.valid_from < ended
         ORDER BY workers.region_code, workers.id, held.valid_from, held.id;
    END IF;
END $$
"""
LISTED = """
CREATE FUNCTION treatment_listed(low bigint, high bigint, wanted date, beside uuid)
RETURNS TABLE (worker_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF nullif(current_setting('liangxin.ranges', true), '')::int8multirange @> int8range(low, high) THEN
        RETURN QUERY
        SELECT line.worker_id FROM treatment_entitlements AS line JOIN workers ON workers.id = line.worker_id
         WHERE workers.region_code >= low AND workers.region_code < high AND line.month = wanted
           AND line.month_id IS DISTINCT FROM beside;
    END IF;
END $$
"""
COVERING = f"""
CREATE FUNCTION treatment_covering(low bigint, high bigint, wanted date) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*)::integer FROM treatment_months AS list
     WHERE list.month = wanted AND list.state <> 'discarded' AND list.region_code <= low
       AND list.region_code + {WIDTH.format("list")} >= high
$$
"""

# Which workers of a region may have a closed month listed otherwise than it would be now: one of their roles was
# written since, or so shortly before that the list may not have known it. His last closed list had looked at all
# months before its own, so that nothing older than it is looked at again. With what was listed for that month, in all
# lists that count: closed ones, and open ones of months before this one. Of whom no list knew, the closed list that
# held for where he stood then.
CHANGED = f"""
CREATE FUNCTION treatment_changed(low bigint, high bigint, before date, beside uuid)
RETURNS TABLE (worker_id uuid, for_month date, listed_fen bigint, basis jsonb, known_policies bigint[])
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF NOT nullif(current_setting('liangxin.ranges', true), '')::int8multirange @> int8range(low, high) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH held AS MATERIALIZED (
        SELECT each.*, last.month AS last_month, list.computed_at AS last_at
          FROM (SELECT workers.id, workers.region_code, max(roles.recorded_at) + interval '1 day' AS changed
                  FROM workers JOIN worker_roles AS roles ON roles.worker_id = workers.id
                 WHERE workers.region_code >= low AND workers.region_code < high
                 GROUP BY workers.id) AS each
          LEFT JOIN LATERAL (
            SELECT line.month, line.month_id FROM treatment_entitlements AS line
             WHERE line.worker_id = each.id AND line.state <> 'open'
             ORDER BY line.month DESC LIMIT 1) AS last ON true
          LEFT JOIN treatment_months AS list ON list.id = last.month_id
    ), known AS (
        SELECT held.id, line.month, line.own_fen AS fen, line.basis, list.known_policies
          FROM held JOIN treatment_entitlements AS line ON line.worker_id = held.id
          JOIN treatment_months AS list ON list.id = line.month_id
         WHERE held.changed > held.last_at
           AND list.state = 'closed' AND line.month < before AND list.computed_at < held.changed
    ), unknown AS (
        SELECT DISTINCT ON (held.id, list.month) held.id, list.month, 0::bigint AS fen, NULL::jsonb AS basis,
               list.known_policies
          FROM held JOIN treatment_months AS list
            ON list.state = 'closed' AND list.month < before AND held.changed > greatest(
               list.computed_at, CASE WHEN held.last_month > list.month THEN held.last_at END)
         CROSS JOIN LATERAL (
            SELECT coalesce((SELECT past.region_code FROM history AS past
                              WHERE past.subject = 'workers' AND past.subject_id = held.id
                                AND past.recorded_from <= list.computed_at AND past.recorded_to > list.computed_at
                              LIMIT 1), held.region_code) AS code) AS stood
         WHERE stood.code >= list.region_code AND stood.code < list.region_code + {WIDTH.format("list")}
           AND EXISTS (SELECT 1 FROM worker_roles AS roles
                        WHERE roles.worker_id = held.id AND roles.valid_from < list.month + interval '1 month'
                          AND (roles.valid_to IS NULL OR roles.valid_to > list.month))
           AND NOT EXISTS (SELECT 1 FROM treatment_entitlements AS line
                            WHERE line.worker_id = held.id AND line.month = list.month)
         ORDER BY held.id, list.month, list.region_level DESC, list.computed_at
    )
    SELECT each.id, each.month,
           each.fen + coalesce((SELECT sum(told.difference_fen) FROM treatment_differences AS told
                                  JOIN treatment_months AS list ON list.id = told.month_id
                                 WHERE told.worker_id = each.id AND told.for_month = each.month
                                   AND told.month_id IS DISTINCT FROM beside
                                   AND (list.state = 'closed' OR list.month < before)), 0)::bigint,
           each.basis, each.known_policies
      FROM (SELECT * FROM known UNION ALL SELECT * FROM unknown) AS each
     ORDER BY each.id, each.month;
END $$
"""

# No list is closed while an earlier one that some of its workers stand in is still open: what that one finds of months
# before is then not found twice.
EARLIER = """
CREATE FUNCTION treatment_earlier_open(list uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(DISTINCT earlier.id)::integer
      FROM treatment_months AS earlier
      JOIN treatment_entitlements AS theirs ON theirs.month_id = earlier.id
      JOIN treatment_entitlements AS ours ON ours.worker_id = theirs.worker_id
     WHERE ours.month_id = list AND earlier.state = 'open' AND earlier.month < ours.month
$$
"""
LOOKED_UP = (
    "treatment_periods(bigint, bigint, date)",
    "treatment_listed(bigint, bigint, date, uuid)",
    "treatment_covering(bigint, bigint, date)",
    "treatment_changed(bigint, bigint, date, uuid)",
    "treatment_earlier_open(uuid)",
)

OF_WORKER = inside("region_code", ("authority_code",), ("worker_id",))
OF_ANY = inside(
    "region_code", ("authority_code", "outflow_authority_code"), ("worker_id", "branch_id", "organization_id")
)
ENTERED = inside("region_code", ("authority_code",))


def upgrade() -> None:
    _honours()
    _conditions()
    _months()
    _entitlements()
    _differences()
    for statement in (
        *secured("treatment_honours", OF_WORKER),
        *seen_further("treatment_honours", OF_WORKER, ENTERED),
        *watched("treatment_honours"),
        *secured("treatment_conditions", OF_ANY),
        *seen_further("treatment_conditions", OF_ANY, ENTERED),
        *watched("treatment_conditions"),
        *scoped("treatment_months"),
        *watched("treatment_months"),
        "REVOKE DELETE, TRUNCATE ON treatment_months FROM liangxin_app",
        MONTHS_FROZEN,
        "CREATE TRIGGER treatment_months_frozen BEFORE UPDATE ON treatment_months FOR EACH ROW"
        " WHEN (OLD.state <> 'open') EXECUTE FUNCTION treatment_months_frozen()",
        *(
            each
            for table in ("treatment_entitlements", "treatment_differences")
            for each in (
                *secured(table, OF_WORKER),
                *seen_further(table, OF_WORKER, inside("region_code")),
            )
        ),
        "SET ROLE liangxin_lookup",
        HONOURS_PLACED,
        CONDITIONS_PLACED,
        LINES_FROZEN,
        LINES_ENTERED,
        *(
            f"{verb} ON FUNCTION treatment_{name}() {whom}"
            for name in ("honours_placed", "conditions_placed", "lines_frozen", "lines_entered")
            for verb, whom in (("REVOKE ALL", "FROM PUBLIC"), ("GRANT EXECUTE", "TO liangxin_owner"))
        ),
        PERIODS,
        LISTED,
        COVERING,
        CHANGED,
        EARLIER,
        *(f"REVOKE ALL ON FUNCTION {each} FROM PUBLIC" for each in LOOKED_UP),
        *(f"GRANT EXECUTE ON FUNCTION {each} TO liangxin_app" for each in LOOKED_UP),
        "SET ROLE liangxin_owner",
        *(
            f"CREATE TRIGGER {table}_placed BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION {table}_placed()"
            for table in ("treatment_honours", "treatment_conditions")
        ),
        *(
            each
            for table in ("treatment_entitlements", "treatment_differences")
            for each in (
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
                " EXECUTE FUNCTION treatment_lines_frozen()",
                f"CREATE TRIGGER {table}_entered AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows"
                " FOR EACH STATEMENT EXECUTE FUNCTION treatment_lines_entered()",
            )
        ),
        WORKERS_FOLLOWED,
        BRANCHES_FOLLOWED,
        *(
            f"CREATE TRIGGER {table}_treatment_follow AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows"
            f" NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION {table}_treatment_follow()"
            for table in ("workers", "branches")
        ),
        EMPLOYERS_FOLLOWED,
        "CREATE TRIGGER organizations_treatment_follow AFTER UPDATE ON organizations FOR EACH ROW"
        " WHEN (OLD.region_code IS DISTINCT FROM NEW.region_code OR OLD.line_code IS DISTINCT FROM NEW.line_code)"
        " EXECUTE FUNCTION organizations_treatment_follow()",
        LEAVE,
        "CREATE TRIGGER workers_leave_treatment AFTER UPDATE ON workers FOR EACH ROW"
        " WHEN (NEW.erased AND NOT OLD.erased) EXECUTE FUNCTION workers_leave_treatment()",
    ):
        op.execute(statement)


def _key() -> list[SchemaItem]:
    return [sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()"))]


def _place() -> list[SchemaItem]:
    return [
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    ]


def _level() -> list[SchemaItem]:
    return [
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
    ]


def _times() -> list[SchemaItem]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _found(table: str) -> None:
    op.create_index(f"ix_{table}_region_code_id", table, ["region_code", "id"])
    op.create_index(f"ix_{table}_authority_code", table, ["authority_code", "region_code", "id"])


def _honours() -> None:
    op.create_table(
        "treatment_honours",
        *_key(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("awarded_on", sa.Date()),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        sa.Column("document", sa.Text()),
        sa.Column("cancel_reason", sa.Text()),
        *_place(),
        sa.Column("authority_code", sa.BigInteger()),
        *_times(),
        sa.CheckConstraint(f"kind IN ({HONOURS})", "kind"),
        sa.CheckConstraint("title <> ''", "title"),
        sa.CheckConstraint("body <> ''", "body"),
        sa.CheckConstraint("document <> ''", "document"),
        sa.CheckConstraint("cancel_reason <> ''", "cancel_reason"),
        sa.CheckConstraint("(kind = 'honour') = (awarded_on IS NOT NULL)", "awarded_on"),
        sa.CheckConstraint("(kind = 'honour') = (valid_from IS NULL)", "valid_from"),
        sa.CheckConstraint("valid_to IS NULL OR (valid_from IS NOT NULL AND valid_to >= valid_from)", "period"),
    )
    _found("treatment_honours")
    op.create_index("ix_treatment_honours_worker_id", "treatment_honours", ["worker_id"])


def _conditions() -> None:
    op.create_table(
        "treatment_conditions",
        *_key(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id")),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id")),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("provided", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("note", sa.Text()),
        *_place(),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("outflow_authority_code", sa.BigInteger()),
        *_times(),
        sa.CheckConstraint(f"kind IN ({CONDITIONS})", "kind"),
        sa.CheckConstraint("num_nonnulls(worker_id, branch_id, organization_id) = 1", "subject"),
        sa.CheckConstraint("note <> ''", "note"),
    )
    _found("treatment_conditions")
    for column in ("worker_id", "branch_id", "organization_id"):
        op.create_index(
            f"uq_treatment_conditions_{column}_kind",
            "treatment_conditions",
            [column, "kind"],
            unique=True,
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )


def _months() -> None:
    op.create_table(
        "treatment_months",
        *_key(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("computed_by", sa.Text(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Text()),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("discard_reason", sa.Text()),
        sa.Column("known_policies", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("schemes", postgresql.JSONB(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        *_place(),
        *_level(),
        *_times(),
        sa.CheckConstraint("month = date_trunc('month', month)::date", "month"),
        sa.CheckConstraint("state IN ('open', 'closed', 'discarded')", "state"),
        sa.CheckConstraint(
            "num_nonnulls(closed_by, closed_at) = CASE WHEN state = 'closed' THEN 2 ELSE 0 END", "closed"
        ),
        sa.CheckConstraint("closed_by <> computed_by", "closed_by"),
        sa.CheckConstraint("(state = 'discarded') = (discard_reason IS NOT NULL)", "discard_reason"),
    )
    op.create_index("ix_treatment_months_region_code_id", "treatment_months", ["region_code", "id"])
    op.create_index("ix_treatment_months_month", "treatment_months", ["month", "region_code"])


def _line() -> list[SchemaItem]:
    return [
        sa.Column("month_id", sa.Uuid(), sa.ForeignKey("treatment_months.id"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("workers.id"), nullable=False),
        sa.Column("segments", postgresql.JSONB(), nullable=False),
        sa.Column("unpaid", postgresql.JSONB(), nullable=False),
        *_place(),
        *_level(),
        sa.Column("authority_code", sa.BigInteger()),
    ]


def _entitlements() -> None:
    op.create_table(
        "treatment_entitlements",
        *_key(),
        *_line(),
        sa.Column("role", sa.Text()),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("own_fen", sa.BigInteger(), nullable=False),
        sa.Column("differences_fen", sa.BigInteger(), nullable=False),
        sa.Column("due_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("basis", postgresql.JSONB(), nullable=False),
        sa.UniqueConstraint("worker_id", "month"),
        sa.CheckConstraint(f"role IN ({ROLES})", "role"),
        sa.CheckConstraint("own_fen >= 0 AND due_fen = own_fen + differences_fen", "amounts"),
        sa.CheckConstraint("days BETWEEN 0 AND 31", "days"),
        sa.CheckConstraint(
            "CASE state WHEN 'open' THEN true WHEN 'due' THEN due_fen > 0 WHEN 'owed_back' THEN due_fen < 0"
            " WHEN 'nothing' THEN due_fen = 0 ELSE false END",
            "state",
        ),
    )
    _found("treatment_entitlements")
    op.create_index("ix_treatment_entitlements_month_id", "treatment_entitlements", ["month_id", "region_code", "id"])


def _differences() -> None:
    op.create_table(
        "treatment_differences",
        *_key(),
        *_line(),
        sa.Column("entitlement_id", sa.Uuid(), sa.ForeignKey("treatment_entitlements.id"), nullable=False),
        sa.Column("for_month", sa.Date(), nullable=False),
        sa.Column("listed_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("difference_fen", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("worker_id", "for_month", "month"),
        sa.CheckConstraint(
            "amount_fen >= 0 AND difference_fen = amount_fen - listed_fen AND difference_fen <> 0", "amounts"
        ),
        sa.CheckConstraint("for_month < month", "for_month"),
    )
    _found("treatment_differences")
    for column in ("month_id", "entitlement_id"):
        op.create_index(f"ix_treatment_differences_{column}", "treatment_differences", [column])


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
