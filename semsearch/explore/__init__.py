"""Explore: what the vectors of a whole library show to somebody who does not know what to ask."""

import os

# Threads of OpenMP that wait would spin, and take the cores from searches. scikit-learn and openTSNE have one
# OpenMP, which reads this when the first of them is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
