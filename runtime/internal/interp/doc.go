// Package interp is edged's own engine: it prepares a model's operators once, plans their memory once, and then runs
// them one after the other.
//
// # Why
//
// Every tensor that is computed lives in one arena, so an Invoke allocates nothing and a session's memory is known when
// it opens. Constants are used where the file has them. Graph inputs and outputs keep their own memory for the whole
// session: a caller may fill an input once and invoke many times.
package interp
