"""Data of others: packages, tables and schemas that anybody wrote, checked with the same engine.

Nothing in them is trusted: all input has a limit (`untrusted.limits`), a path is followed only below its package, and
nothing is fetched unless the user asks for it.
"""
