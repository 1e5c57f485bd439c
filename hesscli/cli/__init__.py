"""The command line: Typer commands, shared options, exit codes. Options -> one verb -> output. No mathematics."""
