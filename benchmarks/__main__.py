"""``python -m benchmarks`` runs them all."""

import sys

from benchmarks.letters import main

sys.exit(main())
