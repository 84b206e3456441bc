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
//     watch refuses transfers once the context or the time for one measurement is over, and slows that loop down. A
//     transfer under way is not interrupted, Linux has no means for it, but Linux gives every transfer a limit (the
//     adapter's timeout, a second as a rule), and that is the longest that a stuck bus holds up a Read or a Close.
//   - The cause. periph flattens errors into text; the watch keeps them.
//   - Doubt. A chip that lost its power for a moment answers with its settings gone: its humidity then reads as
//     "skipped", which the driver takes for a number. A bus whose data line is high reads as all ones.
//
// The chips of a bus take turns, one transfer each; waiting for a turn ends with the context.
package i2c
