"""The text of children's social care against the table of its design: equation, units, initial value, source.

The design lies beside the repository and is not part of it; without it there is nothing to hold the text against.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DESIGN = ROOT.parent / "shared" / "social-care" / "design.md"
MODEL = ROOT / "reference_models" / "children_social_care" / "model.mdl"
SUBSCRIPTS_AND_CONTROLS = {"Placement", "NeedStatus", "INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER"}

pytestmark = pytest.mark.skipif(not DESIGN.is_file(), reason="the design of the model is not beside the repository")


def designed():
    """(group, kind, units, equation, initial value, note) by name, from section 3."""
    text = DESIGN.read_text(encoding="utf-8")
    rows, group = {}, ""
    for line in text[text.index("## 3. Variables") : text.index("## 4. Strategies")].splitlines():
        if line.startswith("#### "):
            group = line.removeprefix("#### ")
        elif re.match(r"\| \d+ \| ", line):
            _, name, kind, units, equation, initial, note = (cell.strip() for cell in line.strip("|").split("|"))
            rows[name] = (group, kind, units, equation.strip("`"), initial, note)
    return rows


def written():
    """(group, equation, units, comment) by name, split plainly: the comments of this model hold no bar and no tilde."""
    text = MODEL.read_text(encoding="utf-8").split("\\\\\\---///")[0].removeprefix("{UTF-8}")
    rows, group = {}, ""
    for block in re.sub(r"\\\n\s*", "", text).split("|"):
        if "****" in block:
            group = re.search(r"\n\t\.(.*)\n", block)[1]
        elif block.strip():
            equation, units, comment = (" ".join(part.split()) for part in block.split("~"))
            name = re.match(r"[^=(:]*", equation)[0].strip()
            assert name not in rows, f"{name} is written twice"
            rows[name] = (group, equation[len(name) :].strip(), units, comment)
    return rows


def test_the_model_holds_the_variables_of_the_design_in_its_order_and_no_others():
    names = [name for name in written() if name not in SUBSCRIPTS_AND_CONTROLS]
    assert names == list(designed())


@pytest.mark.parametrize("name", designed() if DESIGN.is_file() else [])
def test_a_row_of_the_design_is_written_as_designed(name):
    group, kind, units, equation, initial, note = designed()[name]
    in_group, as_written, in_units, comment = written()[name]
    assert in_group == group
    assert re.sub(r"\s*\[.*\]", "", in_units) == units
    assert _plain(as_written) == _plain(equation)
    assert kind != "stock" or _plain(as_written).endswith(f",{_plain(initial)})")
    assert _sourced(note) in comment and comment


def _plain(equation):
    """Without blanks, the sign, and the drawing range of a lookup."""
    bare = re.sub(r"\s", "", equation).removeprefix("=")
    lookup = re.fullmatch(r"\(\[.*?\],(.*)\)", bare)
    return lookup[1] if lookup else bare


def _sourced(note):
    """The design's note as a reader of the model meets it: `seed` is the Lab Insight, and one stray blank goes."""
    named = re.sub(r"\bseed (?=Figure)", "Lab Insight, ", note).replace("seed", "Lab Insight")
    return named.replace("0-17 .", "0-17.")
