"""The range model against its definition in plain loops, and against recorded numbers."""

import itertools
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

import hyperphysics as hp
from support.paths import SHARED

Candles = pd.DataFrame
LEVELS = {"95": 0.05, "97": 0.025, "99": 0.01}
W, L, R, H = 200, 60, 100, 12
WINDOWS: dict[str, Any] = {
    "season_window": W,
    "range_memory": L,
    "residuals": R,
    "risk_horizon": H,
}


class Definition:
    """The model of one series, row by row, with every sum written out."""

    def __init__(self, candles: Candles, hours: float) -> None:
        self.hours = hours
        rows = candles[(candles["volume"] > 0) & candles.notna().all(axis=1)]
        self.times = [t.to_pydatetime() for t in rows["date"]]
        high, low, close = ([math.log(p) for p in rows[name]] for name in ("high", "low", "close"))
        self.r = [0.0] + [b - a for a, b in itertools.pairwise(close)]
        self.t = [0.0] + [
            max(high[i], close[i - 1]) - min(low[i], close[i - 1]) for i in range(1, len(close))
        ]
        self.a: dict[int, float] = {}
        self.d: dict[tuple[int, int, int], tuple[float, float]] = {}

    def season(self, i: int, ahead: int) -> float:
        """Log factor of the bar `ahead` of bar i, from the W bars that end at i."""
        bars = [j for j in range(i - W + 1, i + 1) if self.t[j] > 0]
        x = {j: math.log(self.t[j]) for j in bars}
        mean = math.fsum(x.values()) / len(x) if x else 0.0
        when = self.times[i] + ahead * timedelta(hours=self.hours)
        own = [x[j] for j in bars if self.times[j].hour == when.hour]
        per_day = max(1.0, 1.0 / self.hours)
        factor = (math.fsum(own) - len(own) * mean) / (len(own) + 20 * per_day)
        if self.hours >= 24:
            factor = 0.0
        rest = [x[j] for j in bars if self.times[j].weekday() >= 5]
        week = [x[j] for j in bars if self.times[j].weekday() < 5]
        if when.weekday() >= 5 and rest and week:
            apart = math.fsum(rest) / len(rest) - math.fsum(week) / len(week)
            days = len(rest) * len(week) / (len(rest) + len(week)) * self.hours / 24
            factor += apart * days / (days + 2)
        return factor

    def flat(self, i: int) -> float:
        """Range of bar i without its season."""
        if i not in self.a:
            self.a[i] = self.t[i] * math.exp(-self.season(i, 0))
        return self.a[i]

    @staticmethod
    def average(value: Callable[[int], float], half: float, i: int) -> float:
        n = min(int(20 * half), L)
        weights = [2.0 ** (-k / half) for k in range(n)]
        terms = (w * value(i - k) for k, w in enumerate(weights))
        return math.fsum(terms) / math.fsum(weights)

    def scales(self, i: int, horizon: int, side: int) -> tuple[float, float]:
        """Scale of both sides and of falls (`side` 1) or rises (-1) over the bars after i."""
        if (i, horizon, side) in self.d:
            return self.d[i, horizon, side]
        slow = self.average(self.flat, 256, i)
        ranges, returns = self.t.__getitem__, self.r.__getitem__
        sizes = self.average(lambda j: abs(self.r[j]), 256, i)
        e = 1.0
        if sizes > 0:
            e = min(max((self.average(ranges, 256, i) / sizes - 1) / 0.5, 0.0), 1.0)
        g = (1 - 0.85**horizon) / (0.15 * horizon)
        s = d = 0.0
        if slow > 0:
            log = math.log(slow)
            fast = max(self.average(self.flat, 1, i) / slow, 0.1)
            middle = max(self.average(self.flat, 16, i) / slow, 0.1)
            log += 0.5 * g * e * math.log(fast) + (0.4 + 0.5 * (1 - e)) * math.log(middle)
            squares = (math.exp(2 * self.season(i, h)) for h in range(1, horizon + 1))
            s = math.exp(log + 0.5 * math.log(math.fsum(squares)))
            trends = []
            for half in (4, 64):
                spread = self.average(ranges, half, i)
                trends.append(self.average(returns, half, i) / spread if spread > 0 else 0.0)
            d = s * math.exp(-side * e * (0.60 * g * trends[0] + 1.65 * (1 - g) * trends[1]))
        self.d[i, horizon, side] = s, d
        return s, d

    def row(self, i: int) -> dict[str, float]:
        """Columns at bar i."""
        out: dict[str, float] = {}
        s, _ = self.scales(i, 1, 1)
        if s == 0.0:
            return out
        unit = [self.r[j] / self.scales(j - 1, 1, 1)[0] if self.r[j] else 0.0 for j in self.last(i)]
        out["hp_vol"] = s * math.sqrt(math.fsum(z * z for z in unit) / R)
        out["hp_season"] = math.exp(self.season(i, 1))
        spread = self.average(self.t.__getitem__, 64, i)
        out["hp_range_trend"] = self.average(self.r.__getitem__, 64, i) / spread if spread else 0.0
        for side, suffix in ((1, ""), (-1, "_short")):
            z = sorted(
                side * self.r[j] / self.scales(j - 1, 1, side)[1] if self.r[j] else 0.0
                for j in self.last(i)
            )
            fit = {level: self.fitted(z, a) for level, a in LEVELS.items()}
            for horizon, ending in ((1, suffix), (H, "_h" + suffix)):
                d = self.scales(i, horizon, side)[1] * (1 + 0.02 * math.log(horizon))
                for level, (var, es) in fit.items():
                    out[f"hp_var_{level}{ending}"] = d * var
                    out[f"hp_es_{level}{ending}"] = d * es
                if horizon == 1:
                    var = min(-z[R // 20 - 1], fit["97"][0])
                    es = min(max(-math.fsum(z[: R // 20]) / (R // 20), var), fit["97"][1])
                    out["hp_var_95" + suffix], out["hp_es_95" + suffix] = d * var, d * es
        return out

    def last(self, i: int) -> range:
        return range(i - R + 1, i + 1)

    @staticmethod
    def fitted(z: list[float], level: float) -> tuple[float, float]:
        k = R // 10
        u = -z[k]
        y = [-z[k - j] - u for j in range(1, k + 1)]
        b0 = math.fsum(y) / k
        b1 = math.fsum(value * (1 - (j - 0.35) / k) for j, value in enumerate(y, 1)) / k
        estimate = 2 - b0 / (b0 - 2 * b1) if b0 != 2 * b1 else 0.2
        xi = min(max(0.1 + 0.5 * estimate, -0.5), 0.9)
        beta = b0 * (1 - xi)
        x = 0.10 / level
        q = u + beta * (math.log(x) if abs(xi) < 1e-12 else (x**xi - 1) / xi)
        return q, max(q, (q + beta - xi * u) / (1 - xi))


def market(kind: str, rows: int = W + L + R + 60) -> Candles:
    """Hourly candles from a Friday on, with what hurts."""
    rng = np.random.default_rng(sum(map(ord, kind)))
    when = pd.date_range("2024-03-01 03:00", periods=rows, freq="1h", tz="UTC")
    cycle = np.exp(0.4 * np.sin(when.hour * np.pi / 12) - 0.5 * (when.day_of_week >= 5))
    sigma = 0.005 * np.asarray(cycle)
    returns = sigma * rng.standard_t(3, rows)
    match kind:
        case "jumps":
            returns[rng.integers(W, rows, 12)] += rng.choice([-0.4, 0.3], 12)
        case "one tick":
            returns = 0.001 * rng.choice([-1, 0, 0, 0, 1], rows)
        case "still, then moving":
            returns[: rows - 40] *= np.where(rng.random(rows - 40) < 0.5, 0.0, 1e-6)
        case "calm after a storm":
            returns[-30:] *= 1e-4
        case "trend":
            returns = 0.002 + 0.0005 * rng.random(rows)
    close = 50.0 * np.exp(np.cumsum(returns))
    opening = np.concatenate([[50.0], close[:-1]])
    wick = sigma * rng.exponential(0.7, (2, rows))
    if kind == "calm after a storm":
        wick[:, -30:] *= 1e-4
    if kind in ("closes only", "one tick", "trend"):
        opening, wick = close, 0 * wick
    if kind == "narrow":
        wick *= 0.1
    frame = pd.DataFrame(
        {
            "date": when.as_unit("ms"),
            "open": opening,
            "high": np.maximum(opening, close) * np.exp(wick[0]),
            "low": np.minimum(opening, close) * np.exp(-wick[1]),
            "close": close,
            "volume": 1.0,
        }
    )
    if kind == "gaps":
        frame.loc[[150, 290, 291], "volume"] = 0.0
        frame.loc[[200, 330], "close"] = np.nan
        frame = frame.drop(index=[250, 350, 390]).reset_index(drop=True)
    if kind == "zero ranges":
        still = rng.random(rows) < 0.3
        still[0] = False
        frame["close"] = frame["close"].where(~still).ffill()
        frame.loc[still, ["open", "high", "low"]] = frame.loc[still, "close"]
        for name, least in (("high", "max"), ("low", "min")):
            frame[name] = getattr(frame[[name, "open", "close"]], least)(axis=1)
    return frame


KINDS = [
    "ordinary",
    "jumps",
    "gaps",
    "closes only",
    "narrow",
    "one tick",
    "zero ranges",
    "still, then moving",
    "calm after a storm",
    "trend",
]


def check(frame: Candles, timeframe: str, hours: float, rows: list[int]) -> None:
    engine = hp.Engine("cpu")
    got = engine.analyze(frame, timeframe=timeframe, families=["risk"], **WINDOWS)
    definition = Definition(frame, hours)
    bars = {date: bar for bar, date in enumerate(definition.times)}
    for row in rows:
        bar = bars.get(frame["date"][row].to_pydatetime())
        if bar is None:
            assert got.loc[row, "hp_vol":].isna().all()  # type: ignore[misc]
            continue
        for name, want in definition.row(bar).items():
            # Double precision on both sides; logarithms of sums of 200 terms in another order.
            assert got[name][row] == pytest.approx(want, rel=1e-12, abs=1e-16), (row, name)


@pytest.mark.parametrize("kind", KINDS)
def test_the_definition(kind: str) -> None:
    frame = market(kind)
    check(frame, "1h", 1.0, [len(frame) - 1, len(frame) - 35])


@pytest.mark.parametrize(("timeframe", "hours"), [("5m", 1 / 12), ("4h", 4.0), ("1d", 24.0)])
def test_other_timeframes(timeframe: str, hours: float) -> None:
    frame = market("ordinary")
    frame["date"] = frame["date"][0] + (frame["date"] - frame["date"][0]) * hours
    check(frame, timeframe, hours, [len(frame) - 1])


def test_every_window_with_the_first_move_has_no_risk() -> None:
    frame = market("ordinary")
    still = slice(None, W + L + R + 20)
    for name in ("open", "high", "low", "close"):
        frame.loc[still, name] = frame["open"][W + L + R + 21]  # type: ignore[index]
    got = hp.Engine("cpu").analyze(frame, timeframe="1h", families=["risk"], **WINDOWS)
    assert got.loc[:, "hp_vol":"hp_tail_short"].isna().all(axis=None)  # type: ignore[misc]
    assert got["hp_season"].notna().iloc[-1]


def test_a_horizon_of_one_bar_is_the_next_bar() -> None:
    got = hp.Engine("cpu").analyze(
        market("ordinary"), timeframe="1h", families=["risk"], **(WINDOWS | {"risk_horizon": 1})
    )
    for suffix in ("", "_short"):
        for level in LEVELS:
            for measure in ("var", "es"):
                name = f"hp_{measure}_{level}"
                left, right = got[name + suffix], got[f"{name}_h{suffix}"]
                assert left.notna().any()
                assert left.equals(right.rename(left.name))


@pytest.mark.parametrize("side", [1, -1])
def test_simulated_paths(side: int) -> None:
    """Paths on the scale and the seasons of the definition, by numpy's generator."""
    frame = market("ordinary")
    engine, end = hp.Engine("cpu"), len(frame) - 1
    closed, got = (
        engine.analyze(
            frame, timeframe="1h", families=["risk"], risk_method=method, paths=40_000, **WINDOWS
        )
        for method in ("range", "simulated")
    )
    same = [name for name in closed if "_h" not in str(name)]
    pd.testing.assert_frame_equal(closed[same], got[same])
    definition = Definition(frame, 1.0)
    z = np.array(
        [
            side * definition.r[j] / definition.scales(j - 1, 1, side)[1]
            for j in definition.last(end)
        ]
    )
    spread = np.sqrt((z**2).mean())
    factors = [
        math.exp(definition.season(end, h) - definition.season(end, 1)) for h in range(1, 13)
    ]
    rng, many = np.random.default_rng(5), 200_000
    decay = 2.0 ** (-1.0 / 12.0)
    total, scale = np.zeros(many), np.ones(many)
    for factor in factors:
        shock = z[rng.integers(0, R, many)] / spread
        total += factor * scale * shock
        scale *= np.sqrt(decay + (1 - decay) * shock**2)
    total *= spread * definition.scales(end, 1, side)[1]
    for level, a in LEVELS.items():
        quantile = np.quantile(total, a)
        beyond = total[total <= quantile]
        suffix = "_h" if side == 1 else "_h_short"
        # Four standard errors of both samples; the density from the sample itself.
        near = np.quantile(total, [a * 0.8, a * 1.2])
        both = 1 / 40_000 + 1 / many
        error = np.sqrt(a * (1 - a) * both) / (0.4 * a / (near[1] - near[0]))
        assert abs(got[f"hp_var_{level}{suffix}"][end] + quantile) < 4 * error
        error = np.sqrt((beyond.var() + (quantile - beyond.mean()) ** 2) * both / a)
        assert abs(got[f"hp_es_{level}{suffix}"][end] + beyond.mean()) < 4 * error


def test_recorded_numbers() -> None:
    file = SHARED / "reference" / "risk_range.json"
    if not file.exists():
        pytest.skip("the recorded numbers are not here")
    data = json.loads(file.read_text("utf-8"))
    frame = pd.DataFrame(data["candles"]).assign(volume=1.0)
    frame["date"] = [datetime.fromtimestamp(ms / 1000, UTC) for ms in frame["date"]]
    engine = hp.Engine("cpu")
    tables: dict[int, pd.DataFrame] = {}
    for case in data["cases"]:
        row, horizon = case["inputs"]["row"], case["inputs"]["horizon"]
        if horizon not in tables:
            tables[horizon] = engine.analyze(
                frame, timeframe="1h", families=["risk"], risk_horizon=horizon
            )
        got, want = tables[horizon].iloc[row], case["outputs"]
        expected = {"hp_vol": want["sigma"]} if "sigma" in want else {}
        for number, level in enumerate(LEVELS):
            expected[f"hp_var_{level}_h"] = want["var"][number]
            expected[f"hp_es_{level}_h"] = want["es"][number]
        if horizon == 1:
            # The next bar's 95 % is the order statistic.
            expected["hp_var_95_h"] = expected["hp_var_95"] = want["var_95_order"]
            expected["hp_es_95_h"] = expected["hp_es_95"] = want["es_95_order"]
        for name, value in expected.items():
            assert got[name] == pytest.approx(value, rel=1e-10), (case["id"], name)
