"""create_app(): configuration, the web layer, the features. No logic of its own."""

from importlib import import_module
from importlib.util import find_spec

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from redis import Redis

from peergang.certificates.queries.of_year import count_of_year
from peergang.certificates.queries.told import list_story_events
from peergang.certificates.views import bp as certificates_bp
from peergang.certificates.views.line import tell_line
from peergang.cohorts.actions.editions import when_upgraded
from peergang.cohorts.actions.invitations import activate_invited
from peergang.cohorts.actions.leaving import give_up_places
from peergang.cohorts.actions.lifecycle import when_ended
from peergang.cohorts.actions.memberships import when_groups_changed
from peergang.cohorts.actions.trainers import when_trainer_left
from peergang.cohorts.queries.enrolments import list_invitations_of
from peergang.cohorts.queries.next_holiday import find_next_holiday
from peergang.cohorts.queries.roles import select_roles as select_cohort_roles
from peergang.cohorts.views import bp as cohorts_bp
from peergang.conversations.views import bp as conversations_bp
from peergang.core import clock, jobs
from peergang.core.config import Settings, load_settings
from peergang.core.db import Bind, make_engine
from peergang.core.logs import configure_logging
from peergang.coursework.actions.allocation import reallocate_cohort
from peergang.coursework.actions.departures import release_reviews_of
from peergang.coursework.actions.editions import follow_edition
from peergang.coursework.actions.examples import complete_practice_activity, hold_cohort_of
from peergang.coursework.actions.handing_on import hand_on_what_is_left
from peergang.coursework.actions.promotion import check_consents
from peergang.coursework.queries import counts
from peergang.coursework.views import bp as coursework_bp
from peergang.discussion.actions.following import follow_modules
from peergang.discussion.views import bp as discussion_bp
from peergang.identity import queries as identity_queries
from peergang.identity.actions.account import when_deactivated
from peergang.identity.actions.addresses import when_address_changed
from peergang.identity.actions.links import when_accepted
from peergang.identity.actions.roles import when_role_ended
from peergang.identity.views import bp as identity_bp
from peergang.identity.views.institutions import register_participation
from peergang.identity.views.kept_forms import keep_what_was_sent
from peergang.notifications.actions.bounces import follow_address
from peergang.notifications.actions.inbox import select_unread
from peergang.notifications.queries import count_open as count_open_notices, warn_of_doubt
from peergang.notifications.queries.bounces import refuses_mail, warn_of_policy
from peergang.notifications.queries.holidays import register_holidays
from peergang.notifications.queries.operating import count_pauses, warn_of_pauses
from peergang.notifications.queries.queue import measure_queue, warn_of_delay
from peergang.notifications.views import bp as notifications_bp
from peergang.practice.actions.writing import before_publishing, before_sharing, when_published
from peergang.practice.views import bp as practice_bp
from peergang.privacy.views import bp as privacy_bp
from peergang.profiles.views import bp as profiles_bp
from peergang.progress.queries.annual_figures import register_certificates
from peergang.progress.queries.runs import (
    count_last_compile,
    measure_waiting,
    warn_of_failed_compile,
    warn_of_old_marks,
    warn_of_wrong_progress,
)
from peergang.progress.queries.story import when_story_told
from peergang.progress.queries.taking_part import list_taking_part
from peergang.progress.views import bp as progress_bp
from peergang.progress.views.path import show_on_path
from peergang.reminders.views import bp as reminders_bp
from peergang.reports.actions.subscribing import end_what_may_not
from peergang.reports.kinds import list_kinds
from peergang.reports.views import bp as reports_bp
from peergang.web import (
    broker,
    cleaning,
    dates,
    errors,
    figures,
    files,
    gate,
    i18n,
    navigation,
    observe,
    pages,
    security,
    throttle,
    trail,
    urls,
)
from peergang.web.database import init_database, reading
from peergang.web.viewer import current_actor, register_refusal, register_role_source, register_unread

FEATURES = (
    identity_bp,
    notifications_bp,
    practice_bp,
    conversations_bp,
    cohorts_bp,
    profiles_bp,
    discussion_bp,
    coursework_bp,
    reminders_bp,
    progress_bp,
    certificates_bp,
    reports_bp,
    privacy_bp,
)


def create_app(settings: Settings | None = None, bind: Bind | None = None) -> Flask:
    """The web application. `settings` come from the environment and `bind` from the settings unless given.

    Raises:
        ConfigError: when a setting is missing or wrong.
    """
    settings = settings or load_settings()
    clock.use_offset_file(settings.clock_file)
    app = errors.Site(__name__)
    app.config.update(
        BOOTSTRAP_SERVE_LOCAL=True, PUBLIC_URL=settings.public_url, TESTING=settings.env == "test"
    )
    app.extensions["peergang_settings"] = settings
    app.extensions["peergang_redis"] = Redis.from_url(
        # A health check that hangs is worse than one that says no.
        broker.redis_py_url(settings.redis_url),
        socket_timeout=1,
        socket_connect_timeout=1,
    )
    _init_web(app, settings, bind or make_engine(settings.database_url))
    _init_features(app, settings)
    return app


def _init_web(app: Flask, settings: Settings, bind: Bind) -> None:
    configure_logging(settings.log_format)
    init_database(app, bind)
    trail.init_trail(app)
    Bootstrap5(app)
    cleaning.init_cleaning(app)
    files.init_files(app, settings)
    security.init_security(app, settings)
    observe.init_observe(app)
    gate.init_gate(app)
    i18n.init_i18n(app)
    throttle.init_throttle(app, settings)
    dates.init_dates(app)
    urls.init_urls(app)
    errors.init_errors(app)
    navigation.init_navigation(app)
    pages.init_pages(app)
    jobs.use_dispatcher(broker.make_dispatcher(settings.redis_url) if settings.env != "test" else None)


def _init_reports() -> None:
    """What comes by itself ends with the role; and a kind that cannot be imported stops the start, not every export."""
    when_role_ended(end_what_may_not)
    when_trainer_left(end_what_may_not)
    list_kinds()


def _init_features(app: Flask, settings: Settings) -> None:
    register_role_source(identity_queries.select_roles)
    register_role_source(select_cohort_roles)
    register_unread(select_unread)
    register_refusal(refuses_mail)
    gate.when_refused(keep_what_was_sent)
    when_accepted(activate_invited)
    when_address_changed(follow_address)
    before_publishing(hold_cohort_of)
    when_published(complete_practice_activity)
    before_sharing(check_consents)
    when_upgraded(follow_edition)
    when_upgraded(follow_modules)
    when_groups_changed(reallocate_cohort)
    when_ended(hand_on_what_is_left)
    when_trainer_left(release_reviews_of)
    # Places first: whoever holds a cohort may wait for its reflections, never the other way round.
    when_deactivated(give_up_places)
    when_deactivated(release_reviews_of)
    _init_reports()
    register_participation(list_taking_part)
    when_story_told(list_story_events)
    register_certificates(count_of_year)
    show_on_path("certificate_line", tell_line)
    register_holidays(find_next_holiday)
    figures.register_gauge(
        "peergang_notices", "Notices that are not finished, by state.", "state", count_open_notices
    )
    figures.register_gauge(
        "peergang_progress",
        "The last full compile: rows, and rows that were wrong.",
        "kind",
        count_last_compile,
    )
    figures.register_gauge(
        "peergang_progress_waiting", "What waits to be compiled.", "figure", measure_waiting
    )
    figures.register_gauge(
        "peergang_mail_queue",
        "What waits to be mailed.",
        "figure",
        lambda session: measure_queue(session, clock.now()),
    )
    figures.register_gauge("peergang_mail_paused", "What operators hold back.", "scope", count_pauses)
    observe.register_warning(warn_of_doubt)
    observe.register_warning(warn_of_pauses)
    observe.register_warning(lambda session: warn_of_delay(session, clock.now()))
    observe.register_warning(warn_of_policy)
    observe.register_warning(warn_of_wrong_progress)
    observe.register_warning(warn_of_failed_compile)
    observe.register_warning(warn_of_old_marks)
    navigation.register_badge("new_reactions", counts.count_new_reactions)
    navigation.register_badge("to_review", counts.count_to_review)
    for blueprint in FEATURES:
        app.register_blueprint(blueprint)
    app.extensions["peergang_demo_accounts"] = _demo_accounts(settings)
    app.add_url_rule("/", "home", _home)


def _demo_accounts(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The accounts that the sign-in page offers as buttons, in demo and development.

    The demo is built on top of the application and may be left out, so it is looked up by name.
    """
    if settings.env not in ("demo", "development") or find_spec("peergang.demo") is None:
        return ()
    accounts: tuple[tuple[str, str], ...] = import_module("peergang.demo.accounts").DEMO_ACCOUNTS
    return accounts


def _home() -> ResponseReturnValue:
    """The first page of whoever is signed in. Who is invited is asked first, unless they want to decide later."""
    actor = current_actor()
    if "later" not in request.args and list_invitations_of(reading(), actor):
        return redirect(url_for("cohorts.invitations"))
    return redirect(navigation.home_url(actor))
