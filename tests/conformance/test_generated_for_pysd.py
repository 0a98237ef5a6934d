"""The random models that are held against PySD are models of ours too, and made of what PySD knows."""

import re

import stockflow as sf
from conformance.generated_for_pysd import CALLS, drawn


def test_every_drawn_model_is_sound_and_calls_only_what_pysd_knows(tmp_path):
    made = drawn(12, seed=5)
    assert len(made) == 12
    for one in made:
        assert set(one.used) <= set(CALLS)
        assert "Time$" not in one.text
        assert not re.search(r"\[part\] =", one.text)
        (tmp_path / "model.mdl").write_text(one.text, encoding="utf-8")
        assert not [item for item in sf.check(tmp_path / "model.mdl") if item.severity.value == "error"]


def test_the_same_seed_draws_the_same_models():
    assert [one.text for one in drawn(4, seed=9)] == [one.text for one in drawn(4, seed=9)]
