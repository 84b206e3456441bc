// Package tflite reads, checks and writes TensorFlow Lite files (flatbuffer schema version 3, "TFL3").
//
// It hides the flatbuffer: offsets, vtables, unions, defaults, the two operator numbers, constants that live after the
// flatbuffer. What comes out are plain structs with plain slices whose indices and sizes have been checked, so that
// the rooms above index without looking.
//
// # Why
//
// Our own reader and not generated code: generated accessors trust every offset and panic, or worse, on a damaged
// file. Models come from the network and from SD cards that wear out, so each offset is checked where it is used, the
// work is bounded by the size of the file, and nothing is allocated on a length's word alone.
//
// A file that breaks the format (FormatError) and one that uses what we do not know (UnsupportedError) are different
// errors because their remedies are: fetch it again, or run it on another engine.
//
// Operators' options are described once, as a list of pointers in the order of the schema's fields, and the reader
// and the writer both walk that list; so a field cannot be read from one place and written to another.
package tflite
