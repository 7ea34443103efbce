"""Metrics, one small module each; every one reads like its definition."""
