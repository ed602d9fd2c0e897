"""``python -m goodterms`` is ``goodterms``."""

import sys

from goodterms.cli import main

sys.exit(main())
