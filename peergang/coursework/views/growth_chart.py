"""A criterion over time as a small drawing: three steps, and a mark for each judgement that differs in shape.

Beside it always stands the same as a table, so the drawing is for the eye alone.
"""

from markupsafe import Markup, escape

from peergang.coursework.labels import JUDGEMENTS
from peergang.coursework.rules import Judgement
from peergang.coursework.rules.growth import Judged

_HEIGHTS = {Judgement.YES: 20, Judgement.PARTLY: 56, Judgement.NOT_YET: 92}
_LEFT, _RIGHT = 84, 384
_MARKS = {
    Judgement.NOT_YET: '<circle class="c-open" cx="{x}" cy="{y}" r="7" />',
    Judgement.PARTLY: '<circle class="c-open" cx="{x}" cy="{y}" r="7" />'
    '<path class="c-filled" d="M{x} {top}a7 7 0 0 0 0 14z" />',
    Judgement.YES: '<circle class="c-filled" cx="{x}" cy="{y}" r="8" />'
    '<path class="c-tick" d="M{tick_x} {y}l2.5 3l5 -6" />',
}
"""Empty, half and full, as the icons beside the words."""


def draw(points: list[Judged]) -> Markup:
    """The drawing, hidden from who listens: the table says it all."""
    step = (_RIGHT - _LEFT - 24) / max(1, len(points) - 1)
    places = [
        (round(_LEFT + 12 + number * step, 1), _HEIGHTS[Judgement(one.judgement)], one)
        for number, one in enumerate(points)
    ]
    parts = [_grid()]
    if len(places) > 1:
        parts.append(f'<polyline class="c-way" points="{" ".join(f"{x},{y}" for x, y, _one in places)}" />')
    for x, y, one in places:
        mark = _MARKS[Judgement(one.judgement)]
        parts.append(mark.format(x=x, y=y, top=y - 7, tick_x=round(x - 3.5, 1)))
    parts.append(_modules(places))
    # Everything from outside is escaped below.
    return Markup(f'<svg viewBox="0 0 400 132" aria-hidden="true" focusable="false">{"".join(parts)}</svg>')  # noqa: S704


def _grid() -> str:
    return "".join(
        f'<path class="c-grid" d="M{_LEFT} {y}H{_RIGHT}" />'
        f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end" font-size="13">{escape(JUDGEMENTS[judgement])}</text>'
        for judgement, y in _HEIGHTS.items()
    )


def _modules(places: list[tuple[float, int, Judged]]) -> str:
    """The module under the first of its marks."""
    found, last = "", ""
    for x, _y, one in places:
        if one.module_code != last:
            found += (
                f'<text x="{x}" y="124" text-anchor="middle" font-size="13">{escape(one.module_code)}</text>'
            )
        last = one.module_code
    return found
