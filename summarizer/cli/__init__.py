"""The command line: modules here parse arguments, call and print; what is called lives elsewhere."""
