# SPDX-License-Identifier: GPL-3.0-or-later
"""Walk-forward with freqtrade's own processes, step by step into a folder that outlives them.

A step's files appear under its name when it is done, and a step that is there is not run again.
What a folder was made for stands in its `settings.json`; it takes no other evaluation.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hyperphysics.distributed_hyperopt.storage import VARIABLE
from hyperphysics.evaluation.walk_forward import ablations
from hyperphysics.evaluation.walk_forward.ablations import NAME, Parameters, Variant
from hyperphysics.evaluation.walk_forward.choice import Choice, uses_protections
from hyperphysics.evaluation.walk_forward.epochs import Trial, read
from hyperphysics.evaluation.walk_forward.windows import Span, Window
from hyperphysics.freqtrade_bridge.errors import FreqtradeError
from hyperphysics.freqtrade_bridge.process import run_freqtrade
from hyperphysics.freqtrade_bridge.user_directory import install
from hyperphysics.market_data.files import candle_file
from hyperphysics.market_data.selection import MarketSelection
from hyperphysics.simulated_exchange import SimulatedExchange, running

Note = Callable[[str], None]
WIDTH = 140
EPOCHS = "epochs.fthypt"


class Steps:
    """The finished steps of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def claim(self, settings: Mapping[str, Any]) -> bool:
        """Say what the folder is for; returns whether it holds steps of that already.

        Raises:
            ValueError: It holds another evaluation, or cannot be written.
        """
        file = self.folder / "settings.json"
        wanted = json.loads(json.dumps(settings))
        try:
            if file.exists():
                self._check(json.loads(file.read_text("utf-8")), wanted)
                return True
            self.folder.mkdir(parents=True, exist_ok=True)
            # A folder that is killed here must not hold half of it.
            partial = file.with_suffix(".partial")
            partial.write_text(json.dumps(wanted, indent=2, sort_keys=True) + "\n", "utf-8")
            partial.rename(file)
        except (OSError, json.JSONDecodeError) as error:
            raise ValueError(f"{file}: {error}") from error
        return False

    def _check(self, kept: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
        names = [n for n in {**kept, **wanted} if kept.get(n) != wanted.get(n)]
        if names:
            told = "; ".join(
                f"{n}: {_short(kept.get(n))} there, {_short(wanted.get(n))} here" for n in names
            )
            raise ValueError(
                f"{self.folder} holds another evaluation ({told}); remove it, or give --out"
            )

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[tuple[Path, bool]]:
        """A step's folder and whether it is to be filled; it is kept if nothing is raised."""
        path = self.folder / name
        if path.is_dir():
            yield path, False
            return
        partial = path.with_name(f"{path.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial, True
        partial.rename(path)


class Walk:
    """freqtrade on one market."""

    def __init__(
        self, steps: Steps, selection: MarketSelection, choice: Choice, section: Mapping[str, Any]
    ) -> None:
        self._steps, self._selection, self._choice = steps, selection, choice
        self._section = section
        self._userdir = steps.folder / "userdir"
        self._data = steps.folder / "candles"
        self._common: list[str] = []

    @contextlib.contextmanager
    def open(self, data: Path | None, *, structure: bool = True) -> Iterator[None]:
        """Start the exchange that freqtrade asks for its markets, for as long as this is open."""
        install(self._userdir, force=True)
        mode, seed = self._selection.market.mode, self._selection.market.seed
        clock = self._selection.clock
        with running(data=data, mode=mode, seed=seed, structure=structure, clock=clock) as exchange:
            self._configure(exchange)
            yield

    def _configure(self, exchange: SimulatedExchange) -> None:
        overlay = exchange.settings(self._selection.pairs)
        overlay["hyperphysics"] = dict(self._section)
        file = self._userdir / "config" / "exchange.json"
        file.write_text(json.dumps(overlay, indent=2) + "\n", "utf-8")
        self._common = [
            *("--config", str(self._userdir / "config" / "demo.json"), "--config", str(file)),
            *("--userdir", str(self._userdir)),
        ]

    def download(self, note: Note) -> None:
        """Fetch all candles from the exchange."""
        with self._steps.step("candles") as (folder, wanted):
            if not wanted:
                return
            timeframe = self._selection.timeframe.name
            words = ["download-data", "--datadir", str(folder), "--timeframes", timeframe]
            self._freqtrade([*words, "--timerange", self._selection.download_range], note)
            for pair in self._selection.pairs:
                if not candle_file(folder, pair, timeframe).exists():
                    raise FreqtradeError(f"{pair} was not downloaded\nlog: {self._log(words[0])}")

    def choose(self, number: int, window: Window, note: Note) -> list[Trial]:
        """Hyperopt on a window's past: its trials, best first; none without epochs."""
        choice = self._choice
        if not choice.epochs:
            return []
        name = f"{number:02d}/hyperopt"
        with self._steps.step(name) as (folder, wanted):
            if wanted:
                self._write([ablations.TUNED], {})
                results = self._userdir / "hyperopt_results"
                shutil.rmtree(results, ignore_errors=True)
                words = ["hyperopt", "--strategy", NAME, "--hyperopt-loss", choice.loss]
                words += ["--spaces", *choice.spaces, "--epochs", str(choice.epochs)]
                words += ["--random-state", str(choice.seed + 1), "--job-workers", str(choice.jobs)]
                words += ["--disable-param-export", "--fee", str(choice.cost)]
                # Its parameters move columns, which are computed once for all epochs otherwise.
                if {"lattice", "default", "all"} & set(choice.spaces):
                    words.append("--analyze-per-epoch")
                self._freqtrade([*words, *self._candles(window.train)], note)
                files = list(results.glob("*.fthypt"))
                if len(files) != 1:
                    raise FreqtradeError(f"hyperopt wrote no epochs\nlog: {self._log('hyperopt')}")
                shutil.copy(files[0], folder / EPOCHS)
        return read(self._steps.folder / name / EPOCHS, window.train)

    def backtest(
        self,
        number: int,
        window: Window,
        variants: Sequence[Variant],
        chosen: Parameters,
        cost: float,
        note: Note,
    ) -> Path:
        """Backtests of the variants, all in one process; returns the folder of their results."""
        names = [variant.name for variant in variants]
        name = f"{number:02d}/cost-{cost!r}"
        with self._steps.step(name) as (folder, wanted):
            if wanted:
                self._write(variants, chosen)
                words = ["backtesting", "--strategy-list", *names, "--cache", "none"]
                words += ["--fee", str(cost), "--backtest-directory", str(folder)]
                # Hyperopt had them where it chose their values.
                if uses_protections(self._choice.spaces):
                    words.append("--enable-protections")
                self._freqtrade([*words, *self._candles(window.test)], note)
                if not list(folder.glob("*.zip")):
                    raise FreqtradeError(f"no results\nlog: {self._log('backtesting')}")
        return self._steps.folder / name

    def _write(self, variants: Sequence[Variant], chosen: Parameters) -> None:
        """The variants' files, and the parameters beside them; no others."""
        # Here and not above: it imports freqtrade, which other evaluations do without.
        from hyperphysics.strategy.rules.parameters import DEFAULTS  # noqa: PLC0415

        folder = self._userdir / "strategies"
        for file in [*folder.glob("*.json"), *folder.glob(f"{NAME}?*.py")]:
            file.unlink()
        for variant in variants:
            if variant.name != NAME:
                (folder / f"{variant.name}.py").write_text(ablations.source(variant), "utf-8")
            found = ablations.parameters(variant, chosen, DEFAULTS)
            document = {"strategy_name": variant.name, "params": found}
            file = folder / f"{variant.name}.json"
            file.write_text(json.dumps(document, indent=2) + "\n", "utf-8")

    def _candles(self, span: Span) -> list[str]:
        timeframe = self._selection.timeframe
        return [
            *("--datadir", str(self._data), "--timeframe", timeframe.name),
            *("--timerange", span.timerange(timeframe.step)),
        ]

    def _freqtrade(self, words: list[str], note: Note) -> None:
        command, log = words[0], self._log(words[0])
        # A shared hyperopt study would choose from other trials than this window's.
        alone = {VARIABLE: ""}
        run_freqtrade([command, *self._common, *words[1:]], log, note, WIDTH, **alone)

    def _log(self, command: str) -> Path:
        return (self._steps.folder / "logs" / f"{command}.log").resolve()


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
