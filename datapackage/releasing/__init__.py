"""What keeps releases whole: the change of folders, archives, sums, signatures, versions and their history."""
