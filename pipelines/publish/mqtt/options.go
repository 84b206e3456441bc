package mqtt

import (
	"context"
	"log/slog"
	"net"
	"time"
)

// Message is what travels.
type Message struct {
	Topic   string
	Payload []byte
	Retain  bool
	QoS     QoS
}

// Options says how to reach a broker. URL and ClientID must be set.
type Options struct {
	URL       string   // mqtt://host[:1883], mqtts://host[:8883], ws://host[:80]/path, wss://host[:443]/path
	Fallbacks []string // brokers in place of that one, tried in order; all are encrypted, or none
	ClientID  string   // the same at every start, so that the broker ends an old connection when a new one comes
	Username  string
	Password  string
	TLS       TLS

	Will  Message // published by the broker if the connection dies
	Birth Message // published first on every connection, to Will's topic
	Bye   Message // published last before a clean end, to Will's topic

	// Listen is subscribed to anew on every connection, before Birth. The own will's topic cannot be listened to.
	Listen []Listener

	// Dial opens the network connection, that of ws and wss too; nil uses the network.
	Dial func(ctx context.Context, address string) (net.Conn, error)
	Log  *slog.Logger
}

// Times that a connection keeps.
const (
	keepAlive   = 15 * time.Second // silence after which the client pings
	pingTimeout = 10 * time.Second // after which an unanswered ping is a lost connection
	connectTime = 10 * time.Second // for dialling, and again for the handshake
	writeTime   = 10 * time.Second // for one packet
	offerTime   = time.Second      // for it to be taken from our hands, which only a lost connection does not
	ackTime     = 20 * time.Second // for an acknowledgement
	answerEvery = time.Second      // from one answer to the own will to the next: a broker may send it as often as it likes
)
