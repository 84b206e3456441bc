// Package view shows on a terminal what a device says of itself over MQTT: the picture in coloured cells, how loud it is,
// labels with bars, the caption, how much each sense had a part in it and how old it is, and what is wrong. It hides JSON,
// colours and escape sequences.
//
// # Why
//
// The view knows the device's messages and nothing else: what it shows is what any subscriber gets.
//
// It draws in place on the terminal's own screen, without the alternate one, without raw mode, and with the cursor hidden
// during a frame alone. So there is nothing to restore that a crash could leave as it is, the last state stays to be read
// and copied, and what the log says goes above it.
package view
