// Command assemble makes a float32 .tflite of a network that export.py has written: NAME.json, the tensors and operators in
// TensorFlow Lite's terms, and NAME.bin, the weights as little-endian float32.
//
//	go run ./models/train/assemble -o room-eye.tflite room-eye.json
//
// # Why
//
// The training scripts know PyTorch, and this repository knows the file format. A text between the two can be read when
// they disagree, and neither needs the other's libraries.
package main
