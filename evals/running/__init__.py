"""Runs: gold letters read by a Summarizer and scored, by pydantic-evals; answers recorded and replayed."""
