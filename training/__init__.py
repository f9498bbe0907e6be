"""How the picture model in the box is made: `python -m training --help`. Nothing here runs at query time."""
