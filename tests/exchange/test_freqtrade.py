"""The real freqtrade against the exchange: downloads, configurations, the demo, a dry run."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hyperphysics.cli import main
from hyperphysics.freqtrade_bridge.user_directory import install
from hyperphysics.market_data.candles import HOUR
from hyperphysics.market_data.market import Mode
from hyperphysics.market_data.simulated import EPOCH
from hyperphysics.simulated_exchange import SimulatedExchange, running
from support.paths import SHARED, USERDIR
from support.patience import PATIENCE, wait

pytestmark = pytest.mark.freqtrade

CONFIG = USERDIR / "config"

TINY = """
from freqtrade.strategy import IStrategy


class Tiny(IStrategy):
    timeframe = "1h"
    minimal_roi = {"0": 0.03}
    stoploss = -0.1
    startup_candle_count = 50
    can_short = __CAN_SHORT__
    plot_config = {"main_plot": {"mean": {}}}

    def populate_indicators(self, dataframe, metadata):
        dataframe["mean"] = dataframe["close"].rolling(50).mean()
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[__ENTRY__, "enter_long"] = 1
        if self.can_short:
            dataframe.loc[dataframe["close"] < dataframe["mean"], "enter_short"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe
"""


def tiny(userdir: Path, *, entry: str = 'dataframe["close"] > dataframe["mean"]') -> None:
    """The smallest strategy that trades, behind a symbolic link as in the repository."""
    (userdir / "strategies").mkdir(parents=True, exist_ok=True)
    (userdir / "elsewhere").mkdir()
    source = userdir / "elsewhere" / "Tiny.py"
    short = "True" if "futures" in userdir.name else "False"
    source.write_text(TINY.replace("__CAN_SHORT__", short).replace("__ENTRY__", entry))
    (userdir / "strategies" / "Tiny.py").symlink_to("../elsewhere/Tiny.py")


def overlay(userdir: Path, exchange: SimulatedExchange, pairs: list[str] | None) -> list[str]:
    """Arguments that lead freqtrade with one of our configurations to the exchange."""
    userdir.mkdir(parents=True, exist_ok=True)
    path = userdir / "exchange.json"
    path.write_text(json.dumps(exchange.settings(pairs)))
    config = str(CONFIG / f"{exchange.mode}.json")
    return ["--config", config, "--config", str(path), "--userdir", str(userdir)]


def freqtrade(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "freqtrade", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def made_up(folder: Path, mode: Mode) -> dict[str, Path]:
    """2600 candles with gaps of 1 to 1500 hours, so that a page of 1000 spans one."""
    place = folder / "futures" if mode == "futures" else folder
    place.mkdir(parents=True)
    random = np.random.default_rng(7)
    count = 4200
    keep = np.ones(count, bool)
    keep[[3, 900, 901]] = False
    keep[1200:2700] = False
    date = pl.Series("date", EPOCH + HOUR * np.arange(count)).cast(pl.Datetime("ms", "UTC"))
    close = np.exp(random.normal(0, 1, count)).cumsum() * 1e-5
    suffixes = ["-1h-futures", "-1h-mark"] if mode == "futures" else ["-1h"]
    name = "AAA_USDT_USDT" if mode == "futures" else "AAA_USDT"
    files = {}
    for suffix in suffixes:
        volume = np.zeros(count) if suffix == "-1h-mark" else random.gamma(2, 1e5, count)
        columns = {"open": close * 1.1, "high": close * 1.3, "low": close * 0.7, "close": close}
        frame = pl.DataFrame({"date": date, **columns, "volume": volume}).filter(keep)
        files[suffix] = place / f"{name}{suffix}.feather"
        frame.write_ipc(files[suffix])
    if mode == "futures":
        rate = random.normal(0, 1e-4, count)
        files["-1h-funding_rate"] = place / f"{name}-1h-funding_rate.feather"
        frame = pl.DataFrame({"date": date, "funding_rate": rate})[::8]
        frame.write_ipc(files["-1h-funding_rate"])
    return files


def assert_downloaded(
    data: Path, mode: Mode, pairs: list[str], files: list[Path], tmp: Path
) -> None:
    """`download-data` from the exchange makes exactly these files."""
    with running(data=data, mode=mode) as exchange:
        arguments = overlay(tmp / "user", exchange, pairs)
        done = freqtrade(
            *("download-data", *arguments, "--datadir", str(tmp / "down")),
            *("--timeframes", "1h", "--timerange", "20170801-20270101"),
        )
    assert done.returncode == 0, done.stderr
    for file in files:
        place = tmp / "down" / "futures" if mode == "futures" else tmp / "down"
        # The unit of the dates is freqtrade's and pandas' affair.
        got, recorded = (
            pl.read_ipc(path).with_columns(pl.col("date").dt.cast_time_unit("ms"))
            for path in (place / file.name, file)
        )
        if "funding_rate" in got.columns and "funding_rate" not in recorded.columns:
            recorded = recorded.rename({"open": "funding_rate"})
        assert got.columns == recorded.columns[: len(got.columns)]
        for name in got.columns:
            assert got[name].equals(recorded[name]), (file, name)


@pytest.mark.parametrize("mode", ["spot", "futures"])
def test_download_data_equals_the_recorded_files(tmp_path: Path, mode: Mode) -> None:
    files = made_up(tmp_path / "data", mode)
    pairs = ["AAA/USDT:USDT" if mode == "futures" else "AAA/USDT"]
    assert_downloaded(tmp_path / "data", mode, pairs, list(files.values()), tmp_path)


@pytest.mark.skipif(not (SHARED / "data").is_dir(), reason=f"no recorded markets in {SHARED}")
@pytest.mark.parametrize("mode", ["spot", "futures"])
def test_download_data_equals_the_recorded_markets(tmp_path: Path, mode: Mode) -> None:
    if mode == "spot":
        data, pairs = SHARED / "data" / "binance", ["BTC/USDT", "LTC/USDT"]
        files = [data / "BTC_USDT-1h.feather", data / "LTC_USDT-1h.feather"]
    else:
        data, pairs = SHARED / "data" / "binance-metals", ["XAU/USDT:USDT", "XAG/USDT:USDT"]
        files = sorted((data / "futures").glob("*-1h-*.feather"))
        assert len(files) == 6
    assert_downloaded(data, mode, pairs, files, tmp_path)


LOAD = """
import json, sys
from freqtrade.configuration import Configuration
from freqtrade.enums import RunMode
from freqtrade.resolvers import ExchangeResolver

overlay, *names = sys.argv[1:]
for name in names:
    arguments = {"config": [name, overlay]}
    config = Configuration(arguments, RunMode.UTIL_EXCHANGE).get_config()
    assert config["dry_run"] is True
    assert config["hyperphysics"] == {"device": "auto"}
    exchange = ExchangeResolver.load_exchange(config, validate=True)
    missing = set(config["exchange"]["pair_whitelist"]) - set(exchange.markets)
    assert not missing, missing
    print("loaded", name, len(exchange.markets))
"""


@pytest.mark.parametrize(
    ("mode", "names"), [("spot", ["spot", "demo", "hyperopt"]), ("futures", ["futures"])]
)
def test_every_configuration_works_at_the_exchange(
    tmp_path: Path, mode: Mode, names: list[str]
) -> None:
    with running(mode=mode) as exchange:
        (tmp_path / "user_data").mkdir()
        path = tmp_path / "exchange.json"
        path.write_text(json.dumps(exchange.settings()))
        configs = [str(CONFIG / f"{name}.json") for name in names]
        done = subprocess.run(
            [sys.executable, "-c", LOAD, str(path), *configs],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            timeout=PATIENCE,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("loaded") == len(names)


@pytest.mark.parametrize("mode", ["spot", "futures"])
def test_the_demo_ends_with_table_and_plots(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], mode: Mode
) -> None:
    userdir = tmp_path / f"user_{mode}"
    tiny(userdir)
    words = ["--strategy", "Tiny", "--userdir", str(userdir), "--mode", mode]
    assert (
        main.main(["demo", *words, "--pairs", "BTC", "ETH", "--timerange", "20230301-20230501"])
        == 0
    )
    shown = capfd.readouterr().out
    assert "BACKTESTING REPORT" in shown
    assert re.search(r"BTC/USDT\S* +│ +[1-9]", shown), shown
    assert shown.count("simulated market, seed 0") == 2
    plots = [Path(line.split("plot: ")[1]) for line in shown.splitlines() if "plot: " in line]
    assert len(plots) == 2
    assert all(path.is_absolute() and path.stat().st_size > 10**6 for path in plots)
    picture = Path(shown.split("picture: ")[1].splitlines()[0])
    assert picture.name == f"hyperphysics-BTC_USDT{'_USDT' * (mode == 'futures')}-1h.html"
    assert "open, 6 candles" in picture.read_text("utf-8")
    for step in ("download-data", "backtesting", "plot-dataframe", "plot-profit"):
        assert f"✓ freqtrade {step}" in shown
        assert (userdir / "logs" / f"{step}.log").exists()


def test_the_demo_runs_the_strategy_and_tells_the_engines_time(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["demo", "--userdir", str(tmp_path), "--pairs", "BTC", "--timerange"]
    assert main.main([*words, "20230501-20230601"]) == 0
    shown = capfd.readouterr().out
    assert "HyperPhysics" in shown
    assert re.search(r"engine: [\d,]+ candles of 1 pairs in [\d.]+ s", shown), shown


def test_the_demo_says_what_failed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["demo", "--strategy", "Nowhere", "--userdir", str(tmp_path), "--pairs", "BTC"]
    assert main.main([*words, "--timerange", "20230301-20230308"]) == 1
    shown = capfd.readouterr()
    assert "Impossible to load Strategy 'Nowhere'" in shown.err
    log = tmp_path / "logs" / "backtesting.log"
    assert str(log) in shown.err
    assert "--- stderr ---" in log.read_text()


def test_a_demo_without_trades_is_no_failure(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    tiny(tmp_path, entry='dataframe["close"] < 0')
    words = ["demo", "--strategy", "Tiny", "--userdir", str(tmp_path), "--pairs", "BTC"]
    assert main.main([*words, "--timerange", "20230301-20230308"]) == 0
    assert "no trades, hence no plot of the profit" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("strategy", "sign"), [("Tiny", "fulfilled"), ("HyperPhysics", "hyperphysics: analysed")]
)
def test_a_dry_run_works_at_the_exchange(tmp_path: Path, strategy: str, sign: str) -> None:
    install(tmp_path)
    tiny(tmp_path, entry='dataframe["close"] > 0')
    log = tmp_path / "trade.log"
    with running() as exchange:
        arguments = overlay(tmp_path, exchange, ["BTC/USDT", "ETH/USDT"])
        taker = tmp_path / "taker.json"
        taker.write_text(json.dumps({"entry_pricing": {"price_side": "other"}}))
        arguments += ["--config", str(taker)]
        command = [
            *(sys.executable, "-m", "freqtrade", "trade", *arguments, "--strategy", strategy),
            *("--db-url", "sqlite://", "--logfile", str(log)),
        ]
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                wait(
                    lambda: (
                        process.poll() is not None or (log.exists() and sign in log.read_text())
                    ),
                    log.read_text,
                )
                said = log.read_text()
            finally:
                process.send_signal(signal.SIGTERM)
                # freqtrade's own code after an orderly stop. What it logs from here on is not
                # judged: the signal may fall into a commit, and its clean-up then complains.
                assert process.wait(PATIENCE) == 130
    assert sign in said, said[-3000:]
    assert "ERROR" not in said
