"""How long summaries may be; the codebook's limits."""

from typing import Final

CASE_SUMMARY_WORDS: Final = 60
"""Words of a case summary, at most."""
RATIONALE_SUMMARY_WORDS: Final = 35
"""Words of a rationale's summary, at most."""
