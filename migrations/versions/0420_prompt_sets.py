"""Which questions somebody writes to, and what was asked when a version was submitted.

A version keeps its questions for ever. Those of before get what their activity asks, with the questions of an earlier edition,
as far as the version answers them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0420"
down_revision = "0410"
branch_labels = None
depends_on = None

ASKED = """
UPDATE reflection_version SET prompts = asked.prompts
FROM (
  SELECT version.id, jsonb_agg(
    jsonb_build_object('slug', one.prompt->'slug', 'question', one.prompt->'question', 'hint',
      coalesce(one.prompt->'hint', '""'::jsonb))
    ORDER BY one.place
  ) AS prompts
  FROM reflection_version version
  JOIN reflection ON reflection.id = version.reflection_id
  JOIN activity ON activity.id = reflection.activity_id
  CROSS JOIN LATERAL jsonb_array_elements(
    coalesce(activity.settings->'prompts', '[]'::jsonb) || (
      SELECT coalesce(jsonb_agg(kept), '[]'::jsonb) FROM jsonb_array_elements(reflection.kept_prompts) kept
      WHERE NOT coalesce(activity.settings->'prompts', '[]'::jsonb) @> jsonb_build_array(
        jsonb_build_object('slug', kept->'slug'))
    )
  ) WITH ORDINALITY AS one (prompt, place)
  WHERE jsonb_exists(version.answers, one.prompt->>'slug')
  GROUP BY version.id
) asked
WHERE asked.id = reflection_version.id
"""


def upgrade() -> None:
    op.add_column("reflection", sa.Column("prompt_set", sa.String(), server_default="", nullable=False))
    op.create_check_constraint(
        op.f("ck__reflection__prompt_set_known"), "reflection", "prompt_set IN ('','starr','alact')"
    )
    op.add_column(
        "reflection_version",
        sa.Column("prompts", postgresql.JSONB(), server_default="[]", nullable=False),
    )
    # A version refuses every change; this one adds what always belonged to it.
    op.execute("SET LOCAL peergang.erasing = 'on'")
    op.execute(ASKED)
    op.execute("SET LOCAL peergang.erasing = 'off'")


def downgrade() -> None:
    op.drop_column("reflection_version", "prompts")
    op.drop_constraint(op.f("ck__reflection__prompt_set_known"), "reflection", type_="check")
    op.drop_column("reflection", "prompt_set")
