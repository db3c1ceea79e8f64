"""A checkpoint's adapter for others: a PEFT folder with a model card, written here and pushed if asked.

`folder` writes the folder, `card` its README out of `facts`, `quote` makes a study's texts harmless in it,
`push` uploads it.
"""
