// Package mqtt speaks to one MQTT broker: it connects, tries again for as long as it takes, says on the availability
// topic that it is there, sends messages, each until the broker has acknowledged it, and hears those of topics that it
// listens to. It hides paho.
//
// # Why
//
// Each connection is a fresh paho client that never reconnects by itself. A paho client that does keeps messages of its
// own, drops those of QoS 0 silently while it has no connection, and may call a message done when the connection was
// lost. Here a message is done only when its PUBACK came on the connection that sent it; whatever else happens, the
// Delivery gets an error and the caller sends the message again.
//
// Many messages may be under way at once, or a distant broker would be waited for once a message. They stay in order: one
// connection sends them one after the other, and the first that goes wrong ends it. After a loss the caller starts anew
// from the first that was not acknowledged, so that some may come twice, and none out of turn or never.
//
// The client reads its own availability topic. A broker that notices late that an old connection is dead publishes the
// old connection's will after the new one's "online"; the client sees the will and says "online" again.
//
// What the broker sends is checked before paho sees it; see guard.
package mqtt
