package config

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const brokerHint = `write mqtt://HOST:1883, mqtts://HOST:8883, ws://HOST/PATH, wss://HOST/PATH or embedded`

func (v *validator) mqtt(path string, m *MQTT) {
	v.brokers(path+".broker", m)
	v.user(path, m)
	v.clientCertificate(path, m)
	if m.ServerName != "" && net.ParseIP(m.ServerName) == nil && strings.ContainsAny(m.ServerName, "/: ") {
		v.errorAt(path+".server_name", "write the name in the broker's certificate, as broker.lan", "%q is not a host's name", m.ServerName)
	}
	for _, p := range m.ALPN {
		if len(p) == 0 || len(p) > 255 { // RFC 7301, section 3.1
			v.errorAt(path+".alpn", "", "a protocol's name has 1 to 255 bytes, got %d", len(p))
		}
	}
}

func (v *validator) user(path string, m *MQTT) {
	switch named := m.Username != "" || m.UsernameFile != ""; {
	case m.Username != "" && m.UsernameFile != "":
		v.errorAt(path+".username_file", "leave out one of the two", "username and username_file")
	case m.PasswordFile != "" && !named:
		v.errorAt(path+".password_file", "add username", "a password without a user name")
	}
}

func (v *validator) clientCertificate(path string, m *MQTT) {
	switch {
	case m.ClientCertFile != "" && m.ClientKeyFile == "":
		v.errorAt(path+".client_cert_file", "add client_key_file", "a certificate without its key")
	case m.ClientKeyFile != "" && m.ClientCertFile == "":
		v.errorAt(path+".client_key_file", "add client_cert_file", "a key without its certificate")
	}
}

// brokers checks each address, and what all have in common.
func (v *validator) brokers(path string, m *MQTT) {
	if slices.Contains(m.Broker, Embedded) {
		v.embedded(path, m)
		return
	}
	at := path
	for i, address := range m.Broker {
		if len(m.Broker) > 1 {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		switch u := v.broker(at, address); {
		case u == nil:
		case slices.Contains(m.Broker[:i], address):
			v.errorAt(at, "", "the same broker stands twice")
		case encrypted(address) != encrypted(m.Broker[0]):
			v.errorAt(at, "encrypt all or none: who cuts off the one would get the password in the clear", "one broker is encrypted and one is not")
		case i == 0:
			v.secured(at, u, m)
		}
	}
}

func (v *validator) embedded(path string, m *MQTT) {
	switch {
	case len(m.Broker) > 1:
		v.errorAt(path, "", "the embedded broker stands alone")
	case m.tls() != "" || m.Username != "" || m.UsernameFile != "":
		v.errorAt(path, "", "the embedded broker listens on loopback, without TLS and users; leave out username and ca_file")
	}
}

// broker checks one address; it returns nil if that is wrong.
func (v *validator) broker(path, address string) *url.URL {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		v.errorAt(path, brokerHint, "not a broker's address")
	case u.User != nil:
		v.errorAt(path, "use username and password_file", "a user or password in the address")
	case !slices.Contains([]string{"mqtt", "mqtts", "ws", "wss"}, u.Scheme):
		v.errorAt(path, brokerHint, "unknown scheme %q", u.Scheme)
	case u.Hostname() == "" || !goodPort(u.Port()):
		v.errorAt(path, brokerHint, "%q is not a host with a port", u.Host)
	case u.Scheme != "ws" && u.Scheme != "wss" && (strings.Trim(u.Path, "/") != "" || u.RawQuery != ""):
		v.errorAt(path, brokerHint, "a %s:// address has no path", u.Scheme)
	default:
		return u
	}
	return nil
}

func encrypted(address string) bool {
	return strings.HasPrefix(address, "mqtts://") || strings.HasPrefix(address, "wss://")
}

// secured checks the keys of TLS against the first address.
func (v *validator) secured(path string, u *url.URL, m *MQTT) {
	switch {
	case m.tls() != "" && !encrypted(u.String()):
		v.errorAt(path, brokerHint, "%s needs a mqtts:// or wss:// broker", m.tls())
	case u.Scheme == "wss" && len(m.ALPN) > 0:
		v.errorAt(path, "write mqtts://, or leave out alpn", "wss:// is HTTP, and asks for that by itself")
	}
}

// tls returns the first key of TLS that is set; empty if none is.
func (m *MQTT) tls() string {
	switch {
	case m.CAFile != "":
		return "ca_file"
	case m.ClientCertFile != "" || m.ClientKeyFile != "":
		return "client_cert_file"
	case m.ServerName != "":
		return "server_name"
	case len(m.ALPN) > 0:
		return "alpn"
	}
	return ""
}

func goodPort(port string) bool {
	if port == "" {
		return true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}
