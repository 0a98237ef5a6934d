"""Rows of diagnostics about what a model says: names SF2, subscripts SF3, dependencies SF4, units SF5.

They say what is wrong and how to mend it; they must not know which stage finds it.
"""

from __future__ import annotations

from stockflow.diagnostics.row import Code, Example

ROWS = (
    Code(
        "SF201", "a name is defined twice",
        "Two definitions have the same name. Names ignore upper and lower case, and treat blanks and underscores"
        " alike, so 'Net Flow' and 'net_flow' are one name. Rename or remove one of the two.",
        Example("net flow = 1 ~~|\nNet_Flow = 2 ~~|"),
        Example("net flow = 1 ~~|\nNet_Flow 2 = 2 ~~|"),
    ),
    Code(
        "SF202", "control variables are missing",
        "A run needs INITIAL TIME, FINAL TIME and TIME STEP. Define them in the model, or give them for one run with"
        " --initial-time, --final-time and --time-step.",
        Example("x = 1 ~~|"),
        Example("INITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 1 ~~|\nx = 1 ~~|"),
    ),
    Code(
        "SF203", "unknown function",
        "A name is called like a function, and no function, lookup or macro has it. The hint shows the nearest"
        " names. `stockflow functions` lists every function that is known.",
        Example("x = 3 ~~|\ny = SMOTH(x, 2) ~~|"),
        Example("x = 3 ~~|\ny = SMOOTH(x, 2) ~~|"),
    ),
    Code(
        "SF204", "unknown variable",
        "An equation uses a name that nothing in the model defines. The hint shows the nearest names. Names ignore"
        " upper and lower case, and treat blanks and underscores alike, but every letter counts.",
        Example("room temperature = 20 ~~|\nheat loss = room temp / 4 ~~|"),
        Example("room temperature = 20 ~~|\nheat loss = room temperature / 4 ~~|"),
    ),
    Code(
        "SF205", "wrong number of arguments",
        "A function was given more or fewer arguments than it takes. The message lists what it takes, in order."
        " `stockflow functions` shows the same for all functions.",
        Example("x = 3 ~~|\ny = IF THEN ELSE(x > 2, 1) ~~|"),
        Example("x = 3 ~~|\ny = IF THEN ELSE(x > 2, 1, 0) ~~|"),
    ),
    Code(
        "SF206", "a function is refused",
        "The function is known, and stockflow does not compute it. Nothing is guessed in its place, because the"
        " numbers would be wrong without a sign. The message says why, and which variables depend on it.",
        Example("price = GET VDF CONSTANTS('old.vdf', 'price', 1) ~~|"),
        Example("price = 3 ~~|"),
    ),
    Code(
        "SF207", "a variable has no equation",
        "The variable is named and has neither an equation nor data, so it has no value. Give it an equation; if it"
        " is meant to be fed from outside, give the file with --data.",
        Example("x = ~~|\ny = x + 1 ~~|"),
        Example("x = 1 ~~|\ny = x + 1 ~~|"),
    ),
    Code(
        "SF208", "a name is used as what it is not",
        "A lookup needs an argument in parentheses, and a variable takes none. The message says what the name is and"
        " how it was used.",
        Example("f((0,0),(1,2)) ~~|\ny = f + 1 ~~|"),
        Example("f((0,0),(1,2)) ~~|\ny = f(0.5) + 1 ~~|"),
    ),
    Code(
        "SF209", "a control variable's value cannot be used",
        "TIME STEP must be above 0, and FINAL TIME must not come before INITIAL TIME. A run with other values would"
        " never end, or would have no time to run in.",
        Example("INITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 0 ~~|\nx = 1 ~~|"),
        Example("INITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 0.5 ~~|\nx = 1 ~~|"),
    ),
    Code(
        "SF210", "SAVEPER or the length of the run does not fit TIME STEP",
        "Results exist only at whole steps. Below TIME STEP, SAVEPER cannot be met, and rows are saved at every step;"
        " where it is no multiple of TIME STEP, they are saved at the steps nearest to its multiples. A run whose"
        " length is no multiple of TIME STEP ends at the last step before FINAL TIME. Make both multiples of it.",
        Example("INITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 0.25 ~~|\nx = 1 ~~|"),
        Example("INITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\nx = 1 ~~|"),
    ),
    Code(
        "SF211", "an override does not fit the model",
        "A value given for the run names a variable or an element that the model does not have, or has the wrong"
        " kind or shape for it. Nothing is run, since a value that is quietly ignored would give the wrong scenario."
        " `stockflow info MODEL` lists the names.",
        Example("price = 3 ~~|", command="stockflow run model.mdl --set prize=4"),
        Example("price = 3 ~~|", command="stockflow run model.mdl --set price=4"),
    ),
    Code(
        "SF212", "a series does not cover the run",
        "A value over time that was given for the run starts later or ends earlier than the run does. Before its first"
        " time and after its last one the values there are held, as Vensim does with data. Give more points if that is"
        " not what you mean.",
        Example("price = 3 ~~|", python='sf.load("model.mdl").run({"price": pd.Series([3.0, 4.0], index=[0, 5])})'),
        Example("price = 3 ~~|", python='sf.load("model.mdl").run({"price": pd.Series([3.0, 4.0], index=[0, 10])})'),
    ),
    Code(
        "SF213", "variables are left out",
        "With --partial a model runs although some of its variables have a fault. Those are left out, and so is all"
        " that depends on them, directly, through others or by an initial value; nothing is guessed in their place."
        " The message names them, and what is computed has its right values. Asking for one of them is an error."
        " Where all of a faulty variable is given a value (--replace NAME=VALUE), what depends on it runs.",
        Example("x = 1 ~~|\ny = z + 1 ~~|", command="stockflow run model.mdl --partial"),
        Example("x = 1 ~~|\nz = 2 ~~|\ny = z + 1 ~~|", command="stockflow run model.mdl --partial"),
    ),
    Code(
        "SF214", "two names look the same",
        "Two names of the model differ only in signs that look alike or cannot be seen: letters of the Latin, Greek and"
        " Cyrillic scripts that share a shape, wide or joined forms of a letter, or signs of no width. They are two"
        " names all the same, and an equation that is meant to use one may use the other. They usually come from two"
        " keyboards, or from text pasted out of a document. The message gives both lines, and the code points that"
        " differ.",
        Example("price = 3 ~~|\npri\u0441e = 4 ~~|\nsales = 10 / price ~~|"),
        Example("price = 3 ~~|\nother price = 4 ~~|\nsales = 10 / price ~~|"),
    ),
    Code(
        "SF301", "a subscript is missing",
        "A variable with subscripts is used without brackets where a single value is needed. Name one element, sum"
        " over all of them with SUM(x[d!]), or give the left-hand side the same subscript.",
        Example("d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = x + 1 ~~|"),
        Example("d: a1, a2 ~~|\nx[d] = 1 ~~|\ny[d] = x[d] + 1 ~~|"),
    ),
    Code(
        "SF302", "an element does not belong to the dimension",
        "The subscript in brackets is an element of another range than the one that stands there. The message names"
        " the range that is wanted and the elements that it has.",
        Example("d: a1, a2 ~~|\ne: b1, b2 ~~|\nx[d] = 1 ~~|\ny = x[b1] ~~|"),
        Example("d: a1, a2 ~~|\ne: b1, b2 ~~|\nx[d] = 1 ~~|\ny = x[a1] ~~|"),
    ),
    Code(
        "SF303", "wrong number of subscripts",
        "A variable takes as many subscripts as it has dimensions, in the same order in every equation. The message"
        " says how many it has and how many were given.",
        Example("d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = x[a1, a2] ~~|"),
        Example("d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = x[a1] ~~|"),
    ),
    Code(
        "SF304", "an element has no equation",
        "An equation reads an element that no equation defines. The range has the element, so the reference is"
        " legal, but there is no value behind it. Add an equation for the element.",
        Example("d: a1, a2 ~~|\nx[a1] = 1 ~~|\ny[d] = x[d] ~~|"),
        Example("d: a1, a2 ~~|\nx[a1] = 1 ~~|\nx[a2] = 2 ~~|\ny[d] = x[d] ~~|"),
    ),
    Code(
        "SF305", "unknown subscript",
        "The name in brackets is neither a subscript range nor an element of one. The hint shows the nearest names.",
        Example("d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = x[a3] ~~|"),
        Example("d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = x[a2] ~~|"),
    ),
    Code(
        "SF306", "a dimension on the right is not on the left",
        "The right-hand side runs over a range that the left-hand side does not have, so there would be several"
        " values for one place. Mark the range with '!' in SUM, PROD, VMIN or VMAX, name one element, or map the"
        " ranges.",
        Example("d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = x[d] + 1 ~~|"),
        Example("d: a1, a2 ~~|\nx[d] = 1 ~~|\ny = SUM(x[d!]) + 1 ~~|"),
    ),
    Code(
        "SF307", "the number of values does not fit",
        "A list of numbers fills the elements of the left-hand side in order, the last subscript running fastest,"
        " and rows end with ';'. The list is longer or shorter than that.",
        Example("d: a1, a2, a3 ~~|\nx[d] = 1, 2 ~~|"),
        Example("d: a1, a2, a3 ~~|\nx[d] = 1, 2, 3 ~~|"),
    ),
    Code(
        "SF308", "a dimension cannot be built",
        "The definition of a subscript range goes round in a circle, is empty, or names more elements than the limit"
        " allows. The message says which.",
        Example("d: e ~~|\ne: d ~~|\nx[d] = 1 ~~|"),
        Example("d: e, a3 ~~|\ne: a1, a2 ~~|\nx[d] = 1 ~~|"),
    ),
    Code(
        "SF309", "a dimension stands twice on the left",
        "With one range in two places it is unclear which of the two the right-hand side means. Make an alias of the"
        " range with '<->' and use it for the second place.",
        Example("d: a1, a2 ~~|\nx[d, d] = 1 ~~|"),
        Example("d: a1, a2 ~~|\ne <-> d ~~|\nx[d, e] = 1 ~~|"),
    ),
    Code(
        "SF401", "a loop without a stock",
        "Each variable on the loop needs another's value at the same moment, so there is no order in which to"
        " compute them. A feedback loop needs a stock or a delay in it. The message lists the loop with the lines.",
        Example("a = c + 1 ~~|\nb = a + 1 ~~|\nc = b + 1 ~~|"),
        Example("a = c + 1 ~~|\nb = a + 1 ~~|\nc = DELAY FIXED(b, 1, 0) ~~|"),
    ),
    Code(
        "SF402", "initial values depend on each other",
        "To start a run every stock needs its first value, and here the first values need each other. Break the loop"
        " with a number, or with ACTIVE INITIAL, which gives a variable a first value of its own.",
        Example("s = INTEG(1, t) ~~|\nt = INTEG(1, s) ~~|"),
        Example("s = INTEG(1, t) ~~|\nt = INTEG(1, 5) ~~|"),
    ),
    Code(
        "SF403", "a macro or a module contains itself",
        "A macro that calls itself, or a module whose model holds the same module again, would need endless copies of"
        " its variables. The message shows the circle. Write the steps out, or keep what is remembered in a stock.",
        Example(":MACRO: m(a)\nm = m(a) + 1 ~~|\n:END OF MACRO:\nx = m(2) ~~|"),
        Example(":MACRO: m(a)\nm = a + 1 ~~|\n:END OF MACRO:\nx = m(2) ~~|"),
    ),
    Code(
        "SF404", "the limits of non-negative stocks wait for each other",
        "A non-negative stock serves its outflows in the order of the file: each gets what those before it left. Here"
        " an outflow that comes early is computed from one that comes later, or waits for it at a conveyor with little"
        " room, so that the later one is served first. The message gives the order that was used.",
        Example(
            '<stock name="tank"><eqn>10</eqn><outflow>first</outflow><outflow>second</outflow><non_negative/></stock>\n'
            '<flow name="first"><eqn>second / 2</eqn></flow>\n<flow name="second"><eqn>12</eqn></flow>',
            "model.xmile",
        ),
        Example(
            '<stock name="tank"><eqn>10</eqn><outflow>second</outflow><outflow>first</outflow><non_negative/></stock>\n'
            '<flow name="first"><eqn>second / 2</eqn></flow>\n<flow name="second"><eqn>12</eqn></flow>',
            "model.xmile",
        ),
    ),
    Code(
        "SF406", "conveyors and queues take Euler steps",
        "What is on a conveyor or waits in a queue moves once per TIME STEP and stands still within one, so that the"
        " stages of Runge-Kutta mean nothing for it. A model that has any is integrated by Euler's method, whatever"
        " method was asked for. Choose Euler in the run specs, and a TIME STEP that is small enough for the rest of"
        " the model.",
        Example(
            '<stock name="belt"><eqn>6</eqn><outflow>off</outflow><conveyor><len>3</len></conveyor></stock>\n'
            '<flow name="off"/>',
            "model.xmile", command="stockflow run model.xmile --method rk4",
        ),
        Example(
            '<stock name="belt"><eqn>6</eqn><outflow>off</outflow><conveyor><len>3</len></conveyor></stock>\n'
            '<flow name="off"/>',
            "model.xmile", command="stockflow run model.xmile --method euler",
        ),
    ),
    Code(
        "SF501", "units cannot be read",
        "Units are names joined by '*' and '/', with parentheses and '^' for powers; '1' and 'Dmnl' mean none. The"
        " variable runs as it is; only the check of units leaves it out.",
        Example("x = 1 ~ person/ /Month ~ |"),
        Example("x = 1 ~ person/Month ~ |"),
    ),
    Code(
        "SF502", "units do not agree",
        "The units of an equation do not match the units that are written for its variable, or unlike units are"
        " added or compared. The numbers are computed all the same. Correct the units, or the equation if the units"
        " are right.",
        Example("distance = 5 ~ km ~ |\nduration = 2 ~ hour ~ |\nspeed = distance * duration ~ km/hour ~ |"),
        Example("distance = 5 ~ km ~ |\nduration = 2 ~ hour ~ |\nspeed = distance / duration ~ km/hour ~ |"),
    ),
)
