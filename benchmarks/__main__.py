"""``python -m benchmarks`` runs them all."""

import sys

from benchmarks import evaluation, letters, reading

sys.exit(letters.main() or reading.main() or evaluation.main())
