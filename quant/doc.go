// Package quant makes integer models of float ones, and says honestly what that costs.
//
// It hides which operators have integer kernels and what TensorFlow Lite's quantization specification demands of each, how
// ranges are chosen, and how two models are compared tensor by tensor without keeping either's tensors.
//
// # Why
//
// Calibration runs the float model on the engine itself and watches each operator, and the report runs both models in step
// and compares what they have just computed. Nothing is simulated: the errors are those of the integers that a device will
// compute. It also costs no memory but the two models' own, so that a board can do it with what its sensors see.
//
// All channels of a tensor have one scale, but not all matter alike: in a small net a few channels of the first layers can
// carry nearly all the noise of the result. They are found by rounding each alone, and get a finer step by being there more
// than once. That changes the shapes of tensors within the model, which nobody outside it sees.
//
// What cannot be integers stays float between a DEQUANTIZE and a QUANTIZE, and the report names it. The alternative, to
// refuse, helps nobody; to keep silent about it would be worse.
//
// The specification: https://ai.google.dev/edge/litert/conversion/tensorflow/quantization/quantization_spec
package quant
