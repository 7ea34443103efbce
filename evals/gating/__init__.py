"""The gate: runs made as its file says, held against bounds and baselines."""
