"""The books: years, accounts, entries that balance, balances that are never negative."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from alembic import op
from app.core.history import watched
from app.core.rowsecurity import NOW, inside, secured, seen_further

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

INSTANT = f"coalesce({NOW}, clock_timestamp())"
LINE = ("authority_code",)
SEE = inside("region_code", LINE, ("branch_id",))
OFFICE = inside("region_code", LINE)
PURSES = "purse IN ('fiscal_budget', 'enterprise_levy', 'dues_refund', 'higher_grant')"
USES = "use IN ('member_education', 'branch_activities', 'full_time_pay', 'worker_subsidies')"
KINDS = "kind IN ('income', 'set_aside', 'appropriation', 'spending', 'refund', 'transfer', 'reversal')"
SIGNED = "CASE kind WHEN 'source' THEN balance_fen <= 0 ELSE balance_fen >= 0 END"
HELD_BY = (
    "CASE holder_kind"
    " WHEN 'branch' THEN num_nonnulls(branch_id) = 1 AND num_nonnulls(authority_id, organization_id) = 0"
    " WHEN 'organization' THEN num_nonnulls(organization_id) = 1 AND num_nonnulls(authority_id, branch_id) = 0"
    " ELSE num_nonnulls(authority_id) = 1 AND num_nonnulls(branch_id, organization_id) = 0 END"
)
MOST = 10_000_000_000_000
WRITTEN = ("funding_years", "funding_accounts", "funding_entries", "funding_lines")
KEPT_BY_THE_DATABASE = (
    "funding_balances",
    "funding_account_days",
    "funding_numbers",
    "funding_unnumbered",
    "funding_carry_overs",
)

REFUSE = """
CREATE FUNCTION funding_refuse(told text, about jsonb DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = told, MESSAGE = told,
                          DETAIL = coalesce(about::text, '');
END $$
"""

# An account stands where its holder stands and belongs to his line; an organisation's to the committee's. Whoever holds
# it lies in the committee's place or under its code. What makes it this account never changes.
ACCOUNTS = """
CREATE FUNCTION funding_accounts_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    narrow text[] := widen_scope();
    committee authorities;
BEGIN
    SELECT * INTO committee FROM authorities WHERE id = NEW.committee_id FOR SHARE;
    IF NEW.holder_kind = 'branch' THEN
        SELECT region_code, region_level, authority_code INTO NEW.region_code, NEW.region_level, NEW.authority_code
          FROM branches WHERE id = NEW.branch_id FOR SHARE;
    ELSIF NEW.holder_kind = 'organization' THEN
        SELECT region_code, region_level INTO NEW.region_code, NEW.region_level
          FROM organizations WHERE id = NEW.organization_id FOR SHARE;
        NEW.authority_code := committee.code;
    ELSE
        SELECT region_code, region_level, code INTO NEW.region_code, NEW.region_level, NEW.authority_code
          FROM authorities WHERE id = NEW.authority_id FOR SHARE;
    END IF;
    PERFORM narrow_scope(narrow);
    IF NOT (funding_within_region(NEW.region_code, committee.region_code, committee.region_level)
            OR funding_within_line(NEW.authority_code, committee.code)) THEN
        PERFORM funding_refuse('ck_funding_accounts_within_committee');
    END IF;
    RETURN NEW;
END $$
"""
WITHIN = (
    """
CREATE FUNCTION funding_within_region(code bigint, of_code bigint, of_level smallint) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT code >= of_code
       AND code < of_code + (ARRAY[1000000000000, 10000000000, 100000000, 1000000, 1000, 1])[of_level + 1]
$$
""",
    # The width of a body's line is that of the zeros behind its code, three digits a level.
    """
CREATE FUNCTION funding_within_line(code bigint, of_code bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT code >= of_code AND code < of_code + CASE
        WHEN of_code % 1000000000000 = 0 THEN 1000000000000
        WHEN of_code % 1000000000 = 0 THEN 1000000000
        WHEN of_code % 1000000 = 0 THEN 1000000
        WHEN of_code % 1000 = 0 THEN 1000
        ELSE 1 END
$$
""",
)
ACCOUNT_KEPT = """
CREATE FUNCTION funding_accounts_kept() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    held bigint;
BEGIN
    IF (OLD.committee_id, OLD.purse, OLD.kind, OLD.holder_kind, OLD.authority_id, OLD.branch_id, OLD.organization_id,
        OLD.use)
       IS DISTINCT FROM
       (NEW.committee_id, NEW.purse, NEW.kind, NEW.holder_kind, NEW.authority_id, NEW.branch_id, NEW.organization_id,
        NEW.use) THEN
        PERFORM funding_refuse('ck_funding_accounts_frozen');
    END IF;
    IF NEW.closed_on IS NOT NULL AND OLD.closed_on IS NULL THEN
        SELECT balance_fen INTO held FROM funding_balances WHERE account_id = NEW.id FOR NO KEY UPDATE;
        IF NEW.kind = 'funds' AND held <> 0 THEN
            PERFORM funding_refuse('ck_funding_accounts_closed_empty');
        END IF;
    END IF;
    IF NEW.closed_on IS DISTINCT FROM OLD.closed_on THEN
        UPDATE funding_balances SET closed = NEW.closed_on IS NOT NULL WHERE account_id = NEW.id;
    END IF;
    RETURN NEW;
END $$
"""
ACCOUNT_BALANCE = """
CREATE FUNCTION funding_accounts_balance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO funding_balances (account_id, kind, turn, balance_fen, closed, branch_id, organization_id, region_code,
                                  authority_code)
    VALUES (NEW.id, NEW.kind, 0, 0, NEW.closed_on IS NOT NULL, NEW.branch_id, NEW.organization_id, NEW.region_code,
            NEW.authority_code);
    RETURN NULL;
END $$
"""

# An entry is its committee's, of the year that its day says. The year is held open until the entry is written: whoever
# closes it waits, or is waited for.
ENTRIES = """
CREATE FUNCTION funding_entries_stand() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    found_one funding_years;
BEGIN
    SELECT * INTO found_one FROM funding_years
     WHERE committee_id = NEW.committee_id AND year = extract(year FROM NEW.booked_on) FOR SHARE;
    IF found_one.id IS NULL THEN
        PERFORM funding_refuse('ck_funding_entries_year_unknown');
    ELSIF found_one.state <> 'open' THEN
        PERFORM funding_refuse('ck_funding_entries_year_closed');
    END IF;
    NEW.year_id := found_one.id;
    NEW.year := found_one.year;
    NEW.region_code := found_one.region_code;
    NEW.authority_code := found_one.authority_code;
    RETURN NEW;
END $$
"""
# An entry is told to the audit as one row: it says itself who posted it and what, and never changes.
WAITS_FOR_NUMBER = f"""
CREATE FUNCTION funding_entries_unnumbered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO funding_unnumbered (entry_id, year_id) VALUES (NEW.id, NEW.year_id);
    INSERT INTO audit (at, actor, request_id, origin, verb, subject, count, ids, region_lo, region_hi, why)
    VALUES ({INSTANT}, NEW.posted_by, nullif(current_setting('liangxin.request_id', true), ''),
            nullif(current_setting('liangxin.origin', true), ''), 'insert', 'funding_entries', 1, ARRAY[NEW.id],
            NEW.region_code, NEW.region_code, nullif(current_setting('liangxin.why', true), ''));
    RETURN NULL;
END $$
"""

# A line is written into its account under the account's lock, which is its balance's row: its turn, what the account
# holds, and what it held in the evening of that day. Most lines are of the account's last day or a later one; what is
# dated back moves each later day, and none of them may fall below zero. An overdraft tells the account and what is
# there, on the worst day; the checks of the tables hold the same against whoever writes.
LINES = """
CREATE FUNCTION funding_lines_stand() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    entry record;
    account record;
    evening bigint;
BEGIN
    SELECT booked_on, kind, text, reference, lines INTO entry FROM funding_entries WHERE id = NEW.entry_id;
    IF NEW.position NOT BETWEEN 1 AND entry.lines THEN
        PERFORM funding_refuse('ck_funding_lines_position');
    END IF;
    UPDATE funding_balances AS held
       SET turn = turn + 1, balance_fen = balance_fen + NEW.amount_fen, last_day = greatest(last_day, entry.booked_on)
     WHERE account_id = NEW.account_id AND NOT closed
       AND CASE kind WHEN 'source' THEN balance_fen + NEW.amount_fen <= 0 ELSE balance_fen + NEW.amount_fen >= 0 END
    RETURNING WITH (OLD AS was, NEW AS is_now) is_now.kind, is_now.turn, is_now.balance_fen, was.last_day,
              is_now.branch_id, is_now.organization_id, is_now.region_code, is_now.authority_code
         INTO account;
    IF NOT FOUND THEN
        PERFORM funding_refuse_line(NEW.account_id, NULL);
    END IF;
    evening := account.balance_fen;
    IF entry.booked_on < account.last_day THEN
        evening := funding_days_move(NEW.account_id, entry.booked_on, account.kind, NEW.amount_fen);
    END IF;
    INSERT INTO funding_account_days AS kept (account_id, day, committee_id, kind, in_fen, out_fen, balance_fen,
                                              branch_id, organization_id, region_code, authority_code)
    VALUES (NEW.account_id, entry.booked_on, NEW.committee_id, account.kind, greatest(NEW.amount_fen, 0),
            greatest(-NEW.amount_fen, 0), evening, account.branch_id, account.organization_id, account.region_code,
            account.authority_code)
    ON CONFLICT (account_id, day) DO UPDATE
       SET in_fen = kept.in_fen + excluded.in_fen, out_fen = kept.out_fen + excluded.out_fen,
           balance_fen = excluded.balance_fen;
    NEW.turn := account.turn;
    NEW.booked_on := entry.booked_on;
    NEW.kind := entry.kind;
    NEW.text := coalesce(NEW.text, entry.text);
    NEW.reference := entry.reference;
    NEW.branch_id := account.branch_id;
    NEW.organization_id := account.organization_id;
    NEW.region_code := account.region_code;
    NEW.authority_code := account.authority_code;
    RETURN NEW;
END $$
"""
DAYS_MOVE = """
CREATE FUNCTION funding_days_move(account uuid, booked_on date, account_kind text, fen bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    worst record;
    evening bigint;
BEGIN
    SELECT coalesce((SELECT balance_fen FROM funding_account_days WHERE account_id = account AND day <= booked_on
                      ORDER BY day DESC LIMIT 1), 0) INTO evening;
    SELECT told.day, told.balance_fen INTO worst
      FROM (SELECT booked_on AS day, evening AS balance_fen
            UNION ALL SELECT day, balance_fen FROM funding_account_days
             WHERE account_id = account AND day > booked_on) AS told
     ORDER BY CASE account_kind WHEN 'source' THEN -told.balance_fen ELSE told.balance_fen END, told.day LIMIT 1;
    IF (CASE account_kind WHEN 'source' THEN worst.balance_fen + fen > 0 ELSE worst.balance_fen + fen < 0 END) THEN
        PERFORM funding_refuse_line(account, worst.day, worst.balance_fen);
    END IF;
    UPDATE funding_account_days SET balance_fen = balance_fen + fen WHERE account_id = account AND day > booked_on;
    RETURN evening + fen;
END $$
"""
REFUSE_LINE = """
CREATE FUNCTION funding_refuse_line(account uuid, on_day date, there bigint DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_one funding_balances;
BEGIN
    SELECT * INTO found_one FROM funding_balances WHERE account_id = account;
    PERFORM funding_refuse(
        CASE WHEN found_one.account_id IS NULL THEN 'fk_funding_lines_account_id'
             WHEN found_one.closed THEN 'ck_funding_accounts_closed'
             WHEN on_day IS NULL THEN 'ck_funding_balances_overdraft'
             ELSE 'ck_funding_account_days_overdraft' END,
        jsonb_build_object('account_id', account, 'day', on_day,
                           'balance_fen', abs(coalesce(there, found_one.balance_fen))));
END $$
"""

# When the transaction ends, an entry has the lines it spoke of, they sum to zero, and they go the way of its kind.
BALANCED = """
CREATE FUNCTION funding_entries_balanced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    written bigint;
    total numeric;
    moved numeric;
    fits boolean;
BEGIN
    SELECT count(*), sum(line.amount_fen), sum(line.amount_fen) FILTER (WHERE line.amount_fen > 0),
           bool_and(CASE NEW.kind
               WHEN 'income' THEN account.kind = CASE WHEN line.amount_fen < 0 THEN 'source' ELSE 'funds' END
               WHEN 'set_aside' THEN account.kind = CASE WHEN line.amount_fen < 0 THEN 'source' ELSE 'funds' END
               WHEN 'appropriation' THEN account.kind = 'funds'
                    AND (account.holder_kind = 'committee') = (line.amount_fen < 0)
               WHEN 'spending' THEN account.kind = CASE WHEN line.amount_fen < 0 THEN 'funds' ELSE 'use' END
                    AND (account.use IS NULL OR account.use = NEW.use)
               WHEN 'refund' THEN account.kind = CASE WHEN line.amount_fen < 0 THEN 'funds' ELSE 'source' END
               WHEN 'transfer' THEN account.kind = 'funds'
               ELSE true END)
           AND (NEW.kind <> 'set_aside' OR count(DISTINCT account.organization_id) = 1)
           AND (NEW.purse <> 'enterprise_levy' OR count(DISTINCT account.organization_id) = 1)
      INTO written, total, moved, fits
      FROM funding_lines AS line JOIN funding_accounts AS account ON account.id = line.account_id
     WHERE line.entry_id = NEW.id;
    IF written <> NEW.lines THEN
        PERFORM funding_refuse('ck_funding_entries_lines_missing');
    ELSIF total <> 0 THEN
        PERFORM funding_refuse('ck_funding_entries_balanced');
    ELSIF moved <> NEW.amount_fen THEN
        PERFORM funding_refuse('ck_funding_entries_amount');
    ELSIF NOT fits THEN
        PERFORM funding_refuse('ck_funding_entries_way');
    END IF;
    IF NEW.reverses_id IS NOT NULL AND (
        EXISTS (SELECT FROM funding_entries WHERE id = NEW.reverses_id
                   AND (kind = 'reversal' OR committee_id <> NEW.committee_id OR booked_on > NEW.booked_on
                        OR use IS DISTINCT FROM NEW.use))
        OR EXISTS (SELECT
                     FROM (SELECT account_id, amount_fen FROM funding_lines WHERE entry_id = NEW.reverses_id) AS was
                     FULL JOIN (SELECT account_id, amount_fen FROM funding_lines WHERE entry_id = NEW.id) AS taken
                       USING (account_id)
                    WHERE was.amount_fen IS DISTINCT FROM -taken.amount_fen)) THEN
        PERFORM funding_refuse('ck_funding_entries_reversal');
    END IF;
    RETURN NULL;
END $$
"""

# An entry with its lines in one statement. Accounts are taken in the order of their ids, always; a key that is known
# answers with the entry that stands under it, and with the digest of what was told of that one.
POST = """
CREATE FUNCTION funding_post(
    committee uuid, of_purse text, of_kind text, for_use text, on_day date, deed text, told text, outside text,
    takes_back uuid, by text, at timestamptz, digest bytea, accounts uuid[], amounts bigint[], texts text[])
RETURNS TABLE (entry_id uuid, fingerprint bytea, fresh boolean)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    SELECT entry.id, entry.fingerprint, false INTO entry_id, fingerprint, fresh
      FROM funding_entries AS entry WHERE entry.committee_id = committee AND entry.business_key = deed;
    IF FOUND THEN
        RETURN NEXT;
        RETURN;
    END IF;
    INSERT INTO funding_entries (committee_id, purse, kind, use, booked_on, business_key, text, reference, reverses_id,
                                 posted_by, posted_at, fingerprint, lines, amount_fen)
    VALUES (committee, of_purse, of_kind, for_use, on_day, deed, told, outside, takes_back, by, at, digest,
            cardinality(accounts), (SELECT sum(fen) FROM unnest(amounts) AS fen WHERE fen > 0))
    ON CONFLICT (committee_id, business_key) DO NOTHING RETURNING id, digest, true INTO entry_id, fingerprint, fresh;
    IF NOT FOUND THEN  -- somebody else was first, and is done
        SELECT entry.id, entry.fingerprint, false INTO entry_id, fingerprint, fresh
          FROM funding_entries AS entry WHERE entry.committee_id = committee AND entry.business_key = deed;
        RETURN NEXT;
        RETURN;
    END IF;
    INSERT INTO funding_lines (entry_id, position, committee_id, purse, account_id, amount_fen, text)
    SELECT entry_id, line.position, committee, of_purse, line.account, line.fen, line.said
      FROM unnest(accounts, amounts, texts) WITH ORDINALITY AS line (account, fen, said, position)
     ORDER BY line.account;
    RETURN NEXT;
END $$
"""

# Numbers come after the entries, in the order in which they were posted, under one lock for each year's books: no
# writer waits for it, and whoever rolls back leaves no gap.
NUMBER = """
CREATE FUNCTION funding_number(wanted uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    given bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('funding_numbers:' || wanted, 0));
    WITH waiting AS (DELETE FROM funding_unnumbered WHERE year_id = wanted RETURNING entry_id)
    INSERT INTO funding_numbers (entry_id, year_id, number, region_code, authority_code)
    SELECT entry.id, wanted,
           coalesce((SELECT max(number) FROM funding_numbers WHERE year_id = wanted), 0)
               + row_number() OVER (ORDER BY entry.posted_at, entry.id),
           entry.region_code, entry.authority_code
      FROM waiting JOIN funding_entries AS entry ON entry.id = waiting.entry_id;
    GET DIAGNOSTICS given = ROW_COUNT;
    RETURN given;
END $$
"""
UNNUMBERED = """
CREATE FUNCTION funding_unnumbered_years() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT year_id FROM funding_unnumbered
$$
"""

# What the accounts of a closed year held in its last evening.
CARRY_OVER = """
CREATE FUNCTION funding_carry_over(wanted uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    told funding_years;
    carried bigint;
BEGIN
    SELECT * INTO told FROM funding_years WHERE id = wanted;
    IF told.state <> 'closed' THEN
        PERFORM funding_refuse('ck_funding_carry_overs_closed');
    END IF;
    INSERT INTO funding_carry_overs (year_id, account_id, balance_fen, branch_id, region_code, authority_code)
    SELECT wanted, account.id, evening.balance_fen, account.branch_id, account.region_code, account.authority_code
      FROM funding_accounts AS account CROSS JOIN LATERAL (
           SELECT day.balance_fen FROM funding_account_days AS day
            WHERE day.account_id = account.id AND day.day <= make_date(told.year, 12, 31)
            ORDER BY day.day DESC LIMIT 1) AS evening
     WHERE account.committee_id = told.committee_id AND account.kind = 'funds' AND evening.balance_fen <> 0
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS carried = ROW_COUNT;
    RETURN carried;
END $$
"""
YEARS = """
CREATE FUNCTION funding_years_kept() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moving text[] := ARRAY['version', 'recorded_at', 'region_code', 'region_level', 'authority_code'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            PERFORM funding_refuse('ck_funding_years_open_first');
        ELSIF EXISTS (SELECT FROM funding_years WHERE committee_id = NEW.committee_id AND year > NEW.year
                                                  AND state = 'closed') THEN
            PERFORM funding_refuse('ck_funding_years_order');
        END IF;
    ELSIF OLD.state = 'closed' AND to_jsonb(OLD) - moving <> to_jsonb(NEW) - moving THEN
        PERFORM funding_refuse('ck_funding_years_frozen');
    ELSIF (OLD.committee_id, OLD.year) IS DISTINCT FROM (NEW.committee_id, NEW.year) THEN
        PERFORM funding_refuse('ck_funding_years_frozen');
    ELSIF OLD.state = 'open' AND NEW.state = 'closed' THEN
        IF EXISTS (SELECT FROM funding_years WHERE committee_id = NEW.committee_id AND year < NEW.year
                                               AND state = 'open') THEN
            PERFORM funding_refuse('ck_funding_years_order');
        END IF;
        SET CONSTRAINTS funding_entries_balanced IMMEDIATE;  -- what this transaction posted is held to it now
        SET CONSTRAINTS funding_entries_balanced DEFERRED;
        IF EXISTS (SELECT FROM funding_unnumbered WHERE year_id = NEW.id) THEN
            PERFORM funding_refuse('ck_funding_years_numbered');
        ELSIF (NEW.closed_at AT TIME ZONE 'Asia/Shanghai')::date <= make_date(NEW.year, 12, 31) THEN
            PERFORM funding_refuse('ck_funding_years_over');
        END IF;
    END IF;
    RETURN NEW;
END $$
"""

# When a holder's place or line changes, his accounts go along, into a region that the mover may not see; with an
# account all that is told of it.
FOLLOW = {
    "branches": "account.branch_id = moved.id",
    "organizations": "account.organization_id = moved.id",
    "authorities": "(account.authority_id = moved.id OR account.committee_id = moved.id"
    " AND account.holder_kind = 'organization')",
}
PLACE = {
    "branches": "region_code = moved.region_code, region_level = moved.region_level,"
    " authority_code = moved.authority_code",
    "organizations": "region_code = moved.region_code, region_level = moved.region_level",
    "authorities": "region_code = CASE WHEN account.holder_kind = 'organization' THEN account.region_code"
    " ELSE moved.region_code END, region_level = CASE WHEN account.holder_kind = 'organization'"
    " THEN account.region_level ELSE moved.region_level END, authority_code = moved.code",
}
MOVED = {
    "branches": "(n.region_code, n.region_level, n.authority_code) IS DISTINCT FROM"
    " (o.region_code, o.region_level, o.authority_code)",
    "organizations": "(n.region_code, n.region_level) IS DISTINCT FROM (o.region_code, o.region_level)",
    "authorities": "(n.region_code, n.region_level, n.code) IS DISTINCT FROM (o.region_code, o.region_level, o.code)",
}


def _follow(table: str) -> list[str]:
    return [
        f"""
CREATE FUNCTION funding_follows_{table}() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved_ids uuid[] := ARRAY(SELECT n.id FROM new_rows AS n JOIN old_rows AS o USING (id) WHERE {MOVED[table]});
    narrow text[];
BEGIN
    IF moved_ids = '{{}}' THEN
        RETURN NULL;
    END IF;
    narrow := widen_scope();
    UPDATE funding_accounts AS account
       SET {PLACE[table]}, version = account.version + 1, recorded_at = {INSTANT}
      FROM new_rows AS moved WHERE moved.id = ANY (moved_ids) AND {FOLLOW[table]};
    PERFORM narrow_scope(narrow);
    RETURN NULL;
END $$
""",
        f"CREATE TRIGGER funding_follows_{table} AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows"
        f" NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION funding_follows_{table}()",
    ]


ALONG = """
CREATE FUNCTION funding_accounts_move_along() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moving text;
BEGIN
    FOREACH moving IN ARRAY ARRAY['funding_lines', 'funding_balances', 'funding_account_days', 'funding_carry_overs']
    LOOP
        EXECUTE format('UPDATE %I SET region_code = $2, authority_code = $3 WHERE account_id = $1', moving)
          USING NEW.id, NEW.region_code, NEW.authority_code;
    END LOOP;
    RETURN NULL;
END $$
"""
YEAR_ALONG = """
CREATE FUNCTION funding_years_move_along() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE funding_entries SET region_code = NEW.region_code, authority_code = NEW.authority_code
     WHERE year_id = NEW.id;
    UPDATE funding_numbers SET region_code = NEW.region_code, authority_code = NEW.authority_code
     WHERE year_id = NEW.id;
    RETURN NULL;
END $$
"""
BORROWED = (
    "funding_accounts_kept()",
    "funding_accounts_balance()",
    "funding_entries_unnumbered()",
    "funding_lines_stand()",
    "funding_days_move(uuid, date, text, bigint)",
    "funding_refuse_line(uuid, date, bigint)",
    "funding_entries_balanced()",
    "funding_number(uuid)",
    "funding_unnumbered_years()",
    "funding_carry_over(uuid)",
    "funding_years_kept()",
    "funding_accounts_move_along()",
    "funding_years_move_along()",
)


def upgrade() -> None:
    _years()
    _accounts()
    _entries()
    _lines()
    _kept()
    for statement in (
        REFUSE,
        *WITHIN,
        *secured("funding_years", OFFICE),
        *watched("funding_years"),
        "CREATE TRIGGER funding_years_stand_with_committee BEFORE INSERT OR UPDATE OF committee_id ON funding_years"
        " FOR EACH ROW EXECUTE FUNCTION stand_with_committee()",
        *secured("funding_accounts", SEE),
        *seen_further("funding_accounts", SEE, OFFICE),
        *watched("funding_accounts"),
        ACCOUNTS,
        "CREATE TRIGGER funding_accounts_stand BEFORE INSERT ON funding_accounts FOR EACH ROW"
        " EXECUTE FUNCTION funding_accounts_stand()",
        *secured("funding_entries", OFFICE),
        ENTRIES,
        "CREATE TRIGGER funding_entries_stand BEFORE INSERT ON funding_entries FOR EACH ROW"
        " EXECUTE FUNCTION funding_entries_stand()",
        *secured("funding_lines", SEE),
        *seen_further("funding_lines", SEE, OFFICE),
        *secured("funding_balances", SEE),
        *secured("funding_account_days", SEE),
        *secured("funding_carry_overs", SEE),
        *secured("funding_numbers", OFFICE),
        *secured("funding_unnumbered", "false"),
        "REVOKE UPDATE, DELETE, TRUNCATE ON funding_entries, funding_lines FROM liangxin_app",
        f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {', '.join(KEPT_BY_THE_DATABASE)} FROM liangxin_app",
        "REVOKE DELETE, TRUNCATE ON funding_years, funding_accounts FROM liangxin_app",
        *(
            f"CREATE POLICY owner ON {table} TO liangxin_owner USING (true) WITH CHECK (true)"
            for table in (*WRITTEN, *KEPT_BY_THE_DATABASE)
        ),
        ACCOUNT_KEPT,
        ACCOUNT_BALANCE,
        WAITS_FOR_NUMBER,
        REFUSE_LINE,
        DAYS_MOVE,
        LINES,
        POST,
        BALANCED,
        NUMBER,
        UNNUMBERED,
        CARRY_OVER,
        YEARS,
        ALONG,
        YEAR_ALONG,
        *(f"REVOKE ALL ON FUNCTION {each} FROM PUBLIC" for each in BORROWED),
        "CREATE TRIGGER funding_accounts_kept BEFORE UPDATE ON funding_accounts FOR EACH ROW"
        " EXECUTE FUNCTION funding_accounts_kept()",
        "CREATE TRIGGER funding_accounts_balance AFTER INSERT ON funding_accounts FOR EACH ROW"
        " EXECUTE FUNCTION funding_accounts_balance()",
        "CREATE TRIGGER funding_accounts_move_along AFTER UPDATE ON funding_accounts FOR EACH ROW"
        " WHEN ((OLD.region_code, OLD.authority_code) IS DISTINCT FROM (NEW.region_code, NEW.authority_code))"
        " EXECUTE FUNCTION funding_accounts_move_along()",
        "CREATE TRIGGER funding_entries_unnumbered AFTER INSERT ON funding_entries FOR EACH ROW"
        " EXECUTE FUNCTION funding_entries_unnumbered()",
        "CREATE CONSTRAINT TRIGGER funding_entries_balanced AFTER INSERT ON funding_entries"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funding_entries_balanced()",
        "CREATE TRIGGER funding_lines_stand BEFORE INSERT ON funding_lines FOR EACH ROW"
        " EXECUTE FUNCTION funding_lines_stand()",
        "CREATE TRIGGER funding_years_kept BEFORE INSERT OR UPDATE ON funding_years FOR EACH ROW"
        " EXECUTE FUNCTION funding_years_kept()",
        "CREATE TRIGGER funding_years_move_along AFTER UPDATE ON funding_years FOR EACH ROW"
        " WHEN ((OLD.region_code, OLD.authority_code) IS DISTINCT FROM (NEW.region_code, NEW.authority_code))"
        " EXECUTE FUNCTION funding_years_move_along()",
        *(statement for table in FOLLOW for statement in _follow(table)),
    ):
        op.execute(statement)


def _key() -> "sa.Column[object]":
    return sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()"))


def _to(column: str, table: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(column, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _codes() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("region_code", sa.BigInteger(), nullable=False),
        sa.Column("authority_code", sa.BigInteger(), nullable=False),
    )


def _versioned() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("region_level", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("region_level BETWEEN 0 AND 5", "region_level"),
    )


def _inside() -> sa.CheckConstraint:
    return sa.CheckConstraint("region_code BETWEEN 0 AND 999999999999", "region_code")


def _found_by_place(table: str) -> None:
    op.create_index(f"ix_{table}_region_code_id", table, ["region_code", "id"])
    op.create_index(f"ix_{table}_authority_code", table, ["authority_code", "region_code", "id"])


def _years() -> None:
    op.create_table(
        "funding_years",
        _key(),
        _to("committee_id", "authorities"),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Text()),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("close_note", sa.Text()),
        *_codes(),
        *_versioned(),
        sa.UniqueConstraint("committee_id", "year"),
        sa.UniqueConstraint("id", "committee_id", "year"),
        sa.CheckConstraint("year BETWEEN 2012 AND 2200", "year"),
        sa.CheckConstraint("state IN ('open', 'closed')", "state"),
        sa.CheckConstraint("num_nonnulls(closed_by, closed_at) = CASE state WHEN 'closed' THEN 2 ELSE 0 END", "closed"),
        sa.CheckConstraint("close_note <> '' AND (close_note IS NULL OR state = 'closed')", "close_note"),
        _inside(),
    )
    _found_by_place("funding_years")


def _accounts() -> None:
    op.create_table(
        "funding_accounts",
        _key(),
        _to("committee_id", "authorities"),
        sa.Column("purse", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("holder_kind", sa.Text(), nullable=False),
        _to("authority_id", "authorities", nullable=True),
        _to("branch_id", "branches", nullable=True),
        _to("organization_id", "organizations", nullable=True),
        sa.Column("use", sa.Text()),
        sa.Column("closed_on", sa.Date()),
        *_codes(),
        *_versioned(),
        sa.UniqueConstraint("id", "committee_id", "purse"),
        sa.CheckConstraint(PURSES, "purse"),
        sa.CheckConstraint("kind IN ('funds', 'use', 'source')", "kind"),
        sa.CheckConstraint("holder_kind IN ('committee', 'authority', 'branch', 'organization')", "holder_kind"),
        sa.CheckConstraint(f"(kind = 'use') = (use IS NOT NULL) AND {USES}", "use"),
        sa.CheckConstraint(HELD_BY, "holder"),
        sa.CheckConstraint("(holder_kind = 'committee') = coalesce(authority_id = committee_id, false)", "committee"),
        sa.CheckConstraint("(holder_kind = 'organization') = (purse = 'enterprise_levy')", "levy"),
        _inside(),
    )
    op.create_index(
        "uq_funding_accounts_key",
        "funding_accounts",
        ["committee_id", "purse", "kind", "authority_id", "branch_id", "organization_id", "use"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    _found_by_place("funding_accounts")
    op.create_index("ix_funding_accounts_committee_id", "funding_accounts", ["committee_id", "purse", "kind"])
    for column in ("authority_id", "branch_id", "organization_id"):
        op.create_index(
            f"ix_funding_accounts_{column}",
            "funding_accounts",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )


def _entries() -> None:
    op.create_table(
        "funding_entries",
        _key(),
        _to("committee_id", "authorities"),
        sa.Column("year_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("purse", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("use", sa.Text()),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("business_key", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("reverses_id", sa.Uuid()),
        sa.Column("posted_by", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", postgresql.BYTEA(), nullable=False),
        sa.Column("lines", sa.SmallInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        *_codes(),
        sa.UniqueConstraint("committee_id", "business_key"),
        sa.UniqueConstraint("reverses_id"),
        sa.UniqueConstraint("id", "committee_id", "purse"),
        sa.ForeignKeyConstraint(
            ["year_id", "committee_id", "year"],
            ["funding_years.id", "funding_years.committee_id", "funding_years.year"],
            name="fk_funding_entries_year_id",
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id", "committee_id", "purse"],
            ["funding_entries.id", "funding_entries.committee_id", "funding_entries.purse"],
            name="fk_funding_entries_reverses_id",
        ),
        sa.CheckConstraint(PURSES, "purse"),
        sa.CheckConstraint(KINDS, "kind"),
        sa.CheckConstraint(USES, "use"),
        sa.CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", "reverses_id"),
        sa.CheckConstraint("kind <> 'spending' OR use IS NOT NULL", "spent_for"),
        sa.CheckConstraint("extract(year FROM booked_on) = year", "year"),
        sa.CheckConstraint("booked_on <= (posted_at AT TIME ZONE 'Asia/Shanghai')::date", "booked_on"),
        sa.CheckConstraint("business_key <> '' AND text <> '' AND reference <> ''", "texts"),
        sa.CheckConstraint("lines >= 2", "lines"),
        sa.CheckConstraint("amount_fen > 0", "amount_fen"),
        _inside(),
    )
    _found_by_place("funding_entries")
    op.create_index("ix_funding_entries_year_id", "funding_entries", ["year_id", "booked_on", "id"])
    op.create_index(
        "ix_funding_entries_taken_back",
        "funding_entries",
        ["year_id", "purse"],
        postgresql_where=sa.text("kind IN ('refund', 'reversal')"),
    )


def _lines() -> None:
    op.create_table(
        "funding_lines",
        _key(),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("purse", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("branch_id", sa.Uuid()),
        sa.Column("organization_id", sa.Uuid()),
        *_codes(),
        sa.UniqueConstraint("entry_id", "position"),
        sa.UniqueConstraint("entry_id", "account_id"),
        sa.UniqueConstraint("account_id", "turn"),
        sa.ForeignKeyConstraint(
            ["entry_id", "committee_id", "purse"],
            ["funding_entries.id", "funding_entries.committee_id", "funding_entries.purse"],
            name="fk_funding_lines_entry_id",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "committee_id", "purse"],
            ["funding_accounts.id", "funding_accounts.committee_id", "funding_accounts.purse"],
            name="fk_funding_lines_account_id",
        ),
        sa.CheckConstraint(f"amount_fen <> 0 AND amount_fen BETWEEN -{MOST} AND {MOST}", "amount_fen"),
        sa.CheckConstraint("text <> ''", "text"),
        _inside(),
    )
    op.create_index("ix_funding_lines_account_id", "funding_lines", ["account_id", "booked_on", "turn"])


def _kept() -> None:
    op.create_table(
        "funding_balances",
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("funding_accounts.id"), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("last_day", sa.Date()),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("branch_id", sa.Uuid()),
        sa.Column("organization_id", sa.Uuid()),
        *_codes(),
        sa.CheckConstraint(SIGNED, "overdraft"),
        postgresql_with={"fillfactor": 50},  # rewritten with every line: its next version stays in its page
    )
    op.create_table(
        "funding_account_days",
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("funding_accounts.id"), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("in_fen", sa.BigInteger(), nullable=False),
        sa.Column("out_fen", sa.BigInteger(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.Uuid()),
        sa.Column("organization_id", sa.Uuid()),
        *_codes(),
        sa.CheckConstraint(SIGNED, "overdraft"),
        sa.CheckConstraint("in_fen >= 0 AND out_fen >= 0", "flows"),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index("ix_funding_account_days_committee_id", "funding_account_days", ["committee_id", "day"])
    op.create_index("ix_funding_account_days_region_code", "funding_account_days", ["region_code", "day"])
    op.create_table(
        "funding_numbers",
        sa.Column("entry_id", sa.Uuid(), sa.ForeignKey("funding_entries.id"), primary_key=True),
        _to("year_id", "funding_years"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_codes(),
        sa.UniqueConstraint("year_id", "number"),
        sa.CheckConstraint("number > 0", "number"),
    )
    op.create_table(
        "funding_unnumbered",
        sa.Column("entry_id", sa.Uuid(), sa.ForeignKey("funding_entries.id"), primary_key=True),
        _to("year_id", "funding_years"),
    )
    op.create_index("ix_funding_unnumbered_year_id", "funding_unnumbered", ["year_id"])
    op.create_table(
        "funding_carry_overs",
        sa.Column("year_id", sa.Uuid(), sa.ForeignKey("funding_years.id"), primary_key=True),
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("funding_accounts.id"), primary_key=True),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.Uuid()),
        *_codes(),
    )
    op.create_index("ix_funding_carry_overs_account_id", "funding_carry_overs", ["account_id"])
    op.create_index("ix_funding_carry_overs_region_code", "funding_carry_overs", ["region_code"])


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
