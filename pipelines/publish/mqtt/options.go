package mqtt

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"
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
	URL      string // mqtt://host[:1883], mqtts://host[:8883], ws://host[:80]/path, wss://host[:443]/path
	ClientID string // the same at every start, so that the broker ends an old connection when a new one comes
	Username string
	Password string
	CAFile   string // PEM, for mqtts and wss; empty trusts the system's

	Will  Message // published by the broker if the connection dies
	Birth Message // published first on every connection, to Will's topic
	Bye   Message // published last before a clean end, to Will's topic

	// Listen is subscribed to anew on every connection, before Birth. The own will's topic cannot be listened to.
	Listen []Listener

	// Dial opens the network connection; nil uses the network. It is not asked for ws and wss.
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

var ports = map[string]string{"mqtt": "1883", "mqtts": "8883", "ws": "80", "wss": "443"}

// parseURL checks a broker's address and adds the port where it is missing.
func parseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if i := strings.LastIndexByte(s, '@'); i >= 0 { // what stands before it may be a password, and is not repeated
		return nil, fmt.Errorf("broker …%s: put the user into mqtt.username and the password into mqtt.password_file", s[i:])
	}
	if err != nil || ports[u.Scheme] == "" || u.Hostname() == "" {
		return nil, fmt.Errorf("broker %q: write mqtt://host:1883, mqtts://host:8883, ws://host/path or wss://host/path", s)
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), ports[u.Scheme])
	}
	return u, nil
}

// tlsConfig returns nil for a connection in the clear.
func tlsConfig(u *url.URL, caFile string) (*tls.Config, error) {
	secure := u.Scheme == "mqtts" || u.Scheme == "wss"
	switch {
	case !secure && caFile != "":
		return nil, fmt.Errorf("broker %s: mqtt.ca_file is set, but %s:// is not encrypted; write %ss://", u, u.Scheme, u.Scheme)
	case !secure:
		return nil, nil
	}
	cfg := &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
	if caFile == "" {
		return cfg, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, fmt.Errorf("broker %s: mqtt.ca_file: %w", u, err)
	}
	cfg.RootCAs = x509.NewCertPool()
	if !cfg.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("broker %s: mqtt.ca_file %s holds no PEM certificate", u, caFile)
	}
	return cfg, nil
}
