"""The range model of risk, row by row in plain loops, from its definition."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

LEVELS = {"95": 0.05, "97": 0.025, "99": 0.01}


@dataclass(frozen=True)
class Windows:
    """Bars of the seasons, of an average at most, of residuals, and ahead."""

    seasons: int
    memory: int
    residuals: int
    horizon: int


class RangeModel:
    """The model of one series, row by row, with every sum written out."""

    def __init__(self, candles: pd.DataFrame, hours: float, windows: Windows) -> None:
        self.hours, self.windows = hours, windows
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
        """Log factor of the bar `ahead` of bar i, from the window of bars that ends at i."""
        bars = [j for j in range(i - self.windows.seasons + 1, i + 1) if self.t[j] > 0]
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

    def average(self, value: Callable[[int], float], half: float, i: int) -> float:
        n = min(int(20 * half), self.windows.memory)
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
        out["hp_vol"] = s * math.sqrt(math.fsum(z * z for z in unit) / self.windows.residuals)
        out["hp_season"] = math.exp(self.season(i, 1))
        spread = self.average(self.t.__getitem__, 64, i)
        out["hp_range_trend"] = self.average(self.r.__getitem__, 64, i) / spread if spread else 0.0
        for side, suffix in ((1, ""), (-1, "_short")):
            z = sorted(
                side * self.r[j] / self.scales(j - 1, 1, side)[1] if self.r[j] else 0.0
                for j in self.last(i)
            )
            fit = {level: self.fitted(z, a) for level, a in LEVELS.items()}
            for horizon, ending in ((1, suffix), (self.windows.horizon, "_h" + suffix)):
                d = self.scales(i, horizon, side)[1] * (1 + 0.02 * math.log(horizon))
                for level, (var, es) in fit.items():
                    out[f"hp_var_{level}{ending}"] = d * var
                    out[f"hp_es_{level}{ending}"] = d * es
                if horizon == 1:
                    worst = z[: self.windows.residuals // 20]
                    var = min(-worst[-1], fit["97"][0])
                    es = min(max(-math.fsum(worst) / len(worst), var), fit["97"][1])
                    out["hp_var_95" + suffix], out["hp_es_95" + suffix] = d * var, d * es
        return out

    def last(self, i: int) -> range:
        return range(i - self.windows.residuals + 1, i + 1)

    def fitted(self, z: list[float], level: float) -> tuple[float, float]:
        k = self.windows.residuals // 10
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
