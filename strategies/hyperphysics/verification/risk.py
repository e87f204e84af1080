"""Volatility filters, tail estimators, simulations and backtests."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hyperphysics import _engine
from hyperphysics.verification import Check, NotImplementedCase, each

Case = dict[str, Any]
F64 = NDArray[np.float64]

RECURSION = 1e-10
"""Relative, the file's own tolerance for recursions."""

TEST = 1e-8
"""Absolute, the file's own tolerance for test statistics."""

F32 = 1e-6
"""Relative, for the order statistics and sums of the device in single precision."""

ERRORS = 4.0
"""Standard errors that a simulation may be off, its own and the reference's together."""

PATHS = 200_000
"""Paths of a simulation; its standard error is about 1 % of the measure or less."""

INITIAL_VARIANCE = 1.221073942772
"""Of the volatility that the file's backtests share; its case `ewma_0.94` states it."""

LEVELS = ("0.05", "0.025", "0.01")


def checks(
    engine: _engine.Engine, case: dict[str, Any], document: dict[str, Any]
) -> Iterable[Check]:
    """Estimators and tests in f64; simulations and the tail of a sample on the device."""
    name = case["id"]
    series = np.asarray(document.get("series", ()), dtype=np.float64)
    for prefix, check in PARTS.items():
        if name.startswith(prefix):
            return check(engine, case, series)
    if "mle" in name:
        raise NotImplementedCase("the engine does not fit GARCH by maximum likelihood")
    raise NotImplementedCase("the engine simulates with EWMA variance only")


def _ewma(engine: _engine.Engine, case: Case, series: F64) -> Iterator[Check]:
    del engine
    inputs, outputs = case["inputs"], case["outputs"]
    found = _engine.ewma(series, inputs["lambda"], inputs["initial_variance"])
    first, last = outputs["variance_first5"], outputs["variance_last5_in_sample"]
    yield from each("first", found[:5], first, relative=RECURSION)
    yield from each("last", found[-6:-1], last, relative=RECURSION)
    yield Check("next", found[-1], outputs["next_variance"], relative=RECURSION)
    yield Check("sum", math.fsum(found[:-1]), outputs["sum_variance_in_sample"], relative=RECURSION)


def _garch(engine: _engine.Engine, case: Case, series: F64) -> Iterator[Check]:
    del engine
    inputs, outputs = case["inputs"], case["outputs"]
    model = (inputs["omega"], inputs["alpha"], inputs["beta"])
    start = model[0] + (model[1] + model[2]) * inputs["initial_variance_backcast"]
    found = _engine.garch(series, *model, start)
    yield from each("first", found[:5], outputs["variance_first5"], relative=RECURSION)
    yield from each("last", found[-6:-1], outputs["variance_last5"], relative=RECURSION)


def _estimators(engine: _engine.Engine, case: Case, series: F64) -> Iterator[Check]:
    del series
    sample, outputs = case["inputs"]["sample_sorted"], case["outputs"]
    for level, want in outputs.items():
        var, es = _engine.var_es(sample, float(level))
        yield Check(f"VaR {level}", var, want["VaR_inverted_cdf"], TEST)
        yield Check(f"ES {level}", es, want["ES_acerbi_tasche"], TEST)
    measures = _engine.tail_measures(engine, sample)
    for at, level in enumerate(LEVELS):
        want = outputs[level]
        yield Check(f"VaR {level} (device)", measures[at], want["VaR_inverted_cdf"], relative=F32)
        yield Check(
            f"ES {level} (device)", measures[at + 3], want["ES_acerbi_tasche"], relative=F32
        )


def _analytic(engine: _engine.Engine, case: Case, series: F64) -> Iterator[Check]:
    del engine, series
    for row in case["outputs"]["rows"]:
        level = row["alpha"]
        laws = {"normal": _engine.normal_tail(level)}
        laws |= {f"t{n}_unit_variance": _engine.student_tail(level, n) for n in (3, 5, 8)}
        for law, (var, es) in laws.items():
            yield Check(f"{law} VaR {level}", var, row[f"{law}_VaR"], TEST)
            yield Check(f"{law} ES {level}", es, row[f"{law}_ES"], TEST)


def _standard_errors(engine: _engine.Engine, case: Case, series: F64) -> Iterator[Check]:
    del series
    paths = case["inputs"]["n_paths"]
    normals = _engine.standard_normals(engine, 64 * paths, key=(11, 0))
    measures = np.asarray(
        [_engine.tail_measures(engine, part) for part in normals.reshape(64, paths)]
    )
    spread = measures.std(axis=0, ddof=1)
    for at, level in enumerate(LEVELS):
        for column, name in ((at, "VaR_se"), (at + 3, "ES_se")):
            want = case["outputs"][level][name]
            # A standard deviation of 64 draws has a relative standard error of 1/sqrt(126).
            yield Check(f"{name} {level}", spread[column], want, relative=ERRORS / math.sqrt(126))


def _residuals(case: Case, series: F64) -> tuple[F64, float]:
    """Residuals and the volatility forecast for the bar after the series."""
    inputs = case["inputs"]
    variance = _engine.ewma(series, inputs["lambda"], inputs["initial_variance"])
    return series / np.sqrt(variance[:-1]), math.sqrt(variance[-1])


def _one_bar(engine: _engine.Engine, case: Case, series: F64) -> Iterator[Check]:
    residuals, sigma = _residuals(case, series)
    window = residuals[-case["inputs"]["residual_window"] :]
    measures = _engine.tail_measures(engine, window)
    for at, level in enumerate(LEVELS):
        want = case["outputs"][level]
        var, es = _engine.var_es(window, float(level))
        yield Check(f"VaR {level}", sigma * var, want["VaR"], relative=RECURSION)
        yield Check(f"ES {level}", sigma * es, want["ES"], relative=RECURSION)
        yield Check(f"VaR {level} (device)", sigma * measures[at], want["VaR"], relative=F32)
        yield Check(f"ES {level} (device)", sigma * measures[at + 3], want["ES"], relative=F32)


def _horizon(engine: _engine.Engine, case: Case, series: F64) -> Iterator[Check]:
    inputs = case["inputs"]
    residuals, sigma = _residuals(case, series)
    window = inputs["residual_window"]
    # Independent seeds give the standard error of their mean.
    parts, seeds = 10, range(10)
    measures = sigma * np.asarray(
        [
            _engine.simulate(
                engine,
                residuals,
                window=window,
                starts=[len(residuals) - window],
                horizon=inputs["horizon"],
                paths=PATHS // parts,
                decay=inputs["lambda"],
                seed=seed,
            )[0]
            for seed in seeds
        ]
    )
    mean, own = measures.mean(axis=0), measures.std(axis=0, ddof=1) / math.sqrt(parts)
    for at, level in enumerate(LEVELS):
        want = case["outputs"][level]
        for column, name in ((at, "VaR"), (at + 3, "ES")):
            allowed = ERRORS * math.hypot(own[column], want[f"{name}_se"])
            yield Check(f"{name} {level} (device)", mean[column], want[name], allowed)


def _backtest(engine: _engine.Engine, case: Case, series: F64) -> Iterator[Check]:
    del engine
    level, outputs = case["inputs"]["alpha"], case["outputs"]
    returns, var, es = _forecasts(case["inputs"]["model"], level, series)
    hits = returns < -var
    z1, z2 = _engine.acerbi_szekely(returns, var, es, level)
    yield Check("hits", int(hits.sum()), outputs["violations"])
    pairs = {
        "kupiec": (_engine.kupiec(len(hits), int(hits.sum()), level), "kupiec_LR", "kupiec_p"),
        "both": (
            _engine.conditional_coverage(hits.tolist(), level),
            "conditional_coverage_LR",
            "conditional_coverage_p",
        ),
    }
    for name, ((statistic, p_value), ratio, p) in pairs.items():
        yield Check(name, statistic, outputs[ratio], TEST)
        yield Check(f"{name} p", p_value, outputs[p], TEST)
    statistic, p_value = _engine.christoffersen(hits.tolist())
    yield Check("independence", statistic, outputs["christoffersen"]["LR_ind"], TEST)
    yield Check("independence p", p_value, outputs["christoffersen"]["p_value"], TEST)
    yield Check("Z1", z1, outputs["acerbi_szekely_Z1"], TEST)
    yield Check("Z2", z2, outputs["acerbi_szekely_Z2"], TEST)
    fz0 = float(_engine.fz0(returns, var, es, level).mean())
    yield Check("FZ0", fz0, outputs["mean_FZ0"], TEST)


def _forecasts(model: str, level: float, series: F64) -> tuple[F64, F64, F64]:
    """Returns, VaR and ES of the reference's models on EWMA(0.94) volatility."""
    t5 = model == "t5_ewma"
    var, es = _engine.student_tail(level, 5) if t5 else _engine.normal_tail(level)
    sigma = np.sqrt(_engine.ewma(series, 0.94, INITIAL_VARIANCE)[500:-1])
    return series[500:], sigma * var, sigma * es


def _compare(engine: _engine.Engine, case: Case, series: F64) -> Iterator[Check]:
    del engine
    level, outputs = case["inputs"]["alpha"], case["outputs"]
    normal, student = (
        _engine.fz0(*_forecasts(model, level, series), level).tolist()
        for model in ("normal_ewma", "t5_ewma")
    )
    difference, plain, _ = _engine.diebold_mariano(normal, student, 0)
    _, robust, p_value = _engine.diebold_mariano(normal, student, 5)
    yield Check("difference", difference, outputs["mean_difference"], TEST)
    yield Check("lag 0", plain, outputs["DM_stat_lag0"], TEST)
    yield Check("lag 5", robust, outputs["DM_stat_newey_west_5"], TEST)
    yield Check("p", p_value, outputs["p_two_sided_normal_nw5"], TEST)


def _kupiec(engine: _engine.Engine, case: Case, series: F64) -> Iterator[Check]:
    del engine, series
    inputs, outputs = case["inputs"], case["outputs"]
    statistic, p_value = _engine.kupiec(inputs["n"], inputs["x"], inputs["p"])
    # Published values are rounded; their cases say to what.
    tolerance = case.get("tolerance", TEST)
    yield Check("statistic", statistic, outputs["LR"], tolerance)
    yield Check("p", p_value, outputs["p_value"], tolerance)


PARTS: dict[str, Callable[[_engine.Engine, Case, F64], Iterator[Check]]] = {
    "ewma_": _ewma,
    "garch11_filter": _garch,
    "quantile_es_estimators": _estimators,
    "analytic_unit_variance": _analytic,
    "mc_standard_errors": _standard_errors,
    "fhs_ewma094_h12": _horizon,
    "fhs_ewma094_h48": _horizon,
    "fhs_ewma094_h1": _one_bar,
    "backtest_": _backtest,
    "diebold_mariano": _compare,
    "kupiec": _kupiec,
}
"""Check by the beginning of the case's id; longer beginnings first."""
