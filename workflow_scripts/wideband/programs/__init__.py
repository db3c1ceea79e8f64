"""Programs that a model has written: taken out of its text, run in a sandbox, decided by tests.

A program and its tests are two processes in two sandboxes. The tests call what the program defines and
compare what comes back, which is plain data and nothing else. So a program cannot read its tests, change
them, or say that it passed: it passes only by giving the values that the tests expect.

Nothing is imported here: who reads golds does not depend on how programs are run.
"""
