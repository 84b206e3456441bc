// Package digest sums up what a pipeline says: at the end of each hour and day it makes an event of what happened, how often
// and for how long, which alerts were open, what was measured, and which sensors were silent; in words and as data.
//
//	From 14:00 to 15:00. A fire burned twice, 1 min 10 s in all, most recently at 14:51. The temperature was between 20.1 °C and
//	24.4 °C, 21.2 °C on average.
//
// # Why
//
// Labels flicker. A happening is a label, or a class of objects, that results tell, across gaps of up to 10 s; it counts if
// results have told it for two seconds in all. A result holds until the next one of its model, or until there should have been
// one: so how long something was so is neither too short by a result nor too long. A happening is counted in each hour in
// which it was told, with the part that lies there, and once in the day.
//
// How often is told only where that does not hang on a threshold. Of what happens, a door that opens, it is known; of what is
// so for a while, somebody who is there, each moment's doubt makes one time two. So a digest looks at how long happenings lasted
// and how far they were apart: without those that were less than half as long as the mean, and with those joined that were less
// than half of that apart, there may be fewer. If by more than a fifth, it says for how long, when first and when last, but not
// how often: Times is 0. Where a quarter of the time or more lies in gaps that were joined, it is told as rough: about 5 h.
//
// Hours and days are those of a time zone. Where clocks are put back, a day has 25 hours and two of them the same name; where
// they skip midnight, a day begins at one.
//
// What nobody watched is not known: each digest says how much of its time there were looks at the pipeline. State and Restore
// carry what is being counted over a restart, which then is a gap like others.
//
// Time is an argument of all that a Digest is asked, so that a replay says the same to the last bit. Its methods may be called
// from several goroutines: one asks for the State while the pipeline goes on.
package digest
