"""Anyone's data: packages, tables and schemas that were written by others, checked with the same engine.

Nothing in them is trusted: each way in has a limit (`untrusted.limits`), a path is followed only below its package, and
nothing is fetched unless that is asked for.
"""
