"""``python -m hesscli``."""

from hesscli.cli.main import main

if __name__ == "__main__":
    main()
