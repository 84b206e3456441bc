// Package track follows detections from picture to picture: what was found gets a number that stays with it, how long it
// has been there, and how many of each class there are.
//
// It is SORT (Bewley, Ge, Ott, Ramos, Upcroft: Simple Online and Realtime Tracking, ICIP 2016): a Kalman filter of
// constant velocity says where each object should be by now, and those places and the boxes that were found are paired so
// that they overlap most in all.
//
// # Why
//
// SORT counts frames; here it is seconds, for a pipeline leaves out pictures when the processor has no time for them. An
// object that is missed coasts on for a while: a detector that loses it in a picture does not make two of it. One that was
// found once or twice is no track yet, and gets no number: numbers have no gaps, and a flicker counts as nothing.
//
// Boxes are paired within a class alone. A detector that calls one animal a cat and a dog by turns has two tracks of it, or
// none; better than one that is now this and now that, for counts are by class.
//
// The time is the picture's, never the clock's, and sums are rounded step by step (float64(a*b)) where a machine could
// fuse them: a replay on another processor gives the same tracks.
//
// What moves farther than its own size between two pictures cannot be followed by the overlap of boxes: a camera for
// tracks wants some pictures a second.
package track
