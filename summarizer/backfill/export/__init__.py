"""What a store keeps, as files that other programs read: JSON lines, CSV, Parquet and DuckDB."""
