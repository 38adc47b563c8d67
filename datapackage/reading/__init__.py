"""From bytes to typed cells: where records begin and end, what stands in them, and where that is."""
