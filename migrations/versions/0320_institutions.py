"""Mergers, places, regions and domains of institutions; the address file; periods of one person that never overlap."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0320"
down_revision = "0315"
branch_labels = None
depends_on = None

# Where periods overlapped before this was forbidden, the later one counts from its first day.
CUT = """
UPDATE affiliation SET valid_until = later.starts
FROM (
  SELECT id, lead(valid_from) OVER (PARTITION BY user_id ORDER BY valid_from, valid_until NULLS LAST) AS starts
  FROM affiliation WHERE valid_until IS NULL OR valid_until > valid_from
) AS later
WHERE later.id = affiliation.id AND later.starts < coalesce(affiliation.valid_until, 'infinity')
"""

# The lock makes two mergers at one moment see each other: each alone could close the other's circle.
NO_CIRCLE = """
CREATE FUNCTION refuse_circle_of_mergers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  reached uuid := NEW.successor_id;
BEGIN
  PERFORM pg_advisory_xact_lock(6161320);
  WHILE reached IS NOT NULL LOOP
    IF reached = NEW.institution_id THEN
      RAISE EXCEPTION 'institutions cannot merge in a circle'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'no_circle_of_mergers';
    END IF;
    reached := (SELECT successor_id FROM institution_merger WHERE institution_id = reached);
  END LOOP;
  RETURN NEW;
END $$
"""

# A unique index cannot look into arrays of different rows.
ONE_OWNER = """
CREATE FUNCTION refuse_shared_domain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(6161321);
  IF EXISTS (SELECT FROM institution WHERE id <> NEW.id AND sso_domains && NEW.sso_domains) THEN
    RAISE EXCEPTION 'a domain belongs to one institution'
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'one_owner_of_a_domain';
  END IF;
  RETURN NEW;
END $$
"""

TRIGGERS = (
    "CREATE TRIGGER no_circle_of_mergers BEFORE INSERT OR UPDATE ON institution_merger"
    " FOR EACH ROW EXECUTE FUNCTION refuse_circle_of_mergers()",
    "CREATE TRIGGER one_owner_of_a_domain BEFORE INSERT OR UPDATE OF sso_domains ON institution"
    " FOR EACH ROW WHEN (NEW.sso_domains <> '{}') EXECUTE FUNCTION refuse_shared_domain()",
)


def upgrade() -> None:
    op.add_column(
        "institution",
        sa.Column("other_places", postgresql.ARRAY(sa.String()), server_default="{}", nullable=False),
    )
    op.add_column("institution", sa.Column("region", sa.String(), server_default="", nullable=False))
    op.create_check_constraint(
        op.f("ck__institution__region_known"), "institution", "region IN ('', 'noord', 'midden', 'zuid')"
    )
    op.create_check_constraint(
        op.f("ck__institution__period"),
        "institution",
        "valid_until IS NULL OR valid_from IS NULL OR valid_until >= valid_from",
    )
    _create_merger()
    _create_address_file()
    op.add_column("affiliation", sa.Column("continues_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk__affiliation__continues_id"), "affiliation", "affiliation", ["continues_id"], ["id"]
    )
    op.create_index(op.f("ix__affiliation__continues_id"), "affiliation", ["continues_id"])
    op.execute(CUT)
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(
        "ALTER TABLE affiliation ADD CONSTRAINT ex__affiliation__one_at_a_time"
        " EXCLUDE USING gist (user_id WITH =, daterange(valid_from, valid_until) WITH &&)"
    )
    for statement in (NO_CIRCLE, ONE_OWNER, *TRIGGERS):
        op.execute(statement)


def _create_merger() -> None:
    op.create_table(
        "institution_merger",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("successor_id", sa.Uuid(), nullable=False),
        sa.Column("merged_on", sa.Date(), nullable=False),
        sa.Column("continued", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("institution_id <> successor_id", name=op.f("ck__institution_merger__not_itself")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk__institution_merger__institution_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["institution.id"], name=op.f("fk__institution_merger__successor_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user.id"], name=op.f("fk__institution_merger__created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__institution_merger")),
        sa.UniqueConstraint("institution_id", name=op.f("uq__institution_merger__institution_id")),
    )
    op.create_index(op.f("ix__institution_merger__successor_id"), "institution_merger", ["successor_id"])


def _create_address_file() -> None:
    op.create_table(
        "address_file",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk__address_file__created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__address_file")),
    )


def downgrade() -> None:
    for statement in TRIGGERS:
        words = statement.split()
        op.execute(f"DROP TRIGGER {words[2]} ON {words[words.index('ON') + 1]}")
    for function in ("refuse_circle_of_mergers", "refuse_shared_domain"):
        op.execute(f"DROP FUNCTION {function}()")
    # The extension stays: something else in this database may use it.
    op.drop_constraint("ex__affiliation__one_at_a_time", "affiliation")
    op.drop_index(op.f("ix__affiliation__continues_id"), table_name="affiliation")
    op.drop_column("affiliation", "continues_id")
    op.drop_table("address_file")
    op.drop_table("institution_merger")
    op.drop_constraint(op.f("ck__institution__period"), "institution")
    op.drop_constraint(op.f("ck__institution__region_known"), "institution")
    op.drop_column("institution", "region")
    op.drop_column("institution", "other_places")
