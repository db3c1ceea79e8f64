"""Formats of logs of evaluations. A file here is a format: it sets FORMAT, and its name is the format's."""
