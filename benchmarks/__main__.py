"""``python -m benchmarks`` runs them all."""

import sys

from benchmarks import backfill, evaluation, letters, reading

sys.exit(letters.main() or reading.main() or evaluation.main() or backfill.main())
