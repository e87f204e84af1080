"""What a software rasteriser costs beside the CPU's own code: all columns of 5000 candles on both.

The devices take turns, three rounds after a first call of each. Processor time of all threads
counts, because other work on the machine leaves it alone; wall time is written beside it. The
warning of `hyperphysics.Engine` takes its factor from the file.

    python benches/software_rasteriser.py benches/software_rasteriser.json
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

import hyperphysics as hp
from hyperphysics.bench.devices import CANDLES, families

ROUNDS = 3


def main(file: Path) -> None:
    """Measure and write."""
    adapter = next(device for device in hp.devices() if device.kind == "software rasteriser")
    engines = {"cpu": hp.Engine("cpu"), "software": hp.Engine(f"vulkan:{adapter.name}")}
    run, tolerance = families()[-1].run, families()[-1].tolerance
    expected = run(engines["cpu"])
    np.testing.assert_allclose(run(engines["software"]), expected, rtol=tolerance, atol=tolerance)
    least = {name: {"processor": float("inf"), "wall": float("inf")} for name in engines}
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            wall, processor = perf_counter(), process_time()
            run(engine)
            took = {"processor": process_time() - processor, "wall": perf_counter() - wall}
            least[name] = {kind: min(took[kind], least[name][kind]) for kind in took}
    if engines["software"].fallbacks or not engines["software"].plans.get("vulkan"):
        raise RuntimeError(f"left to the CPU: {engines['software'].fallbacks}")
    found = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "adapter": {"name": adapter.name, "driver": adapter.driver},
        "cpu": engines["cpu"].device.name,
        "simd": hp.simd(),
        "cores": os.cpu_count(),
        "candles": CANDLES,
        "seconds": least,
        "factor": {kind: least["software"][kind] / least["cpu"][kind] for kind in least["cpu"]},
    }
    file.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(file.read_text("utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
