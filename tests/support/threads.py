"""Whether Python goes on while the engine works."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

# Looks at running work that only an interpreter which is free can take.
LOOKS = 5
LARGEST = 2**12


def runs_beside(work: Callable[[int], object]) -> bool:
    """Whether this thread runs while another does `work(size)`.

    Work that holds the interpreter lets this thread look at it once or twice at most, however long
    it takes. The size is doubled until the work takes long enough for more looks.
    """
    size = 1
    while size <= LARGEST:
        thread = threading.Thread(target=work, args=(size,))
        thread.start()
        looks = 0
        while thread.is_alive():
            looks += 1
            time.sleep(0.001)
        thread.join()
        if looks >= LOOKS:
            return True
        size *= 2
    return False
