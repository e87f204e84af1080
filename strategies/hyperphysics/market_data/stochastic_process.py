"""The hourly process under the simulated market, and the trades inside an hour.

One common factor and one factor per asset, each a GJR-GARCH(1, 1) with Student-t innovations
(Glosten, Jagannathan, Runkle 1993); a Markov chain of regimes moves drift and volatility of both.
Log prices are pulled to their start with a half-life of a year, so that they stay in range. Inside
an hour the trades follow a Brownian bridge with that hour's volatility. Everything is drawn in
blocks of hours keyed by (seed, asset, purpose, block), so that a longer horizon never changes a
shorter one.

Without structure, drift and pull are left out, and half the variance is taken off each log return:
prices are martingales but for the innovations' excess over normal ones, and no rule that trades
them expects anything but its costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from hyperphysics.market_data.candles import HOUR, Values

BLOCK = 240
"""Hours drawn at once."""
TICKS = 360
"""Trades of an hour: one every 10 s."""

_ALPHA, _GAMMA, _BETA = 0.05, 0.04, 0.91
_FREEDOM = 5
_MAX_VARIANCE = 30.0
_FACTOR_SIGMA = 0.0045
_PULL = np.log(2) / (365 * 24)

# Regime: drift per hour, multiple of volatility, mean duration in hours.
_REGIMES = ((0.0, 0.7, 240), (4e-4, 0.9, 120), (-4e-4, 1.2, 100), (0.0, 2.2, 36))


@dataclass(frozen=True, slots=True)
class Asset:
    """What sets one simulated asset apart."""

    base: str
    price: float
    """Price at the start, USDT."""
    price_digits: int
    size_digits: int
    beta: float
    """Sensitivity to the common factor."""
    sigma: float
    """Standard deviation of the asset's own hourly log return."""
    turnover: float
    """Mean turnover of an hour, USDT."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A block of hours: log price before each and after the last, and what they are like."""

    log_price: Values
    sigma: Values
    activity: Values
    """Turnover relative to the mean."""
    premium: Values
    """Perpetual over index, as a fraction."""
    mark: Values
    """Mark price over the last trade's price."""


def generator(seed: int, name: str, purpose: str, block: int) -> np.random.Generator:
    """The random numbers of one block."""
    key = [seed, crc32(name.encode()), crc32(purpose.encode()), block]
    return np.random.Generator(np.random.Philox(key))


class _Garch:
    """Unit-variance GJR-GARCH that remembers its variance between blocks."""

    def __init__(self) -> None:
        self.variance = 1.0

    def step(self, innovation: float) -> tuple[float, float]:
        """The next shock and its conditional standard deviation."""
        sigma = self.variance**0.5
        shock = sigma * innovation
        square = shock * shock
        constant = 1 - _ALPHA - _GAMMA / 2 - _BETA
        lean = _ALPHA + (_GAMMA if shock < 0 else 0.0)
        self.variance = min(constant + lean * square + _BETA * self.variance, _MAX_VARIANCE)
        return shock, sigma


def _innovations(random: np.random.Generator) -> list[float]:
    scale = ((_FREEDOM - 2) / _FREEDOM) ** 0.5
    drawn: list[float] = (random.standard_t(_FREEDOM, BLOCK) * scale).tolist()
    return drawn


class Factor:
    """The market as a whole: block by block the common shock, its volatility and the regime."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._garch = _Garch()
        self._regime = 0
        self._blocks: list[list[tuple[float, float, float, float]]] = []

    def block(self, index: int) -> list[tuple[float, float, float, float]]:
        """(shock, its sigma, drift, multiple of volatility) of each hour."""
        while len(self._blocks) <= index:
            self._blocks.append(self._next(len(self._blocks)))
        return self._blocks[index]

    def _next(self, index: int) -> list[tuple[float, float, float, float]]:
        random = generator(self._seed, "market", "hours", index)
        change = random.random((BLOCK, 2)).tolist()
        hours = []
        for innovation, (leave, where) in zip(_innovations(random), change, strict=True):
            if leave * _REGIMES[self._regime][2] < 1:
                others = [k for k in range(len(_REGIMES)) if k != self._regime]
                self._regime = others[int(where * len(others))]
            drift, multiple, _ = _REGIMES[self._regime]
            shock, sigma = self._garch.step(innovation)
            scale = _FACTOR_SIGMA * multiple
            hours.append((scale * shock, scale * sigma, drift, multiple))
        return hours


class Process:
    """One asset, hour by hour from its start."""

    def __init__(self, seed: int, asset: Asset, factor: Factor, *, structure: bool = True) -> None:
        self._seed, self.asset, self._factor = seed, asset, factor
        self._structure = structure
        self._garch = _Garch()
        self._start = float(np.log(asset.price))
        self._log_price = self._start
        self._premium = self._mark = 0.0
        self._blocks: list[Hours] = []

    def hours(self, index: int) -> Hours:
        """The block of hours with this index."""
        while len(self._blocks) <= index:
            self._blocks.append(self._next(len(self._blocks)))
        return self._blocks[index]

    def _next(self, index: int) -> Hours:
        random = generator(self._seed, self.asset.base, "hours", index)
        own = _innovations(random)
        noise = random.standard_normal((3, BLOCK))
        path, sigmas = [self._log_price], []
        for innovation, (common, spread, drift, multiple) in zip(
            own, self._factor.block(index), strict=True
        ):
            shock, sigma = self._garch.step(innovation)
            scale = self.asset.sigma * multiple
            variance = (self.asset.beta * spread) ** 2 + (scale * sigma) ** 2
            if self._structure:
                trend, pull = drift, _PULL * (path[-1] - self._start)
            else:
                trend, pull = 0.0, variance / 2
            path.append(path[-1] + self.asset.beta * (trend + common) + scale * shock - pull)
            sigmas.append(variance**0.5)
        self._log_price = path[-1]
        usual = ((self.asset.beta * _FACTOR_SIGMA) ** 2 + self.asset.sigma**2) ** 0.5
        busy = np.exp(0.3 * noise[0] - 0.045) * _calendar(index)
        premium = _reverting(noise[1], self._premium, 0.9, 1e-4)
        mark = _reverting(noise[2], self._mark, 0.5, 2e-5)
        self._premium, self._mark = float(premium[-1]), float(mark[-1])
        return Hours(
            log_price=np.array(path),
            sigma=np.array(sigmas),
            activity=busy * (np.array(sigmas) / usual) ** 1.2,
            premium=premium,
            mark=1 + mark,
        )

    def trades(self, index: int) -> tuple[Values, Values]:
        """Prices and sizes of the trades of a block, one row per hour."""
        hours = self.hours(index)
        random = generator(self._seed, self.asset.base, "trades", index)
        way = np.arange(1, TICKS + 1) / TICKS
        walk = np.cumsum(random.standard_normal((BLOCK, TICKS)), axis=1)
        walk *= hours.sigma[:, None] / TICKS**0.5
        before, after = hours.log_price[:-1, None], hours.log_price[1:, None]
        path = before + (after - before) * way + walk - walk[:, -1:] * way
        tick = 10.0**-self.asset.price_digits
        price: Values = np.exp(path).clip(tick).round(self.asset.price_digits)
        move = np.abs(np.diff(path, axis=1, prepend=before))
        weight = random.standard_exponential((BLOCK, TICKS))
        weight *= 0.3 + move / (hours.sigma[:, None] / TICKS**0.5)
        turnover = self.asset.turnover * hours.activity / np.exp(hours.log_price[:-1])
        size = turnover[:, None] * weight / weight.sum(axis=1, keepdims=True)
        lot = 10.0**-self.asset.size_digits
        return price, np.round(np.maximum(size, lot), self.asset.size_digits)


def _calendar(block: int) -> Values:
    """Activity by hour of the day and day of the week (hour 0 of block 0 is a Friday midnight)."""
    hour = block * BLOCK + np.arange(BLOCK)
    day = 1 + 0.35 * np.sin(2 * np.pi * (hour % 24 - 9) / 24)
    weekend = np.isin(hour // 24 % 7, (1, 2))
    return np.where(weekend, 0.65, 1.14) * day


def _reverting(noise: Values, start: float, memory: float, sigma: float) -> Values:
    """AR(1) with stationary standard deviation `sigma`, continued from `start`."""
    scale = sigma * (1 - memory * memory) ** 0.5
    values, last = [], start
    for shock in noise.tolist():
        last = memory * last + scale * shock
        values.append(last)
    return np.array(values)


SPAN = BLOCK * HOUR
"""Length of a block, ms."""
