# SPDX-License-Identifier: GPL-3.0-or-later
"""A notebook of `# %%` cells: a pair's candles, their tail risk and trend, and a plot.

Editors such as VS Code and Spyder run the cells one by one; as a script:

    python user_data/notebooks/risk_notebook.py CANDLES.feather

CANDLES is a file of `freqtrade download-data`; without one the notebook makes a random walk. The
plot is written to risk_notebook.html.
"""

# %% What is imported
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

import hyperphysics as hp

# %% Candles
found = [Path(word) for word in sys.argv[1:] if word.endswith(".feather")]
if found:
    name = found[0].stem
    timeframe = name.split("-")[1]
    candles = pd.read_feather(found[0])
else:
    name, timeframe = "random walk", "1h"
    rng = np.random.default_rng(7)
    hours = 2000
    # calm and wild weeks by turns
    scale = np.where(np.arange(hours) // 168 % 2, 0.01, 0.004)
    close = 100 * np.exp(np.cumsum(scale * rng.standard_t(4, hours)))
    opened = np.concatenate([[100.0], close[:-1]])
    candles = pd.DataFrame(
        {
            "date": pd.date_range("2024-01-01", periods=hours, freq="1h", tz="UTC"),
            "open": opened,
            "high": np.maximum(opened, close) * 1.002,
            "low": np.minimum(opened, close) * 0.998,
            "close": close,
            "volume": rng.uniform(10, 100, hours),
        }
    )
candles = candles.tail(5000)

# %% Columns: tail risk of the next candle and the trend of a week
engine = hp.Engine()
made = engine.analyze(
    candles,
    timeframe=timeframe,
    families=["risk", "trend"],
    residuals=240,
    trend_window=168,
)
print(made[["date", "close", "hp_trend", "hp_var_99", "hp_es_99"]].tail())

# %% How often the next candle fell below the 99 % value at risk: one in a hundred is right
change = made["close"].shift(-1) / made["close"]
known = made["hp_var_99"].notna() & change.notna()
share = (change[known] < np.exp(-made["hp_var_99"][known])).mean()
print(f"{known.sum()} candles, {share:.2%} below the 99 % value at risk")

# %% The plot
figure = make_subplots(
    rows=3,
    shared_xaxes=True,
    vertical_spacing=0.05,
    subplot_titles=[f"{name}, close", "tail of the next candle (99 %)", "trend"],
)
lines = [("close", 1), ("hp_var_99", 2), ("hp_es_99", 2), ("hp_trend", 3)]
for column, row in lines:
    line = go.Scattergl(x=made["date"], y=made[column], name=column, line={"width": 1})
    figure.add_trace(line, row=row, col=1)
figure.update_yaxes(tickformat=".1%", row=2, col=1)
figure.update_layout(height=800, template="plotly_white")
figure.write_html("risk_notebook.html", include_plotlyjs=True)
