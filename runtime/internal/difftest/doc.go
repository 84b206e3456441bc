// Command difftest looks for models on which the builtin engine and official LiteRT disagree.
//
// It draws random small models (an operator, its types, shapes, options, scales and inputs), runs each on both, and
// compares: integers must be equal, floats near. What differs is made smaller until nothing more can be taken away, and is
// written as a file that TestDifferencesStayMended of package runtime runs for ever after. scripts/difftest starts it with
// LiteRT installed.
//
// # Why
//
// The corpus has real models, and so each operator in the few forms that converters made of it. LiteRT chooses kernels and
// roundings by types, scales and shapes that real models hit one at a time; only a great many small models hit them all.
//
// Everything of a model is drawn from one sequence of small numbers (after Hypothesis: MacIver and Donaldson, "Test-Case
// Reduction via Test-Case Generation", ECOOP 2020). A smaller sequence is a smaller model, so that one shrinker serves
// every operator.
package main
