# Frozen modules of a unix port that is built from a tree without micropython-lib: what the tree itself has.
include("$(MPY_DIR)/extmod/asyncio")
