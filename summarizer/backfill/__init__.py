"""Bulk backfill: every letter of a folder, a bucket or an archive, read once and kept, with nothing lost."""
