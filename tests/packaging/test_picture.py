"""The picture of a pair's newest candles: its data, its marks, and the file that holds it."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import hyperphysics as hp
from hyperphysics import geometry
from hyperphysics.cli import main
from hyperphysics.cli.shared import picture_figure

Maker = Callable[..., pd.DataFrame]
HORIZON: dict[str, Any] = {"lattice_horizon": 12}


def traces(figure: Any) -> dict[str, Any]:
    return {trace.name: trace for trace in figure.data if trace.name is not None}


def test_a_window_is_the_lattice_s(candles: Maker) -> None:
    frame = candles(800)
    engine = hp.Engine("cpu")
    window = engine.window(frame, timeframe="1h", **HORIZON)
    assert list(window) == ["date", "r", "nx", "ny", "nz", "outcome", "coupling"]
    assert window["date"].dtype == frame["date"].dtype
    assert window["date"].tolist() == frame["date"].tail(48).tolist()
    assert window["outcome"].isna().tolist() == [False] * 36 + [True] * 12
    assert set(window["outcome"].dropna()) <= {-1.0, 0.0, 1.0}
    polar = window[["r", "nx", "ny", "nz"]].to_numpy()
    distance = geometry.distance(polar, polar[-1], form="polar")
    assert np.allclose(window["coupling"], np.exp(-distance), rtol=1e-9)
    short = engine.window(frame, timeframe="1h", bars=7, length_scale=2.0, **HORIZON)
    assert np.allclose(short["coupling"], np.exp(-distance[-7:] / 2), rtol=1e-9)


def test_a_window_of_polars_is_the_same(candles: Maker) -> None:
    frame = candles(600)
    engine = hp.Engine("cpu")
    pandas = engine.window(frame, timeframe="1h", bars=20)
    polars = engine.window(pl.from_pandas(frame), timeframe="1h", bars=20)
    assert isinstance(polars, pl.DataFrame)
    assert polars["outcome"].null_count() == pandas["outcome"].isna().sum() > 0
    for name in ("r", "nx", "ny", "nz", "coupling"):
        assert polars[name].to_list() == pandas[name].tolist()
    assert polars["date"].to_list() == [date.to_pydatetime() for date in pandas["date"]]


def test_a_window_names_what_is_wrong(candles: Maker) -> None:
    engine = hp.Engine("cpu")
    frame = candles(400)
    frame.loc[5, "high"] = 0.5
    with pytest.raises(hp.HyperPhysicsError, match="BTC, row 5: high is"):
        engine.window(frame, timeframe="1h", pair="BTC")
    with pytest.raises(hp.HyperPhysicsError, match="bars is 0, expected 1 to 1048576"):
        engine.window(candles(400), timeframe="1h", bars=0)
    with pytest.raises(hp.HyperPhysicsError, match="unknown parameter `nope`"):
        engine.window(candles(400), timeframe="1h", nope=1)
    with pytest.raises(
        hp.HyperPhysicsError, match="expected a frame of pandas or polars, got list"
    ):
        engine.window([], timeframe="1h")  # type: ignore[type-var]
    assert engine.window(candles(20), timeframe="1h").empty


def test_every_candle_is_a_mark(candles: Maker) -> None:
    frame = candles(900)
    engine = hp.Engine("cpu")
    figure = picture_figure.picture(engine, frame, timeframe="1h", pair="BTC/USDT", **HORIZON)
    window = engine.window(frame, timeframe="1h", **HORIZON)
    feet = geometry.disc(window[["r", "nx", "ny", "nz"]].to_numpy())
    named = traces(figure)
    outcome = window["outcome"].to_numpy()
    newest = np.arange(48) == 47
    chosen = {
        "up 12 candles later": outcome > 0,
        "down 12 candles later": outcome < 0,
        "not known yet": np.isnan(outcome) & ~newest,
        "now": newest,
    }
    assert sum(here.sum() for here in chosen.values()) == 48
    for name, here in chosen.items():
        trace = named[name]
        assert np.array_equal(np.column_stack([trace.x, trace.y]), feet[here]), name
        # The area above the smallest mark is the coupling.
        area = (np.asarray(trace.marker.size) - 5) ** 2
        assert np.allclose(area / 25**2, window["coupling"][here])
        for text, date in zip(trace.text, window["date"][here], strict=True):
            assert f"{date:%Y-%m-%d %H:%M}" in text
    assert all("open, 12 candles" in text for text in named["not known yet"].text)
    assert "BTC/USDT, 1h" in figure.layout.title.text
    said = " ".join(note.text for note in figure.layout.annotations)
    assert all(axis in said for axis in geometry.axes())
    low, high = figure.layout.yaxis.range
    on_disc = [note for note in figure.layout.annotations if note.yref == "y"]
    assert all(low < note.y < high for note in on_disc), "others are not drawn"
    assert len(on_disc) >= 3


def test_two_outcomes_have_two_colours_and_others_a_scale(candles: Maker) -> None:
    frame = candles(900, 1)
    engine = hp.Engine("cpu")
    signs = picture_figure.picture(engine, frame, timeframe="1h", **HORIZON)
    named = traces(signs)
    up, down = (named[f"{way} 12 candles later"] for way in ("up", "down"))
    assert len({up.marker.color, down.marker.color}) == 2
    assert not any(trace.marker.coloraxis for trace in (up, down))
    assert signs.layout.coloraxis.colorbar.title.text is None
    sizes = picture_figure.picture(engine, frame, timeframe="1h", label="tanh", **HORIZON)
    window = engine.window(frame, timeframe="1h", label="tanh", **HORIZON)
    graded = window["outcome"][window["outcome"] > 0]
    up = traces(sizes)["up 12 candles later"]
    assert np.array_equal(up.marker.color, graded)
    assert up.marker.coloraxis == "coloraxis"
    assert "tanh of the return" in sizes.layout.coloraxis.colorbar.title.text
    unchanged = window.assign(outcome=window["outcome"] * 0.0)
    flat = traces(picture_figure.draw(unchanged, frame, title="x", length_scale=1.0, horizon=12))
    assert len(flat["unchanged 12 candles later"].x) == 36
    assert "unchanged 12 candles later" not in named


def test_the_legends_explain_every_mark(candles: Maker) -> None:
    figure = picture_figure.picture(hp.Engine("cpu"), candles(900), timeframe="1h", **HORIZON)
    on_disc = {trace.name for trace in figure.data if trace.legend == "legend2"}
    assert on_disc == {"up 12 candles later", "down 12 candles later", "not known yet", "now"}
    (band,) = {shape.name for shape in figure.layout.shapes if shape.type == "rect"}
    assert [shape.name for shape in figure.layout.shapes if shape.showlegend] == [band]
    assert any("size: coupling to now" in note.text for note in figure.layout.annotations)


def test_the_chart_shows_what_there_is(candles: Maker) -> None:
    frame = candles(1200)
    engine = hp.Engine("cpu")
    shown = picture_figure.picture(engine, frame, timeframe="1h", shown=300)
    named = traces(shown)
    assert len(named["candles"].x) == 300
    analysed = engine.analyze(frame, timeframe="1h", families=["integration"])
    for name in ("hp_phi", "hp_phi_excess"):
        assert np.array_equal(named[name].y, analysed[name].tail(300), equal_nan=True)
    window = engine.window(frame, timeframe="1h")
    own = frame.assign(hp_ci=np.linspace(0, 1, len(frame)))
    drawn = traces(picture_figure.draw(window, own, title="x", length_scale=1.0, horizon=6))
    assert "hp_phi" not in drawn
    assert np.array_equal(drawn["hp_ci"].y, own["hp_ci"])
    assert drawn["hp_ci"].yaxis != drawn["candles"].yaxis
    bare = traces(
        picture_figure.draw(
            window, own.assign(hp_ci=np.nan), title="x", length_scale=1.0, horizon=6
        )
    )
    assert "hp_ci" not in bare
    assert "candles" in bare


def test_few_candles(candles: Maker) -> None:
    engine = hp.Engine("cpu")
    with pytest.raises(hp.HyperPhysicsError, match="BTC: 50 candles are too few"):
        picture_figure.picture(engine, candles(50), timeframe="1h", pair="BTC")
    one = traces(picture_figure.picture(engine, candles(500), timeframe="1h", bars=1))
    assert len(one["now"].x) == 1
    assert len(one["not known yet"].x) == 0
    assert "trail" not in one


class Links(HTMLParser):
    """Everything in a page that would load something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name, value) for name, value in attrs if name in {"src", "href"}]


def test_the_file_needs_no_network(
    candles: Maker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    candles(900).to_feather(tmp_path / "BTC_USDT-1h.feather")
    out = tmp_path / "new" / "picture.html"
    words = ["picture", "--data", str(tmp_path), "--pair", "BTC", "--device", "cpu"]
    assert main.main([*words, "--set", "lattice_horizon=24", "--out", str(out)]) == 0
    assert f"picture: {out}" in capsys.readouterr().out
    page = out.read_text("utf-8")
    links = Links()
    links.feed(page)
    assert links.found == []
    # Behind the library are our own figure and its options.
    figure = page[page.rindex("Plotly.newPlot") :]
    assert "open, 24 candles" in figure
    assert "http" not in figure.replace('"plotlyServerURL":""', "")
    assert "plotly.js v" in page[:20_000]


def test_the_command_says_what_is_wrong(
    candles: Maker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "futures").mkdir()
    candles(900).to_feather(tmp_path / "futures" / "BTC_USDT_USDT-1h-futures.feather")
    words = [
        "picture",
        "--data",
        str(tmp_path),
        "--device",
        "cpu",
        "--out",
        str(tmp_path / "x.html"),
    ]
    perpetual = [*words, "--pair", "BTC/USDT:USDT"]
    assert main.main([*perpetual, "--end", "2023-01-20T12:00", "--bars", "8"]) == 0
    assert "2023-01-20 11:00" in (tmp_path / "x.html").read_text("utf-8")
    capsys.readouterr()
    for more, text in (
        ([*words, "--pair", "ETH/USDT"], "ETH_USDT-1h.feather is not there"),
        ([*perpetual, "--end", "soon"], "--end soon: expected a date"),
        ([*perpetual, "--end", "2023-01-02"], "candles are too few"),
        ([*perpetual, "--set", "length_scale"], "--set length_scale: expected NAME=VALUE"),
        ([*perpetual, "--set", "length_scale=wide"], "length_scale"),
        ([*perpetual, "--candles", "0"], "--candles 0"),
        ([*perpetual, "--bars", "0"], "bars is 0"),
        ([*perpetual, "--timeframe", "2h"], "2h-futures.feather is not there"),
    ):
        assert main.main(more) == 1
        assert text in capsys.readouterr().err
