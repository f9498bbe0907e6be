"""Several workers, on several machines, carry out the stages of one run: see docs/workers.md."""
