"""Passkeys, second factor and recovery codes; where and when a browser was last used."""

import sqlalchemy as sa
from alembic import op

revision = "0310"
down_revision = "0171"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
TABLES = ("half_sign_in", "recovery_code", "totp", "passkey_challenge", "passkey")


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)


def _belongs(table: str) -> tuple[sa.ForeignKeyConstraint, sa.PrimaryKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f(f"fk__{table}__user_id")),
        sa.PrimaryKeyConstraint("user_id" if table == "totp" else "id", name=op.f(f"pk__{table}")),
    )


def upgrade() -> None:
    for name, kind, default in (
        ("method", sa.String(), ""),
        ("address", sa.String(), ""),
        ("last_used_at", TIME, None),
        ("proved_at", TIME, None),
    ):
        column = sa.Column(name, kind, server_default=default, nullable=default is None)
        op.add_column("sign_in_session", column)
    _passkeys()
    _codes()
    op.create_table(
        "half_sign_in",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("remember", sa.Boolean(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        *_belongs("half_sign_in"),
        sa.UniqueConstraint("token_hash", name=op.f("uq__half_sign_in__token_hash")),
    )
    for table, column in (
        ("passkey", "user_id"),
        ("passkey_challenge", "user_id"),
        ("passkey_challenge", "expires_at"),
        ("half_sign_in", "user_id"),
        ("half_sign_in", "expires_at"),
    ):
        op.create_index(op.f(f"ix__{table}__{column}"), table, [column])


def _passkeys() -> None:
    op.create_table(
        "passkey",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.ARRAY(sa.String()), server_default="{}", nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("last_used_at", TIME, nullable=True),
        *_belongs("passkey"),
        sa.UniqueConstraint("credential_id", name=op.f("uq__passkey__credential_id")),
        sa.CheckConstraint("name <> ''", name=op.f("ck__passkey__has_name")),
    )
    op.create_table(
        "passkey_challenge",
        _id(),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", TIME, nullable=False),
        *_belongs("passkey_challenge"),
        sa.UniqueConstraint("challenge", name=op.f("uq__passkey_challenge__challenge")),
        sa.CheckConstraint(
            "purpose IN ('register', 'sign_in', 'proof')", name=op.f("ck__passkey_challenge__purpose_known")
        ),
        sa.CheckConstraint(
            "(purpose = 'sign_in') = (user_id IS NULL)", name=op.f("ck__passkey_challenge__of_somebody")
        ),
    )


def _codes() -> None:
    op.create_table(
        "totp",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("confirmed_at", TIME, nullable=True),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        *_belongs("totp"),
    )
    op.create_table(
        "recovery_code",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        *_belongs("recovery_code"),
        sa.UniqueConstraint("user_id", "code_hash", name=op.f("uq__recovery_code__user_id_code_hash")),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    for column in ("proved_at", "last_used_at", "address", "method"):
        op.drop_column("sign_in_session", column)
