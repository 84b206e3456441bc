// Package publish takes the events, readings and snapshots of the pipelines, makes the JSON of DESIGN.md section 6 of them, and
// delivers it to an MQTT broker in the order in which it was accepted. It also says on the broker who this device is
// (info), that it is there (availability) and how it fares (health).
//
// What was accepted waits in a Queue and leaves it only when the broker has acknowledged it. So far the Queue is in
// memory and bounded: when it is full the oldest message that is no alert is dropped and counted, and a crash loses
// what waits. A queue on disk, with the same Put, Peek and Done, will take its place.
//
// # Why
//
// Events are encoded when they are accepted, not when they are sent: the queue then holds bytes, whose size is known
// and which need no second format on disk, and an event that JSON cannot hold (a score that is not a number) is
// refused while its pipeline can still count it.
//
// A retained message says how things are now, so a newer one replaces an older one that still waits: after an hour
// without a broker, one health message goes out, not 360.
package publish
