"""What a backfill will take, from a sample that is read without asking any model."""
