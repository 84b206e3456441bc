// Package publish takes the events, readings and snapshots of the pipelines, makes the JSON of DESIGN.md section 6 of them, and
// delivers it to an MQTT broker in the order in which it was accepted. It also says on the broker who this device is
// (info), that it is there (availability) and how it fares (health).
//
// Events and readings wait for the broker in an outbox on disk, or without one in memory. They are accepted in memory, at
// once, and one goroutine makes all that has come since its last commit durable with the next: no encoder waits for an SD card.
// Sync waits, for who must know. Only the broker's acknowledgement, on the connection that a message was sent on, takes
// it out; until then it is sent again on each new connection, from the oldest on.
//
// A disk that fails is announced: in the log, in health, and as "degraded" in each event. Put then returns why, and what it was
// given is kept in memory, sent from there once all that is on disk has been, and tried on disk again every 5 s.
//
// How alerts stand, and until when they are muted, is in a small file of its own, the ledger: what is told is noted there before
// the outbox has it, and called owed until it does. A crash at any instant therefore leaves no alert open that the next start
// would open again, and none closed of which nobody is told.
//
// # Why
//
// Events are encoded when they are accepted, not when they are sent: the queue then holds bytes, whose size is known
// and which need no second format on disk, and an event that JSON cannot hold (a score that is not a number) is
// refused while its pipeline can still count it. One field is left open, the last: "historical" says whether the event came
// late, and only the sender knows.
//
// They are written by a scribe of our own into memory that is used again, and so is the queue's: encoding/json would allocate some
// dozens of times for each. Tests compare the two to the byte.
//
// What an event waited is counted by the monotonic clock. The clock of a board without a battery jumps by years when the network
// comes.
//
// What says how things are, retained messages and snapshots, has a lane of its own and is never on disk: after an hour without a
// broker one health message goes out, not 360, and before the hour's events. A newer one replaces an older one that waits.
package publish
