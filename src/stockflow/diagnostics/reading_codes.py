"""Rows of diagnostics about reading and syntax: SF1.

They say what is wrong and how to mend it; they must not know which stage finds it.
"""

from __future__ import annotations

from stockflow.diagnostics.row import Code, Example

ROWS = (
    Code(
        "SF101", "the file cannot be read",
        "The file is missing, is a folder, is not text, or may not be opened. Check the spelling of the path and the"
        " folder that you are in. A published binary Vensim model (.vpm, .vmf) is not text: open it in Vensim and"
        " save it as .mdl.",
        Example("x = 1 ~~|", "teacup.mdl", command="stockflow run teecup.mdl"),
        Example("x = 1 ~~|", "teacup.mdl", command="stockflow run teacup.mdl"),
    ),
    Code(
        "SF102", "the text's encoding is not what the file says",
        "The bytes of the file are not valid in the encoding that its first line names, or in UTF-8 where it names"
        " none. They were read as Windows-1252, which old Vensim versions wrote. Look at names with accents: if they"
        " are wrong, save the file as UTF-8.",
        Example(b"{UTF-8}\nma\xdf = 1 ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 9 ~~|\nTIME STEP = 1 ~~|"),
        Example("maß = 1 ~~|"),
    ),
    Code(
        "SF103", "the file is empty",
        "There is nothing in the file, or only blanks. A copy or a download may have been cut off: fetch the file"
        " again.",
        Example(b""),
        Example("x = 1 ~~|"),
    ),
    Code(
        "SF104", "the file ends in the middle of a definition",
        "Each definition of an .mdl file ends with '|', and the last one does not. The file may not have been copied"
        " whole. Nothing is guessed: what is missing must be put back before the model can run.",
        Example("x = 1 ~~|\ny = x +"),
        Example("x = 1 ~~|\ny = x + 1 ~~|"),
    ),
    Code(
        "SF105", "the equation cannot be read",
        "The text at the caret does not fit the modelling language: an operator or a value is missing, or a sign"
        " stands where none may stand. Only this equation is left out; all others are still checked. Names with signs"
        " in them, such as a hyphen, need double quotes.",
        Example("x = 2 * * 3 ~~|"),
        Example("x = 2 * 3 ~~|"),
    ),
    Code(
        "SF106", "a quote is never closed",
        "A name in double quotes needs a second quote before the equation ends. Everything after the first quote was"
        ' taken for a part of the name. To have a quote inside a name, write it as \\".',
        Example('y = "my var + 1 ~~|'),
        Example('"my var" = 2 ~~|\ny = "my var" + 1 ~~|'),
    ),
    Code(
        "SF107", "a parenthesis is never closed",
        "Every '(' needs its ')', and every '[' its ']'. The caret shows the one that has no partner.",
        Example("x = 2 * (3 + 4 ~~|"),
        Example("x = 2 * (3 + 4) ~~|"),
    ),
    Code(
        "SF108", "a lookup's points are malformed",
        "A lookup is a list of points '(x,y)', each with two numbers, and x must not decrease from one point to the"
        " next. Two points with the same x are a vertical step. An empty list says nothing and is refused.",
        Example("y = WITH LOOKUP(0.5, ((0,0),(1,))) ~~|"),
        Example("y = WITH LOOKUP(0.5, ((0,0),(1,2))) ~~|"),
    ),
    Code(
        "SF109", "a limit of size or depth is reached",
        "Files are held to limits so that a damaged or hostile one cannot use up the memory of your machine. The"
        " message names the limit and what was found. If the file is sound and simply large, split it or"
        " raise the limit as the hint says: --limit NAME=VALUE.",
        Example("d: (a1-a2000000) ~~|"),
        Example("d: (a1-a20) ~~|"),
    ),
    Code(
        "SF110", "the XML cannot be read",
        "The file is not well-formed XML, and mending it would mean guessing what it should hold. A file that ends"
        " early was probably not copied whole. Documents with entities or a document type are refused, because those"
        " can reach other files.",
        Example(
            b'<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">\n<model>\n<variables>',
            "model.xmile",
        ),
        Example('<aux name="x"><eqn>1</eqn></aux>', "model.xmile"),
    ),
    Code(
        "SF111", "the XML was mended",
        "A closing tag did not match its opening one, or a prefix was used without being declared. The file was read"
        " as it was evidently meant, as other tools do. Save it again from your modelling tool to be rid of the"
        " warning.",
        Example('<aux name="x"><eqn>1</equation></aux>', "model.xmile"),
        Example('<aux name="x"><eqn>1</eqn></aux>', "model.xmile"),
    ),
    Code(
        "SF112", "not a model format",
        "Models are read from Vensim .mdl files and from XMILE files (.xmile, .stmx, .itmx, .xml). Binary formats"
        " such as .vmf, .vpm, .stm or .itm have to be saved as one of these by the program that wrote them. A model in"
        " a file of another name is read with --format mdl or --format xmile.",
        Example("x = 1 ~~|", "model.txt", command="stockflow run model.txt"),
        Example("x = 1 ~~|", "model.txt", command="stockflow run model.txt --format mdl"),
    ),
    Code(
        "SF113", "the XMILE namespace is missing or old",
        "An XMILE 1.0 file names the namespace http://docs.oasis-open.org/xmile/ns/XMILE/v1.0 on its root tag. This"
        " one names another or none. It is read by the plain names of its tags, which is right for all known writers.",
        Example(
            b'<xmile version="1.0">\n<sim_specs><start>0</start><stop>9</stop></sim_specs>\n'
            b'<model><variables><aux name="x"><eqn>1</eqn></aux></variables></model>\n</xmile>',
            "model.xmile",
        ),
        Example(
            b'<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">\n'
            b"<sim_specs><start>0</start><stop>9</stop></sim_specs>\n"
            b'<model><variables><aux name="x"><eqn>1</eqn></aux></variables></model>\n</xmile>',
            "model.xmile",
        ),
    ),
    Code(
        "SF114", "a construct is not supported",
        "The language has this construct, and stockflow does not run it. Nothing is put in its place, since a silent"
        " substitute would give wrong numbers. The message names the construct and the variables that need it.",
        Example('<stock name="kiln"><eqn>0</eqn><oven><len>2</len></oven></stock>', "model.xmile"),
        Example('<stock name="kiln"><eqn>0</eqn></stock>', "model.xmile"),
    ),
    Code(
        "SF115", "the file's content is of another format than its name says",
        "The suffix says one format and the content is another, for example a Vensim model in a file called .xmile."
        " It is read by its content. Rename the file to be rid of the warning; --format says the format whatever the"
        " name and the content are.",
        Example("x = 1 ~~|", "model.xmile", command="stockflow run model.xmile"),
        Example("x = 1 ~~|", "model.mdl", command="stockflow run model.mdl"),
    ),
    Code(
        "SF116", "no-break spaces in names",
        "Some names hold no-break spaces, which look like blanks and are not. They are read as blanks. They usually"
        " come from text pasted out of a web page or a word processor.",
        Example("room\u00a0temp = 20 ~~|"),
        Example("room temp = 20 ~~|"),
    ),
    Code(
        "SF117", "a fault of the program that wrote the file was mended",
        "Some programs write files that do not say what the model means: a method that is not the model's, an operator"
        " on the wrong side, a call of a macro that was left out. Where what was meant is certain the file is read so,"
        " and the message says how. Correct the file to be rid of the warning.",
        Example(
            '<aux name="open"><eqn>1</eqn></aux>\n<aux name="shut"><eqn>( open NOT )</eqn></aux>', "model.xmile",
        ),
        Example('<aux name="open"><eqn>1</eqn></aux>\n<aux name="shut"><eqn>NOT open</eqn></aux>', "model.xmile"),
    ),
    Code(
        "SF119", "an equation is a comparison",
        "Only the first '=' of an equation defines; a second one compares, and gives 1 where both sides are equal, else"
        " 0. That is sometimes meant and more often a slip. Parentheses around the comparison say that it is meant.",
        Example("x = y = 1 ~~|\ny = 2 ~~|"),
        Example("x = IF THEN ELSE(y = 1, 1, 0) ~~|\ny = 2 ~~|"),
    ),
)
