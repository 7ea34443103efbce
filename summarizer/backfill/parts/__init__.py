"""A store that is a folder of Parquet files, wherever fsspec reaches: many machines write to it at once."""
