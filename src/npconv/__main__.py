"""`python -m npconv`: the same as the command."""

from npconv.cli.main import main

if __name__ == "__main__":
    main()
