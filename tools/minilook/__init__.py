"""Make the built-in picture model: `python -m tools.minilook --help`. No search uses this package."""
