"""`python -m fuzzing SEED FIRST COUNT`, in the folder `tests`: makes calls and shows what fails."""

import sys
import time

from fuzzing.run import failures

seed, first, count = map(int, sys.argv[1:])
began = time.monotonic()
found = 0
for number, call, wrong in failures(seed, range(first, first + count)):
    found += 1
    print(f"python -m fuzzing {seed} {number} 1\n    {call}\n    {wrong}", flush=True)
print(
    f"{count} calls from {first} of seed {seed}: {found} failed, {time.monotonic() - began:.0f} s"
)
sys.exit(found > 0)
