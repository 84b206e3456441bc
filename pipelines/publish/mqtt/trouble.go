package mqtt

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
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

func refused(err error) bool {
	return errors.Is(err, packets.ErrorRefusedNotAuthorised) || errors.Is(err, packets.ErrorRefusedBadUsernameOrPassword)
}

// explain says what went wrong and what to do, without ports and addresses that change from try to try.
func explain(err error) string {
	var op *net.OpError
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case refused(err):
		return "not authorised: check mqtt.username and mqtt.password_file"
	case errors.Is(err, packets.ErrorRefusedIDRejected):
		return "client id refused: check device.id"
	case errors.As(err, &cert):
		return cert.Err.Error() + ": check mqtt.ca_file and the host in mqtt.broker"
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
