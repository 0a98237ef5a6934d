"""Rows of diagnostics about data and files SF6, runs SF7, and our own bugs SF9.

They say what is wrong and how to mend it; they must not know which stage finds it.
"""

from __future__ import annotations

from stockflow.diagnostics.row import Code, Example

ROWS = (
    Code(
        "SF601", "a data file cannot be read",
        "A file of data is missing, is of a format that is not read, or holds something other than numbers where"
        " numbers belong. The message names the file and the line. Binary Vensim runs (.vdf, .vdfx) have to be"
        " exported as .tab, .csv or .dat first.",
        Example("rain ~~|\nwater = rain * 2 ~~|", beside=(("rain.csv", "Time,rain\n0,wet\n10,7\n"),),
                command="stockflow run model.mdl --data rain.csv"),
        Example("rain ~~|\nwater = rain * 2 ~~|", beside=(("rain.csv", "Time,rain\n0,5\n10,7\n"),),
                command="stockflow run model.mdl --data rain.csv"),
    ),
    Code(
        "SF602", "data was read with a doubt",
        "The file of data could be read, and something in it is unclear: a name stands twice, or a column holds no"
        " numbers. The message says what was taken and what was left out.",
        Example("rain ~~|\nwater = rain * 2 ~~|", beside=(("rain.csv", "Time,rain,Rain\n0,5,6\n10,7,8\n"),),
                command="stockflow run model.mdl --data rain.csv"),
        Example("rain ~~|\nwater = rain * 2 ~~|", beside=(("rain.csv", "Time,rain\n0,5\n10,7\n"),),
                command="stockflow run model.mdl --data rain.csv"),
    ),
    Code(
        "SF603", "results cannot be written",
        "The file for the results could not be written: the folder does not exist or may not be written to, the disk"
        " is full, or another program holds the file open. Nothing half-written is left behind. The suffix of the"
        " name picks the format: .csv, .tab, .dat or .nc.",
        Example("x = 1 ~~|", command="stockflow run model.mdl --output no_such_folder/run.csv"),
        Example("x = 1 ~~|", command="stockflow run model.mdl --output run.csv"),
    ),
    Code(
        "SF604", "a construct cannot be written in the other language",
        "A model was to be written in another language, and that has nothing which means the same. Nothing is written,"
        " since a near substitute would give other numbers without a sign. The message names the function and the"
        " variable. Say the same with functions that both languages have, or take the variable out first.",
        Example("f((0,0),(1,1)) ~~|\nq = QUEUE FIFO(0, 0, f, 8, 4) ~~|",
                command="stockflow convert model.mdl model.xmile"),
        Example("q = INTEG(0, 8) ~~|", command="stockflow convert model.mdl model.xmile"),
    ),
    Code(
        "SF605", "a name is changed in what is written",
        "Every language keeps some names to itself, such as those of its functions, and a variable cannot have them."
        " Where the model has one, it is written under the name that the message gives, in all equations. Rename the"
        " variable in the model if you want another one.",
        Example("size = 3 ~~|\narea = size * size ~~|", command="stockflow convert model.mdl model.xmile"),
        Example("edge = 3 ~~|\narea = edge * edge ~~|", command="stockflow convert model.mdl model.xmile"),
    ),
    Code(
        "SF701", "a value is not a number or infinite",
        "During the run a value became infinite or stopped being a number, through a division by zero, a root or"
        " logarithm of a negative number, or growth without end. The message names the first variable, element and"
        " time, and the inputs that led to it. With --on-nan stop the run ends there; otherwise it goes on.",
        Example("people = 0 ~~|\nshare = 1 / people ~~|"),
        Example("people = 0 ~~|\nshare = ZIDZ(1, people) ~~|"),
    ),
    Code(
        "SF702", "a run is too large",
        "The run would need more steps, rows or memory than the limit allows. The message names the figure and the"
        " limit. Raise TIME STEP or SAVEPER, ask for fewer variables with --variable, or make fewer runs at once.",
        Example("INITIAL TIME = 0 ~~|\nFINAL TIME = 1e+12 ~~|\nTIME STEP = 1 ~~|\nx = 1 ~~|"),
        Example("INITIAL TIME = 0 ~~|\nFINAL TIME = 1e+12 ~~|\nTIME STEP = 1e+11 ~~|\nx = 1 ~~|"),
    ),
    Code(
        "SF703", "a function cannot work with a value",
        "During the run a function was given a value that has no meaning to it, such as a profile that is nowhere above"
        " zero. The message says which value it was, and what is wanted. Nothing is put in its place, since a"
        " substitute would give wrong numbers. Bounds that are written the wrong way round are told before the run.",
        Example("f((0,0),(1,0)) ~~|\nq = QUEUE FIFO(0, 0, f, 8, 4) ~~|"),
        Example("f((0,0),(1,1)) ~~|\nq = QUEUE FIFO(0, 0, f, 8, 4) ~~|"),
    ),
    Code(
        "SF704", "a value is outside its range",
        "The units field of a variable may give the range that its values should be in, [lowest,highest]. A run left"
        " it. A range never changes a value: look whether the equation or the range is wrong. Each time that the"
        " variable leaves its range is told once.",
        Example("water = INTEG(-3, 10) ~ litre [0,?] ~ |"),
        Example("water = INTEG(-3, 40) ~ litre [0,?] ~ |"),
    ),
    Code(
        "SF705", "a lookup is read beyond its points",
        "A lookup was given an argument below its first point or above its last one, and held the value of that point,"
        " as Vensim does and XMILE's continuous and discrete graphical functions do. That is often meant, and as often"
        " the sign of a model that left the range in which it was tested. Each variable and lookup is told once, with"
        " the first time; only saved times are looked at, and only values that the run keeps. Give the lookup further"
        " points, or limit its argument with MIN and MAX, to say that it is meant.",
        Example("crowding((0,1),(5,0.2)) ~~|\nbirths = crowding(Time) ~~|"),
        Example("crowding((0,1),(5,0.2)) ~~|\nbirths = crowding(MIN(Time, 5)) ~~|"),
    ),
    Code(
        "SF901", "a fault of stockflow",
        "Something went wrong inside stockflow itself. This is our bug, not your model's: please report it, with the"
        " text that --debug prints and the model if you may share it.",
        unshown="No model brings it up that we know of: the first that does is mended, and becomes a test.",
    ),
)
