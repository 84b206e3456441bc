// Command guest is what runs on a virtual board beside edged: it fakes the hardware below real kernel drivers, starts
// edged run, and does what the judge outside asks of it. See scripts/vboard.
//
//	guest -edged /bin/edged -config /etc/edged.yaml -control 10.0.2.100:9
//
// What it fakes: a Silicon Labs CP2112, a USB bridge to I²C, through /dev/uhid, with the register models of
// sensors/sim/chips behind it; a tone that is played into one end of snd-aloop; and a camera that encodes, by writing
// JPEGs into v4l2loopback. vivid's pictures are its own.
//
// # Why
//
// The judge asks by lines of text over one connection, and each gets one line back, "ok …" or "error …": the board has
// no shell that could be asked, and what is asked must be done at a known moment.
//
// Here, unlike in the rooms of sensors, goroutines feed the devices: this is a program of its own, the world outside
// edged, which goes on by itself.
package main
