// Package models knows what model files do not say of themselves: cards with task, input, labels, origin and licence.
// Load reads a card; the catalogue has the cards of public models, found by the hash of the file; Bundled has the
// models that travel inside the binary. It hides YAML and the layouts of label files.
//
// # Why
//
// Public models are known by SHA-256 and not by name, because people rename files, and because a model trained anew
// under an old name may want another input.
//
// A card beside a model wins over the catalogue, field by field: who adds a labels file need not repeat the rest.
package models
