"""Statistics of an evaluation, one small module each; none knows of runs or metrics."""
