"""labkit: the helper package of the course notebooks, and the kit's commands."""

__version__ = "0.1.0"
