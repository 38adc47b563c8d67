"""What differs between two releases: in what is promised, in the keys of rows, and all of it for programs."""
