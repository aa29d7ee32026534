"""``python -m magkg``."""

from magkg.cli import main

main()
