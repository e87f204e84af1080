"""The evaluation of the strategy as a command, with real freqtrade processes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from freqtrade.data.btanalysis import load_backtest_data
from freqtrade.data.btanalysis.bt_fileutils import get_backtest_wallet_change

from hyperphysics.cli import main
from hyperphysics.evaluation.walk_forward import epochs, equity
from hyperphysics.evaluation.walk_forward.windows import Span
from hyperphysics.market_data.candles import DAY, TIMEFRAMES
from hyperphysics.market_data.simulated import EPOCH, Simulated
from support.patience import PATIENCE, wait

HOUR = 3_600_000
H1 = TIMEFRAMES["1h"]


DAYS = "20210601-20210621"
SHORT = [
    *("--pairs", "BTC", "--timerange", DAYS, "--train", "10", "--test", "10", "--epochs", "2"),
    *("--fees", "0", "1", "--null", "0", "--device", "cpu"),
]


class Evaluation:
    """The command, in a session of its own, so that one signal reaches all of its processes."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.window = out / "strategy" / "01"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        words = ["study", "strategy", *SHORT, "--out", str(self.out), *arguments]
        return subprocess.Popen(
            [sys.executable, "-m", "hyperphysics.cli.main", *words],
            env=os.environ | {"NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def stop_at(
        self,
        reached: Callable[[subprocess.Popen[str]], object],
        number: signal.Signals,
        *arguments: str,
        alone: bool = False,
    ) -> tuple[int, str]:
        """Start it, send a signal once it has got there; returns its code and what it said.

        The signal goes to all of its processes, as from a terminal, or to the command alone.
        """
        process = self.start(*arguments)

        def there() -> object:
            assert process.poll() is None, process.communicate()
            return reached(process)

        wait(there, lambda: f"{arguments} has not got there")
        (os.kill if alone else os.killpg)(process.pid, number)
        said, _ = process.communicate(timeout=PATIENCE)
        if alone:
            assert members(process) == []
        return process.returncode, said


def members(process: subprocess.Popen[str]) -> list[str]:
    """Command lines of the processes in a session."""
    found = []
    for pid in psutil.pids():
        with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
            if os.getsid(pid) == process.pid != pid:
                found.append(" ".join(psutil.Process(pid).cmdline()))
    return found


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """One that was ended in its download, killed in a hyperopt, stopped in a backtest, finished."""
    one = Evaluation(tmp_path_factory.mktemp("evaluation"))
    into = one.out / "page.md"
    into.write_text("<!-- strategy -->\n<!-- /strategy -->\n")
    code, said = one.stop_at(
        lambda process: any("freqtrade download-data" in words for words in members(process)),
        signal.SIGTERM,
        alone=True,
    )
    assert code == 130
    assert "the same command goes on from here" in said
    candles = one.out / "strategy" / "candles"
    assert not candles.exists()
    code, _ = one.stop_at(lambda _: (one.window / "hyperopt.partial").exists(), signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert not (one.window / "hyperopt").exists()
    downloaded = candles.stat().st_mtime_ns
    code, said = one.stop_at(lambda _: (one.window / "hyperopt").exists(), signal.SIGINT)
    assert code == 130
    assert "the same command goes on from here" in said
    tried = (one.window / "hyperopt" / "epochs.fthypt").stat().st_mtime_ns
    process = one.start("--into", str(into))
    said, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, error
    assert "going on in" in said
    # what was finished was not made again
    assert candles.stat().st_mtime_ns == downloaded
    assert (one.window / "hyperopt" / "epochs.fthypt").stat().st_mtime_ns == tried
    return one


@pytest.mark.freqtrade
def test_the_command_goes_on_and_writes_its_tables(evaluation: Evaluation) -> None:
    document = json.loads((evaluation.out / "strategy.json").read_text("utf-8"))
    labels = [line["label"] for line in document["lines"]]
    assert labels[:6] == [
        *("walk-forward, costs × 1", "walk-forward, costs × 0"),
        *("default parameters, costs × 1", "default parameters, costs × 0"),
        *("buy and hold", "buy and hold at 20% volatility"),
    ]
    assert len(labels) == 6 + 8
    assert all(len(line["returns"]) == 10 for line in document["lines"])
    market = Simulated(0).candles("BTCUSDT", H1, EPOCH, EPOCH + 200 * DAY, 10_000)
    first, last = (
        pd.Timestamp(day, tz="UTC").value // 10**6 for day in ("2021-06-11", "2021-06-21")
    )
    before, after = equity.at(market, np.array([first - HOUR, last - HOUR]))
    held = (after / before) * (1 - 0.0015) ** 2 - 1
    assert document["lines"][4]["total"] == pytest.approx(held, rel=1e-9)
    page = (evaluation.out / "strategy.html").read_text("utf-8")
    assert "wallet, 1 at the start (log)" in page
    assert "<script src=" not in page
    made = (evaluation.out / "strategy.md").read_text("utf-8").strip()
    assert made in (evaluation.out / "page.md").read_text("utf-8")


@pytest.mark.freqtrade
def test_sigterm_ends_the_workers_too(tmp_path: Path) -> None:
    def working(process: subprocess.Popen[str]) -> bool:
        return sum("LokyProcess" in words for words in members(process)) == 2

    one = Evaluation(tmp_path)
    code, _ = one.stop_at(working, signal.SIGTERM, "--jobs", "2", alone=True)
    assert code == 130
    assert not (one.window / "hyperopt").exists()


@pytest.mark.freqtrade
def test_wallets_are_those_that_freqtrade_keeps(evaluation: Evaluation) -> None:
    file = next((evaluation.window / "cost-0.0015").glob("*.zip"))
    name = "HyperPhysics"
    trades = load_backtest_data(file, name)
    assert len(trades) >= 3
    captured = get_backtest_wallet_change(file, name)
    assert captured is not None
    # freqtrade looks at a candle's open, before it trades: that is our close of the one before.
    kept = captured.groupby("__date_ts")["total_quote"].sum()
    start = int(pd.Timestamp("2021-06-11", tz="UTC").value // 10**6)
    span = Span(start, start + 10 * DAY)
    market = Simulated(0).candles("BTCUSDT", H1, start, span.end, 1000)
    opens = replace(market[:-1], close=market.open[1:])
    # It counts the fee of an entry when the trade is closed.
    late = trades.assign(fee_open=0.0)
    own = equity.mark_to_market(late, {"BTC/USDT": opens}, span, HOUR, 10_000.0)
    ours = pd.Series(own, start + HOUR * np.arange(1, len(own) + 1))
    shared = kept.index.intersection(ours.index)
    assert len(shared) > 200
    # freqtrade rounds prices and profits to eight digits
    assert ours[shared].to_numpy() == pytest.approx(kept[shared].to_numpy(), abs=1e-5)
    end = trades["profit_abs"].sum()
    assert own[-1] == pytest.approx(10_000 + end, abs=1e-6)
    assert np.prod(1 + equity.daily(own, HOUR, 10_000.0)) == pytest.approx(1 + end / 10_000)


@pytest.mark.freqtrade
def test_epochs_are_those_of_freqtrade(evaluation: Evaluation) -> None:
    span = Span(EPOCH + 151 * DAY, EPOCH + 161 * DAY)
    file = evaluation.window / "hyperopt" / "epochs.fthypt"
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    traded = [line for line in lines if line["results_metrics"]["total_trades"]]
    found = epochs.read(file, span)
    assert len(lines) == 2
    assert [trial.loss for trial in found] == sorted(line["loss"] for line in traded)
    for trial, line in zip(found, sorted(traded, key=lambda one: float(one["loss"])), strict=True):
        total = line["results_metrics"]["profit_total"]
        assert np.prod(1 + trial.returns) == pytest.approx(1 + total, abs=1e-9)


@pytest.mark.freqtrade
def test_another_evaluation_needs_another_folder(
    evaluation: Evaluation, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["study", "strategy", *SHORT, "--out", str(evaluation.out)]
    assert main.main([*words, "--fee", "0.002"]) == 1
    error = capsys.readouterr().err
    assert "holds another evaluation (fee: 0.001 there, 0.002 here)" in error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--data", "nowhere"], "nowhere"),
        (["--timerange", "20230101-20230201"], "31 days are too few for 180 of choice"),
        (["--timeframe", "1w"], "a part of a day"),
        (["--timerange", "20180101-20200101"], "BTC/USDT has no candles on the last day"),
        (["--families", "risk", "lattice"], "trend is needed"),
        (["--into", "nowhere.md"], "nowhere.md"),
    ],
)
def test_what_is_wrong_is_named(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["study", "strategy", *arguments]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["--fee", "-1"], ["--fees", "nan"], ["--train", "0"], ["--epochs", "-1"]]
)
def test_a_wrong_number_is_a_wrong_command_line(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(["study", "strategy", *arguments])
    assert ended.value.code == 2
