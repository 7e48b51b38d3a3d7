"""``python -m asylia`` is the ``asylia`` command."""

from asylia.cli import main

main()
