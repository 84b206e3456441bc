// Package native runs models on TensorFlow Lite itself, through its C API, with any delegate, in a worker process.
//
// The library is loaded by dlopen, without cgo. It is somebody else's C++ and loads somebody else's drivers: it may crash,
// hang, leak, or end the process. So edged never loads it into itself. A Worker is a process started from edged's own
// binary that does; the model and the tensors lie in memory that both share, and a call is one small message over a socket
// pair. What the library prints becomes the text of the error.
//
// Under the build tag nonative, and where purego does not run, the package is a stub that says so.
//
// # Why
//
// The quantization, names and shapes of tensors are read by package tflite, not asked of the library: the C API returns
// quantization as a struct by value, which cannot be called on 32-bit ARM, and per tensor only.
//
// External delegates are opened by us (tflite_plugin_create_delegate) and not by TfLiteExternalDelegateCreate: that
// returns a delegate even where the file is missing, and crashes when it is used.
package native
