// Command answer runs a model on arrays of samples and writes what it answers, as arrays too: the int8 models are measured,
// and what is trained on their answers is fed, by the engine that devices run.
//
//	go run ./models/train/answer -o /tmp/eye model.tflite eye.npy
//
// takes an array (.npy) for each input, samples along the first dimension, and writes PREFIX.OUTPUT.npy of float32 for each
// output. Real numbers are float32; bytes v stand for (v − mean)/std; numbers of int32 go to inputs of int32.
package main
