# SPDX-License-Identifier: Apache-2.0
"""peak_memory.py FILE COMMAND...: runs it, writes its peak of resident memory in MiB to FILE."""

import resource
import subprocess
import sys

code = subprocess.run(sys.argv[2:], check=False).returncode
with open(sys.argv[1], "w", encoding="ascii") as file:
    file.write(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024}\n")
sys.exit(code)
