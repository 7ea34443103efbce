"""The tables of the program's yearly report, counted over what a store holds."""
