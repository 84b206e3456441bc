// Package train holds the Python scripts that train the models of the bundle with PyTorch, and the tests that hold those
// models to their cards; scripts/train says in which order the scripts run. nets.py has the networks, room.py and caption.py
// train those of the simulated room on what models/train/dataset writes, occupancy.py that of a real office. export.py,
// models/train/assemble and edged quantize make int8 models of them, models/train/answer measures those. models/train/compare
// has what room-fusion is compared with: other kinds of fusion, and heads that learned from two senses alone.
package train
