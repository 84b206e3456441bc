// Package config reads edged's one config file: YAML in, a checked Config out. It hides the YAML library, the defaults,
// what may stand beside what, and where in the file each value was written.
//
// Load answers three questions and reports all that is wrong, in the file's order: is it YAML, does every key exist and
// every value have its type, and does it make sense as a whole. A fourth, whether what the config names is there and fits,
// is for those who open it; Config.Fault gives their answers a place in the file. edged check prints these as errors,
// edged run leaves out what needs the thing and goes on.
//
// The JSON Schema of the file, edged.schema.json, is made from the struct types of this package and their comments;
// go generate rewrites it and a test keeps it true.
//
// # Why
//
// The syntax tree is decoded here and not by the YAML library's own struct decoder: only so does every message carry
// line and column, say what would have been right, and come with all the others instead of alone.
//
// Anchors, aliases and merge keys are refused: nothing in a file of one screen needs them, and a line that means
// something else elsewhere is what line numbers cannot explain.
package config
