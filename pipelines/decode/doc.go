// Package decode turns a model's outputs into an event's words: Labels for scores of classes, Detections for the four
// outputs of TFLite_Detection_PostProcess.
//
// # Why
//
// Equal scores are ordered by class index, so that the same outputs always give the same event; quantized models give
// equal scores all the time.
//
// A head is made for one model: all that can be checked against its outputs is checked then, not per frame.
package decode
