"""What keeps releases whole: atomic replacement, archives, sums, signatures, versions and their history."""
