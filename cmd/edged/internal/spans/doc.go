// Package spans makes spans of what pipelines say, and compares those of two runs: from when to when an alert was open, a label
// was told, a class was in view.
//
// # Why
//
// Results come one by one, and a score near its threshold is told in one of them and not in the next. Two runs that are compared
// result by result differ everywhere and say nothing; their spans differ where somebody would notice.
//
// Which span of the one run is which of the other is decided by where they overlap most, in order. An alert that came twice, and
// comes once for as long, has moved and lost one; nothing has to be the same but the name.
package spans
