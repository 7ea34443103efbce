"""The reading by a language model: what is sent, what comes back, what it costs."""
