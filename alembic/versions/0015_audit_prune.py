"""Old checkpoints of the audit go with the days they tell of, under a signed record that says so."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PRUNE = """
CREATE FUNCTION audit_prune(kept_from bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    told bigint;
    gone bigint;
BEGIN
    SELECT (body::jsonb ->> 'first')::bigint INTO told FROM audit_checkpoints
     WHERE kind = 'retained' ORDER BY number DESC LIMIT 1;
    IF told IS NULL OR told < kept_from THEN
        RAISE EXCEPTION 'no record says that checkpoints before % are dropped', kept_from;
    END IF;
    IF EXISTS (SELECT FROM audit_checkpoints, jsonb_object_keys(body::jsonb -> 'days') AS head(day)
                WHERE number < kept_from AND head.day > ((now() AT TIME ZONE 'Asia/Shanghai')::date - 184)::text) THEN
        RAISE EXCEPTION 'the audit is kept for six months at least';
    END IF;
    DELETE FROM audit_checkpoints WHERE number < kept_from;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$
"""


def upgrade() -> None:
    op.execute(PRUNE)
    op.execute("REVOKE EXECUTE ON FUNCTION audit_prune(bigint) FROM liangxin_reader, liangxin_lookup")


def downgrade() -> None:
    raise RuntimeError("Migrations go forward only; restore a backup instead.")
