// Package interp is edged's own engine: it prepares a model's operators once, plans their memory once, and then runs
// them one after the other.
//
// # Why
//
// Every tensor that is computed lives in one arena, so an Invoke allocates nothing and a session's memory is known when
// it opens. Constants are used where the file has them, and what follows from constants alone is computed once, when
// the model opens. Operators that others can do too are taken out first (package fold), and so is a copy of a tensor to where it
// lies anyway: who watches the operators wants to see them, so then all run. Graph inputs keep their own memory: a caller may
// fill an input once and invoke many times. An output is valid until the next Invoke.
//
// An operator may write its result over an operand that nothing needs any more, where its Prepare says so (op.Share). A
// graph that another calls works in a part of the caller's arena that is its own while the calling operator runs: the
// branches of an IF share it, and so do condition and body of a WHILE.
//
// A few operators have outputs whose shape depends on values. What follows them is prepared when they have run, and
// again only when their shapes change (segment.go).
//
// A model may be hostile: a few hundred bytes can ask for any memory and for years of work. Every size is bounded before it
// is multiplied or allocated, all that a session keeps is counted against its limit, opening has a budget of work
// (usage.go), and an Invoke ends with its context, within one operator too where that can last (kernel.Pool.Stopped).
package interp
