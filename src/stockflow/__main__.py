"""`python -m stockflow`, the same as the command `stockflow`.

It must not hold anything else.
"""

from stockflow.cli.main import main

if __name__ == "__main__":
    main()
