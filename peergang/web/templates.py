"""The environment of the templates."""

from collections.abc import MutableMapping
from functools import cache
from types import FunctionType
from typing import Any

from flask.templating import Environment
from jinja2.runtime import Context, Macro

from peergang.web.urls import Addresses

_PLAIN = frozenset((FunctionType, type(cache(len)), Addresses))
"""What a template calls most: functions, those that remember, and `url_for`."""


class Calling(Context):
    """Jinja's context, which calls what it is given without looking for marks where there are none.

    A function may be marked to get the context as its first argument, and Jinja looks for that on everything it calls, and
    on the way in which it calls it: three failing look-ups for each of a page's two hundred texts, signs and addresses.
    """

    def call(__self, __obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 as Jinja names it
        """What `__obj` gives."""
        kind = type(__obj)
        if kind is Macro:
            args = __self.eval_ctx, *args
        elif kind not in _PLAIN or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)


class Templates(Environment):
    """Flask's, with globals that are looked up at once.

    Jinja lays an empty map over the globals for each template, in case a template gets some of its own. Ours never do, and
    a page asks hundreds of times for a global, through that map in Python: half a millisecond.
    """

    context_class = Calling

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template: those of the environment themselves, unless it was given others."""
        return super().make_globals(d) if d else self.globals
