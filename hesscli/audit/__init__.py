"""TensorFlow's own operations, order by order, against exact values: table, verb, report."""
