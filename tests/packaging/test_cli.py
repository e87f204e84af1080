"""The command line: help, lazy imports, messages, install and what the demo selects."""

from __future__ import annotations

import argparse
import json
import runpy
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from freqtrade.misc import pair_to_filename

import hyperphysics.cli
from hyperphysics.cli import demo, main
from hyperphysics.cli.shared.commands import find_commands, summary
from hyperphysics.cli.shared.errors import CommandError
from hyperphysics.cli.shared.market_arguments import data_folder, market_selection
from hyperphysics.freqtrade_bridge import engine_calls
from hyperphysics.freqtrade_bridge.errors import FreqtradeError
from hyperphysics.freqtrade_bridge.user_directory import examples, install, templates
from hyperphysics.market_data.candles import DAY, HOUR
from hyperphysics.market_data.files import pair_stem
from hyperphysics.market_data.selection import MarketSelection
from support.paths import ROOT
from support.patience import PATIENCE

YEAR_2021 = round(datetime(2021, 1, 1, tzinfo=UTC).timestamp() * 1000)


COMMANDS = find_commands(Path(main.__file__).parent)


def shown_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main.main([*words, "--help"])
    assert ended.value.code == 0
    return " ".join(capsys.readouterr().out.split())


def test_help_lists_every_command_with_its_summary(capsys: pytest.CaptureFixture[str]) -> None:
    assert {"bench", "demo", "exchange", "install", "record", "study", "verify"} <= set(COMMANDS)
    assert not {"main", "shared"} & set(COMMANDS)
    shown = shown_help([], capsys)
    assert all(f"{name} {summary(file)}" in shown for name, file in COMMANDS.items())


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(["--version"])
    assert ended.value.code == 0
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert capsys.readouterr().out == f"hyperphysics {package['version']}\n"


def test_a_group_lists_every_command_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    kinds = find_commands(COMMANDS["study"])
    assert set(kinds) >= {"hyperopt", "risk", "signal", "strategy"}
    shown = shown_help(["study"], capsys)
    assert all(f"{name} {summary(file)}" in shown for name, file in kinds.items())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_s_help_is_its_own(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = shown_help([name], capsys)
    assert f"usage: hyperphysics {name}" in shown
    assert summary(COMMANDS[name]) in shown


def test_a_new_file_is_a_new_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "greet.py").write_text(
        '"""Greet 100 % of the users."""\n'
        "def add_arguments(parser):\n    parser.add_argument('name')\n"
        "def run(args):\n    print('hello', args.name)\n    return 7\n"
    )
    monkeypatch.setattr(hyperphysics.cli, "__path__", [*hyperphysics.cli.__path__, str(tmp_path)])
    monkeypatch.setattr(main, "__file__", str(tmp_path / "main.py"))
    assert "greet Greet 100 % of the users" in shown_help([], capsys)
    assert main.main(["greet", "you"]) == 7
    assert capsys.readouterr().out == "hello you\n"


@pytest.mark.parametrize(
    "words", [[], ["nope"], ["exchange"], ["exchange", "--simulate", "--data", "x"]]
)
def test_a_wrong_command_line_is_code_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(words)
    assert ended.value.code == 2
    assert "usage: hyperphysics" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--help"], ["study", "--help"]])
def test_the_command_line_imports_only_what_it_runs(words: list[str]) -> None:
    script = (
        "import sys\n"
        "from hyperphysics.cli import main as cli\n"
        "try:\n"
        f"    cli.main({words})\n"
        "except SystemExit:\n"
        "    pass\n"
        "heavy = {'numpy', 'polars', 'fastapi', 'rich', 'freqtrade'} & set(sys.modules)\n"
        "own = {'hyperphysics.cli.' + name for name in "
        "('main', 'shared', 'shared.commands', 'shared.errors')}\n"
        "commands = [\n"
        "    m for m in sys.modules if m.startswith('hyperphysics.cli.') and m not in own\n"
        "]\n"
        "print('imported', sorted(heavy), commands, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert "imported [] []" in done.stderr


def test_a_missing_dependency_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "hyperphysics.cli.record", raising=False)
    monkeypatch.setitem(sys.modules, "hyperphysics.order_books.exchange", None)
    assert main.main(["record", "--into", "x"]) == 1
    said = capsys.readouterr().err
    assert "`hyperphysics record` needs hyperphysics.order_books.exchange, which is missing" in said


def test_a_failure_is_a_message_and_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["exchange", "--data", str(tmp_path / "nowhere")]) == 1
    assert "hyperphysics exchange:" in capsys.readouterr().err
    for value in ("0", "nan", "inf"):
        assert main.main(["exchange", "--simulate", "--level-value", value]) == 1
        assert "--level-value is" in capsys.readouterr().err


def test_verify_refuses_a_device_that_does_not_open(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["verify", "--device", "vulkan:nonesuch"]) == 1
    assert "vulkan:nonesuch" in capsys.readouterr().err


def test_ctrl_c_is_code_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("hyperphysics.cli.install.install", interrupted)
    assert main.main(["install", "--userdir", str(tmp_path)]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_install_writes_every_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["install", "--userdir", str(tmp_path / "new")]) == 0
    assert templates()
    said = capsys.readouterr().out
    for path, content in templates().items():
        assert (tmp_path / "new" / path).read_bytes() == content
        assert f"written    {tmp_path / 'new' / path}" in said


def test_install_leaves_equal_files_alone(tmp_path: Path) -> None:
    first = install(tmp_path)
    again = install(tmp_path)
    assert (first.unchanged, again.written) == ([], [])
    assert again.unchanged == first.written


def test_install_keeps_what_differs_and_writes_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(tmp_path)
    mine = [tmp_path / "config" / "spot.json", tmp_path / "config" / "demo.json"]
    for path in mine:
        path.write_text("{}")
    (tmp_path / "config" / "futures.json").unlink()
    assert main.main(["install", "--userdir", str(tmp_path)]) == 1
    out, said = capsys.readouterr()
    assert all(str(path) in said for path in mine)
    assert "--force" in said
    assert f"written    {tmp_path / 'config' / 'futures.json'}" in out
    assert (tmp_path / "config" / "futures.json").exists()
    assert {path.read_text() for path in mine} == {"{}"}
    assert main.main(["install", "--userdir", str(tmp_path), "--force"]) == 0
    assert json.loads(mine[0].read_text())["trading_mode"] == "spot"


def test_install_takes_another_name_for_the_strategy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["install", "--userdir", str(tmp_path), "--name", "Mine"]) == 0
    assert [path.name for path in (tmp_path / "strategies").iterdir()] == ["Mine.py"]
    found = runpy.run_path(str(tmp_path / "strategies" / "Mine.py"))
    assert found["Mine"].__name__ == "Mine"
    assert "--strategy Mine\n" in found["__doc__"]
    assert "HyperPhysics" not in found
    for wrong in ("a-b", "class", "../x"):
        assert main.main(["install", "--userdir", str(tmp_path), "--name", wrong]) == 1
        assert repr(wrong) in capsys.readouterr().err


def test_install_writes_an_example_and_lists_them_for_an_unknown_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["install", "--userdir", str(tmp_path), "--example"]
    assert main.main([*place, "nothing"]) == 1
    said = capsys.readouterr().err
    assert examples()
    for name, sources in examples().items():
        assert name in said
        assert name in shown_help(["install"], capsys)
        assert main.main([*place, name]) == 0
        assert all((tmp_path / path).read_bytes() == text for path, text in sources.items())
    mine = tmp_path / "config" / "freqai.json"
    mine.write_text("{}")
    (tmp_path / "strategies" / "freqai_strategy.py").unlink()
    assert main.main([*place, "freqai"]) == 1
    assert str(mine) in capsys.readouterr().err
    assert mine.read_text() == "{}"
    assert (tmp_path / "strategies" / "freqai_strategy.py").exists()
    assert not (tmp_path / "strategies" / "HyperPhysics.py").exists()
    with pytest.raises(SystemExit):
        main.main([*place, "plain", "--name", "Mine"])


def test_install_replaces_a_link_and_not_what_it_leads_to(tmp_path: Path) -> None:
    install(tmp_path / "user")
    elsewhere = tmp_path / "mine.json"
    elsewhere.write_text("{}")
    link = tmp_path / "user" / "config" / "spot.json"
    link.unlink()
    link.symlink_to(elsewhere)
    install(tmp_path / "user", force=True)
    assert not link.is_symlink()
    assert elsewhere.read_text() == "{}"


def test_install_where_nothing_can_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(FreqtradeError, match="file"):
        install(blocked)


@pytest.mark.skipif(not (ROOT / "config").is_dir(), reason="runs in the repository only")
def test_the_repository_links_to_the_templates() -> None:
    for path in templates():
        place = ROOT / (path if path.parts[0] == "config" else Path("user_data") / path)
        assert place.is_symlink(), place
        assert not place.readlink().is_absolute()
        assert place.read_bytes() == templates()[path]


def selected(*words: str) -> MarketSelection:
    parser = argparse.ArgumentParser()
    demo.add_arguments(parser)
    return market_selection(parser.parse_args(words))


def record(folder: Path, name: str, days: int, start: int = YEAR_2021) -> None:
    time = start + HOUR * np.arange(24 * days)
    date = pl.Series("date", time).cast(pl.Datetime("ms", "UTC"))
    values = {key: np.full(len(time), 5.0) for key in ("open", "high", "low", "close", "volume")}
    pl.DataFrame({"date": date, **values}).write_ipc(folder / f"{name}.feather")


def test_the_simulated_demo_is_four_pairs_and_two_years() -> None:
    made = selected()
    assert made.pairs == ["BTC/USDT", "ETH/USDT", "SOL/USDT", "LTC/USDT"]
    assert (made.timerange, made.timeframe.name) == ("20230101-20250101", "1h")
    assert made.download_range == "20220918-20250101"
    assert made.plot_range == "20241102-20250101"
    assert made.clock == "2025-01-01T00:00:00+00:00"
    assert selected("--mode", "futures", "--pairs", "ETH").pairs == ["ETH/USDT:USDT"]
    assert data_folder(Path("u"), made.market) == Path("u/data/simulated-seed0")


def test_a_recording_of_2021_to_2023_is_used_as_it_is(tmp_path: Path) -> None:
    for base in ("LINK", "BTC", "DOGE"):
        record(tmp_path, f"{base}_USDT-1h", 1095 + 60, YEAR_2021 - 60 * DAY)
    made = selected("--data", str(tmp_path))
    assert made.pairs == ["BTC/USDT", "LINK/USDT"]
    assert (made.timerange, made.clock) == ("20210101-20231231", "end")
    assert data_folder(Path("u"), made.market) == Path("u/data/recorded")


def test_another_recording_is_used_after_its_warm_up(tmp_path: Path) -> None:
    record(tmp_path, "DOGE_USDT-1h", 200)
    made = selected("--data", str(tmp_path))
    assert made.pairs == ["DOGE/USDT"]
    # 2500 hours are 104.2 days; the range starts on the next one.
    assert made.timerange == "20210416-20210720"
    record(tmp_path, "SHORT_USDT-1h", 20)
    assert selected("--data", str(tmp_path), "--pairs", "SHORT").timerange == "20210101-20210121"
    assert selected("--data", str(tmp_path), "--timeframe", "1d").pairs == [
        "DOGE/USDT",
        "SHORT/USDT",
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--timeframe", "7m"], "expected one of 1m"),
        (["--timerange", "2023"], "expected YYYYMMDD-YYYYMMDD"),
        (["--timerange", "20231301-20240101"], "expected YYYYMMDD-YYYYMMDD"),
        (["--timerange", "20240101-20230101"], "ends before it starts"),
        (["--pairs", "NOPE"], "has BTC/USDT, ETH/USDT"),
        (["--seed", "-1"], "expected 0 or more"),
        (["--data", "/nowhere"], "no such folder"),
    ],
)
def test_what_the_demo_cannot_do_it_says(words: list[str], complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        selected(*words)


def test_an_interval_that_is_not_there_is_named(tmp_path: Path) -> None:
    record(tmp_path, "DOGE_USDT-1h", 20)
    for words in (["--pairs", "DOGE"], []):
        with pytest.raises(CommandError, match="no 5m candles"):
            selected("--data", str(tmp_path), "--timeframe", "5m", *words)


def test_the_engine_s_calls_are_summed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "calls.jsonl"
    call = engine_calls.EngineCall(70_080, 4, 1.25, "cpu (AVX2, 2 threads)", ["risk", "lattice"])
    monkeypatch.delenv(engine_calls.VARIABLE, raising=False)
    engine_calls.record(call)
    assert engine_calls.total(engine_calls.read(file)) is None
    monkeypatch.setenv(engine_calls.VARIABLE, str(file))
    engine_calls.record(call)
    assert engine_calls.read(file) == [call]
    assert str(engine_calls.total([call])) == (
        "70,080 candles of 4 pairs in 1.25 s on cpu (AVX2, 2 threads), families risk, lattice"
    )
    engine_calls.record(call)
    two = engine_calls.total(engine_calls.read(file))
    assert two is not None
    assert (two.calls, two.candles, two.seconds) == (2, 140_160, 2.5)


def test_a_record_that_cannot_be_written_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(engine_calls.VARIABLE, str(tmp_path / "nowhere" / "calls.jsonl"))
    engine_calls.record(engine_calls.EngineCall(1, 1, 0.1, "cpu", ["risk"]))
    assert engine_calls.VARIABLE in caplog.text


@pytest.mark.parametrize("pair", ["BTC/USDT", "BTC/USDT:USDT", "A.B@C$D+E F/G", "X/USD:X-240628"])
def test_files_are_named_as_freqtrade_names_them(pair: str) -> None:
    assert pair_stem(pair) == pair_to_filename(pair)
