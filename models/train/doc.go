// Command train makes the models of the bundle from nothing: it draws and synthesises samples with cartoon,
// prepares them with pipelines/prep as the daemon does, trains three tiny networks, quantizes them to int8 and writes
// them with their cards. Run it in the repository's root:
//
//	go run ./models/train
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
