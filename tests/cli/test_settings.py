import click
import pytest

from stockflow.cli.settings import Setting, SettingType, overrides
from stockflow.simulate.overrides import Initial, Replace


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


def test_elements_go_by_name_and_brackets_and_the_last_value_wins() -> None:
    settings = [Setting("x", ("a",), 1.0), Setting("x", ("b",), 2.0), Setting("y", ("a", '"b,c"'), 3.0)]
    assert overrides([*settings, Setting("z", (), 4.0), Setting("z", (), 5.0)]) == {
        "x[a]": 1.0, "x[b]": 2.0, 'y[a,"b,c"]': 3.0, "z": 5.0,
    }


def test_each_option_makes_its_kind_of_override() -> None:
    found = overrides([Setting("x", (), 1.0)], [Setting("y", ("a",), 2.0)], [Setting("z", (), 3.0)])
    assert found == {"x": 1.0, "y[a]": Replace(2.0), "z": Initial(3.0)}


def test_one_name_for_two_options_is_a_usage_error() -> None:
    with pytest.raises(click.UsageError, match="'x' is given by --set and by --initial"):
        overrides([Setting("x", (), 1.0)], [], [Setting("x", (), 1.0)])
