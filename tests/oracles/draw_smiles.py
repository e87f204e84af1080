"""Draws calibrated SABR smiles over the quotes of a recorded Deribit chain as one HTML page.

python tests/draw_smiles.py ../shared/data/options/deribit_BTC_2026-08-08.csv smiles.html
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from plotly.subplots import make_subplots

import hyperphysics as hp

DEVIATIONS = 2.5
"""Strikes within so many standard deviations of the forward are fitted."""

COLUMNS = 3


def expiries(chain: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Quotes of each expiry of the chain, one per strike, the first day's left out."""
    chain = chain.assign(expiry=pd.to_datetime(chain["expiry_utc"]))
    chain["years"] = (
        chain["expiry"] - pd.to_datetime(chain["date"])
    ).dt.total_seconds() / 31_536_000
    chain = chain[chain["years"] > 3 / 365].drop_duplicates(["expiry", "strike"])
    return {f"{at:%Y-%m-%d}": rows for at, rows in chain.sort_values("strike").groupby("expiry")}


def main() -> None:
    """Fit, draw, print the parameters."""
    source, target = map(Path, sys.argv[1:3])
    quotes = expiries(pd.read_csv(source))
    rows = -(-len(quotes) // COLUMNS)
    figure = make_subplots(rows, COLUMNS, subplot_titles=list(quotes), vertical_spacing=0.1)
    print("| expiry | quotes | alpha | rho | nu | rms, vol points | valid |")
    print("| --- | --: | --: | --: | --: | --: | --- |")
    for at, (name, expiry) in enumerate(quotes.items()):
        years, forward = float(expiry["years"].iloc[0]), float(expiry["forward"].median())
        volatility = expiry["mark_iv_pct"] / 100
        level = float(volatility.iloc[np.abs(expiry["strike"] - forward).argmin()])
        away = np.abs(np.log(expiry["strike"] / forward)) / (level * years**0.5)
        fit = hp.calibrate_sabr(
            expiry["strike"],
            volatility,
            forward=forward,
            years=years,
            weights=(away < DEVIATIONS).astype(float),
        )
        strikes = np.geomspace(expiry["strike"].min(), expiry["strike"].max(), 200)
        smile = hp.sabr(smile=fit, strike=strikes, measures=["volatility", "valid"])
        fitted = np.abs(np.log(strikes / forward)) < DEVIATIONS * level * years**0.5
        valid = smile["valid"][fitted].all()
        print(
            f"| {name} | {np.isfinite(fit.residuals).sum()} | {fit.alpha:.4f} | {fit.rho:+.3f} "
            f"| {fit.nu:.3f} | {100 * fit.rms:.2f} | {'yes' if valid else 'no'} |"
        )
        place = {"row": at // COLUMNS + 1, "col": at % COLUMNS + 1}
        marks = {"mode": "markers", "marker": {"size": 4, "color": "#d62728"}}
        figure.add_scatter(x=expiry["strike"], y=100 * volatility, **marks, **place)
        curve = 100 * smile["volatility"]
        figure.add_scatter(x=strikes, y=curve, line={"color": "#c7d7ee", "width": 2}, **place)
        inside = np.where(smile["valid"] == 1, curve, np.nan)
        figure.add_scatter(x=strikes, y=inside, line={"color": "#1f77b4", "width": 2}, **place)
        figure.add_vline(x=forward, line={"color": "#999", "width": 1, "dash": "dot"}, **place)
    title = f"{source.stem}: quoted volatility (%) and SABR, β = 1; pale where not to be trusted"
    figure.update_layout(
        title=title, showlegend=False, height=260 * rows, width=1300, template="plotly_white"
    )
    figure.update_xaxes(type="log")
    figure.write_html(target)


if __name__ == "__main__":
    main()
