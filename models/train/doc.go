// Command train makes the models of the bundle from nothing: it draws and synthesises samples with cartoon,
// prepares them with pipelines/prep as the daemon does, trains three tiny networks, quantizes them to int8 and writes
// them with their cards. Run it in the repository's root:
//
//	go run ./models/train
//
// The Python scripts beside it train the other models with PyTorch; scripts/train says in which order. nets.py has the
// networks, room.py and caption.py train those of the simulated room on what models/train/dataset writes, occupancy.py that
// of a real office. export.py, models/train/assemble and edged quantize make int8 models of them, models/train/answer measures
// those. models/train/compare has what room-fusion is compared with: other kinds of fusion, and heads that learned from two
// senses alone.
//
// # Why
//
// edged demo needs models that may be shipped and that anyone can make again. These tell the cartoons of sensors/sim/cartoon
// apart and nothing else; their accuracy says that the whole path works, not that it would see a real cat.
//
// Samples for training and for measuring come from different seeds. Nothing is random but by seed, and sums are in one
// order, so that each run on amd64 writes the same bytes; another architecture may fuse multiplications with additions
// and end at other weights of the same worth.
package main

//go:generate go run . -out ../bundle
