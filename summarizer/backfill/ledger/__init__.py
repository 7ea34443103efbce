"""The ledger: which inputs there are, how far each is, who has it, and what was read, in one SQL database."""
