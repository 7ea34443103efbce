"""Rules: verbatim fields and a first judgement from the text alone; ``letter.py`` calls the others."""
