"""Words that letters use, as data files with their sources, and small modules that read them."""
