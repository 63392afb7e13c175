"""What firms set aside for party work: payroll, ratios, statements."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import NOW, inside, secured, seen_further

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
MOST = 10_000_000_000_000
YEAR = "year BETWEEN 2012 AND 2200"
OFFICE = inside("region_code", ("authority_code",))
SEE = inside("region_code", ("authority_code",), ("branch_id",))
MOVING = "ARRAY['region_code', 'region_level', 'authority_code', 'branch_id', 'version', 'recorded_at']"
FIGURES = ("payroll", "limit", "set_aside", "spent", "deductible", "above")

# Whether a committee answers for a firm: it lies in the committee's region, or a branch of its line covers it.
REACHES = """
CREATE FUNCTION funding_reaches_firm(committee uuid, place bigint, line bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(funding_within_region(place, body.region_code, body.region_level), false)
        OR coalesce(funding_within_line(line, body.code), false)
      FROM authorities AS body WHERE body.id = committee
$$
"""

# What is kept of a firm stands where the firm stands; the branch that covers it, and that branch's line, see it. What a
# committee keeps of it is of its line where no branch covers the firm. The firm is held where it is meanwhile.
STANDS = """
CREATE FUNCTION funding_stand_with_firm() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    SELECT firm.region_code, firm.region_level, firm.line_code, firm.covered_by
      INTO NEW.region_code, NEW.region_level, NEW.authority_code, NEW.branch_id
      FROM organizations AS firm WHERE firm.id = NEW.organization_id FOR SHARE;
    IF TG_TABLE_NAME = 'funding_levies' THEN
        IF NOT funding_reaches_firm(NEW.committee_id, NEW.region_code, NEW.authority_code) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_levies_reach',
                                  MESSAGE = 'ck_funding_levies_reach';
        END IF;
        NEW.authority_code := coalesce(NEW.authority_code,
                                       (SELECT code FROM authorities WHERE id = NEW.committee_id));
    END IF;
    PERFORM narrow_scope(narrow);
    RETURN NEW;
END $$
"""
WITH_LEVY = """
CREATE FUNCTION funding_stand_with_levy() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    told funding_levies;
BEGIN
    SELECT * INTO told FROM funding_levies WHERE id = NEW.levy_id FOR SHARE;
    PERFORM narrow_scope(narrow);
    NEW.committee_id := told.committee_id;
    NEW.organization_id := told.organization_id;
    NEW.year := told.year;
    NEW.region_code := told.region_code;
    NEW.region_level := told.region_level;
    NEW.authority_code := told.authority_code;
    NEW.branch_id := told.branch_id;
    IF TG_TABLE_NAME = 'funding_levy_set_asides' AND told.state = 'discarded' THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_levies_discarded',
                              MESSAGE = 'ck_funding_levies_discarded';
    END IF;
    RETURN NEW;
END $$
"""

# What the books hold of firms' levies in a year, whoever's books and wherever the firms stand: fen set aside, and fen
# spent by use. An entry and what takes it back count in one year: that of the first, or the one it was set aside for.
BOOKED = """
CREATE FUNCTION funding_levy_booked(wanted uuid[], of_year integer)
RETURNS TABLE (organization_id uuid, told text, use text, amount_fen bigint, entries integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT account.organization_id, CASE account.kind WHEN 'use' THEN 'spent' ELSE 'set_aside' END, account.use,
           sum(line.amount_fen)::bigint, count(DISTINCT line.entry_id)::integer
      FROM funding_accounts AS account
      JOIN funding_lines AS line ON line.account_id = account.id
      JOIN funding_entries AS entry ON entry.id = line.entry_id
      JOIN funding_entries AS origin ON origin.id = coalesce(entry.reverses_id, entry.id)
      LEFT JOIN funding_levy_set_asides AS aside ON aside.entry_id = origin.id
     WHERE account.organization_id = ANY (wanted) AND account.purse = 'enterprise_levy'
       AND (account.kind = 'use' OR account.kind = 'funds' AND origin.kind = 'set_aside')
       AND coalesce(aside.year, origin.year) = of_year
     GROUP BY 1, 2, 3;
END $$
"""

# Whoever settles a firm's levy, and whoever posts in its accounts, go one after the other: nothing is posted unseen.
HOLD = """
CREATE FUNCTION funding_levy_hold(firm uuid, alone boolean) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF alone THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('funding_levy:' || firm, 0));
    ELSE
        PERFORM pg_advisory_xact_lock_shared(hashtextextended('funding_levy:' || firm, 0));
    END IF;
END $$
"""

# A levy is computed, computed again, set aside or settled; what was settled stays. At the settlement the books say what
# was set aside and spent, and the payroll is what is known: the database takes both itself.
KEPT = f"""
CREATE FUNCTION funding_levies_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[];
    known bigint;
BEGIN
    IF OLD.state <> 'planned'
       AND to_jsonb(OLD) - {MOVING} - '{{adjustments}}'::text[]
           IS DISTINCT FROM to_jsonb(NEW) - {MOVING} - '{{adjustments}}'::text[]
       OR OLD.state = 'settled' AND NEW.adjustments NOT IN (OLD.adjustments, OLD.adjustments + 1)
       OR (OLD.committee_id, OLD.organization_id, OLD.year) <> (NEW.committee_id, NEW.organization_id, NEW.year) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_levies_frozen',
                              MESSAGE = 'ck_funding_levies_frozen';
    END IF;
    IF OLD.state = 'planned' AND NEW.state = 'settled' THEN
        narrow := widen_scope();
        PERFORM funding_levy_hold(NEW.organization_id, true);
        SELECT payroll_fen INTO known FROM organization_payrolls
         WHERE organization_id = NEW.organization_id AND year = NEW.year FOR NO KEY UPDATE;
        PERFORM narrow_scope(narrow);
        IF known IS DISTINCT FROM NEW.payroll_fen THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_funding_levies_outdated',
                                  MESSAGE = 'ck_funding_levies_outdated';
        END IF;
        SELECT coalesce(sum(booked.amount_fen) FILTER (WHERE booked.told = 'set_aside'), 0),
               coalesce(sum(booked.amount_fen) FILTER (WHERE booked.told = 'spent'), 0)
          INTO NEW.set_aside_fen, NEW.spent_fen
          FROM funding_levy_booked(ARRAY[NEW.organization_id], NEW.year) AS booked;
        NEW.deductible_fen := least(NEW.spent_fen, NEW.limit_fen);
        NEW.above_fen := NEW.spent_fen - NEW.deductible_fen;
    END IF;
    RETURN NEW;
END $$
"""

# What comes after the settlement changes nothing in it: it is written down beside, with what stood before and after.
ADJUST = f"""
CREATE FUNCTION funding_levy_adjust(firm uuid, of_year integer, cause text, of_entry uuid, why text, payroll bigint,
                                    added_aside bigint, added_spent bigint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    settled funding_levies;
    last funding_levy_adjustments;
    became funding_levy_adjustments;
BEGIN
    SELECT * INTO settled FROM funding_levies
     WHERE organization_id = firm AND year = of_year AND state = 'settled' FOR NO KEY UPDATE;
    IF FOUND THEN
        SELECT * INTO last FROM funding_levy_adjustments WHERE levy_id = settled.id ORDER BY turn DESC LIMIT 1;
        became.turn := settled.adjustments + 1;
        became.payroll_before_fen := coalesce(last.payroll_after_fen, settled.payroll_fen);
        became.limit_before_fen := coalesce(last.limit_after_fen, settled.limit_fen);
        became.set_aside_before_fen := coalesce(last.set_aside_after_fen, settled.set_aside_fen);
        became.spent_before_fen := coalesce(last.spent_after_fen, settled.spent_fen);
        became.deductible_before_fen := coalesce(last.deductible_after_fen, settled.deductible_fen);
        became.above_before_fen := coalesce(last.above_after_fen, settled.above_fen);
        became.payroll_after_fen := CASE cause WHEN 'payroll' THEN coalesce(payroll, 0)
                                               ELSE became.payroll_before_fen END;
        became.limit_after_fen := became.payroll_after_fen * settled.limit_permyriad / 10000;
        became.set_aside_after_fen := became.set_aside_before_fen + added_aside;
        became.spent_after_fen := became.spent_before_fen + added_spent;
        became.deductible_after_fen := least(became.spent_after_fen, became.limit_after_fen);
        became.above_after_fen := became.spent_after_fen - became.deductible_after_fen;
        INSERT INTO funding_levy_adjustments (version, levy_id, turn, cause, entry_id, why, recorded_by,
            {", ".join(f"{figure}_{when}_fen" for figure in FIGURES for when in ("before", "after"))},
            created_at, recorded_at)
        VALUES (1, settled.id, became.turn, cause, of_entry, why,
            coalesce(nullif(current_setting('liangxin.actor', true), ''), session_user),
            {", ".join(f"became.{figure}_{when}_fen" for figure in FIGURES for when in ("before", "after"))},
            {INSTANT}, {INSTANT});
        UPDATE funding_levies SET adjustments = adjustments + 1, version = version + 1, recorded_at = {INSTANT}
         WHERE id = settled.id;
    END IF;
    PERFORM narrow_scope(narrow);
END $$
"""
PAID = """
CREATE FUNCTION organization_payrolls_late() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM funding_levy_adjust(NEW.organization_id, NEW.year, 'payroll', NULL, coalesce(NEW.document, NEW.source),
                                NEW.payroll_fen, 0, 0);
    RETURN NULL;
END $$
"""
POSTED = """
CREATE FUNCTION funding_lines_of_levy() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    account_kind text;
    entry_text text;
    origin_id uuid;
    origin_kind text;
    counted integer;
BEGIN
    PERFORM funding_levy_hold(NEW.organization_id, false);
    SELECT account.kind INTO account_kind FROM funding_accounts AS account WHERE account.id = NEW.account_id;
    SELECT entry.text, origin.id, origin.kind, coalesce(aside.year, origin.year)
      INTO entry_text, origin_id, origin_kind, counted
      FROM funding_entries AS entry
      JOIN funding_entries AS origin ON origin.id = coalesce(entry.reverses_id, entry.id)
      LEFT JOIN funding_levy_set_asides AS aside ON aside.entry_id = origin.id
     WHERE entry.id = NEW.entry_id;
    PERFORM narrow_scope(narrow);
    IF account_kind = 'use' THEN
        PERFORM funding_levy_adjust(NEW.organization_id, counted, 'spending', NEW.entry_id, entry_text, NULL, 0,
                                    NEW.amount_fen);
    ELSIF account_kind = 'funds' AND origin_kind = 'set_aside' THEN
        PERFORM funding_levy_adjust(NEW.organization_id, counted, 'set_aside', NEW.entry_id, entry_text, NULL,
                                    NEW.amount_fen, 0);
    END IF;
    RETURN NULL;
END $$
"""

# A set-aside says that it was taken back, by whatever way its entry was.
TAKEN_BACK = f"""
CREATE FUNCTION funding_levy_set_asides_taken_back() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
BEGIN
    UPDATE funding_levy_set_asides
       SET state = 'reversed', reversal_id = NEW.id, reversed_on = NEW.booked_on, version = version + 1,
           recorded_at = {INSTANT}
     WHERE entry_id = NEW.reverses_id;
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
"""
# What was written stays: of a set-aside only that it was taken back is added, of a filing that it was withdrawn.
HELD = f"""
CREATE FUNCTION funding_levy_rows_held() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    going text[] := {MOVING} || CASE TG_TABLE_NAME
        WHEN 'funding_levy_set_asides' THEN ARRAY['state', 'reversal_id', 'reversed_on']
        WHEN 'funding_levy_ratios' THEN ARRAY['state', 'reason'] ELSE '{{}}'::text[] END;
BEGIN
    IF to_jsonb(OLD) - going IS DISTINCT FROM to_jsonb(NEW) - going
       OR to_jsonb(OLD) ? 'state' AND to_jsonb(OLD) ->> 'state' IN ('reversed', 'withdrawn')
          AND to_jsonb(OLD) - {MOVING} IS DISTINCT FROM to_jsonb(NEW) - {MOVING} THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_' || TG_TABLE_NAME || '_held',
                              MESSAGE = 'ck_' || TG_TABLE_NAME || '_held';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    _payrolls()
    _ratios()
    _levies()
    _set_asides()
    _adjustments()
    for statement in (REACHES, STANDS, WITH_LEVY, HOLD, KEPT, ADJUST, PAID, POSTED, TAKEN_BACK, HELD, *_triggers()):
        op.execute(statement)
    for table in ("organization_payrolls", "funding_levy_ratios", "funding_levies", "funding_levy_set_asides"):
        for statement in (*secured(table, SEE), *seen_further(table, SEE, OFFICE), *watched(table)):
            op.execute(statement)
    table = "funding_levy_adjustments"
    for statement in (*secured(table, SEE), *seen_further(table, SEE, OFFICE), *watched(table)):
        op.execute(statement)
    for statement in (
        "REVOKE DELETE, TRUNCATE ON organization_payrolls, funding_levy_ratios, funding_levies,"
        " funding_levy_set_asides, funding_levy_adjustments FROM liangxin_app",
        "SET ROLE liangxin_lookup",
        BOOKED,
        "REVOKE ALL ON FUNCTION funding_levy_booked(uuid[], integer) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION funding_levy_booked(uuid[], integer) TO liangxin_app",
        "SET ROLE liangxin_owner",
    ):
        op.execute(statement)


def _triggers() -> tuple[str, ...]:
    of_levy = "NEW.organization_id IS NOT NULL AND NEW.purse = 'enterprise_levy'"
    return (
        *(
            f"CREATE TRIGGER {table}_stand BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {stands}()"
            for table, stands in (
                ("organization_payrolls", "funding_stand_with_firm"),
                ("funding_levy_ratios", "funding_stand_with_firm"),
                ("funding_levies", "funding_stand_with_firm"),
                ("funding_levy_set_asides", "funding_stand_with_levy"),
                ("funding_levy_adjustments", "funding_stand_with_levy"),
            )
        ),
        *(
            f"CREATE TRIGGER {table}_held BEFORE UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION funding_levy_rows_held()"
            for table in ("funding_levy_ratios", "funding_levy_set_asides", "funding_levy_adjustments")
        ),
        "CREATE TRIGGER funding_levies_kept BEFORE UPDATE ON funding_levies"
        " FOR EACH ROW EXECUTE FUNCTION funding_levies_kept()",
        "CREATE TRIGGER organization_payrolls_late AFTER UPDATE ON organization_payrolls FOR EACH ROW"
        " WHEN (OLD.payroll_fen IS DISTINCT FROM NEW.payroll_fen) EXECUTE FUNCTION organization_payrolls_late()",
        # At the end, when it is known which year money was set aside for.
        "CREATE CONSTRAINT TRIGGER funding_lines_of_levy AFTER INSERT ON funding_lines DEFERRABLE INITIALLY DEFERRED"
        f" FOR EACH ROW WHEN ({of_levy}) EXECUTE FUNCTION funding_lines_of_levy()",
        "CREATE TRIGGER funding_levy_set_asides_taken_back AFTER INSERT ON funding_entries FOR EACH ROW"
        " WHEN (NEW.reverses_id IS NOT NULL AND NEW.purse = 'enterprise_levy')"
        " EXECUTE FUNCTION funding_levy_set_asides_taken_back()",
    )


def _key() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _to(column: str, table: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(column, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _year() -> tuple[SchemaItem, ...]:
    return sa.Column("year", sa.SmallInteger(), nullable=False), sa.CheckConstraint(YEAR, "year")


def _fen(column: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(column, sa.BigInteger(), nullable=nullable)


def _text(column: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(column, sa.Text(), nullable=nullable)


def _at(column: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(column, sa.DateTime(timezone=True), nullable=nullable)


def _stands() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger()),
        sa.Column("branch_id", sa.Uuid()),
        _at("created_at"),
        _at("recorded_at"),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
        sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code"),
    )


def _found(table: str) -> None:
    op.create_index(f"ix_{table}_region_code_id", table, ["region_code", "id"])
    for column, columns in (
        ("authority_code", ["authority_code", "region_code", "id"]),
        ("branch_id", ["branch_id", "id"]),
    ):
        op.create_index(f"ix_{table}_{column}", table, columns, postgresql_where=sa.text(f"{column} IS NOT NULL"))


def _payrolls() -> None:
    table = "organization_payrolls"
    op.create_table(
        table,
        *_key(),
        _to("organization_id", "organizations"),
        *_year(),
        _fen("payroll_fen", nullable=True),
        sa.Column("staff", sa.Integer()),
        _text("source"),
        _at("said_at"),
        _fen("reported_fen", nullable=True),
        sa.Column("reported_staff", sa.Integer()),
        _at("reported_at", nullable=True),
        _text("document", nullable=True),
        _text("entered_by"),
        *_stands(),
        sa.CheckConstraint(f"payroll_fen BETWEEN 0 AND {MOST} AND reported_fen BETWEEN 0 AND {MOST}", "payroll_fen"),
        sa.CheckConstraint("staff >= 0 AND reported_staff >= 0", "staff"),
        sa.CheckConstraint("source IN ('workforce', 'officer')", "source"),
        sa.CheckConstraint("(source = 'officer') = (document IS NOT NULL) AND document <> ''", "document"),
        sa.UniqueConstraint("organization_id", "year", name=f"uq_{table}_organization_id"),
    )
    _found(table)


def _ratios() -> None:
    table = "funding_levy_ratios"
    op.create_table(
        table,
        *_key(),
        _to("organization_id", "organizations"),
        *_year(),
        sa.Column("permyriad", sa.SmallInteger(), nullable=False),
        _text("document"),
        sa.Column("filed_on", sa.Date(), nullable=False),
        _text("filed_by"),
        _text("state"),
        _text("reason", nullable=True),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        *_stands(),
        sa.CheckConstraint("permyriad BETWEEN 1 AND 10000", "permyriad"),
        sa.CheckConstraint("document <> '' AND reason <> ''", "texts"),
        sa.CheckConstraint("state IN ('filed', 'withdrawn')", "state"),
        sa.CheckConstraint("(state = 'withdrawn') = (reason IS NOT NULL)", "reason"),
    )
    _found(table)
    op.create_index(
        f"uq_{table}_organization_id",
        table,
        ["organization_id", "year"],
        unique=True,
        postgresql_where=sa.text("state = 'filed'"),
    )


def _levies() -> None:
    table = "funding_levies"
    op.create_table(
        table,
        *_key(),
        _to("committee_id", "authorities"),
        _to("organization_id", "organizations"),
        *_year(),
        _text("state"),
        _text("organization_name"),
        _text("uscc", nullable=True),
        _text("kind"),
        sa.Column("staff", sa.Integer()),
        sa.Column("members", sa.Integer()),
        _fen("payroll_fen", nullable=True),
        _text("payroll_source", nullable=True),
        _at("payroll_said_at", nullable=True),
        sa.Column("ratio_permyriad", sa.SmallInteger()),
        _text("ratio_source"),
        _to("ratio_id", "funding_levy_ratios", nullable=True),
        sa.Column("band", postgresql.JSONB()),
        sa.Column("limit_permyriad", sa.SmallInteger(), nullable=False),
        _fen("limit_fen", nullable=True),
        _fen("planned_fen", nullable=True),
        _fen("set_aside_fen", nullable=True),
        _fen("spent_fen", nullable=True),
        _fen("deductible_fen", nullable=True),
        _fen("above_fen", nullable=True),
        sa.Column("adjustments", sa.SmallInteger(), nullable=False),
        _text("policy_version"),
        sa.Column("policy", postgresql.JSONB(), nullable=False),
        _text("computed_by"),
        _at("computed_at"),
        sa.Column("drawn_by", postgresql.ARRAY(sa.Text()), nullable=False),
        _text("settled_by", nullable=True),
        sa.Column("settled_on", sa.Date()),
        _text("document", nullable=True),
        sa.Column("departures", postgresql.JSONB(), nullable=False),
        _text("discard_reason", nullable=True),
        *_stands(),
        sa.CheckConstraint("state IN ('planned', 'settled', 'discarded')", "state"),
        sa.CheckConstraint("kind <> 'state_owned'", "kind"),
        sa.CheckConstraint("organization_name <> '' AND document <> '' AND discard_reason <> ''", "texts"),
        sa.CheckConstraint(f"payroll_fen BETWEEN 0 AND {MOST} AND staff >= 0 AND members >= 0", "numbers"),
        sa.CheckConstraint("limit_permyriad BETWEEN 0 AND 10000 AND ratio_permyriad BETWEEN 1 AND 10000", "permyriad"),
        sa.CheckConstraint(
            "CASE ratio_source WHEN 'filed' THEN num_nonnulls(ratio_permyriad, ratio_id) = 2 AND band IS NULL"
            " WHEN 'band' THEN num_nonnulls(ratio_permyriad, band) = 2 AND ratio_id IS NULL"
            " WHEN 'default' THEN ratio_permyriad IS NOT NULL AND num_nonnulls(ratio_id, band) = 0"
            " WHEN 'none' THEN num_nonnulls(ratio_permyriad, ratio_id, band) = 0 ELSE false END",
            "ratio",
        ),
        sa.CheckConstraint("limit_fen IS NOT DISTINCT FROM payroll_fen * limit_permyriad / 10000", "limit_fen"),
        sa.CheckConstraint("planned_fen IS NOT DISTINCT FROM payroll_fen * ratio_permyriad / 10000", "planned_fen"),
        sa.CheckConstraint(
            "num_nonnulls(settled_by, settled_on, set_aside_fen, spent_fen, deductible_fen, above_fen)"
            " = CASE state WHEN 'settled' THEN 6 ELSE 0 END",
            "settled",
        ),
        sa.CheckConstraint("state <> 'settled' OR payroll_fen IS NOT NULL", "payroll_known"),
        sa.CheckConstraint("settled_on >= make_date(year + 1, 1, 1)", "year_over"),
        sa.CheckConstraint(
            "set_aside_fen >= 0 AND spent_fen >= 0 AND deductible_fen = least(spent_fen, limit_fen)"
            " AND above_fen = spent_fen - deductible_fen",
            "deductible_fen",
        ),
        sa.CheckConstraint("adjustments >= 0 AND (adjustments = 0 OR state = 'settled')", "adjustments"),
        sa.CheckConstraint("computed_by = ANY (drawn_by)", "drawn_by"),
        sa.CheckConstraint("NOT settled_by = ANY (drawn_by)", "settled_by_another"),
        sa.CheckConstraint("(state = 'discarded') = (discard_reason IS NOT NULL)", "discarded"),
    )
    _found(table)
    op.create_index(f"ix_{table}_committee_id", table, ["committee_id", "year", "id"])
    op.create_index(
        f"uq_{table}_organization_id",
        table,
        ["organization_id", "year"],
        unique=True,
        postgresql_where=sa.text("state <> 'discarded'"),
    )


def _set_asides() -> None:
    table = "funding_levy_set_asides"
    op.create_table(
        table,
        *_key(),
        _to("levy_id", "funding_levies"),
        _to("committee_id", "authorities"),
        _to("organization_id", "organizations"),
        *_year(),
        _fen("amount_fen"),
        sa.Column("booked_on", sa.Date(), nullable=False),
        _text("business_key"),
        _text("text"),
        _text("reference", nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        _text("posted_by"),
        _text("state"),
        sa.Column("reversal_id", sa.Uuid()),
        sa.Column("reversed_on", sa.Date()),
        *_stands(),
        sa.CheckConstraint(f"amount_fen BETWEEN 1 AND {MOST}", "amount_fen"),
        sa.CheckConstraint("business_key <> '' AND text <> '' AND reference <> ''", "texts"),
        sa.CheckConstraint("state IN ('posted', 'reversed')", "state"),
        sa.CheckConstraint(
            "num_nonnulls(reversal_id, reversed_on) = CASE state WHEN 'reversed' THEN 2 ELSE 0 END", "reversed"
        ),
        sa.CheckConstraint("booked_on >= make_date(year, 1, 1)", "booked_on"),
        sa.UniqueConstraint("committee_id", "business_key", name=f"uq_{table}_business_key"),
        sa.UniqueConstraint("entry_id", name=f"uq_{table}_entry_id"),
    )
    _found(table)
    op.create_index(f"ix_{table}_levy_id", table, ["levy_id", "id"])
    op.create_index(f"ix_{table}_committee_id", table, ["committee_id", "year", "id"])


def _adjustments() -> None:
    table = "funding_levy_adjustments"
    op.create_table(
        table,
        *_key(),
        _to("levy_id", "funding_levies"),
        _to("committee_id", "authorities"),
        _to("organization_id", "organizations"),
        *_year(),
        sa.Column("turn", sa.SmallInteger(), nullable=False),
        _text("cause"),
        sa.Column("entry_id", sa.Uuid()),
        _text("why"),
        *(_fen(f"{figure}_{when}_fen") for figure in FIGURES for when in ("before", "after")),
        _text("recorded_by"),
        *_stands(),
        sa.CheckConstraint("cause IN ('payroll', 'set_aside', 'spending')", "cause"),
        sa.CheckConstraint("(cause = 'payroll') = (entry_id IS NULL)", "entry_id"),
        sa.CheckConstraint("turn > 0", "turn"),
        sa.UniqueConstraint("levy_id", "turn", name=f"uq_{table}_turn"),
    )
    _found(table)


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
