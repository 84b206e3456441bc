// Command torture puts numbered events through a Publisher, breaks everything around it, and judges what arrives: what
// was accepted is there, in order, and what is there twice has the same id. scripts/torture and scripts/fleet run it.
//
//	torture kills      the daemon and the broker are killed at random moments
//	torture disk       the outbox's file system is full, and then read-only
//	torture network    packets are lost and late, and the link is cut, between two network namespaces
//	torture million    very many events: memory, and the time from event to broker
//	torture fleet      many edged daemons on one mosquitto, or on three nodes of NATS of which one is killed
//	torture source     what is killed: a process that publishes and says what was accepted; the others start it
//	torture hold       a process that holds a network namespace; torture network starts it
//
// # Why
//
// The judge hears by an MQTT client of its own (subscriber). It must not share the judged one's mistakes, and it has to
// know when it is subscribed and when all that a dead broker had sent is read.
//
// A broker that is killed loses what it has acknowledged and not yet passed on: mosquitto keeps its queues in memory.
// Two things make that nothing: the judge is always subscribed before the daemon can reach a new broker (gate), and
// mosquitto writes a message to its subscribers' sockets before it acknowledges it (with max_inflight_messages 0). What
// is missing then is edged's loss.
//
// Events are put by several goroutines, each of which numbers its own, and a run of the daemon must be heard to its end
// before the next: that is all the order that there is. An event is accepted when publish.Publisher.Sync says so.
package main
