// Command judge looks from outside at a virtual board on which edged runs, and says whether it does what it should: over
// MQTT at what edged publishes, and by a line of its own to the program guest, which puts faults into the hardware. See
// scripts/vboard.
//
//	judge -board arm64 -dir DIR [-soak 10m]
//
// DIR holds the socket "mqtt" of a mosquitto; the judge listens on the socket "control" there. Messages are read by
// mosquitto_sub, so that neither side of what is judged is edged's own client.
//
// # Why
//
// Everything is judged by what a user of edged sees: events and what they call degraded, readings, pictures, health. How
// soon edged is back is counted from the guest's answer that the hardware is, to the first event of that sensor that
// calls it well. That no restart hid in between is seen by the events: one boot id, and no gap in their numbers.
package main
