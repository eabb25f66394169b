"""
Programs as people write them and ask about, each with the mistake that its question was about: run for real, they write their
table and a log of their steps into a folder of their own. Nothing here knows what is made of the logs.
Run as: python3 programs.py FOLDER
"""
import os
import sys

sys.dont_write_bytecode = True

import of_data, of_losses, of_training  # Importing them puts their programs on the list.
from tools import programs

if __name__ == '__main__':
    for one in programs:
        folder = os.path.join(sys.argv[1], one.__name__)
        os.makedirs(folder)
        one(folder)
