"""
Makes the tables that readers are raced on: python3 make_tables.py mat7|mat73|csv FILE ROWS. Six columns of doubles: three rounded
to six digits behind the point, as instruments write them, and three with all their digits.
"""
import sys

import numpy as np

kind, path, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
random = np.random.default_rng(1)
table = random.normal(size=(rows, 6)) * [1, 10, 100, 1, 10, 1000]
table[:, :3] = np.round(table[:, :3], 6)

if kind == "mat7":
    import scipy.io

    scipy.io.savemat(path, {"measurements": table}, do_compression=True)
elif kind == "mat73":
    import h5py

    # MATLAB's own way: 512 bytes before the HDF5 file, which name it; chunked and packed with gzip at level 3, without shuffling.
    with h5py.File(path, "w", userblock_size=512) as file:
        data = file.create_dataset("measurements", data=np.ascontiguousarray(table.T), chunks=(1, min(rows, 65536)), compression="gzip", compression_opts=3)
        data.attrs["MATLAB_class"] = np.bytes_("double")
    with open(path, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Mon Nov 23 00:00:00 2026 HDF5 schema 1.00 .".ljust(116))
        file.write(bytes(8) + b"\x00\x02IM")
else:
    import pandas

    pandas.DataFrame(table, columns=[f"c{i}" for i in range(1, 7)]).to_csv(path, index=False)
