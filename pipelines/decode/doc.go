// Package decode turns a model's outputs into an event's words: Labels for scores of classes, Detections for the four
// outputs of TFLite_Detection_PostProcess, Yolo and Grid for the one of a YOLO, Captions for a model that says a word a run.
//
// # Why
//
// Equal scores are ordered by class index, so that the same outputs always give the same event; quantized models give
// equal scores all the time.
//
// A caption's tensors are found by their names, and its state by elimination: what is neither token nor embedding is
// state, however many tensors a network keeps it in. State is carried as the bytes of the inputs, so that a model whose
// scales are one costs a copy, and one whose scales differ is right all the same.
//
// A YOLO's output has no names, so that its form is read from its shape and the number of labels, and what that leaves open
// is refused, not guessed. Numbers that cannot be are errors too: a wrong unit or a missing sigmoid would else look like a
// model that finds nothing.
//
// A head is made for one model: all that can be checked against its outputs is checked then, not per frame.
package decode
