"""The machinery of the raw-socket suite; the cases are in ../cases."""
