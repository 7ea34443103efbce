"""Evaluation: gold determinations, metrics and the table of bars."""
