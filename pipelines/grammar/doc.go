// Package grammar puts what a pipeline finds into sentences, in several languages and without a model: what is seen, how
// often and where, what is heard, how things are, what is measured, and for how long. It is for models that nobody trained
// a decoder of captions for.
//
//	A person on the left and two dogs in the middle are in view. Speech can be heard. The temperature is 21.4 °C.
//
// # Why
//
// A language is a file of words, words/*.txt: what sentences are made of, and nouns with their articles and plurals. All
// that the code knows of grammar is that there is one, or that there are more: sentences are such that every noun stands in
// the nominative. A label that has no word is said as it is.
//
// Labels flicker. Each of them, and each number of things at a place, has a level that rises while it is found and falls
// while it is not, between 0 and a time to settle; it is so from the top on until it has come down again (an integrating
// debouncer). So what flickers stays what it was, what stays is told after that time, and two captions are at least as far
// apart. A reading is worth a sentence when it is farther from what was told last than its unit's step.
//
// What is said depends on the events and their times alone, never on the clock, so that a replay says the same.
package grammar
