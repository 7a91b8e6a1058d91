"""Who gave a role, who opened whose data, the log that stays, and profiles with their subjects."""

import sqlalchemy as sa
from alembic import op

revision = "0330"
down_revision = "0320"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

# A log that can be rewritten proves nothing. Cleaning and erasing say that they mean it.
AUDIT_STAYS = (
    "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit_event"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
)


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(), server_default=default, nullable=False)


def upgrade() -> None:
    op.add_column("role_grant", sa.Column("granted_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk__role_grant__granted_by_id"), "role_grant", "user", ["granted_by_id"], ["id"]
    )
    op.create_index(op.f("ix__role_grant__granted_by_id"), "role_grant", ["granted_by_id"])
    op.create_index(op.f("ix__audit_event__subject_id"), "audit_event", ["subject_id"])
    op.create_index("ix__audit_event__at_id", "audit_event", ["at", "id"])
    op.create_index("ix__audit_event__verb_at", "audit_event", ["verb", "at"])
    op.execute(AUDIT_STAYS)
    _openings()
    _profiles()


def _openings() -> None:
    op.create_table(
        "data_opening",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("viewer_id", sa.Uuid(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("exported", sa.Boolean(), server_default="false", nullable=False),
        _text("reason"),
        sa.CheckConstraint("user_id <> viewer_id", name=op.f("ck__data_opening__somebody_else")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__data_opening__user_id")),
        sa.ForeignKeyConstraint(["viewer_id"], ["user.id"], name=op.f("fk__data_opening__viewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__data_opening")),
        sa.UniqueConstraint(
            "user_id", "viewer_id", "opened_on", name=op.f("uq__data_opening__user_id_viewer_id_opened_on")
        ),
    )
    op.create_index(op.f("ix__data_opening__viewer_id"), "data_opening", ["viewer_id"])
    op.create_index(op.f("ix__data_opening__at"), "data_opening", ["at"])


def _profiles() -> None:
    op.create_table(
        "profile",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        _text("about"),
        _text("contact"),
        _text("visibility", "trainers"),
        sa.Column("saved_at", TIME, nullable=False),
        sa.CheckConstraint(
            "visibility IN ('trainers', 'cohorts', 'network')", name=op.f("ck__profile__visibility_known")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__profile__user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk__profile")),
    )
    op.create_table(
        "profile_subject",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('expertise', 'interest')", name=op.f("ck__profile_subject__kind_known")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["profile.user_id"], name=op.f("fk__profile_subject__user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "code", name=op.f("pk__profile_subject")),
    )
    op.create_index("ix__profile_subject__code_kind", "profile_subject", ["code", "kind"])


def downgrade() -> None:
    op.drop_table("profile_subject")
    op.drop_table("profile")
    op.drop_table("data_opening")
    op.execute("DROP TRIGGER audit_stays ON audit_event")
    op.drop_index("ix__audit_event__verb_at", table_name="audit_event")
    op.drop_index("ix__audit_event__at_id", table_name="audit_event")
    op.drop_index(op.f("ix__audit_event__subject_id"), table_name="audit_event")
    op.drop_index(op.f("ix__role_grant__granted_by_id"), table_name="role_grant")
    op.drop_constraint(op.f("fk__role_grant__granted_by_id"), "role_grant", type_="foreignkey")
    op.drop_column("role_grant", "granted_by_id")
