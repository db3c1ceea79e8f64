"""The audit of a study's results: levels L0 bytes to L6 text, each a small file of its own."""
