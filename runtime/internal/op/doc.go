// Package op turns one operator of a model into a Step: it checks everything that can be wrong, infers the output's
// shape, precomputes, and picks the kernel. One file per operator or family of operators.
//
// # Why
//
// Prepare is a switch and not a map or a registry: a map literal becomes an initialization cycle as soon as a control
// operator prepares a subgraph, and a registry hides what is there. Steps reach memory through their tensors at call
// time, because the arena is planned only after every shape is known.
package op
