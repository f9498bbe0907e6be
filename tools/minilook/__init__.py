"""How the built-in picture model is made: `python -m tools.minilook --help`. No search runs any of it."""
