"""From bytes to typed cells: where records begin and end, what is in them, and where each cell is."""
