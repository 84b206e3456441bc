// Package tensor holds the words that every room of edged speaks: element types, shapes, quantization, tensors and
// signatures. It imports nothing of edged.
//
// # Why
//
// Data is bytes and not a type parameter: a model decides the type at run time, drivers and files deal in bytes, and
// As gives a typed view for free. All the machines edged runs on are little-endian, so a view needs no conversion.
package tensor
