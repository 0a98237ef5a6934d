"""One row per diagnostic code: a title and the long text that `stockflow explain` prints.

Families: SF1 reading and syntax, SF2 names, SF3 subscripts, SF4 dependencies, SF5 units, SF6 data, SF7 run, SF9 our bug.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """`wrong` triggers the code and `right` mends it, both as lines of an .mdl (empty where no model can show it)."""

    code: str
    title: str
    text: str
    wrong: str = ""
    right: str = ""


_ROWS = (
    Code("SF101", "the file cannot be read", "The file is missing, is a folder, is not text, or may not be opened."),
    Code("SF102", "the text's encoding is not what the file says", "Bytes were read as Windows-1252 instead."),
    Code("SF103", "the file is empty", "There is nothing in the file."),
    Code("SF104", "the file ends in the middle of a definition", "An equation of an .mdl ends with '|'."),
    Code("SF105", "the equation cannot be read", "The text is not an expression or definition of the language."),
    Code("SF106", "a quote is never closed", "A quoted name needs a second '\"'."),
    Code("SF107", "a parenthesis is never closed", "Every '(' needs its ')'."),
    Code("SF108", "a lookup's points are malformed", "A point is '(x,y)'; x must not decrease."),
    Code("SF109", "a limit of size or depth is reached", "The message names the limit and how to raise it."),
    Code("SF110", "the XML cannot be read", "The file is not well-formed and cannot be mended safely."),
    Code("SF111", "the XML was mended", "An undeclared prefix or a mismatched closing tag was read as meant."),
    Code("SF112", "not a model format", "Vensim .mdl and XMILE .xmile, .stmx, .itmx, .xml are read."),
    Code("SF113", "the XMILE namespace is missing or old", "The file is read by its local names."),
    Code("SF114", "a construct is not supported", "The message names it."),
    Code("SF115", "the file's content is of another format than its name says", "It is read by its content."),
    Code("SF116", "no-break spaces in names", "They are read as blanks."),
    Code("SF201", "a name is defined twice", "Names ignore case, blanks and underscores."),
    Code("SF202", "control variables are missing", "INITIAL TIME, FINAL TIME and TIME STEP are needed to run."),
    Code("SF203", "unknown function", "No function, lookup or macro has this name."),
    Code("SF204", "unknown variable", "Nothing in the model has this name."),
    Code("SF205", "wrong number of arguments", "The message lists what the function takes."),
    Code("SF206", "a function is refused", "The function is known and not supported; nothing is guessed in its place."),
    Code("SF207", "a variable has no equation", "It has neither an equation nor data."),
    Code("SF208", "a name is used as what it is not", "A lookup needs an argument; a variable takes none."),
    Code("SF209", "a control variable's value cannot be used", "TIME STEP must be above 0; FINAL TIME not before INITIAL."),
    Code("SF210", "SAVEPER is below TIME STEP", "Rows are saved at every step."),
    Code("SF211", "an override does not fit the model", "The name, element, kind or shape does not match."),
    Code("SF301", "a subscript is missing", "A subscripted variable is used without brackets."),
    Code("SF302", "an element does not belong to the dimension", "The element is of another dimension or unknown."),
    Code("SF303", "wrong number of subscripts", "A variable takes as many subscripts as it has dimensions."),
    Code("SF304", "an element has no equation", "An element is referred to that no equation defines."),
    Code("SF305", "unknown subscript", "Nothing in the model has this name."),
    Code("SF306", "a dimension on the right is not on the left", "Mark it with '!' in SUM and the like, or map it."),
    Code("SF307", "the number of values does not fit", "A list of numbers fills the elements of the left-hand side."),
    Code("SF308", "a dimension cannot be built", "Its definition is circular, empty or too large."),
    Code("SF309", "a dimension stands twice on the left", "Use an alias (new <-> old) for the second."),
    Code("SF401", "a loop without a stock", "Simultaneous equations: a loop needs a stock or a delay in it."),
    Code("SF402", "initial values depend on each other", "Break the loop with a number or ACTIVE INITIAL."),
    Code("SF501", "units cannot be read", "Units are names joined by * / ( ) and ^."),
    Code("SF502", "units do not agree", "The two sides, or the parts of a sum, have different units."),
    Code("SF601", "a data file cannot be read", "The file is missing, outside the allowed folder, or malformed."),
    Code("SF701", "a value is not a number or infinite", "The first variable, element, time and its inputs are named."),
    Code("SF702", "a run is too large", "The message names the figure and the limit."),
    Code("SF901", "a fault of stockflow", "Please report it: this is our bug, not your model's."),
)

CODES = {row.code: row for row in _ROWS}
