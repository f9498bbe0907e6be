"""The command line: the one place that puts all packages together."""
