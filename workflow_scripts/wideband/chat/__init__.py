"""Talking to a checkpoint of a study the way the study asks it.

`answer` opens the checkpoint, samples it and gives the law of its first token, `show` puts that on a
terminal, `loop` reads questions and commands, which change the `settings`.
"""
