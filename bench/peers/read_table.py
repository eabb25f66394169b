"""
Reads a table: python3 read_table.py loadmat|h5py|read_csv FILE. The last line is JSON, as bench/whynan-read.mjs has it.
"""
import json
import re
import resource
import sys
import time

import numpy as np

how, path = sys.argv[1:]
if how == "loadmat":
    import scipy.io

    read = lambda: scipy.io.loadmat(path)["measurements"]
elif how == "h5py":
    import h5py

    def read():
        with h5py.File(path, "r") as file:
            # MATLAB stores a matrix column by column: HDF5 shows its transpose.
            return file["measurements"][()].T
else:
    import pandas

    read = lambda: pandas.read_csv(path).to_numpy()

before = int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
start = time.perf_counter()
table = read()
seconds = time.perf_counter() - start
# Of this program alone; getrusage gives the largest of it and of the process that started it.
peak = int(re.search(r"VmHWM:\s+(\d+) kB", open("/proc/self/status").read())[1]) * 1024
print(json.dumps({"seconds": seconds, "before": before, "peak": peak, "rows": len(table), "sums": np.sum(table, axis=0).tolist()}))
