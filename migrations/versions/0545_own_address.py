"""An address that somebody wants, on the link that proves it."""

import sqlalchemy as sa
from alembic import op

revision = "0545"
down_revision = "0540"
branch_labels = None
depends_on = None

TABLE = "single_use_token"
PURPOSES = "purpose IN ('invitation', 'password_reset', 'institution_proof'{more})"


def _set_purposes(more: str) -> None:
    name = op.f("ck__single_use_token__purpose_known")
    op.drop_constraint(name, TABLE, type_="check")
    op.create_check_constraint(name, TABLE, PURPOSES.format(more=more))


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("address", sa.String(), nullable=True))
    _set_purposes(", 'address_proof'")
    op.create_check_constraint(
        op.f("ck__single_use_token__address_to_prove"),
        TABLE,
        "(purpose = 'address_proof') = (address IS NOT NULL)",
    )
    op.create_check_constraint(op.f("ck__single_use_token__address_lower"), TABLE, "address = lower(address)")


def downgrade() -> None:
    op.execute("DELETE FROM single_use_token WHERE purpose = 'address_proof'")
    op.drop_constraint(op.f("ck__single_use_token__address_lower"), TABLE, type_="check")
    op.drop_constraint(op.f("ck__single_use_token__address_to_prove"), TABLE, type_="check")
    _set_purposes("")
    op.drop_column(TABLE, "address")
