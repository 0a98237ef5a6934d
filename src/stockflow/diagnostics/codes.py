"""One row per diagnostic code: a title and the long text that `stockflow explain` prints.

Families: SF1 reading and syntax, SF2 names, SF3 subscripts, SF4 dependencies, SF5 units, SF6 data and files, SF7 run,
SF9 our bug. A row must not know which stage finds the fault.
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
    Code(
        "SF101", "the file cannot be read",
        "The file is missing, is a folder, is not text, or may not be opened. Check the spelling of the path and the"
        " folder that you are in. A published binary Vensim model (.vpm, .vmf) is not text: open it in Vensim and"
        " save it as .mdl.",
    ),
    Code(
        "SF102", "the text's encoding is not what the file says",
        "The bytes of the file are not valid in the encoding that its first line names, or in UTF-8 where it names"
        " none. They were read as Windows-1252, which old Vensim versions wrote. Look at names with accents: if they"
        " are wrong, save the file as UTF-8.",
    ),
    Code(
        "SF103", "the file is empty",
        "There is nothing in the file, or only blanks. A copy or a download may have been cut off: fetch the file"
        " again.",
    ),
    Code(
        "SF104", "the file ends in the middle of a definition",
        "Each definition of an .mdl file ends with '|', and the last one does not. The file may not have been copied"
        " whole. Nothing is guessed: what is missing must be put back before the model can run.",
        "x = 1 ~~|\ny = x +",
        "x = 1 ~~|\ny = x + 1 ~~|",
    ),
    Code(
        "SF105", "the equation cannot be read",
        "The text at the caret does not fit the modelling language: an operator or a value is missing, or a sign"
        " stands where none may stand. Only this equation is left out; all others are still checked. Names with signs"
        " in them, such as a hyphen, need double quotes.",
        "x = 2 * * 3 ~~|",
        "x = 2 * 3 ~~|",
    ),
    Code(
        "SF106", "a quote is never closed",
        "A name in double quotes needs a second quote before the equation ends. Everything after the first quote was"
        ' taken for a part of the name. To have a quote inside a name, write it as \\".',
        'y = "my var + 1 ~~|',
        '"my var" = 2 ~~|\ny = "my var" + 1 ~~|',
    ),
    Code(
        "SF107", "a parenthesis is never closed",
        "Every '(' needs its ')', and every '[' its ']'. The caret shows the one that has no partner.",
        "x = 2 * (3 + 4 ~~|",
        "x = 2 * (3 + 4) ~~|",
    ),
    Code(
        "SF108", "a lookup's points are malformed",
        "A lookup is a list of points '(x,y)', each with two numbers, and x must not decrease from one point to the"
        " next. Two points with the same x are a vertical step. An empty list says nothing and is refused.",
        "f((0,0),(1,)) ~~|\ny = f(0.5) ~~|",
        "f((0,0),(1,2)) ~~|\ny = f(0.5) ~~|",
    ),
    Code(
        "SF109", "a limit of size or depth is reached",
        "Files are held to limits so that a damaged or hostile one cannot use up the memory of your machine. The"
        " message names the limit and what was found. If the file is sound and simply large, split it or ask for a"
        " higher limit.",
    ),
    Code(
        "SF110", "the XML cannot be read",
        "The file is not well-formed XML, and mending it would mean guessing what it should hold. A file that ends"
        " early was probably not copied whole. Documents with entities or a document type are refused, because those"
        " can reach other files.",
    ),
    Code(
        "SF111", "the XML was mended",
        "A closing tag did not match its opening one, or a prefix was used without being declared. The file was read"
        " as it was evidently meant, as other tools do. Save it again from your modelling tool to be rid of the"
        " warning.",
    ),
    Code(
        "SF112", "not a model format",
        "Models are read from Vensim .mdl files and from XMILE files (.xmile, .stmx, .itmx, .xml). Binary formats"
        " such as .vmf, .vpm, .stm or .itm have to be saved as one of these by the program that wrote them.",
    ),
    Code(
        "SF113", "the XMILE namespace is missing or old",
        "An XMILE 1.0 file names the namespace http://docs.oasis-open.org/xmile/ns/XMILE/v1.0 on its root tag. This"
        " one names another or none. It is read by the plain names of its tags, which is right for all known writers.",
    ),
    Code(
        "SF114", "a construct is not supported",
        "The language has this construct, and stockflow does not run it. Nothing is put in its place, since a silent"
        " substitute would give wrong numbers. The message names the construct and the variables that need it.",
    ),
    Code(
        "SF115", "the file's content is of another format than its name says",
        "The suffix says one format and the content is another, for example a Vensim model in a file called .xmile."
        " It is read by its content. Rename the file to be rid of the warning.",
    ),
    Code(
        "SF116", "no-break spaces in names",
        "Some names hold no-break spaces, which look like blanks and are not. They are read as blanks. They usually"
        " come from text pasted out of a web page or a word processor.",
        "room\u00a0temp = 20 ~~|",
        "room temp = 20 ~~|",
    ),
    Code(
        "SF117", "a fault of the program that wrote the file was mended",
        "Some programs write files that do not say what the model means: a method that is not the model's, an operator"
        " on the wrong side, a call of a macro that was left out. Where what was meant is certain the file is read so,"
        " and the message says how. Correct the file to be rid of the warning.",
    ),
    Code(
        "SF119", "an equation is a comparison",
        "Only the first '=' of an equation defines; a second one compares, and gives 1 where both sides are equal, else"
        " 0. That is sometimes meant and more often a slip. Parentheses around the comparison say that it is meant.",
        "x = y = 1 ~~|\ny = 2 ~~|",
        "x = IF THEN ELSE(y = 1, 1, 0) ~~|\ny = 2 ~~|",
    ),
    Code(
        "SF201", "a name is defined twice",
        "Two definitions have the same name. Names ignore upper and lower case, and treat blanks and underscores"
        " alike, so 'Net Flow' and 'net_flow' are one name. Rename or remove one of the two.",
        "net flow = 1 ~~|\nNet_Flow = 2 ~~|",
        "net flow = 1 ~~|\nNet_Flow 2 = 2 ~~|",
    ),
    Code(
        "SF202", "control variables are missing",
        "A run needs INITIAL TIME, FINAL TIME and TIME STEP. Define them in the model, or give them for one run with"
        " --initial-time, --final-time and --time-step.",
        "x = 1 ~~|",
        "INITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 1 ~~|\nx = 1 ~~|",
    ),
    Code(
        "SF203", "unknown function",
        "A name is called like a function, and no function, lookup or macro has it. The hint shows the nearest"
        " names. `stockflow functions` lists every function that is known.",
        "x = 3 ~~|\ny = SMOTH(x, 2) ~~|",
        "x = 3 ~~|\ny = SMOOTH(x, 2) ~~|",
    ),
    Code(
        "SF204", "unknown variable",
        "An equation uses a name that nothing in the model defines. The hint shows the nearest names. Names ignore"
        " upper and lower case, and treat blanks and underscores alike, but every letter counts.",
        "room temperature = 20 ~~|\nheat loss = room temp / 4 ~~|",
        "room temperature = 20 ~~|\nheat loss = room temperature / 4 ~~|",
    ),
    Code(
        "SF205", "wrong number of arguments",
        "A function was given more or fewer arguments than it takes. The message lists what it takes, in order."
        " `stockflow functions` shows the same for all functions.",
        "x = 3 ~~|\ny = IF THEN ELSE(x > 2, 1) ~~|",
        "x = 3 ~~|\ny = IF THEN ELSE(x > 2, 1, 0) ~~|",
    ),
    Code(
        "SF206", "a function is refused",
        "The function is known, and stockflow does not compute it. Nothing is guessed in its place, because the"
        " numbers would be wrong without a sign. The message says why, and which variables depend on it.",
    ),
    Code(
        "SF207", "a variable has no equation",
        "The variable is named and has neither an equation nor data, so it has no value. Give it an equation; if it"
        " is meant to be fed from outside, give the file with --data.",
        "x = ~~|\ny = x + 1 ~~|",
        "x = 1 ~~|\ny = x + 1 ~~|",
    ),
    Code(
        "SF208", "a name is used as what it is not",
        "A lookup needs an argument in parentheses, and a variable takes none. The message says what the name is and"
        " how it was used.",
        "f((0,0),(1,2)) ~~|\ny = f + 1 ~~|",
        "f((0,0),(1,2)) ~~|\ny = f(0.5) + 1 ~~|",
    ),
    Code(
        "SF209", "a control variable's value cannot be used",
        "TIME STEP must be above 0, and FINAL TIME must not come before INITIAL TIME. A run with other values would"
        " never end, or would have no time to run in.",
        "INITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 0 ~~|\nx = 1 ~~|",
        "INITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 0.5 ~~|\nx = 1 ~~|",
    ),
    Code(
        "SF210", "SAVEPER is below TIME STEP",
        "Results exist only at whole steps, so they cannot be saved more often than that. Rows are saved at every"
        " step instead. Raise SAVEPER, or lower TIME STEP if the model needs it.",
        "INITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 0.25 ~~|\nx = 1 ~~|",
        "INITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\nx = 1 ~~|",
    ),
    Code(
        "SF211", "an override does not fit the model",
        "A value given for the run names a variable or an element that the model does not have, or has the wrong"
        " kind or shape for it. Nothing is run, since a value that is quietly ignored would give the wrong scenario."
        " `stockflow info MODEL` lists the names.",
    ),
    Code(
        "SF212", "a series does not cover the run",
        "A value over time that was given for the run starts later or ends earlier than the run does. Before its first"
        " time and after its last one the values there are held, as Vensim does with data. Give more points if that is"
        " not what you mean.",
    ),
    Code(
        "SF213", "variables are left out",
        "With --partial a model runs although some of its variables have a fault. Those are left out, and so is all"
        " that depends on them, directly, through others or by an initial value; nothing is guessed in their place."
        " The message names them, and what is computed has its right values. Asking for one of them is an error."
        " Where all of a faulty variable is given a value (--replace NAME=VALUE), what depends on it runs.",
    ),
    Code(
        "SF301", "a subscript is missing",
        "A variable with subscripts is used without brackets where a single value is needed. Name one element, sum"
        " over all of them with SUM(x[d!]), or give the left-hand side the same subscript.",
        "d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = x + 1 ~~|",
        "d: a1, a2 ~~|\nx[d] = 1 ~~|\ny[d] = x[d] + 1 ~~|",
    ),
    Code(
        "SF302", "an element does not belong to the dimension",
        "The subscript in brackets is an element of another range than the one that stands there. The message names"
        " the range that is wanted and the elements that it has.",
        "d: a1, a2 ~~|\ne: b1, b2 ~~|\nx[d] = 1 ~~|\ny = x[b1] ~~|",
        "d: a1, a2 ~~|\ne: b1, b2 ~~|\nx[d] = 1 ~~|\ny = x[a1] ~~|",
    ),
    Code(
        "SF303", "wrong number of subscripts",
        "A variable takes as many subscripts as it has dimensions, in the same order in every equation. The message"
        " says how many it has and how many were given.",
        "d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = x[a1, a2] ~~|",
        "d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = x[a1] ~~|",
    ),
    Code(
        "SF304", "an element has no equation",
        "An equation reads an element that no equation defines. The range has the element, so the reference is"
        " legal, but there is no value behind it. Add an equation for the element.",
        "d: a1, a2 ~~|\nx[a1] = 1 ~~|\ny[d] = x[d] ~~|",
        "d: a1, a2 ~~|\nx[a1] = 1 ~~|\nx[a2] = 2 ~~|\ny[d] = x[d] ~~|",
    ),
    Code(
        "SF305", "unknown subscript",
        "The name in brackets is neither a subscript range nor an element of one. The hint shows the nearest names.",
        "d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = x[a3] ~~|",
        "d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = x[a2] ~~|",
    ),
    Code(
        "SF306", "a dimension on the right is not on the left",
        "The right-hand side runs over a range that the left-hand side does not have, so there would be several"
        " values for one place. Mark the range with '!' in SUM, PROD, VMIN or VMAX, name one element, or map the"
        " ranges.",
        "d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = x[d] + 1 ~~|",
        "d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = SUM(x[d!]) + 1 ~~|",
    ),
    Code(
        "SF307", "the number of values does not fit",
        "A list of numbers fills the elements of the left-hand side in order, the last subscript running fastest,"
        " and rows end with ';'. The list is longer or shorter than that.",
        "d: a1, a2, a3 ~~|\nx[d] = 1, 2 ~~|",
        "d: a1, a2, a3 ~~|\nx[d] = 1, 2, 3 ~~|",
    ),
    Code(
        "SF308", "a dimension cannot be built",
        "The definition of a subscript range goes round in a circle, is empty, or names more elements than the limit"
        " allows. The message says which.",
        "d: e ~~|\ne: d ~~|\nx[d] = 1 ~~|",
        "d: e, a3 ~~|\ne: a1, a2 ~~|\nx[d] = 1 ~~|",
    ),
    Code(
        "SF309", "a dimension stands twice on the left",
        "With one range in two places it is unclear which of the two the right-hand side means. Make an alias of the"
        " range with '<->' and use it for the second place.",
        "d: a1, a2 ~~|\nx[d, d] = 1 ~~|",
        "d: a1, a2 ~~|\ne <-> d ~~|\nx[d, e] = 1 ~~|",
    ),
    Code(
        "SF401", "a loop without a stock",
        "Each variable on the loop needs another's value at the same moment, so there is no order in which to"
        " compute them. A feedback loop needs a stock or a delay in it. The message lists the loop with the lines.",
        "a = c + 1 ~~|\nb = a + 1 ~~|\nc = b + 1 ~~|",
        "a = c + 1 ~~|\nb = a + 1 ~~|\nc = DELAY FIXED(b, 1, 0) ~~|",
    ),
    Code(
        "SF402", "initial values depend on each other",
        "To start a run every stock needs its first value, and here the first values need each other. Break the loop"
        " with a number, or with ACTIVE INITIAL, which gives a variable a first value of its own.",
        "s = INTEG(1, t) ~~|\nt = INTEG(1, s) ~~|",
        "s = INTEG(1, t) ~~|\nt = INTEG(1, 5) ~~|",
    ),
    Code(
        "SF403", "a macro or a module contains itself",
        "A macro that calls itself, or a module whose model holds the same module again, would need endless copies of"
        " its variables. The message shows the circle. Write the steps out, or keep what is remembered in a stock.",
        ":MACRO: m(a)\nm = m(a) + 1 ~~|\n:END OF MACRO:\nx = m(2) ~~|",
        ":MACRO: m(a)\nm = a + 1 ~~|\n:END OF MACRO:\nx = m(2) ~~|",
    ),
    Code(
        "SF404", "the limits of non-negative stocks wait for each other",
        "A non-negative stock serves its outflows in the order of the file: each gets what those before it left. Here"
        " an outflow that comes early is computed from one that comes later, or waits for it at a conveyor with little"
        " room, so that the later one is served first. The message gives the order that was used.",
    ),
    Code(
        "SF406", "conveyors and queues take Euler steps",
        "What is on a conveyor or waits in a queue moves once per TIME STEP and stands still within one, so that the"
        " stages of Runge-Kutta mean nothing for it. A model that has any is integrated by Euler's method, whatever"
        " method was asked for. Choose Euler in the run specs, and a TIME STEP that is small enough for the rest of"
        " the model.",
    ),
    Code(
        "SF501", "units cannot be read",
        "Units are names joined by '*' and '/', with parentheses and '^' for powers; '1' and 'Dmnl' mean none. The"
        " variable runs as it is; only the check of units leaves it out.",
        "x = 1 ~ person/ /Month ~ |",
        "x = 1 ~ person/Month ~ |",
    ),
    Code(
        "SF502", "units do not agree",
        "The units of an equation do not match the units that are written for its variable, or unlike units are"
        " added or compared. The numbers are computed all the same. Correct the units, or the equation if the units"
        " are right.",
        "distance = 5 ~ km ~ |\nduration = 2 ~ hour ~ |\nspeed = distance * duration ~ km/hour ~ |",
        "distance = 5 ~ km ~ |\nduration = 2 ~ hour ~ |\nspeed = distance / duration ~ km/hour ~ |",
    ),
    Code(
        "SF601", "a data file cannot be read",
        "A file of data is missing, is of a format that is not read, or holds something other than numbers where"
        " numbers belong. The message names the file and the line. Binary Vensim runs (.vdf, .vdfx) have to be"
        " exported as .tab, .csv or .dat first.",
    ),
    Code(
        "SF602", "data was read with a doubt",
        "The file of data could be read, and something in it is unclear: a name stands twice, or a column holds no"
        " numbers. The message says what was taken and what was left out.",
    ),
    Code(
        "SF603", "results cannot be written",
        "The file for the results could not be written: the folder does not exist or may not be written to, the disk"
        " is full, or another program holds the file open. Nothing half-written is left behind. The suffix of the"
        " name picks the format: .csv, .tab, .dat or .nc.",
    ),
    Code(
        "SF604", "a construct cannot be written in the other language",
        "A model was to be written in another language, and that has nothing which means the same. Nothing is written,"
        " since a near substitute would give other numbers without a sign. The message names the function and the"
        " variable. Say the same with functions that both languages have, or take the variable out first.",
    ),
    Code(
        "SF605", "a name is changed in what is written",
        "Every language keeps some names to itself, such as those of its functions, and a variable cannot have them."
        " Where the model has one, it is written under the name that the message gives, in all equations. Rename the"
        " variable in the model if you want another one.",
    ),
    Code(
        "SF701", "a value is not a number or infinite",
        "During the run a value became infinite or stopped being a number, through a division by zero, a root or"
        " logarithm of a negative number, or growth without end. The message names the first variable, element and"
        " time, and the inputs that led to it. With --on-nan stop the run ends there; otherwise it goes on.",
    ),
    Code(
        "SF702", "a run is too large",
        "The run would need more steps, rows or memory than the limit allows. The message names the figure and the"
        " limit. Raise TIME STEP or SAVEPER, ask for fewer variables with --variable, or make fewer runs at once.",
    ),
    Code(
        "SF703", "a function cannot work with a value",
        "During the run a function was given a value that has no meaning to it, such as a profile that is nowhere above"
        " zero. The message says which value it was, and what is wanted. Nothing is put in its place, since a"
        " substitute would give wrong numbers.",
    ),
    Code(
        "SF704", "a value is outside its range",
        "The units field of a variable may give the range that its values should be in, [lowest,highest]. A run left"
        " it. A range never changes a value: look whether the equation or the range is wrong. Each time that the"
        " variable leaves its range is told once.",
        "water = INTEG(-3, 10) ~ litre [0,?] ~ |",
        "water = INTEG(-3, 40) ~ litre [0,?] ~ |",
    ),
    Code(
        "SF901", "a fault of stockflow",
        "Something went wrong inside stockflow itself. This is our bug, not your model's: please report it, with the"
        " text that --debug prints and the model if you may share it.",
    ),
)

CODES = {row.code: row for row in _ROWS}
