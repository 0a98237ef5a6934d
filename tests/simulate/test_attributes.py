"""What a Dataset says of the run that made it."""

from __future__ import annotations

import hashlib
import json

import pytest
import xarray as xr

import stockflow as sf

MODEL = """{UTF-8}
rate = 0.5 ~~|
s = INTEG(rate, 1) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 2 ~~|
TIME STEP = 1 ~~|
SAVEPER = 1 ~~|
"""


@pytest.fixture(name="path")
def written(tmp_path):
    path = tmp_path / "growth.mdl"
    path.write_bytes(MODEL.encode())
    return path


def test_a_dataset_names_its_model_version_backend_and_method(path):
    attrs = sf.load(path).run(method="rk4").attrs
    assert attrs["title"] == "growth"
    assert attrs["model_file"] == "growth.mdl"
    assert attrs["model_sha256"] == hashlib.sha256(MODEL.encode()).hexdigest()
    assert attrs["stockflow_version"] == sf.__version__
    assert attrs["backend"] == "float"
    assert attrs["method"] == "rk4"
    assert attrs["Conventions"] == "CF-1.11"


def test_overrides_are_recorded_as_json(path):
    attrs = sf.load(path).run({"rate": 2}).attrs
    assert json.loads(attrs["overrides"]) == {"rate": 2}
    assert json.loads(sf.load(path).run().attrs["overrides"]) == {}


def test_a_batch_tells_its_backend_and_the_values_of_each_run(path):
    attrs = sf.load(path).run({"rate": xr.DataArray([1.0, 2.0], dims="run")}).attrs
    assert attrs["backend"] == "numpy"
    assert json.loads(attrs["overrides"]) == {"rate": [1.0, 2.0]}


def test_the_seed_is_the_noise_seed_of_the_model_or_of_the_run(path, tmp_path):
    assert sf.load(path).run().attrs["seed"] == ""
    seeded = tmp_path / "seeded.mdl"
    seeded.write_text(MODEL.replace("rate = 0.5", "NOISE SEED = 7 ~~|\nrate = 0.5"), encoding="utf-8")
    assert sf.load(seeded).run().attrs["seed"] == "7"
    assert sf.load(seeded).run({"noise seed": 12345678}).attrs["seed"] == "12345678"


def test_warnings_of_loading_and_of_the_run_are_recorded_with_their_codes(tmp_path):
    path = tmp_path / "doubtful.mdl"
    text = MODEL.replace("rate = 0.5", "rate = 1 / 0").replace("SAVEPER = 1", "SAVEPER = 0.25")
    path.write_text(text, encoding="utf-8")
    with pytest.warns(sf.ModelWarning):
        attrs = sf.load(path).run().attrs
    assert [text.partition(":")[0] for text in json.loads(attrs["warnings"])] == ["SF210", "SF701"]


def test_data_files_are_recorded_by_name_and_hash(tmp_path):
    path, data = tmp_path / "fed.mdl", tmp_path / "fed.csv"
    path.write_text(MODEL.replace("rate = 0.5 ~~|", "rate ~~|"), encoding="utf-8")
    data.write_bytes(b"Time,rate\n0,1\n2,3\n")
    attrs = sf.load(path, data=[data]).run().attrs
    assert json.loads(attrs["data_sha256"]) == {"fed.csv": hashlib.sha256(data.read_bytes()).hexdigest()}


def test_every_fact_survives_a_netcdf_file(path, tmp_path):
    dataset = sf.load(path).run({"rate": 2})
    dataset.to_netcdf(tmp_path / "run.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "run.nc", engine="h5netcdf") as again:
        assert again.identical(dataset)
