// Package cartoon makes up a room: what a camera, a microphone and a climate chip in it give, with the truth of what was
// going on. It hides how a flame is drawn and what a kettle sounds like.
//
// Write tells a short story in files that package replay reads; Frame, Sound and Series make single samples of known
// kinds, for training. Everything follows from a seed.
//
// # Why
//
// A demo and its models need pictures, sound and readings that may be shipped; those made here belong to nobody else,
// and their truth is known to the millisecond. They are cartoons, enough to show the whole daemon at work and not to
// judge a model by. The whole simulated room, with many situations and the flaws of real cameras, microphones and
// chips, is work to come.
//
// Nothing here uses math.Exp, whose last bit depends on the processor: amd64 has a version with fused multiply-add.
package cartoon
