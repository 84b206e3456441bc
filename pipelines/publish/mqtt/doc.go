// Package mqtt speaks to one MQTT broker: it connects, tries again for as long as it takes, says on the availability
// topic that it is there, and sends messages one by one, each until the broker has acknowledged it. It hides paho.
//
// # Why
//
// Each connection is a fresh paho client that never reconnects by itself. A paho client that does keeps messages of its
// own, drops those of QoS 0 silently while it has no connection, and may call a message done when the connection was
// lost. Here a message is done only when its PUBACK came on the connection that sent it; whatever else happens, Publish
// returns an error and the caller sends it again.
//
// One message is under way at a time. That keeps the order through any loss, and a broker on the local network
// acknowledges many hundreds a second.
//
// The client reads its own availability topic. A broker that notices late that an old connection is dead publishes the
// old connection's will after the new one's "online"; the client sees the will and says "online" again.
package mqtt
