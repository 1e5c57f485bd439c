"""What was typed: expressions, sums, points, data and problem files, read without any mathematics library but NumPy.

Parquet files are pyarrow's, which is loaded for them alone.
"""
