"""The floor of the pages: a Flask application of one page, with one statement and the base template."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, render_template
from flask_bootstrap import Bootstrap5
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from sqlalchemy.orm import Session

from peergang.core import i18n
from peergang.coursework.models import Comment, ReflectionVersion, Review
from peergang.identity.models import User
from peergang.web.dates import init_dates

PAGE = """{% extends "layout/base.html" %}
{% block title %}Dag{% endblock title %}
{% block main %}<h1>Dag {{ name }}</h1>{% endblock main %}
"""
LONG_PAGE = """{% extends "layout/base.html" %}
{% block title %}Dag{% endblock title %}
{% block main %}<h1>Dag</h1>
{% for answer in answers.values() %}{% for text in answer.split("\n\n") %}<p>{{ text }}</p>{% endfor %}{% endfor %}
{% for body in comments %}<section><p>{{ body }}</p></section>{% endfor %}{% endblock main %}
"""
MENU = [
    {"url": f"/{name}", "label": name.capitalize(), "icon": "house", "count": 0, "current": name == "thuis"}
    for name in ("thuis", "modules", "reflecties", "bibliotheek", "gesprekken")
]


def make_bare_app(engine: sa.Engine, user_id: UUID, version_id: UUID) -> Flask:
    """The application; its page greets the person `user_id`, and its long one has the text and comments of a version."""
    app = Flask("peergang.app")
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    Bootstrap5(app)
    init_dates(app)
    app.jinja_loader = ChoiceLoader(
        [DictLoader({"bare.html": PAGE, "long.html": LONG_PAGE}), FileSystemLoader("peergang/templates")]
    )
    env: Any = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(
        i18n.gettext, lambda one, many, number: one if number == 1 else many, newstyle=True
    )
    env.globals |= {"icons_url": "/static/icons.svg", "csrf_token": lambda: "", "navigation": MENU}
    for name in ("privacy", "accessibility", "help"):
        app.add_url_rule(f"/{name}", f"pages.{name}", lambda: "")
    bind = engine.execution_options(isolation_level="AUTOCOMMIT")
    statement = sa.select(User.given_name).where(User.id == user_id)

    @app.get("/")
    def page() -> str:
        with Session(bind, autoflush=False) as session:
            name = session.scalars(statement).one()
        return render_template("bare.html", name=name)

    comments = (
        sa.select(sa.func.json_agg(Comment.body))
        .where(Comment.version_id == version_id, Comment.author_id == Review.reviewer_id)
        .correlate(Review)
        .scalar_subquery()
    )
    long = (
        sa.select(ReflectionVersion.answers, comments)
        .join(Review, Review.version_id == ReflectionVersion.id)
        .where(ReflectionVersion.id == version_id)
    )

    @app.get("/lang")
    def long_page() -> str:
        with Session(bind, autoflush=False) as session:
            answers, bodies = session.execute(long).one()
        return render_template("long.html", answers=answers, comments=bodies)

    return app
