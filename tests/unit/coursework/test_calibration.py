"""Where trainers differ, criterion by criterion."""

from peergang.coursework.rules.calibration import compare_judgements, count_equal


def test_lines_say_who_differs_and_how_far():
    lines = compare_judgements(
        ["doel", "rol", "stap", "bron"],
        [
            {"doel": "yes", "rol": "yes", "stap": "not_yet", "bron": "yes"},
            {"doel": "yes", "rol": "partly", "stap": "yes"},
        ],
    )
    assert [(one.differs, one.far, one.silent) for one in lines] == [
        (False, False, False),
        (True, False, False),
        (True, True, False),
        (False, False, True),
    ]
    assert lines[3].judged == ("yes", "")
    assert count_equal(lines) == (1, 3)


def test_alone_there_is_nothing_to_compare():
    assert count_equal(compare_judgements(["doel"], [{"doel": "yes"}])) == (0, 0)
    assert compare_judgements([], []) == []
