package mqtt

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/url"
	"os"
)

// TLS says whom to trust and who this is, for mqtts and wss. The zero value trusts the system's authorities and shows no
// certificate. TLS is never older than 1.2.
type TLS struct {
	CAFile     string   // PEM; the authorities to trust in place of the system's
	CertFile   string   // PEM; the client's certificate and what leads to its authority. It is read anew for each connection
	KeyFile    string   // PEM; its key
	ServerName string   // the name that the broker's certificate must have; empty for the host of its address
	ALPN       []string // what to ask of a broker that shares its port with other protocols; mqtts only
}

// set returns the first key of the config that is set; empty if none is.
func (t *TLS) set() string {
	switch {
	case t.CAFile != "":
		return "mqtt.ca_file"
	case t.CertFile != "" || t.KeyFile != "":
		return "mqtt.client_cert_file"
	case t.ServerName != "":
		return "mqtt.server_name"
	case len(t.ALPN) > 0:
		return "mqtt.alpn"
	}
	return ""
}

func encrypted(u *url.URL) bool { return u.Scheme == "mqtts" || u.Scheme == "wss" }

// config returns what connections to u need; nil for one in the clear. It reads the files.
func (t *TLS) config(u *url.URL) (*tls.Config, error) {
	switch {
	case !encrypted(u) && t.set() != "":
		return nil, fmt.Errorf("%s is set, but %s:// is not encrypted; write %ss://", t.set(), u.Scheme, u.Scheme)
	case !encrypted(u):
		return nil, nil
	case u.Scheme == "wss" && len(t.ALPN) > 0:
		return nil, fmt.Errorf("mqtt.alpn is set, but wss:// is HTTP and asks for that; write mqtts:// or leave it out")
	}
	cfg := &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12, NextProtos: t.ALPN}
	if t.ServerName != "" {
		cfg.ServerName = t.ServerName
	}
	if err := t.authorities(cfg); err != nil {
		return nil, err
	}
	return cfg, t.certificate(cfg)
}

func (t *TLS) authorities(cfg *tls.Config) error {
	if t.CAFile == "" {
		return nil
	}
	pem, err := os.ReadFile(t.CAFile)
	if err != nil {
		return fmt.Errorf("mqtt.ca_file: %w", err)
	}
	cfg.RootCAs = x509.NewCertPool()
	if !cfg.RootCAs.AppendCertsFromPEM(pem) {
		return fmt.Errorf("mqtt.ca_file %s holds no PEM certificate", t.CAFile)
	}
	return nil
}

// certificate has the client show its certificate. Certificates are renewed in place, and a daemon lives longer than they
// do; so the files are read for each handshake, and now to learn whether they are any good.
func (t *TLS) certificate(cfg *tls.Config) error {
	if t.CertFile == "" && t.KeyFile == "" {
		return nil
	}
	load := func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("mqtt.client_cert_file and client_key_file: %w", err)
		}
		return &pair, nil
	}
	cfg.GetClientCertificate = load
	_, err := load(nil)
	return err
}
