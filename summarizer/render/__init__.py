"""Summaries for people: one sheet of what is said, and one module for each format that shows it."""
