"""Which facts of an ideal message count, on messages of our own."""

import pytest

from conformance.hostile_inputs import facts_of


@pytest.mark.parametrize(
    ("message", "facts"),
    [
        ("cup.mdl:3:1: no function 'SMOTH'. Did you mean SMOOTH?", ["cup.mdl:3", "SMOOTH", "SMOTH"]),
        ("cup.mdl: the loop a -> b -> a (lines 2, 4); give --time-step.", ["a -> b -> a", "2", "4", "--time-step"]),
        ("Runs, or cup.mdl:2:7: expected '~' before '|'.", []),
        ("Runs; the name is 'maß'. Dropping bytes ('ma') is wrong.", ["maß"]),
        ("Runs with a warning: 'tau' is 0.", ["tau"]),
        ("cup.mdl:2:1: write 'a', or 'b'.", ["cup.mdl:2", "a", "b"]),
    ],
)
def test_the_facts_of_a_message(message: str, facts: list[str]) -> None:
    assert facts_of(message) == facts
