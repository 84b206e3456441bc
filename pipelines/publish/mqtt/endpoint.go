package mqtt

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// endpoint is one broker, and how it went with it.
type endpoint struct {
	url     *url.URL
	tls     *tls.Config // nil in the clear
	trouble trouble
	due     time.Time // no try before
}

// endpoints reads the addresses of o and what they need.
func endpoints(o *Options) ([]*endpoint, error) {
	var all []*endpoint
	for _, address := range append([]string{o.URL}, o.Fallbacks...) {
		u, err := parseURL(address)
		if err != nil {
			return nil, err
		}
		cfg, err := o.TLS.config(u)
		if err != nil {
			return nil, fmt.Errorf("broker %s: %w", u, err)
		}
		if len(all) > 0 && (cfg == nil) != (all[0].tls == nil) {
			return nil, fmt.Errorf("brokers %s and %s: one is encrypted and one is not; who cuts off the one would get the password in the clear", all[0].url, u)
		}
		all = append(all, &endpoint{url: u, tls: cfg})
	}
	return all, nil
}

// next waits until one of the brokers may be tried, and returns the first that may.
func (c *Client) next(ctx context.Context) (*endpoint, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		now, soonest := time.Now(), c.brokers[0].due
		for _, e := range c.brokers {
			if !now.Before(e.due) {
				return e, nil
			}
			if e.due.Before(soonest) {
				soonest = e.due
			}
		}
		if err := sleep(ctx, soonest.Sub(now)); err != nil {
			return nil, err
		}
	}
}

// failed tells of a failure and puts off the next try.
func (c *Client) failed(e *endpoint, err error) {
	e.trouble.tell(c.o.Log, e.url.String(), err)
	e.due = time.Now().Add(e.trouble.wait(err))
}

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
