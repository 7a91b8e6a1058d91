"""Accounts of institutions (OIDC): who they belong to, round trips to a provider, and arrivals that wait for a proof."""

import sqlalchemy as sa
from alembic import op

revision = "0315"
down_revision = "0310"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
TABLES = ("institution_arrival", "institution_trip", "institution_account")
PURPOSES = "purpose IN ('invitation', 'password_reset'{more})"


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=False)


def _set_purposes(more: str) -> None:
    name = op.f("ck__single_use_token__purpose_known")
    op.drop_constraint(name, "single_use_token", type_="check")
    op.create_check_constraint(name, "single_use_token", PURPOSES.format(more=more))


def upgrade() -> None:
    _set_purposes(", 'institution_proof'")
    op.create_table(
        "institution_account",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        _text("provider"),
        _text("issuer"),
        _text("subject"),
        _text("organisation"),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("last_used_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__institution_account__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__institution_account")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq__institution_account__issuer_subject")),
    )
    op.create_table(
        "institution_trip",
        _id(),
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        _text("provider"),
        _text("nonce"),
        _text("verifier"),
        _text("target"),
        sa.Column("remember", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("invitation_hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__institution_trip__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__institution_trip")),
        sa.UniqueConstraint("state_hash", name=op.f("uq__institution_trip__state_hash")),
    )
    _arrivals()
    for table, column in (
        ("institution_account", "user_id"),
        ("institution_trip", "user_id"),
        ("institution_trip", "expires_at"),
        ("institution_arrival", "institution_id"),
        ("institution_arrival", "proof_id"),
        ("institution_arrival", "expires_at"),
    ):
        op.create_index(op.f(f"ix__{table}__{column}"), table, [column])


def _arrivals() -> None:
    told = ("provider", "issuer", "subject", "organisation", "given_name", "name_particle", "family_name")
    op.create_table(
        "institution_arrival",
        _id(),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        *(_text(name) for name in (*told, "email", "locale", "target")),
        sa.Column("remember", sa.Boolean(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("proof_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk__institution_arrival__institution_id")
        ),
        sa.ForeignKeyConstraint(
            ["proof_id"],
            ["single_use_token.id"],
            name=op.f("fk__institution_arrival__proof_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__institution_arrival")),
        sa.UniqueConstraint("token_hash", name=op.f("uq__institution_arrival__token_hash")),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DELETE FROM single_use_token WHERE purpose = 'institution_proof'")
    _set_purposes("")
