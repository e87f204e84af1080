"""A Vulkan device that is lost when the test says so, by a layer between loader and driver."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("lost_device.c")
NAME = "VK_LAYER_HYPERPHYSICS_lost_device"


class LostDevice:
    """The layer, built into a folder.

    Attributes:
        environment: Variables of a process that is to load it.
    """

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc")
        if compiler is None:
            pytest.skip("no C compiler for the layer that loses the device")
        library = folder / "lost_device.so"
        words = [compiler, "-shared", "-fPIC", "-std=c11", "-o", str(library), str(SOURCE)]
        subprocess.run(words, check=True)
        layer = {
            "name": NAME,
            "type": "GLOBAL",
            "library_path": str(library),
            "api_version": "1.3.0",
            "implementation_version": "1",
            "description": "loses the device",
        }
        manifest = {"file_format_version": "1.1.2", "layer": layer}
        (folder / "lost_device.json").write_text(json.dumps(manifest))
        self._sign = folder / "lost"
        self.environment = {
            "VK_LAYER_PATH": str(folder),
            "VK_INSTANCE_LAYERS": NAME,
            "LOST_DEVICE": str(self._sign),
        }

    def lose(self) -> None:
        """Every open device is gone from now on, and those that open later."""
        self._sign.touch()

    def recover(self) -> None:
        """A device that is opened from now on is well."""
        self._sign.unlink()
