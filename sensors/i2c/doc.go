// Package i2c gives the chips on I²C buses as sources of readings: opened, watched and started again when they come
// back. It hides periph: its bus, its chip drivers, its units, and what those lack.
//
// # Why
//
// Buses are opened by number through periph's sysfs package, not through its registry: the registry's list is made once
// at start, so that a USB adapter plugged in later would stay unknown. A bus is opened at its first transfer, and again
// after a chip on it could not be started, so that an unplugged adapter is let go and found again.
//
// Every chip's driver sees its bus through a watch, which supplies what periph's drivers leave out:
//   - The context. periph takes none, so that its loop on a chip whose conversion never ends would never end either; the
//     watch refuses transfers once the context is over, or the time for one measurement but for what others had the bus,
//     and slows that loop down. A
//     transfer under way is not interrupted, Linux has no means for it, but Linux gives every transfer a limit (the
//     adapter's timeout, a second as a rule), and that is the longest that a stuck bus holds up a Read or a Close.
//   - The cause. periph flattens errors into text; the watch keeps them.
//   - Doubt. A chip that lost its power for a moment answers with its settings gone: a BME280's humidity then reads as
//     "skipped", an INA219's current as 0 A, an ADXL345 lies still. What can be asked for its settings or its identity is.
//     A bus whose data line is high reads as all ones. What the datasheet says that a chip cannot measure is an error.
//   - Waiting. Where a driver of periph's waits for a shorter time than the datasheet allows the chip, or not at all, its
//     transfers pass through a Tx that does: see volts, thermometer, gas, co2. It may sleep for 250 ms, no longer, as a
//     Read is to end soon after its context.
//
// The chips of a bus take turns, one transfer each; waiting for a turn ends with the context, and nobody holds the bus
// while a chip converts.
//
// Three of periph's drivers (v3.7.4) cannot be used, and small ones of our own stand in their place: bh1750 (it never
// sees the result of a slow chip), adxl345 (on I²C it reads and writes other registers) and sgp30 (it starts a goroutine
// that logs its errors). Of ccs811 the start is used, not the reading, which cuts bits off. Each file says what is wrong.
//
// The table of chips, Models, is the one place that knows which there are: options, the config's checks and the README
// are made from it.
package i2c
