"""A checkpoint's adapter for others: a PEFT folder with a model card, written here and pushed if asked.

`folder` writes the folder, `card` its README out of `facts`, in which a study's texts are harmless, `push`
uploads it.
"""
