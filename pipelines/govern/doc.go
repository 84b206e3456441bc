// Package govern keeps a machine within limits of temperature, memory and processor time: a Governor is told each second how
// it stands, and says how much is to be left out, as a level from 0, nothing, to the last. It hides when to step and when to
// wait. What a level leaves out is the caller's; each is to need less than the one before.
//
// It reads no clock and no sensor: times and readings are arguments, and so simulated heat is a test.
//
// # Why
//
// Heat comes late. A limit is held by looking at where the temperature is heading, and not only at where it is: a Governor steps
// up before the limit is passed. It steps down after a minute at the least, one step, and only from well below all limits: so it
// goes back and forth no more than once a minute whatever the machine does. If that step was one too many, the next wait is twice
// as long.
package govern
