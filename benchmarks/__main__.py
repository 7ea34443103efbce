"""``python -m benchmarks`` runs them all."""

import sys

from benchmarks import letters, reading

sys.exit(letters.main() or reading.main())
