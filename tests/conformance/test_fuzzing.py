"""The search for inputs that a reader does not bear: what counts as a fault, how inputs change, how they get small."""

from __future__ import annotations

from pathlib import Path

import pytest

import stockflow as sf
from conformance.fuzzing import target as looking
from conformance.fuzzing.calls import Writer, seeded
from conformance.fuzzing.changes import changed, crossed, pool
from conformance.fuzzing.findings import Findings, smaller
from conformance.fuzzing.seeds import files
from conformance.fuzzing.target import target
from stockflow.diagnostics.model import Diagnostic, Severity

READERS = ("mdl", "xmile")
SMALL = b"{UTF-8}\nx = 1 ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\n"


@pytest.mark.parametrize("reader", READERS)
def test_the_projects_own_models_have_no_fault(reader, tmp_path):
    outcome = target(reader, tmp_path)
    for text in files(reader):
        assert outcome(text.encode()).fault is None


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (lambda *_, **__: 1 / 0, "ZeroDivisionError"),
        (lambda *_, **__: (_ for _ in ()).throw(looking.TooLong), "slow"),
        (lambda path, **_: Path(__file__).read_bytes(), "breach"),
        (lambda path, **_: (path.parent / "x").write_text("1"), "breach"),
    ],
    ids=["exception", "time", "read", "write"],
)
def test_what_is_neither_a_diagnostic_nor_a_result_is_a_fault(wrong, kind, tmp_path, monkeypatch):
    load = sf.load
    monkeypatch.setattr(sf, "load", lambda path, **options: (wrong(path, **options), load(path, **options))[1])
    fault = target("mdl", tmp_path)(SMALL).fault
    assert fault is not None and fault.kind.startswith(kind)


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (Diagnostic("SF204", Severity.ERROR, "unknown variable 'x'"), "no place SF204 unknown variable "),
        (Diagnostic("SF901", Severity.ERROR, "lost"), "SF901 lost"),
    ],
)
def test_a_diagnostic_without_a_place_or_of_our_own_failure_is_a_fault(item, kind):
    assert [fault.kind for fault in looking.faults([item], ["a text"], [])][:1] == [kind]
    kinds = [fault.kind for fault in looking.faults([item], ["a\x1b[2Jtext"], [])]
    assert f"raw signs {item.code}" in kinds


@pytest.mark.parametrize("reader", READERS)
def test_the_same_seed_changes_an_input_in_the_same_way(reader):
    texts = list(files(reader))
    pieces, data = pool(reader, texts), texts[0].encode()
    assert changed(pieces, data, 10_000, 5) == changed(pieces, data, 10_000, 5)
    assert crossed(reader, data, data, 10_000, 5) == crossed(reader, data, data, 10_000, 5)
    others = {changed(pieces, data, 10_000, seed) for seed in range(60)}
    assert len(others) > 40 and max(map(len, others)) <= 10_000


@pytest.mark.parametrize("reader", READERS)
def test_nothing_that_bytes_can_be_stops_a_change(reader):
    pieces = pool(reader, list(files(reader)))
    for seed, data in enumerate((b"", b"\xff\xfe", b"|", b"<", b"<a", b"x\0y", b"=~|") * 40):
        changed(pieces, data, 500, seed)


@pytest.mark.parametrize("reader", READERS)
def test_calls_are_drawn_from_the_whole_table(reader):
    writer = Writer(reader, seeded(1), ("a",))
    assert len({writer.call(0).partition("(")[0] for _ in range(3000)}) > 80


def test_an_input_is_made_as_small_as_its_fault_allows():
    assert smaller(b"one\ntwo bad three\nfour\n" * 20, lambda data: b"bad" in data) == b"bad"


def test_a_fault_is_kept_once_with_its_story(tmp_path):
    def seen(data):
        return looking.Outcome(looking.Fault("bad", "what happened") if b"bad" in data else None)

    findings = Findings("mdl", tmp_path, seen)
    for data in (b"a bad one", b"a second bad one"):
        findings.add(seen(data).fault, data)
    kept = sorted(tmp_path.iterdir())
    assert [path.suffix for path in kept] == [".mdl", ".txt"]
    assert kept[0].read_bytes() == b"bad"
    assert kept[1].read_text() == "bad\nwhat happened\n"
