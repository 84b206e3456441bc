// Package boards knows the boards that edged is made for, and says which one this is: Detect reads the device tree, /proc
// and /sys. OpenThermal and OpenThrottle watch what a governor has to watch, the temperature and whether the processor is
// held back; StorageOf says what a folder lies on and how worn that is. It hides where each vendor's kernel puts these.
//
// Everything is read through an fs.FS of the root directory, os.DirFS("/") on a board, so that files of boards are tests.
//
// # Why
//
// Profiles are data, for nothing in edged may depend on a board's name: a board that nobody has described runs as well,
// and only its advice is general. A profile is found by the device tree's compatible strings, from the most specific to
// that of the chip, so that a carrier board of another maker is still known by its module.
//
// What is missing is a zero value and no error: on a board half of these files are not there, and whoever asks what ails
// it wants the other half. Detect fails only where there is no /proc at all, or a file of it cannot be read.
//
// None of this has been tried on hardware by us. Support says of each board what was: its processor's instructions under
// QEMU, and its files as fixtures that were written from the kernel's sources and the vendors' documentation.
package boards
