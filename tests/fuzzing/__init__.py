"""Calls of every public function with hostile values: `python -m fuzzing` in the folder `tests`."""
