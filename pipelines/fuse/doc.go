// Package fuse joins the embeddings of several encoders into the input of one head. Concat lays them side by side, with a
// mask and ages; Window keeps those of the last seconds and joins the ones that were true at one moment. It hides that
// encoders run at their own rates, that senses come late or not at all, and that each tensor has a scale of its own.
//
// # Why
//
// A part that is missing becomes zeros, not the last value known: a head that was trained with parts left out knows
// zeros, and the mask tells it that they are not a measurement. A part that is merely old comes with its age, and the
// head has learned how much that is worth.
//
// What goes on in a room lasts, and is seen and heard only now and then: somebody sits behind the table, and speaks once in
// a while. Means over the last seconds tell a head without a memory of its own what has been.
//
// An embedding of the future, beyond a tolerance, is not used either: the clock that says so is wrong, and a head that
// took it for news would hear the answer before the question.
package fuse
