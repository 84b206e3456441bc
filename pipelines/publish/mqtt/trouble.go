package mqtt

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// Waits between tries. Doubling starts at the first; a refused user starts higher, for brokers that count failures.
const (
	firstWait   = 500 * time.Millisecond
	longWait    = 30 * time.Second
	refusedWait = 30 * time.Second
	refusedLong = 5 * time.Minute

	steady   = 5 * time.Second  // a connection that lived as long was a good one: waits start anew
	remindOn = 10 * time.Minute // the same trouble is told again
)

// trouble decides how long to wait after a failure and whether to tell of it.
type trouble struct {
	tries int
	told  string
	when  time.Time
}

// wait returns the time until the next try: doubling, with a quarter of jitter so that a fleet does not come at once.
func (t *trouble) wait(err error) time.Duration {
	first, long := firstWait, longWait
	if refused(err) {
		first, long = refusedWait, refusedLong
	}
	d := min(first<<min(t.tries, 16), long)
	t.tries++
	return d*3/4 + rand.N(d/2)
}

// tell logs a trouble when it is new, or has lasted.
func (t *trouble) tell(log *slog.Logger, broker string, err error) {
	text := "broker " + broker + ": " + explain(err)
	if text == t.told && time.Since(t.when) < remindOn {
		return
	}
	t.told, t.when = text, time.Now()
	log.Warn(text)
}

// refused says that the broker knows who this is and does not want it.
func refused(err error) bool {
	return errors.Is(err, packets.ErrorRefusedNotAuthorised) || errors.Is(err, packets.ErrorRefusedBadUsernameOrPassword) ||
		strings.Contains(alert(err), "certificate")
}

// alert returns what the broker says that ends TLS, as "revoked certificate"; empty if err is something else.
func alert(err error) string {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return ""
	}
	return strings.TrimPrefix(op.Err.Error(), "tls: ")
}

// distrust says why the broker's certificate is not believed, without the time of day.
func distrust(err error) string {
	var expired x509.CertificateInvalidError
	if !errors.As(err, &expired) || expired.Reason != x509.Expired {
		return err.Error() + ": check mqtt.ca_file, and the host in mqtt.broker or mqtt.server_name"
	}
	const day = "2006-01-02"
	now, cert := time.Now(), expired.Cert
	if now.Before(cert.NotBefore) {
		return fmt.Sprintf("its certificate is not valid before %s, and it is %s: check the clock of this machine", cert.NotBefore.Format(day), now.Format(day))
	}
	return fmt.Sprintf("its certificate expired on %s: renew it", cert.NotAfter.Format(day))
}

// ended says why the broker ended TLS.
func ended(alert string) string {
	switch {
	case alert == "certificate required":
		return "wants a client certificate: set mqtt.client_cert_file and mqtt.client_key_file"
	case strings.Contains(alert, "certificate"):
		return "refuses the client certificate (" + alert + "): check mqtt.client_cert_file"
	case alert == "no application protocol":
		return "knows no protocol of mqtt.alpn"
	case alert == "protocol version not supported":
		return "speaks no TLS 1.2 or newer"
	}
	return "ends TLS (" + alert + "): check mqtt.client_cert_file, mqtt.server_name and mqtt.alpn"
}

// explain says what went wrong and what to do, without ports and addresses that change from try to try.
func explain(err error) string {
	var op *net.OpError
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var broken protocolError
	switch {
	case alert(err) != "":
		return ended(alert(err))
	case refused(err):
		return "not authorised: check mqtt.username and mqtt.password_file"
	case errors.Is(err, packets.ErrorRefusedIDRejected):
		return "client id refused: check device.id"
	case errors.As(err, &cert):
		return distrust(cert.Err)
	case errors.As(err, &broken):
		return broken.Error()
	case errors.As(err, &record):
		return "does not speak TLS: check the scheme and port in mqtt.broker"
	case errors.As(err, &dns):
		return "host " + dns.Name + " not found: check mqtt.broker"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "no answer: check mqtt.broker and that the broker runs"
	case errors.As(err, &op) && op.Op == "dial":
		return "unreachable (" + op.Err.Error() + "): check mqtt.broker and that the broker runs"
	case errors.As(err, &op):
		return "connection lost (" + op.Err.Error() + ")"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed by the broker"
	}
	return err.Error()
}
