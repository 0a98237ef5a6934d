import click
import pytest

from stockflow.cli.settings import Setting, SettingType, overrides


@pytest.mark.parametrize(
    ("typed", "name", "elements", "value"),
    [
        ("Room Temperature=20", "Room Temperature", (), 20.0), ("x = -1e3", "x", (), -1000.0),
        ("x[north]=1", "x", ("north",), 1.0), ("x[a, b]=1", "x", ("a", "b"), 1.0), ('"a=b"=1', '"a=b"', (), 1.0),
        ('"a[b]"=1', '"a[b]"', (), 1.0), ('"a[b]"[c]=1', '"a[b]"', ("c",), 1.0), ('x["a,b"]=1', "x", ('"a,b"',), 1.0),
    ],
)
def test_a_setting_is_a_name_perhaps_elements_and_a_number(
    typed: str, name: str, elements: tuple[str, ...], value: float
) -> None:
    assert SettingType().convert(typed, None, None) == Setting(name, elements, value)


@pytest.mark.parametrize("typed", ["x", "=1", "x=", "x=abc", "x=nan", "x=inf", "x[a=1", ""])
def test_what_is_no_setting_is_a_usage_error(typed: str) -> None:
    with pytest.raises(click.BadParameter):
        SettingType().convert(typed, None, None)


def test_elements_of_one_name_come_together_and_the_last_value_wins() -> None:
    settings = [Setting("x", ("a",), 1.0), Setting("x", ("b",), 2.0), Setting("y", ("a", "b"), 3.0)]
    assert overrides([*settings, Setting("z", (), 4.0), Setting("z", (), 5.0)]) == {
        "x": {"a": 1.0, "b": 2.0}, "y": {("a", "b"): 3.0}, "z": 5.0,
    }
