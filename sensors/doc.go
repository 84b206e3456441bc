// Package sensors says what a sensor gives: pictures, sound and readings, each stamped with the time at which its
// driver handed it over. The rooms below it (mic, replay, i2c, sim, later camera) hold the drivers.
//
// # Why
//
// A Source is pulled, not pushed: the reader owns the memory it reads into and the pace at which it reads, so a slow
// pipeline never makes a driver allocate. Samples carry their own time because only the driver knows it; every time
// is taken from time.Now and so carries Go's monotonic clock, or from a Clock where a simulated room runs faster.
package sensors
