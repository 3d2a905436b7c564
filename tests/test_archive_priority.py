"""Work that takes long gives way to readers."""

from __future__ import annotations

import os
import subprocess
import sys


def test_a_process_gives_way_once_however_often_it_says_so() -> None:
    code = (
        "import os; from archive.priority import give_way; give_way(); give_way(); "
        "print(os.getpriority(os.PRIO_PROCESS, 0))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(said.stdout) == max(10, os.getpriority(os.PRIO_PROCESS, 0))
