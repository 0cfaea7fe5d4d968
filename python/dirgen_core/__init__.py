"""DirGen for Python programs: its language models, over a server that runs beside them."""

__version__ = "0.1.0"
