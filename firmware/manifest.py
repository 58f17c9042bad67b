# What is frozen into every conformance firmware.
include("$(MPY_DIR)/extmod/asyncio")
package("unittest", base_path="modules", opt=3)
