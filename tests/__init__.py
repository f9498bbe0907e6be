"""Tests. Threads of OpenMP that wait would spin, and take the cores from the other processes of tests: a map
of 60 documents took six seconds of processor time, not a fifth of one. Libraries read it when they load.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
