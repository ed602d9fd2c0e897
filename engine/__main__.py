"""``python -m engine`` is ``goodterms``."""

import sys

from engine.cli import main

sys.exit(main())
