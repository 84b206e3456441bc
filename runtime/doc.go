// Package runtime is the door to the engines: it opens a model and gives a Session.
//
// # Why
//
// One switch picks the engine, by name, so that what can run a model is there to read. The package never logs; what it
// has to say it returns. It shadows the standard library's runtime, which callers import as goruntime.
package runtime
