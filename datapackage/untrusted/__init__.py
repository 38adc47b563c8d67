"""Input from others that nothing is known of yet: documents, paths, patterns and archives, held to limits.

Nothing in it is evaluated, followed out of its folder, or read without a limit (`limits`).
"""
