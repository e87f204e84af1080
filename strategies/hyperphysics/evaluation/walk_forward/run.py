"""Walk-forward with freqtrade's own processes, step by step into a folder that outlives them.

A step's files appear under its name when it is done, and a step that is there is not run again.
What a folder was made for stands in its `settings.json`; it takes no other study.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hyperphysics.cli.install import install
from hyperphysics.cli.shared import freqtrade
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.files import candle_file
from hyperphysics.cli.shared.market_arguments import Plan
from hyperphysics.distributed_hyperopt.storage import VARIABLE
from hyperphysics.evaluation.walk_forward import ablations
from hyperphysics.evaluation.walk_forward.ablations import NAME, Parameters, Variant
from hyperphysics.evaluation.walk_forward.epochs import Trial, read
from hyperphysics.evaluation.walk_forward.report import PROTECTED
from hyperphysics.evaluation.walk_forward.windows import Span, Window
from hyperphysics.simulated_exchange import SimulatedExchange, running

Note = Callable[[str], None]
WIDTH = 140
EPOCHS = "epochs.fthypt"


@dataclass(frozen=True)
class Choice:
    """How parameters are chosen on a window's past.

    Attributes:
        epochs: Of hyperopt; 0 leaves the strategy's own.
        spaces: What is chosen.
        loss: Hyperopt's loss.
        seed: Of its sampler.
        jobs: Processes.
        cost: Of each side, a fraction.
    """

    epochs: int
    spaces: Sequence[str]
    loss: str
    seed: int
    jobs: int
    cost: float


class Steps:
    """The finished steps of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def claim(self, settings: Mapping[str, Any]) -> bool:
        """Say what the folder is for; returns whether it holds steps of the same study already.

        Raises:
            CommandError: It holds another study, or cannot be written.
        """
        file = self.folder / "settings.json"
        wanted = json.loads(json.dumps(settings))
        try:
            if file.exists():
                kept = json.loads(file.read_text("utf-8"))
                names = [n for n in {**kept, **wanted} if kept.get(n) != wanted.get(n)]
                if names:
                    told = "; ".join(
                        f"{n}: {_short(kept.get(n))} there, {_short(wanted.get(n))} here"
                        for n in names
                    )
                    raise CommandError(
                        f"{self.folder} holds another study ({told}); remove it, or give --out"
                    )
                return True
            self.folder.mkdir(parents=True, exist_ok=True)
            # A folder that is killed here must not hold half of it.
            partial = file.with_suffix(".partial")
            partial.write_text(json.dumps(wanted, indent=2, sort_keys=True) + "\n", "utf-8")
            partial.rename(file)
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}") from error
        return False

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
        self, steps: Steps, plan: Plan, choice: Choice, section: Mapping[str, Any]
    ) -> None:
        self._steps, self._plan, self._choice = steps, plan, choice
        self._section = section
        self._userdir = steps.folder / "userdir"
        self._data = steps.folder / "candles"
        self._common: list[str] = []

    @contextlib.contextmanager
    def open(self, data: Path | None, *, structure: bool = True) -> Iterator[None]:
        """Start the exchange that freqtrade asks for its markets, for as long as this is open."""
        install(self._userdir, force=True)
        mode, seed = self._plan.market.mode, self._plan.market.seed
        clock = self._plan.clock
        with running(data=data, mode=mode, seed=seed, structure=structure, clock=clock) as exchange:
            self._configure(exchange)
            yield

    def _configure(self, exchange: SimulatedExchange) -> None:
        overlay = exchange.settings(self._plan.pairs)
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
            timeframe = self._plan.timeframe.name
            words = ["download-data", "--datadir", str(folder), "--timeframes", timeframe]
            self._freqtrade([*words, "--timerange", self._plan.download_range], note)
            for pair in self._plan.pairs:
                if not candle_file(folder, pair, timeframe).exists():
                    raise CommandError(f"{pair} was not downloaded\nlog: {self._log(words[0])}")

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
                    raise CommandError(f"hyperopt wrote no epochs\nlog: {self._log('hyperopt')}")
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
                if PROTECTED & set(self._choice.spaces):
                    words.append("--enable-protections")
                self._freqtrade([*words, *self._candles(window.test)], note)
                if not list(folder.glob("*.zip")):
                    raise CommandError(f"no results\nlog: {self._log('backtesting')}")
        return self._steps.folder / name

    def _write(self, variants: Sequence[Variant], chosen: Parameters) -> None:
        """The variants' files, and the parameters beside them; no others."""
        # Here and not above: it imports freqtrade, which other studies do without.
        from hyperphysics.strategy.parameters import DEFAULTS  # noqa: PLC0415

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
        timeframe = self._plan.timeframe
        return [
            *("--datadir", str(self._data), "--timeframe", timeframe.name),
            *("--timerange", span.timerange(timeframe.step)),
        ]

    def _freqtrade(self, words: list[str], note: Note) -> None:
        command, log = words[0], self._log(words[0])
        # A study that is shared would choose from other trials than this window's.
        alone = {VARIABLE: ""}
        freqtrade.run([command, *self._common, *words[1:]], log, note, WIDTH, **alone)

    def _log(self, command: str) -> Path:
        return (self._steps.folder / "logs" / f"{command}.log").resolve()


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
