# SPDX-License-Identifier: GPL-3.0-or-later
"""The strategy, walk-forward: windows, costs, variants, benchmarks and a random walk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from hyperphysics import _engine
from hyperphysics.distributed_hyperopt import fingerprint
from hyperphysics.evaluation import dataset
from hyperphysics.evaluation.walk_forward import ablations, report
from hyperphysics.evaluation.walk_forward.epochs import Trial, plateaus
from hyperphysics.evaluation.walk_forward.results import Line, buy_and_hold, chosen, stitched
from hyperphysics.evaluation.walk_forward.run import Steps, Walk
from hyperphysics.evaluation.walk_forward.settings import WalkForwardSettings
from hyperphysics.evaluation.walk_forward.windows import Span, Window, windows
from hyperphysics.freqtrade_bridge.user_directory import templates
from hyperphysics.market_data.candles import DAY, Candles
from hyperphysics.market_data.market import Market
from hyperphysics.market_data.selection import WARM_UP, MarketSelection
from hyperphysics.market_data.simulated import EPOCH, Simulated

CLAIMED = (
    *("train", "test", "epochs", "spaces", "loss", "jobs", "device", "fee", "slippage", "seed"),
    "families",
)
"""Settings that finished steps depend on."""


class Progress(Protocol):
    """Where it is said how far the evaluation is."""

    def say(self, line: str) -> None:
        """A line of its own."""

    def step(self, title: str) -> AbstractContextManager[Callable[[str], None]]:
        """A step with its time; what is yielded takes notes on how far it is."""


class WalkForward:
    """One evaluation of the strategy.

    Args:
        settings: How.
        selection: On what.
        parts: Windows of the time range.
        progress: Told how far it is.
    """

    def __init__(
        self,
        settings: WalkForwardSettings,
        selection: MarketSelection,
        parts: Sequence[Window],
        progress: Progress,
    ) -> None:
        self._settings, self._selection, self._parts = settings, selection, parts
        self._progress = progress
        self._cost = settings.cost
        self._own = [ablations.TUNED, ablations.DEFAULT] if settings.epochs else [ablations.TUNED]
        shorts = selection.market.mode == "futures"
        self._variants = ablations.ablations(settings.families, shorts=shorts)

    def evaluate(self) -> report.Evaluation:
        """All steps that are not done yet, then the results of all.

        Raises:
            ValueError: Candles do not suffice, or the folder holds another evaluation.
            FreqtradeError: A freqtrade process failed.
        """
        settings, selection, progress = self._settings, self._selection, self._progress
        steps = Steps(settings.folder)
        with progress.step("candles"):
            span = Span(self._parts[0].test.start, self._parts[-1].test.end)
            candles = {pair: selection.candles(pair) for pair in selection.pairs}
            for pair, one in candles.items():
                # The last day may be cut short, as recordings are.
                if not len(one) or one.time[-1] < span.end - DAY:
                    raise ValueError(f"{pair} has no candles on the last day of {span}")
            data = {pair: dataset.fingerprint(one) for pair, one in candles.items()}
            step = selection.timeframe.step
            benchmarks = buy_and_hold(candles, span, step, settings.target, self._cost)
        claimed = self._claim(selection, data)
        if steps.claim(claimed):
            progress.say(f"going on in {steps.folder}")
        # Before hours have gone into the rest: this folder, too, may hold another evaluation.
        aside = Steps(steps.folder / f"random-walk-{settings.null}")
        walked = self._random_walk() if settings.null else None
        if walked is not None:
            aside.claim(self._claim(walked, {}))
        others = [x for x in dict.fromkeys(settings.multiples) if x != 1]
        walk = Walk(steps, selection, settings.choice, self._section())
        trials, at = self._walk(walk, self._parts, self._variants, others, "")
        own = self._lines("", self._parts, at, candles, step)
        variants = [
            stitched(v.label, at[1], v.name, self._parts, candles, step) for v in self._variants
        ]
        return report.Evaluation(
            market=selection.market.label,
            timerange=str(span),
            pairs=selection.pairs,
            settings=claimed,
            cost=self._cost,
            own=own,
            benchmarks=benchmarks,
            variants=variants,
            null=[] if walked is None else self._null(aside, walked),
            windows=chosen(self._parts, trials, [lines[0] for lines in own], benchmarks[0]),
            plateaus=plateaus(trials),
        )

    def _walk(
        self,
        walk: Walk,
        parts: Sequence[Window],
        variants: Sequence[ablations.Variant],
        others: Sequence[float],
        name: str,
    ) -> tuple[list[list[Trial]], dict[float, list[Path]]]:
        """Trials of each window, and its backtests by multiples of the cost, the whole first.

        Variants are traded at the whole cost only.
        """
        trials: list[list[Trial]] = []
        found: dict[float, list[Path]] = {x: [] for x in (1, *others)}
        data = None if name else self._settings.data
        with walk.open(data, structure=not name):
            with self._progress.step(f"{name}download") as note:
                walk.download(note)
            for number, window in enumerate(parts, start=1):
                title = f"{name}window {number} of {len(parts)}, {window.test}"
                with self._progress.step(title) as note:
                    trials.append(walk.choose(number, window, note))
                    best = trials[-1][0].parameters if trials[-1] else {}
                    for x, folders in found.items():
                        traded = [*self._own, *(variants if x == 1 else [])]
                        cost = x * self._cost
                        folders.append(walk.backtest(number, window, traded, best, cost, note))
        return trials, found

    def _lines(
        self,
        name: str,
        parts: Sequence[Window],
        at: Mapping[float, Sequence[Path]],
        candles: Mapping[str, Candles],
        step: int,
    ) -> list[list[Line]]:
        """The strategy's results, each way of parameters at each cost."""
        return [
            [
                stitched(f"{name}{own.label}, costs × {x:g}", where, own.name, parts, candles, step)
                for x, where in at.items()
            ]
            for own in self._own
        ]

    def _random_walk(self) -> MarketSelection:
        """A market of prices that nobody can foretell, as long as the windows asked for."""
        settings, selection = self._settings, self._selection
        market: Market = Simulated(settings.seed, selection.market.mode, structure=False)
        warm = -(-(EPOCH + WARM_UP * selection.timeframe.step) // DAY) * DAY
        length = (settings.train + settings.null * settings.test) * DAY
        # No later than the candles of the evaluation: freqtrade asks for none of the future.
        start = max(min(selection.start, selection.end - length), warm)
        end = start + length
        settle = ":USDT" if market.mode == "futures" else ""
        items = list(market.instruments.values())[: len(selection.pairs)]
        pairs = [f"{item.base}/{item.quote}{settle}" for item in items]
        return MarketSelection(market, pairs, selection.timeframe, start, end)

    def _null(self, steps: Steps, selection: MarketSelection) -> list[list[Line]]:
        """Windows of a random walk, costs × 1 and × 0."""
        parts = windows(selection.start, selection.end, self._settings.train, self._settings.test)
        walk = Walk(steps, selection, self._settings.choice, self._section())
        name = "random walk: "
        _, at = self._walk(walk, parts, [], [0.0], name)
        candles = {pair: selection.candles(pair) for pair in selection.pairs}
        return self._lines(name, parts, at, candles, selection.timeframe.step)

    def _section(self) -> dict[str, Any]:
        return {"families": list(self._settings.families), "device": self._settings.device}

    def _claim(self, selection: MarketSelection, data: dict[str, Any]) -> dict[str, Any]:
        """What the steps depend on: with other settings they would be others."""
        strategy = hashlib.sha256()
        for path, content in sorted(templates().items()):
            strategy.update(f"{path}\n".encode() + content)
        code = [*fingerprint.modules(), Path(_engine.__file__)]
        own = asdict(self._settings)
        return {
            "market": selection.market.label,
            "mode": selection.market.mode,
            "pairs": selection.pairs,
            "timeframe": selection.timeframe.name,
            "timerange": selection.timerange,
            "candles": data,
            "strategy": strategy.hexdigest(),
            "code": fingerprint.files(code),
            "versions": {name: version(name) for name in ("hyperphysics", "freqtrade")},
            **{name: own[name] for name in CLAIMED},
        }
