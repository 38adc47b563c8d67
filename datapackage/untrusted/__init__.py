"""What comes from others, before anything is known of it: documents, paths, patterns and archives, held to limits.

Nothing here is evaluated, followed out of its folder, or taken in without a limit (`limits`).
"""
