"""The engine as a Python object: errors, processes, threads, signals."""

import copy
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import hyperphysics as hp
from hyperphysics import _software_rasteriser
from support import children
from support.frames import SHORT
from support.patience import PATIENCE
from support.threads import runs_beside

Maker = Callable[..., pd.DataFrame]


def python(code: str) -> str:
    """Output of `code` in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    return done.stdout


def test_import_loads_no_data_frames_and_starts_no_thread() -> None:
    code = (
        "import sys, threading, hyperphysics\n"
        "print([m for m in ('pandas', 'polars', 'numpy') if m in sys.modules])\n"
        "print(len(list(__import__('pathlib').Path('/proc/self/task').iterdir())))\n"
        if Path("/proc/self/task").exists()
        else "import sys, hyperphysics\nprint([])\nprint(1)\n"
    )
    assert python(code).splitlines() == ["[]", "1"]


@pytest.mark.skipif(sys.platform != "linux", reason="Wayland is Linux's")
@pytest.mark.parametrize("given", [{}, {"XDG_RUNTIME_DIR": ""}])
def test_a_look_at_the_devices_prints_nothing(given: dict[str, str]) -> None:
    environment = {name: word for name, word in os.environ.items() if name != "XDG_RUNTIME_DIR"}
    code = "import hyperphysics as hp; hp.devices()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | given,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert done.stdout + done.stderr == ""


def test_a_software_rasteriser_in_use_is_a_warning_once(
    vulkan: str, candles: Maker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_software_rasteriser, "_said", set())
    engine, cpu = hp.Engine(vulkan), hp.Engine("cpu")
    if engine.device.kind != "software rasteriser":
        pytest.skip("a graphics card computes here")
    for each in (cpu, engine, engine):
        each.analyze(candles(600), timeframe="1h", families=["integration"])
    lines = [record for record in caplog.records if "software rasteriser" in record.message]
    (line,) = (record for record in lines if record.levelname == "WARNING")
    assert engine.device.name in line.message
    assert 'set the device to "cpu"' in line.message
    assert f"about {_software_rasteriser.FACTOR} times" in line.message


def test_import_is_quick() -> None:
    # Processor time: what else runs on the machine does not count.
    code = (
        "import time; start = time.process_time(); import hyperphysics;"
        "print(time.process_time() - start)"
    )
    assert min(float(python(code)) for _ in range(5)) < 0.1


def test_tables_document_themselves() -> None:
    names = [column.name for column in hp.columns()]
    assert len(set(names)) == len(names)
    assert {column.family for column in hp.columns()} == set(hp.families())
    assert all(column.doc and column.unit and column.range for column in hp.columns())
    for param in hp.params():
        assert param.range
        assert param.doc
        assert set(param.families) <= set(hp.families())
        assert hp.startup(params={param.name: param.default}) == hp.startup()
    assert "hp_vol" in repr(hp.columns()[0])
    assert "half_life" in repr(hp.params()[0])
    assert hp.simd()


def test_startup_follows_the_parameters() -> None:
    assert hp.startup() <= 2490
    assert hp.startup(["liquidity"]) == 48 + 3
    assert hp.startup(["liquidity"], {"spread_bars": 100}) == 105
    assert hp.startup(["risk"], {"residuals": 2000}) > hp.startup(["risk"])


def test_devices_are_described() -> None:
    devices = hp.devices()
    assert [d.name for d in devices if d.kind == "CPU"]
    assert sum(d.chosen for d in devices) == 1
    assert all(d.why and d.driver for d in devices)
    assert hp.Engine("cpu").device.kind == "CPU"
    assert "CPU" in repr(devices[-1])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"timeframe": "1M"}, "timeframe is `1M`"),
        ({"timeframe": "7h"}, "frame, row 1: date is no whole number of candles"),
        ({"pair": "A/B", "timeframe": "7h"}, "A/B, row 1: "),
        ({"families": ["risks"]}, "unknown family `risks`, known are risk, liquidity"),
        ({"families": []}, "no family"),
        ({"halflife": 3}, "unknown parameter `halflife`, known are half_life"),
        ({"half_life": "slow"}, "parameter `half_life` is `slow`, expected"),
        ({"half_life": None}, "parameter `half_life` is None, expected"),
        ({"half_life": True}, "parameter `half_life` is True, expected"),
        ({"paths": 10.5}, "parameter `paths` is 10.5, expected"),
        ({"paths": 10**30}, "parameter `paths` is 1e"),
        ({"metric": "flat"}, "hyperbolic or euclidean"),
    ],
)
def test_wrong_arguments_are_named(candles: Maker, arguments: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"timeframe": "1h"} | arguments
    with pytest.raises(hp.HyperPhysicsError, match=words):
        hp.Engine("cpu").analyze(candles(50), **given)


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_candles_of_a_longer_timeframe_are_named(candles: Maker, kind: type) -> None:
    frame: Any = candles(300) if kind is pd.DataFrame else pl.from_pandas(candles(300))
    engine = hp.Engine("cpu")
    words = "A/B: no two candles are 5m apart, expected the timeframe that was passed"
    with pytest.raises(hp.HyperPhysicsError, match=words):
        engine.analyze({"A/B": frame}, timeframe="5m", **SHORT)
    with pytest.raises(hp.HyperPhysicsError, match="no two candles are 5m apart"):
        engine.columns({"A/B": frame}, timeframe="5m", last=5, **SHORT)
    for rows in (0, 1):
        found = engine.analyze(frame[:rows], timeframe="5m", **SHORT)
        assert len(found) == rows


def test_wrong_engine_options_are_named() -> None:
    with pytest.raises(hp.HyperPhysicsError, match="unknown device `cuda`"):
        hp.Engine("cuda")
    with pytest.raises(hp.HyperPhysicsError, match="threads is 0"):
        hp.Engine("cpu", threads=0)
    with pytest.raises(hp.HyperPhysicsError, match="max_memory is 0"):
        hp.Engine("cpu", max_memory=0)
    wrong: list[tuple[dict[str, object], str]] = [
        ({"gpu": 1}, "unknown engine option `gpu`"),
        ({"device": 1}, "`device` is 1"),
        ({"threads": "2"}, "`threads` is '2'"),
        ({"max_memory": 1.5}, "`max_memory` is 1.5"),
    ]
    for options, words in wrong:
        with pytest.raises(hp.HyperPhysicsError, match=words):
            hp.engine.shared(options)


def test_errors_are_of_the_kinds_that_freqtrade_knows() -> None:
    assert issubclass(hp.HyperPhysicsError, ValueError)
    assert issubclass(hp.EngineError, RuntimeError)


def test_numbers_of_numpy_are_numbers(candles: Maker) -> None:
    engine = hp.Engine("cpu")
    given = candles(300)
    parameters: dict[str, Any] = SHORT | {
        "half_life": np.float32(2.0),
        "paths": np.int64(200),
        "past_window": 64.0,
    }
    pd.testing.assert_frame_equal(
        engine.analyze(given, timeframe="1h", **parameters),
        engine.analyze(given, timeframe="1h", **SHORT),
    )


def repickled(engine: hp.Engine) -> hp.Engine:
    same: hp.Engine = pickle.loads(pickle.dumps(engine))  # noqa: S301 - our own bytes
    return same


@pytest.mark.parametrize("copied", [copy.deepcopy, repickled])
def test_a_copy_of_an_engine_computes_the_same(
    candles: Maker, copied: Callable[[hp.Engine], hp.Engine]
) -> None:
    engine = hp.Engine("cpu", threads=1, max_memory=1 << 26)
    other = copied(engine)
    assert other is not engine
    frame = candles(300)
    options: dict[str, Any] = {"timeframe": "1h", "families": ["trend"]} | SHORT
    expected = engine.columns(frame, **options)
    pd.testing.assert_frame_equal(other.columns(frame, **options), expected, check_exact=True)
    assert other.device.name == engine.device.name


def test_shared_is_one_per_configuration() -> None:
    assert hp.engine.shared({"device": "cpu"}) is hp.engine.shared({"device": "cpu"})
    assert hp.engine.shared({"device": "cpu", "threads": 1}) is not hp.engine.shared()


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_children_compute_the_same(candles: Maker, method: str) -> None:
    given = candles(300)
    engine = hp.engine.shared({"device": "cpu"})
    expected = engine.analyze(given, timeframe="1h", **SHORT)["hp_pbit"].to_numpy().tobytes()
    context = multiprocessing.get_context(method)
    queue: Any = context.Queue()
    work: list[tuple[Any, tuple[Any, ...]]] = [(children.shared_columns, (queue, given))]
    if method == "fork":
        work.append((children.columns, (queue, engine, given)))
    for target, arguments in work:
        child: Any = context.Process(target=target, args=arguments)  # type: ignore[attr-defined]
        child.start()
        try:
            assert queue.get(timeout=PATIENCE) == expected
        finally:
            child.join(PATIENCE)
            child.kill()
        assert child.exitcode == 0


def test_the_interpreter_runs_while_the_engine_works(candles: Maker) -> None:
    engine = hp.Engine("cpu", threads=1)
    given = candles(1200)

    def work(size: int) -> None:
        paths = {"risk_method": "simulated", "paths": min(1000 * size, 100_000)}
        engine.analyze(given, timeframe="1h", families=["risk"], **SHORT | paths)

    assert runs_beside(work)


def test_many_threads_share_an_engine(candles: Maker) -> None:
    engine = hp.Engine("cpu")
    given = [candles(300, seed) for seed in range(8)]

    def columns(frame: pd.DataFrame) -> pd.DataFrame:
        return engine.analyze(frame, timeframe="1h", **SHORT)

    with ThreadPoolExecutor(4) as pool:
        for together, frame in zip(pool.map(columns, given), given, strict=True):
            pd.testing.assert_frame_equal(together, columns(frame))


def test_ctrl_c_ends_a_long_call(candles: Maker) -> None:
    engine = hp.Engine("cpu", threads=1)
    given = {str(seed): candles(3000, seed) for seed in range(8)}
    long: dict[str, Any] = SHORT | {
        "risk_method": "simulated",
        "paths": 100_000,
        "risk_horizon": 96,
    }
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    # Processor time, of a call that takes minutes of it.
    start = time.process_time()
    with pytest.raises(KeyboardInterrupt):
        engine.analyze(given, timeframe="1h", families=["risk"], **long)
    assert time.process_time() - start < 20
    # The engine stays usable.
    engine.analyze(candles(300), timeframe="1h", **SHORT)


def test_ctrl_c_ends_the_paths_of_a_portfolio() -> None:
    moves = np.random.default_rng(0).normal(0, 0.01, (500, 40))
    returns = pd.DataFrame(moves, columns=[f"A{i}" for i in range(40)])
    engine = hp.Engine("cpu")
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    # Processor time, of a call that takes minutes of it.
    start = time.process_time()
    with pytest.raises(KeyboardInterrupt):
        hp.portfolio(returns, np.ones(40), paths=100_000, horizon=2600, device=engine)
    assert time.process_time() - start < 10
    assert hp.portfolio(returns, np.ones(40), paths=100, device=engine).rows == 500
