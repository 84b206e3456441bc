// Package fuse joins the embeddings of several encoders into the input of one head. So far it has Concat alone, and no
// pipeline uses it yet: the trained fusion head, the rings that align embeddings in time and their wiring into a
// pipeline are not there. pipelines.Fuser is the seam that they will use.
//
// # Why
//
// A part that is missing becomes zeros, not the last value known: a head that was trained with parts left out knows
// zeros, and the mask tells it that they are not a measurement.
package fuse
