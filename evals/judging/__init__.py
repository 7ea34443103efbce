"""A model that rates summaries, and how far it agrees with ratings made by hand."""
