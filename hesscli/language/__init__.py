"""What was typed: expressions, points and problem files, read without any mathematics library but NumPy."""
