"""European options in columns: Black–Scholes–Merton, implied volatility and SABR smiles.

Prices are in the currency of the spot, `years` to expiry, `rate` and `dividend` per year with
continuous compounding, volatilities per √year; all fractions, not percent. A quantity is a number,
a column (numpy, polars, pandas, or a list), or the name of a column of `frame`. Results are in
double precision, computed on the CPU; Greeks and SABR in single precision where a device is named.

freqtrade trades no options: in a strategy these are what-if numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar, overload

from hyperphysics import _engine
from hyperphysics._array_inputs import Inputs, Quantity, column_of, words_of
from hyperphysics._device import engine_handle
from hyperphysics._engine import HyperPhysicsError, SabrFit

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from hyperphysics._array_inputs import Column
    from hyperphysics.engine import Engine

    Frame = TypeVar("Frame", pd.DataFrame, pl.DataFrame)

__all__ = ["SabrFit", "calibrate_sabr", "greeks", "implied_volatility", "sabr"]

CPU = "cpu"
"""Where double precision is computed."""

_CONTRACT = ("spot", "strike", "years", "volatility", "rate", "dividend")


@overload
def greeks(
    frame: Frame,
    *,
    spot: Quantity | None = None,
    strike: Quantity | None = None,
    years: Quantity | None = None,
    volatility: Quantity | None = None,
    rate: Quantity | None = None,
    dividend: Quantity | None = None,
    call: object = None,
    measures: Sequence[str] = (),
    device: str | Engine | None = None,
) -> Frame: ...
@overload
def greeks(
    frame: None = None,
    *,
    spot: Quantity | None = None,
    strike: Quantity | None = None,
    years: Quantity | None = None,
    volatility: Quantity | None = None,
    rate: Quantity | None = None,
    dividend: Quantity | None = None,
    call: object = None,
    measures: Sequence[str] = (),
    device: str | Engine | None = None,
) -> dict[str, Column]: ...
def greeks(
    frame: object = None,
    *,
    spot: Quantity | None = None,
    strike: Quantity | None = None,
    years: Quantity | None = None,
    volatility: Quantity | None = None,
    rate: Quantity | None = None,
    dividend: Quantity | None = None,
    call: object = None,
    measures: Sequence[str] = (),
    device: str | Engine | None = None,
) -> object:
    """Price and derivatives of European options (Black, Scholes, Merton).

    What is left out is read from the frame's column of the same name; without one, `rate` and
    `dividend` are 0 and the options are calls.

    Args:
        frame: pandas or polars frame, a row per option; or None.
        spot: Spot price, 1e-100 to 1e100.
        strike: Strike, 1e-100 to 1e100.
        years: Years to expiry, 0 to 100.
        volatility: Volatility, 0 to 100.
        rate: Rate, -7 to 7.
        dividend: Dividend yield, -7 to 7; the rate, for an option on a future.
        call: True or `call`, False or `put`.
        measures: Names to compute, of `price`, `delta`, `gamma`, `vega`, `theta`, `rho`, `phi` (by
            the yield), `vanna`, `volga`, `charm`, `speed`, `zomma`, `color`, `veta`, `ultima`; all
            if none is given. Per year and per 1.0 of volatility, rate and yield; `theta`, `charm`,
            `color` and `veta` by calendar time.
        device: A name as in `Engine`, or an engine, to compute there in single precision. Errors
            are below 1e-6 of a measure's scale, such as the spot for a price, 1 for a delta,
            1/(spot σ√T) for a gamma and spot √T for a vega; `charm`, `color` and `veta` count the
            drift in units of σ√T. Calls and puts agree as in double precision. It pays for millions
            of rows on a fast card; `auto` stays on the CPU otherwise.

    Returns:
        A new frame of the same kind with the columns `hp_<measure>`, or a dict of arrays. NaN where
        an input is NaN. At expiry and without volatility what contains the density is 0, and an
        option at the money has half the delta.

    Raises:
        HyperPhysicsError: A column is missing, of another length or out of its range; names the
            row.

    >>> import hyperphysics as hp
    >>> sides = hp.greeks(spot=100, strike=[90, 100], years=0.5, volatility=0.6, rate=0.04)
    >>> [round(float(delta), 4) for delta in sides["delta"]]
    [0.6941, 0.6023]
    """
    inputs = Inputs(frame)
    given = (spot, strike, years, volatility, rate, dividend)
    defaults = (None, None, None, None, 0.0, 0.0)
    columns = [
        inputs.number(name, quantity, default)
        for name, quantity, default in zip(_CONTRACT, given, defaults, strict=True)
    ]
    columns.append(inputs.side(call))
    names = words_of("measures", measures) or _engine.greek_names()
    compute = _engine.greeks if device is None else _engine.device_greeks
    return inputs.result(
        names, compute(engine_handle(CPU if device is None else device), *columns, measures=names)
    )


def implied_volatility(
    frame: object = None,
    *,
    price: Quantity | None = None,
    spot: Quantity | None = None,
    strike: Quantity | None = None,
    years: Quantity | None = None,
    rate: Quantity | None = None,
    dividend: Quantity | None = None,
    call: object = None,
) -> Column:
    """Volatilities that prices imply (Jäckel 2015, "Let's be rational").

    Args:
        frame: As in `greeks`.
        price: Price of the option, 0 to 1e100.
        spot: As in `greeks`, as all that follow.
        strike: Strike.
        years: Years to expiry.
        rate: Rate.
        dividend: Dividend yield.
        call: Side.

    Returns:
        A volatility per row; NaN where an input is NaN, at expiry, and where no volatility gives
        the price, as below the intrinsic value.

    Raises:
        HyperPhysicsError: As in `greeks`.

    >>> import hyperphysics as hp
    >>> float(hp.implied_volatility(price=20.0, spot=100, strike=100, years=1.0)[0].round(6))
    0.506694
    """
    inputs = Inputs(frame)
    given = {"price": price, "spot": spot, "strike": strike, "years": years}
    columns = [inputs.number(name, quantity) for name, quantity in given.items()]
    columns += [inputs.number("rate", rate, 0.0), inputs.number("dividend", dividend, 0.0)]
    columns.append(inputs.side(call))
    return _engine.implied_volatility(engine_handle(CPU), *columns)


@overload
def sabr(
    frame: Frame,
    *,
    smile: SabrFit | None = None,
    measures: Sequence[str] = (),
    device: str | Engine | None = None,
    **quantities: object,
) -> Frame: ...
@overload
def sabr(
    frame: None = None,
    *,
    smile: SabrFit | None = None,
    measures: Sequence[str] = (),
    device: str | Engine | None = None,
    **quantities: object,
) -> dict[str, Column]: ...
def sabr(
    frame: object = None,
    *,
    smile: SabrFit | None = None,
    measures: Sequence[str] = (),
    device: str | Engine | None = None,
    **quantities: object,
) -> object:
    """Volatility, price and Greeks under SABR, from distances of the hyperbolic plane.

    Args:
        frame: As in `greeks`.
        smile: A calibrated smile in place of `alpha`, `beta`, `rho` and `nu`; its forward
            is the spot and its expiry `years` unless they are given.
        measures: Names to compute; all if none is given. `volatility` (Black); `distance`
            (hyperbolic, from the state to the line of the strike, of the sign of forward - strike);
            `price`; `delta` (the smile moves with the forward) and `bartlett` (the volatility moves
            along, as it is correlated); `vega`, `rega`, `sega` (by alpha, rho, nu); `backbone` (of
            the volatility by the forward); `density` (of the forward at expiry, at the strike);
            `valid` (1 where the expansion can be trusted and the density is not negative, else 0).
        device: As in `greeks`. Volatility and distance keep 1e-6 of their value for `|rho|` up to
            0.9, derivatives 3e-6 of their scale; nearer to 1 errors grow as 1/(1 - rho²).
            `density` and `valid` are computed on the CPU, and so is a row whose strike is more than
            e^20 from the forward, or its volatility beyond 1e-6 to 1e4.
        **quantities: `spot`, `strike`, `years`, `rate`, `dividend` and `call` as in `greeks`;
            `alpha` (volatility of the forward per forward^beta), `beta` (0 to 1, default 1), `rho`
            (-0.9999 to 0.9999) and `nu` (volatility of the volatility, at least 0); `rho` and `nu`
            default to 0, which with beta = 1 is Black–Scholes.

    Returns:
        As `greeks`.

    Raises:
        HyperPhysicsError: As in `greeks`.

    >>> import hyperphysics as hp
    >>> smile = hp.sabr(spot=100, strike=[80, 100, 125], years=0.1, alpha=0.5, rho=-0.6, nu=1.2)
    >>> [round(float(volatility), 4) for volatility in smile["volatility"]]
    [0.5851, 0.4983, 0.4355]
    """
    known = {"rate": 0.0, "dividend": 0.0, "alpha": None, "beta": 1.0, "rho": 0.0, "nu": 0.0}
    known |= {"spot": None, "strike": None, "years": None}
    unknown = [name for name in quantities if name not in known and name != "call"]
    if unknown:
        expected = ", ".join([*known, "call"])
        raise HyperPhysicsError(f"unknown quantity `{unknown[0]}`, expected one of {expected}")
    given = dict(quantities)
    if not (smile is None or isinstance(smile, SabrFit)):
        raise HyperPhysicsError(f"smile is {smile!r:.60}, expected a calibrated smile")
    if smile is not None:
        given |= {"alpha": smile.alpha, "beta": smile.beta, "rho": smile.rho, "nu": smile.nu}
        given.setdefault("spot", smile.forward)
        given.setdefault("years", smile.years)
    inputs = Inputs(frame)
    column = {name: inputs.number(name, given.get(name), known[name]) for name in known}
    option = [column[name] for name in ("spot", "strike", "years", "rate", "dividend")]
    parameters = [column[name] for name in ("alpha", "beta", "rho", "nu")]
    names = words_of("measures", measures) or _engine.sabr_names()
    sides = inputs.side(given.get("call"))
    compute = _engine.sabr if device is None else _engine.device_sabr
    return inputs.result(
        names,
        compute(
            engine_handle(CPU if device is None else device), [*option, sides], parameters, names
        ),
    )


def calibrate_sabr(
    strikes: Quantity,
    volatilities: Quantity,
    *,
    forward: float,
    years: float,
    weights: Quantity = 1.0,
    beta: float = 1.0,
) -> SabrFit:
    """The SABR smile nearest to quoted volatilities, by least squares.

    Args:
        strikes: Strikes of one expiry.
        volatilities: Black volatility at each; NaN for none.
        forward: Forward price of the expiry.
        years: Years to expiry.
        weights: Weight of each squared difference, at least 0.
        beta: Exponent, 0 to 1; what it says of the smile, rho can say as well, so it is not fitted.

    Returns:
        The parameters with standard errors and residuals; give it to `sabr` as `smile`.

    Raises:
        HyperPhysicsError: Columns differ in length, a value is out of its range, or fewer than
            three quotes have a weight.

    >>> import hyperphysics as hp
    >>> strikes = [70, 85, 100, 120, 150]
    >>> quotes = hp.sabr(spot=100, strike=strikes, years=0.25, alpha=0.6, rho=-0.2, nu=1.5)
    >>> fit = hp.calibrate_sabr(strikes, quotes["volatility"], forward=100, years=0.25)
    >>> round(fit.alpha, 6), round(fit.rho, 6), round(fit.nu, 6)
    (0.6, -0.2, 1.5)
    """
    import numpy as np  # noqa: PLC0415

    strike, volatility = column_of("strikes", strikes), column_of("volatilities", volatilities)
    weight = column_of("weights", weights)
    if weight.size == 1:
        weight = np.repeat(weight, strike.size)
    return _engine.calibrate_sabr(
        strike, volatility, forward=forward, years=years, weights=weight, beta=beta
    )
