"""A closed model said in another language: its functions, its way with arrays, its names."""
