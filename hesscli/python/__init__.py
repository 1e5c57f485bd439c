"""The verbs for Python."""

from hesscli.result.shown import shown_by

shown_by("hesscli.output.notebook")
