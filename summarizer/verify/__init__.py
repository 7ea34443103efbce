"""Verify: what of a reading is proven, and what needs a person; ``letter.py`` calls the others."""
