"""Parsed models that are kept: the same model comes back, and an entry that is not sound counts as none."""

from __future__ import annotations

import hashlib
import json
import os

import numpy as np
import pytest

import stockflow as sf
from benchmarks import models
from stockflow import parsed
from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim.reader import read
from stockflow.ir import plain
from stockflow.source import Source
from tests.test_layers import ROOT

TEXT = models.mixed(60)


@pytest.fixture(autouse=True)
def large_from_here(monkeypatch):
    monkeypatch.setattr(parsed, "LEAST_CHARACTERS", len(TEXT) - 10)


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.mdl"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


def entry_of(folder):
    (entry,) = folder.iterdir()
    return entry


def counted(calls):
    def reader(source, report):
        calls.append(source.name)
        return read(source, report)

    return reader


def taken(folder, calls, text=TEXT, name="m.mdl"):
    report = Report()
    source = Source(name, text, sha256=hashlib.sha256(text.encode()).hexdigest())
    return parsed.through(folder, source, counted(calls), report), report


def test_a_kept_model_is_not_parsed_again_and_is_the_same_in_every_node(folder):
    calls = []
    first, _ = taken(folder, calls)
    second, _ = taken(folder, calls)
    assert calls == ["m.mdl"]
    assert plain.dump(first, first.source) == plain.dump(second, second.source)


def test_a_model_that_was_kept_under_other_limits_is_read_again(model, folder):
    sf.load(model, cache=folder)
    with pytest.raises(sf.ModelError, match="the limit is 2"):
        sf.load(model, cache=folder, limits={"lookup-points": 2})
    sf.load(model, cache=folder, limits={"lookup-points": 1000})
    assert len(list(folder.iterdir())) == 2


def test_a_kept_model_runs_bit_for_bit_alike(model, folder):
    first = sf.load(model, cache=folder).run(outputs=["Link 49"])
    assert entry_of(folder).stat().st_size > 0
    second = sf.load(model, cache=folder).run(outputs=["Link 49"])
    assert first["Link 49"].values.tobytes() == second["Link 49"].values.tobytes()
    assert np.isfinite(first["Link 49"].values).all()
    assert (first["Link 49"].values > 0).all()


def test_other_content_another_name_and_another_reader_are_other_entries(folder, monkeypatch):
    calls = []
    taken(folder, calls)
    taken(folder, calls, TEXT + " ")
    taken(folder, calls, name="other.mdl")
    monkeypatch.setattr(parsed, "reader_version", lambda: "another")
    taken(folder, calls)
    assert len(calls) == 4
    assert len(list(folder.iterdir())) == 4


def damaged(data):
    return {
        "cut off": data[: len(data) // 2],
        "one byte changed": data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
        "empty": b"",
        "no digest": data.partition(b"\n")[2],
        "foreign": signed(b'{"a": [1, 2]}'),
        "of other nodes": signed(json.dumps(([0, 0, -1, 2], [None])).encode()),
        "too deep": signed(b"[" * 100_000),
        "no text": signed(b"\xff\xfe"),
    }


def signed(data):
    return hashlib.sha256(data).hexdigest().encode() + b"\n" + data


@pytest.mark.parametrize("harm", list(damaged(b"0123456789")))
def test_a_damaged_or_foreign_entry_is_ignored_and_written_anew(folder, harm):
    calls = []
    taken(folder, calls)
    entry = entry_of(folder)
    sound = entry.read_bytes()
    entry.write_bytes(damaged(sound)[harm])
    project, _ = taken(folder, calls)
    assert len(calls) == 2
    assert project.variables[0].key == "weight"
    assert entry.read_bytes() == sound


def test_what_reading_told_is_told_again(folder):
    text = TEXT.replace("Weight[Group]", "Weight\xa0[Group]", 1)
    calls = []
    _, first = taken(folder, calls, text)
    _, second = taken(folder, calls, text)
    assert [item.code for item in first] == ["SF116"]
    assert second.items == [item for item in second if item.code == "SF116"]
    assert second.items[0].line == first.items[0].line
    assert len(calls) == 1


def test_a_faulty_model_is_not_kept(folder):
    calls = []
    text = TEXT.replace("Weight[Group] = 1", "Weight[Group] = = 1", 1)
    assert taken(folder, calls, text)[1].failed
    assert not folder.exists()


def test_a_small_model_is_not_kept(folder):
    taken(folder, [], models.mixed(40))
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_no_fault(tmp_path):
    (tmp_path / "file").write_text("")
    project, report = taken(tmp_path / "file" / "cache", [])
    assert project.variables
    assert not report.items


def test_the_entries_used_longest_ago_go_where_the_folder_is_full(folder, monkeypatch):
    taken(folder, [])
    old = entry_of(folder)
    os.utime(old, (1, 1))
    monkeypatch.setattr(parsed, "MAX_FOLDER_BYTES", old.stat().st_size + 10)
    taken(folder, [], name="n.mdl")
    assert not old.exists()
    assert entry_of(folder).name.endswith(parsed.SUFFIX)


def test_the_environment_names_the_folder_or_switches_it_off(model, folder, monkeypatch):
    monkeypatch.setenv("STOCKFLOW_CACHE", "off")
    sf.load(model)
    monkeypatch.setenv("STOCKFLOW_CACHE", str(folder))
    sf.load(model)
    assert entry_of(folder)
    assert model.parent.joinpath("model.mdl").read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("path", sorted((ROOT / "reference_models").glob("*/model.*")), ids=str)
def test_every_reference_model_has_a_plain_form(path, tmp_path, monkeypatch):
    monkeypatch.setattr(parsed, "LEAST_CHARACTERS", 0)
    first = sf.load(path, cache=tmp_path / "cache").run()
    again = sf.load(path, cache=tmp_path / "cache").run()
    assert first.identical(again)
