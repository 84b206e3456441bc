// Package chips models sensor chips at the level of their registers, behind periph's i2c.Bus, so that the real drivers
// read a simulated room exactly as they read a real one. It hides the registers, the conversion times and the
// compensation formulas; a story sets degrees, pascals, lux.
//
// # Why
//
// Registers, not values: a model that hands out values would skip the driver, which is where the bugs are (a lost
// ctrl_hum, a conversion read too early, a chip that stops answering). The models therefore keep the datasheet's
// registers, its reset values and its slowest conversion times, on the clock of package time, so that testing/synctest
// can run them.
//
// Where a datasheet gives a range of times the models take the longest: a driver that reads sooner gets what was there
// before, as from a slow chip. Where it is silent, the model does what is worst for a driver, and says so.
//
// Faults are of the chip (SetFault: dead, busy, frozen, a flipped bit, noise; Reset: a moment without power) or of the
// bus (SetStuck; Plug with nil takes a chip away).
//
// Calibration words are those of Bosch's worked example, so that the known answer (25.08 °C, 100653 Pa) is what a
// fresh chip says. Their humidity words, for which Bosch gives no example, are those of a typical part.
package chips
