// Package alerts decides when an alert opens and when it closes. What an alert is about is a Condition, of package rules; how
// long it must hold, how often, and when it may not be told are its Terms. An Alerts holds all alerts of a pipeline and is the
// pipeline's Watcher.
//
// An alert opens once and closes once, and both events have the opening's ID. It opens at the first look at which all of this
// is so:
//
//   - its condition holds, and has held without a break for For;
//   - of the last Of looks at something new at least Least held, since the alert was closed last;
//   - its ClearWhen does not hold;
//   - it is not muted, it is not one of its quiet hours, and it was not closed within its Cooldown.
//
// It closes at the first look at which ClearWhen, or without one the contrary of its condition, has held without a break for
// ClearAfter. Nothing else closes it: a mute or a quiet hour that begins while it is open does not.
//
// # Why
//
// What is unknown, since a sensor is silent, holds everything as it is: what is open stays open, what is closed stays closed.
// But nothing that was begun goes on over it: For, ClearAfter and the count of Least start anew. Otherwise a sensor that was
// gone for an hour would count as an hour in which nothing changed.
//
// For and Least run on while an alert is muted, quiet or cooling down: what still holds at the end opens at that look, and not
// a For later.
//
// Quiet hours are what a clock on the wall shows. On the day on which an hour comes twice it is quiet in both, and what begins
// in the hour that is left out begins with the next.
//
// Time is an argument of everything, and rules are looked at in the order of the config, so that a replay decides the same.
package alerts
