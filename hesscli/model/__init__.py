"""A saved Keras model as one objective on one flat vector, its derivatives, and the witness of differences.

Loading it loads TensorFlow; importing the room alone does not.
"""
