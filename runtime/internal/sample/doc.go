// Package sample makes small models of one operator each, in every type that the operator may have. The table of what the
// engine runs comes from trying them, and tests run them too.
//
// # Why
//
// A list of types kept by hand would say what somebody believed once. A sample is opened and invoked by the engine itself
// whenever the table is printed: what the engine refuses is not in it, and what it has learned is.
//
// Models, not prepared operators, because that is what a user has: constants are folded, weights of float16 go through a
// DEQUANTIZE as converters write them, and operators that call graphs or share variables have a model around them.
package sample
