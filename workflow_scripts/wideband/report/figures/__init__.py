"""One file a page: sections of plots as plain dictionaries, their points taken from number records."""
