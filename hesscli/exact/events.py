"""What can happen in a walk besides a value; `Undefined` and `Unsupported` come from the elementary functions."""


class Singular(Exception):
    """The node's function is not smooth, or not defined, at exactly this argument."""


class Undecided(Exception):
    """The balls are too wide to tell where the node's argument lies: more precision may help."""


class Deeper(Exception):
    """All terms of a germ cancelled up to where it is known: more terms may tell."""
