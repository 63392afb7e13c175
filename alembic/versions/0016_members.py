"""Party members, where their relation is and was, its transfers, and the counts of members that facts rest on."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.core.dated import no_overlap
from app.core.history import watched
from app.core.rowsecurity import NOW, inside, rescoped, secured, seen_further

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
DAY = f"({INSTANT} AT TIME ZONE 'Asia/Shanghai')::date"
MEANWHILE = f"version = told.version + 1, recorded_at = {INSTANT}"

# The counts that hold, frozen on the day of this migration; a test holds them to organizations/facts.py.
HELD = "CASE WHEN roll_kept THEN coalesce({counted}, 0) ELSE greatest({reported}, {counted}) END"
WORKING = HELD.format(counted="counted_working", reported="formal_members_working")
RELATION = HELD.format(counted="counted_relation", reported="formal_members_relation")
PROBATIONARY = HELD.format(counted="counted_probationary", reported="probationary_members")
BANDS = (
    "CASE WHEN {held} IS NULL THEN 0 ELSE 1 + width_bucket(({held})::bigint, ARRAY[1, 2, 3, 7, 50, 100]::bigint[]) END"
)
# As in 0004, but that the two bands of members are those of the counts that hold.
FACTS_KEY = (
    "1::bigint | "
    "((CASE kind WHEN 'unclassified' THEN 0 WHEN 'private_enterprise' THEN 1 WHEN 'foreign_invested' THEN 2 "
    "WHEN 'joint_stock_cooperative' THEN 3 WHEN 'self_employed' THEN 4 WHEN 'farmers_cooperative' THEN 5 "
    "WHEN 'social_association' THEN 6 WHEN 'social_service' THEN 7 WHEN 'foundation' THEN 8 WHEN "
    "'intermediary' THEN 9 WHEN 'informal_body' THEN 10 WHEN 'state_owned' THEN 11 WHEN 'collective' THEN 12 "
    "WHEN 'administrative' THEN 13 WHEN 'union_body' THEN 14 WHEN 'branch_office' THEN 15 END)::bigint << 4) | "
    "((CASE status WHEN 'operating' THEN 0 WHEN 'suspended' THEN 1 WHEN 'closed' THEN 2 WHEN 'revoked' THEN "
    "3 END)::bigint << 9) | "
    "((coalesce((ARRAY[0, 6, 1, 2, 3, 4, 7, 5, 7, 0])[1 + width_bucket(substring(industry from "
    "'^[A-T]?([0-9][0-9])')::int, ARRAY[1, 6, 47, 51, 52, 53, 61, 63, 98])], CASE WHEN industry ~ '^[A]' "
    "THEN 6 WHEN industry ~ '^[BCD]' THEN 1 WHEN industry ~ '^[E]' THEN 2 WHEN industry ~ '^[H]' THEN 5 WHEN "
    "industry ~ '^[GIJKLMNOPQRST]' THEN 7 ELSE 0 END))::bigint << 11) | "
    "((CASE WHEN above_scale_reported IS NULL THEN 0 WHEN above_scale_reported THEN 2 ELSE 1 END)::bigint << 14) | "
    "((CASE WHEN fixed_premises IS NULL THEN 0 WHEN fixed_premises THEN 2 ELSE 1 END)::bigint << 16) | "
    "((CASE WHEN revenue_fen IS NULL THEN 0 ELSE 1 + width_bucket(revenue_fen::bigint, ARRAY[200000000, "
    "500000000, 1000000000, 2000000000, 40000000000]::bigint[]) END)::bigint << 18) | "
    "((CASE WHEN staff IS NULL THEN 0 ELSE 1 + width_bucket(staff::bigint, ARRAY[10, 50, 100, 300, "
    "1000]::bigint[]) END)::bigint << 21) | "
    f"(({BANDS.format(held=WORKING)})::bigint << 24) | "
    f"(({BANDS.format(held=RELATION)})::bigint << 27) | "
    "((CASE coverage_mode WHEN 'none' THEN 0 WHEN 'standalone' THEN 1 WHEN 'joint' THEN 2 WHEN 'attached' "
    "THEN 3 WHEN 'territorial' THEN 4 END)::bigint << 30) | "
    "((CASE WHEN has_instructor THEN 1 ELSE 0 END)::bigint << 33) | "
    "((CASE WHEN has_liaison THEN 1 ELSE 0 END)::bigint << 34) | "
    "((CASE WHEN has_union THEN 1 ELSE 0 END)::bigint << 35) | "
    "((CASE WHEN has_youth_league THEN 1 ELSE 0 END)::bigint << 36) | "
    "((CASE WHEN has_womens_organisation THEN 1 ELSE 0 END)::bigint << 37) | "
    "((CASE WHEN in_federation THEN 1 ELSE 0 END)::bigint << 38) | "
    "((CASE WHEN community_leads THEN 1 ELSE 0 END)::bigint << 39) | "
    "((CASE uncovered_reason WHEN 'no_members' THEN 1 WHEN 'fewer_than_three' THEN 2 WHEN 'owner_not_ready' "
    "THEN 3 WHEN 'not_operating' THEN 4 WHEN 'just_registered' THEN 5 WHEN 'other' THEN 6 ELSE 0 "
    "END)::bigint << 40) | "
    "((CASE WHEN region_level < 3 THEN 1 ELSE 0 END)::bigint << 43)"
)
# One statement, so that the register is written anew once.
COUNTED = f"""
ALTER TABLE organizations
    ADD COLUMN counted_working integer,
    ADD COLUMN counted_relation integer,
    ADD COLUMN counted_probationary integer,
    ADD COLUMN roll_kept boolean NOT NULL DEFAULT false,
    ADD COLUMN members_working integer GENERATED ALWAYS AS ({WORKING}) STORED,
    ADD COLUMN members_relation integer GENERATED ALWAYS AS ({RELATION}) STORED,
    ADD COLUMN members_probationary integer GENERATED ALWAYS AS ({PROBATIONARY}) STORED,
    ALTER COLUMN facts_key SET EXPRESSION AS ({FACTS_KEY})
"""
COUNTS = (
    "staff, payroll_fen, revenue_fen, registered_capital_fen, formal_members_working, formal_members_relation,"
    " probationary_members, counted_working, counted_relation, counted_probationary"
)

# What follows from a write that was allowed may lie outside the writer's scope: for its sake alone the scope is the
# whole country, and then the caller's again. (An error ends the transaction, and the widening too.)
WIDEN = """
CREATE FUNCTION widen_scope() RETURNS text[] LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := ARRAY[
        coalesce(current_setting('liangxin.lo', true), ''),
        coalesce(current_setting('liangxin.hi', true), ''),
        coalesce(current_setting('liangxin.whole', true), '')];
BEGIN
    PERFORM set_config('liangxin.lo', '0', true), set_config('liangxin.hi', '1000000000000', true),
            set_config('liangxin.whole', 't', true);
    RETURN narrow;
END $$
"""
NARROW = """
CREATE FUNCTION narrow_scope(narrow text[]) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('liangxin.lo', narrow[1], true), set_config('liangxin.hi', narrow[2], true),
            set_config('liangxin.whole', narrow[3], true);
END $$
"""

# As in 0010, and the counts of the members entered here. NULL: nobody was ever entered there.
REFRESH = f"""
CREATE OR REPLACE FUNCTION refresh_facts(wanted uuid[]) RETURNS integer
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    today date := {DAY};
    narrow text[] := widen_scope();
    refreshed integer;
BEGIN
    PERFORM FROM organizations WHERE id = ANY (wanted) ORDER BY id FOR NO KEY UPDATE;
    UPDATE organizations AS told
       SET coverage_mode = found.mode, covered_by = found.branch_id, line_code = found.authority_code,
           roll_kept = found.roll_kept, counted_working = found.working, counted_relation = found.relation,
           counted_probationary = found.probationary, {MEANWHILE}
      FROM (SELECT asked.id, coalesce(link.formation_mode, 'none') AS mode, link.branch_id, branch.authority_code,
                   coalesce(branch.roll_kept_since <= today, false) AS roll_kept,
                   counted.working, counted.relation, counted.probationary
              FROM (SELECT DISTINCT unnest(wanted) AS id) AS asked
              LEFT JOIN branch_organizations AS link
                ON link.organization_id = asked.id AND link.valid_from <= today
               AND (link.valid_to IS NULL OR link.valid_to > today)
              LEFT JOIN branches AS branch ON branch.id = link.branch_id
              LEFT JOIN (SELECT organization_id,
                                (count(*) FILTER (WHERE state = 'current' AND kind = 'formal'))::integer AS working,
                                (count(*) FILTER (WHERE state = 'current' AND kind = 'formal'
                                                    AND branch_id IS NOT NULL))::integer AS relation,
                                (count(*) FILTER (WHERE state = 'current'
                                                    AND kind = 'probationary'))::integer AS probationary
                           FROM members WHERE organization_id = ANY (wanted) GROUP BY organization_id) AS counted
                ON counted.organization_id = asked.id) AS found
     WHERE told.id = found.id
       AND (told.coverage_mode, told.covered_by, told.line_code, told.roll_kept,
            told.counted_working, told.counted_relation, told.counted_probationary)
           IS DISTINCT FROM (found.mode, found.branch_id, found.authority_code, found.roll_kept,
            found.working, found.relation, found.probationary);
    GET DIAGNOSTICS refreshed = ROW_COUNT;
    PERFORM narrow_scope(narrow);
    RETURN refreshed;
END $$
"""

# As in 0010, and what a branch covers learns that its roll is complete.
REMANAGED = f"""
CREATE OR REPLACE FUNCTION branches_update_facts() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    today date := {DAY};
    narrow text[];
    moved uuid[];
    touched uuid[];
BEGIN
    moved := ARRAY(
        SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)
         WHERE (new_rows.authority_code, new_rows.outflow_authority_code, new_rows.roll_kept_since)
               IS DISTINCT FROM (old_rows.authority_code, old_rows.outflow_authority_code, old_rows.roll_kept_since));
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    touched := ARRAY(
        SELECT organization_id FROM branch_organizations
         WHERE branch_id = ANY (moved) AND valid_from <= today AND (valid_to IS NULL OR valid_to > today)
         ORDER BY organization_id);
    PERFORM FROM organizations WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    UPDATE branch_organizations AS told
       SET authority_code = branches.authority_code, outflow_authority_code = branches.outflow_authority_code,
           {MEANWHILE}
      FROM branches
     WHERE branches.id = told.branch_id AND told.branch_id = ANY (moved)
       AND (told.authority_code, told.outflow_authority_code)
           IS DISTINCT FROM (branches.authority_code, branches.outflow_authority_code);
    PERFORM refresh_facts(touched);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# A branch that keeps its roll is counted by the database alone. Called with the branches locked.
ROLL = """
CREATE FUNCTION branches_count_roll() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT count(*) FILTER (WHERE kind = 'formal'), count(*) FILTER (WHERE kind = 'probationary')
      INTO NEW.formal_members, NEW.probationary_members
      FROM members WHERE branch_id = NEW.id AND state = 'current';
    RETURN NEW;
END $$
"""

# Who works where and whose relation is where: the branches first, then the organisations, each in order of ids. Locked
# before they are counted, or of two who enter members at once one would not see the other's.
RECOUNT = f"""
CREATE FUNCTION recount_members(of_branches uuid[], of_organizations uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    PERFORM FROM branches WHERE id = ANY (of_branches) ORDER BY id FOR NO KEY UPDATE;
    UPDATE branches AS told
       SET formal_members = found.formal, probationary_members = found.probationary, {MEANWHILE}
      FROM (SELECT branches.id, count(*) FILTER (WHERE members.kind = 'formal') AS formal,
                   count(*) FILTER (WHERE members.kind = 'probationary') AS probationary
              FROM branches
              LEFT JOIN members ON members.branch_id = branches.id AND members.state = 'current'
             WHERE branches.id = ANY (of_branches) AND branches.roll_kept_since IS NOT NULL
             GROUP BY branches.id) AS found
     WHERE told.id = found.id
       AND (told.formal_members, told.probationary_members) IS DISTINCT FROM (found.formal, found.probationary);
    IF of_organizations <> '{{}}' THEN
        PERFORM refresh_facts(of_organizations);
    END IF;
    PERFORM narrow_scope(narrow);
END $$
"""
COUNT = """
CREATE FUNCTION members_{verb}_counts() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    of_branches uuid[];
    of_organizations uuid[];
BEGIN
    SELECT coalesce(array_agg(DISTINCT branch_id) FILTER (WHERE branch_id IS NOT NULL), '{{}}'),
           coalesce(array_agg(DISTINCT organization_id) FILTER (WHERE organization_id IS NOT NULL), '{{}}')
      INTO of_branches, of_organizations
      FROM ({touched}) AS touched;
    IF of_branches <> '{{}}' OR of_organizations <> '{{}}' THEN
        PERFORM recount_members(of_branches, of_organizations);
    END IF;
    RETURN NULL;
END $$
"""
WHERE = "branch_id, organization_id, kind, state"
COUNT_VERBS = (
    ("insert", "NEW TABLE AS new_rows", "SELECT branch_id, organization_id FROM new_rows"),
    (
        "update",
        "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        f"(SELECT id, {WHERE} FROM new_rows EXCEPT SELECT id, {WHERE} FROM old_rows)"
        f" UNION ALL (SELECT id, {WHERE} FROM old_rows EXCEPT SELECT id, {WHERE} FROM new_rows)",
    ),
    ("delete", "OLD TABLE AS old_rows", "SELECT branch_id, organization_id FROM old_rows"),
)

# A member stands where the branch stands, and under its authority; without one, where the employer stands. Looked up
# past the caller's scope; whether he may write there is then a matter of the policy.
PLACED = """
CREATE FUNCTION members_placed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.branch_id IS NOT NULL THEN
        SELECT region_code, authority_code INTO NEW.region_code, NEW.authority_code
          FROM branches WHERE id = NEW.branch_id;
    ELSE
        SELECT region_code, line_code INTO NEW.region_code, NEW.authority_code
          FROM organizations WHERE id = NEW.organization_id;
    END IF;
    NEW.inflow_authority_code := (SELECT authority_code FROM branches WHERE id = NEW.inflow_branch_id);
    RETURN NEW;
END $$
"""
RELATION_PLACED = """
CREATE FUNCTION member_relations_placed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT region_code, authority_code INTO NEW.region_code, NEW.authority_code
      FROM branches WHERE id = NEW.branch_id;
    RETURN NEW;
END $$
"""
TRANSFER_PLACED = """
CREATE FUNCTION member_transfers_placed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT branch_id, name, region_code, authority_code
      INTO NEW.from_branch_id, NEW.name, NEW.region_code, NEW.authority_code
      FROM members WHERE id = NEW.member_id;
    SELECT region_code, authority_code INTO NEW.to_region_code, NEW.to_authority_code
      FROM branches WHERE id = NEW.to_branch_id;
    RETURN NEW;
END $$
"""

# When a branch moves or comes under another authority, its members, past and open transfers and past relations follow.
BRANCHES_FOLLOWED = f"""
CREATE FUNCTION branches_members_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    moved uuid[];
BEGIN
    moved := ARRAY(
        SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)
         WHERE (new_rows.region_code, new_rows.authority_code)
               IS DISTINCT FROM (old_rows.region_code, old_rows.authority_code));
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE members AS told SET {MEANWHILE} WHERE branch_id = ANY (moved) OR inflow_branch_id = ANY (moved);
    UPDATE member_relations AS told
       SET region_code = new_rows.region_code, authority_code = new_rows.authority_code, {MEANWHILE}
      FROM new_rows WHERE told.branch_id = new_rows.id AND new_rows.id = ANY (moved);
    UPDATE member_transfers AS told
       SET region_code = new_rows.region_code, authority_code = new_rows.authority_code, {MEANWHILE}
      FROM new_rows WHERE told.from_branch_id = new_rows.id AND new_rows.id = ANY (moved);
    UPDATE member_transfers AS told
       SET to_region_code = new_rows.region_code, to_authority_code = new_rows.authority_code, {MEANWHILE}
      FROM new_rows WHERE told.to_branch_id = new_rows.id AND new_rows.id = ANY (moved);
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""
EMPLOYERS_FOLLOWED = f"""
CREATE FUNCTION organizations_members_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    UPDATE members AS told SET {MEANWHILE} WHERE organization_id = NEW.id AND branch_id IS NULL;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""
VALUES_FOLLOW = """
CREATE FUNCTION members_values_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
BEGIN
    IF EXISTS (SELECT 1 FROM old_rows JOIN new_rows USING (id) WHERE old_rows.region_code <> new_rows.region_code) THEN
        narrow := widen_scope();
        UPDATE personal_values AS held SET region_code = new_rows.region_code
          FROM new_rows JOIN old_rows USING (id)
         WHERE held.holder = 'members' AND held.row_key = new_rows.id::text
           AND old_rows.region_code <> new_rows.region_code;
        PERFORM narrow_scope(narrow);
    END IF;
    RETURN NULL;
END $$
"""

# Where the relation was when. Whoever moves a member leaves the dated rows, whatever way the change takes; a second
# move on one day takes the place of the first.
ENTERED = f"""
CREATE FUNCTION members_insert_relations() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    INSERT INTO member_relations (version, member_id, branch_id, valid_from, valid_to, created_at, recorded_at)
    SELECT 1, id, branch_id, since, until, {INSTANT}, {INSTANT} FROM new_rows WHERE branch_id IS NOT NULL ORDER BY id;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""
MOVED = f"""
CREATE FUNCTION members_update_relations() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    moved uuid[];
BEGIN
    moved := ARRAY(
        SELECT new_rows.id FROM new_rows JOIN old_rows USING (id)
         WHERE (new_rows.branch_id, new_rows.state, new_rows.since, new_rows.until)
               IS DISTINCT FROM (old_rows.branch_id, old_rows.state, old_rows.since, old_rows.until));
    IF moved = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    DELETE FROM member_relations AS told USING new_rows
     WHERE told.member_id = new_rows.id AND new_rows.id = ANY (moved) AND told.valid_to IS NULL
       AND told.branch_id IS DISTINCT FROM new_rows.branch_id AND told.valid_from = new_rows.since;
    UPDATE member_relations AS told SET valid_to = new_rows.since, {MEANWHILE}
      FROM new_rows
     WHERE told.member_id = new_rows.id AND new_rows.id = ANY (moved) AND told.valid_to IS NULL
       AND told.branch_id IS DISTINCT FROM new_rows.branch_id;
    UPDATE member_relations AS told SET valid_from = new_rows.since, valid_to = new_rows.until, {MEANWHILE}
      FROM new_rows
     WHERE told.member_id = new_rows.id AND new_rows.id = ANY (moved) AND told.valid_to IS NULL
       AND told.branch_id = new_rows.branch_id
       AND (told.valid_from, told.valid_to) IS DISTINCT FROM (new_rows.since, new_rows.until);
    INSERT INTO member_relations (version, member_id, branch_id, valid_from, valid_to, created_at, recorded_at)
    SELECT 1, id, branch_id, since, until, {INSTANT}, {INSTANT} FROM new_rows
     WHERE id = ANY (moved) AND branch_id IS NOT NULL AND state = 'current'
       AND NOT EXISTS (SELECT 1 FROM member_relations WHERE member_id = new_rows.id AND valid_to IS NULL)
     ORDER BY id;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# The receiving side does not see a member until he has come: what was accepted is carried out here.
CARRIED = f"""
CREATE FUNCTION member_transfers_carried() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    UPDATE members AS told
       SET branch_id = coalesce(NEW.to_branch_id, told.branch_id),
           since = CASE WHEN NEW.to_branch_id IS NULL THEN told.since ELSE NEW.effective_on END,
           state = CASE WHEN NEW.to_branch_id IS NULL THEN 'transferred_out' ELSE told.state END,
           until = CASE WHEN NEW.to_branch_id IS NULL THEN NEW.effective_on END,
           floating = false, inflow_branch_id = NULL, inflow_branch_name = NULL, outflow_branch_name = NULL,
           outflow_authority_code = NULL, {MEANWHILE}
     WHERE id = NEW.member_id AND state = 'current';
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_member_transfers_gone',
                              MESSAGE = 'ck_member_transfers_gone';
    END IF;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""

# For successions of branches: `entering` names the branch to go to by the member's id, else by the id of the branch
# he leaves, else under '*'; who has none stays. Gives how many went. The caller has seen to it that it is allowed.
MOVE = f"""
CREATE FUNCTION move_members(leaving uuid[], entering jsonb, day date) RETURNS integer
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    gone integer;
BEGIN
    PERFORM FROM members WHERE branch_id = ANY (leaving) AND state = 'current' ORDER BY id FOR NO KEY UPDATE;
    UPDATE members AS told
       SET branch_id = coalesce(entering ->> id::text, entering ->> branch_id::text, entering ->> '*')::uuid,
           since = day, {MEANWHILE}
     WHERE branch_id = ANY (leaving) AND state = 'current'
       AND coalesce(entering ->> id::text, entering ->> branch_id::text, entering ->> '*')::uuid
           IS DISTINCT FROM branch_id
       AND coalesce(entering ->> id::text, entering ->> branch_id::text, entering ->> '*') IS NOT NULL;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM narrow_scope(narrow);
    RETURN gone;
END $$
"""

# Who is a member anywhere in the country, by the index of the identity number: a push must not enter a person twice.
# Answers id and region and nothing else; the region never leaves the service.
HOLDING = """
CREATE FUNCTION members_holding_identity(wanted bytea[])
RETURNS TABLE (blind bytea, id uuid, region_code bigint)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
    SELECT held.blind, members.id, members.region_code
      FROM personal_values AS held JOIN members ON members.id = held.row_key::uuid
     WHERE held.blind = ANY (wanted) AND held.holder = 'members' AND held.field = 'identity_number'
       AND members.state = 'current'
$$
"""
HOLD = """
CREATE FUNCTION members_hold_identity(wanted bytea[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    one bytea;
BEGIN
    FOR one IN SELECT DISTINCT unnest(wanted) AS blind ORDER BY blind LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended('members.identity_number' || encode(one, 'hex'), 0));
    END LOOP;
END $$
"""
# Nobody is a member twice: one identity number, one current member in the whole country. Of two who enter the same
# person at once the second waits for the first.
ONCE = """
CREATE FUNCTION members_identity_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM members_hold_identity(ARRAY[NEW.blind]);
    IF EXISTS (SELECT 1 FROM members WHERE id = NEW.row_key::uuid AND state = 'current') AND EXISTS (
        SELECT 1 FROM personal_values AS held JOIN members ON members.id = held.row_key::uuid
         WHERE held.blind = NEW.blind AND held.holder = 'members' AND held.field = 'identity_number'
           AND held.row_key <> NEW.row_key AND members.state = 'current') THEN
        RAISE EXCEPTION USING ERRCODE = 'unique_violation', CONSTRAINT = 'uq_members_identity_number',
                              MESSAGE = 'uq_members_identity_number';
    END IF;
    RETURN NULL;
END $$
"""

FORGET = """
CREATE OR REPLACE FUNCTION privacy_forget(about text, rows uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    IF about NOT IN ('contacts', 'review_items', 'members', 'member_relations', 'member_transfers') THEN
        RAISE EXCEPTION 'the history of % is not about persons', about;
    END IF;
    DELETE FROM history WHERE subject = about AND subject_id = ANY (rows);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$
"""

LINES = ("authority_code",)
SEE = inside(
    "region_code",
    ("authority_code", "outflow_authority_code", "inflow_authority_code"),
    ("branch_id", "inflow_branch_id", "organization_id"),
)
WRITE = inside("region_code", LINES, ("branch_id",))
LEAVING = inside("region_code", LINES, ("from_branch_id",))
ENTERING = inside("to_region_code", ("to_authority_code",), ("to_branch_id",))
# Numbers of members are seen and kept by whoever sees the member, also by line and by a branch's own secretary. A
# function, since the planner would make a table of all members out of a sub-query: it is asked for single rows.
MEMBER_SEEN = """
CREATE FUNCTION member_seen(wanted text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM members WHERE id = wanted::uuid);
END $$
"""
NUMBERS = f"({inside('region_code')} OR (holder = 'members' AND member_seen(row_key)))"
# A replaced version is seen by whoever would have seen it then; `row` is that version as JSON.
HISTORY = inside(
    "region_code",
    tuple(
        f"(row ->> '{name}')::bigint"
        for name in ("line_code", "authority_code", "outflow_authority_code", "inflow_authority_code")
    ),
    ("subject_id", "(row ->> 'covered_by')::uuid", "(row ->> 'branch_id')::uuid", "(row ->> 'inflow_branch_id')::uuid"),
)


def upgrade() -> None:
    op.add_column("branches", sa.Column("roll_kept_since", sa.Date()))
    op.create_check_constraint("roll_kept_since", "branches", "roll_kept_since >= founded_on")
    op.execute(COUNTED)
    op.drop_constraint("counts", "organizations", type_="check")
    op.create_check_constraint("counts", "organizations", f"least({COUNTS}) >= 0")
    op.create_index(
        "ix_organizations_counted",
        "organizations",
        ["region_code", "id"],
        postgresql_where=sa.text("counted_working IS NOT NULL"),
    )
    _members()
    _relations()
    _transfers()
    for statement in (
        *secured("members", SEE),
        *seen_further("members", SEE, WRITE),
        *secured("member_relations", inside("region_code", LINES, ("branch_id",))),
        *secured("member_transfers", f"({LEAVING} OR {ENTERING})"),
        *seen_further("member_transfers", f"({LEAVING} OR {ENTERING})", f"({LEAVING} OR {ENTERING})"),
        # What is accepted is accepted by the receiving side.
        "ALTER POLICY scope_update ON member_transfers"
        f" WITH CHECK ({ENTERING} OR ({LEAVING} AND (state <> 'accepted' OR to_branch_id IS NULL)))",
        MEMBER_SEEN,
        *rescoped("personal_values", NUMBERS),
        f"ALTER POLICY scope ON history USING ({HISTORY}) WITH CHECK (true)",
        *no_overlap("member_relations", "member_id"),
        WIDEN,
        NARROW,
        REFRESH,
        REMANAGED,
        RECOUNT,
        HOLD,
        "SET ROLE liangxin_lookup",
        HOLDING,
        "REVOKE ALL ON FUNCTION members_holding_identity(bytea[]) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION members_holding_identity(bytea[]) TO liangxin_app",
        ROLL,
        PLACED,
        RELATION_PLACED,
        TRANSFER_PLACED,
        ONCE,
        *(
            f"{verb} ALL ON FUNCTION {name}() {whom}"
            for name in (
                "branches_count_roll",
                "members_placed",
                "member_relations_placed",
                "member_transfers_placed",
                "members_identity_once",
            )
            for verb, whom in (("REVOKE", "FROM PUBLIC"), ("GRANT", "TO liangxin_owner"))
        ),
        "SET ROLE liangxin_owner",
        "CREATE TRIGGER branches_count_roll BEFORE UPDATE OF roll_kept_since ON branches FOR EACH ROW"
        " WHEN (NEW.roll_kept_since IS NOT NULL AND OLD.roll_kept_since IS DISTINCT FROM NEW.roll_kept_since)"
        " EXECUTE FUNCTION branches_count_roll()",
        "CREATE TRIGGER members_placed BEFORE INSERT OR UPDATE ON members FOR EACH ROW"
        " EXECUTE FUNCTION members_placed()",
        "CREATE TRIGGER member_relations_placed BEFORE INSERT ON member_relations FOR EACH ROW"
        " EXECUTE FUNCTION member_relations_placed()",
        "CREATE TRIGGER member_transfers_placed BEFORE INSERT ON member_transfers FOR EACH ROW"
        " EXECUTE FUNCTION member_transfers_placed()",
    ):
        op.execute(statement)
    for statement in (
        *watched("members", masked=("name", "inflow_branch_name", "outflow_branch_name")),
        *watched("member_relations"),
        *watched("member_transfers", masked=("name", "destination", "reason", "decision_reason")),
        ENTERED,
        "CREATE TRIGGER members_insert_relations AFTER INSERT ON members REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION members_insert_relations()",
        MOVED,
        _on_update("members", "members_update_relations"),
        VALUES_FOLLOW,
        _on_update("members", "members_values_follow"),
        _on_update("members", "dataset_records_follow"),
        BRANCHES_FOLLOWED,
        _on_update("branches", "branches_members_follow"),
        EMPLOYERS_FOLLOWED,
        "CREATE TRIGGER organizations_members_follow AFTER UPDATE ON organizations FOR EACH ROW"
        " WHEN (OLD.region_code IS DISTINCT FROM NEW.region_code OR OLD.line_code IS DISTINCT FROM NEW.line_code)"
        " EXECUTE FUNCTION organizations_members_follow()",
        CARRIED,
        "CREATE TRIGGER member_transfers_carried AFTER UPDATE ON member_transfers FOR EACH ROW"
        " WHEN (NEW.state = 'accepted' AND OLD.state = 'pending') EXECUTE FUNCTION member_transfers_carried()",
        MOVE,
        "CREATE TRIGGER members_identity_once AFTER INSERT OR UPDATE OF blind ON personal_values FOR EACH ROW"
        " WHEN (NEW.holder = 'members' AND NEW.field = 'identity_number')"
        " EXECUTE FUNCTION members_identity_once()",
        FORGET,
    ):
        op.execute(statement)
    for verb, rows, touched in COUNT_VERBS:
        op.execute(COUNT.format(verb=verb, touched=touched))
        op.execute(
            f"CREATE TRIGGER members_{verb}_counts AFTER {verb.upper()} ON members"
            f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION members_{verb}_counts()"
        )


def _on_update(table: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {function} AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows"
        f" NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("admitted_on", sa.Date()),
        sa.Column("formal_on", sa.Date()),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("organization_id", sa.Uuid(), sa.ForeignKey("organizations.id")),
        sa.Column("floating", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("outflow_branch_name", sa.Text()),
        sa.Column("outflow_authority_code", sa.BigInteger(), sa.ForeignKey("authorities.code")),
        sa.Column("inflow_branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("inflow_branch_name", sa.Text()),
        sa.Column("inflow_authority_code", sa.BigInteger()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", "name"),
        sa.CheckConstraint("kind IN ('formal', 'probationary')", "kind"),
        sa.CheckConstraint("state IN ('current', 'transferred_out', 'ended')", "state"),
        sa.CheckConstraint("branch_id IS NOT NULL OR organization_id IS NOT NULL", "place"),
        sa.CheckConstraint("kind = 'formal' OR formal_on IS NULL", "formal_on"),
        sa.CheckConstraint("formal_on >= admitted_on", "admitted_on"),
        sa.CheckConstraint("(until IS NULL) = (state = 'current') AND until >= since", "until"),
        sa.CheckConstraint(
            "floating OR num_nonnulls(outflow_branch_name, outflow_authority_code, inflow_branch_id,"
            " inflow_branch_name) = 0",
            "floating",
        ),
        sa.CheckConstraint("num_nonnulls(inflow_branch_id, inflow_branch_name) < 2", "inflow"),
        sa.CheckConstraint("inflow_branch_id <> branch_id", "inflow_branch_id"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    )
    op.create_index("ix_members_region_code_id", "members", ["region_code", "id"])
    op.create_index("ix_members_branch_id", "members", ["branch_id"])
    op.create_index("ix_members_organization_id", "members", ["organization_id"])
    for column in ("inflow_branch_id", "outflow_authority_code"):
        op.create_index(f"ix_members_{column}", "members", [column], postgresql_where=sa.text(f"{column} IS NOT NULL"))
    op.create_index("ix_members_authority_code", "members", ["authority_code", "region_code", "id"])


def _relations() -> None:
    op.create_table(
        "member_relations",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id"), nullable=False),
        sa.Column("branch_id", sa.Uuid(), sa.ForeignKey("branches.id"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_member_relations_member_id", "member_relations", ["member_id"])
    op.create_index("ix_member_relations_branch_id", "member_relations", ["branch_id"])


def _transfers() -> None:
    op.create_table(
        "member_transfers",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("from_branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("to_branch_id", sa.Uuid(), sa.ForeignKey("branches.id")),
        sa.Column("destination", sa.Text()),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decision_reason", sa.Text()),
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("to_region_code", sa.BigInteger()),
        sa.Column("to_authority_code", sa.BigInteger()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(to_branch_id, destination) = 1", "destination"),
        sa.CheckConstraint("state IN ('pending', 'accepted', 'refused', 'withdrawn')", "state"),
        sa.CheckConstraint("(state = 'pending') = (decided_at IS NULL)", "decided_at"),
        sa.CheckConstraint("to_branch_id <> from_branch_id", "to_branch_id"),
    )
    op.create_index(
        "uq_member_transfers_member_id",
        "member_transfers",
        ["member_id"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index("ix_member_transfers_region_code_id", "member_transfers", ["region_code", "id"])
    op.create_index("ix_member_transfers_to_region_code_id", "member_transfers", ["to_region_code", "id"])
    for column in ("from_branch_id", "to_branch_id"):
        op.create_index(f"ix_member_transfers_{column}", "member_transfers", [column])


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
