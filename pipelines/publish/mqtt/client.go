package mqtt

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"time"
)

// Client speaks to one broker, over one connection after another. It belongs to one goroutine.
type Client struct {
	o   Options
	url *url.URL
	tls *tls.Config

	conn    *conn // nil before the first and after Close
	trouble trouble
}

// New checks o and reads the CA file; it does not connect.
func New(o Options) (*Client, error) {
	u, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	cfg, err := tlsConfig(u, o.CAFile)
	if err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Dial == nil {
		o.Dial = func(ctx context.Context, address string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", address)
		}
	}
	return &Client{o: o, url: u, tls: cfg}, nil
}

// Connect waits until there is a connection and Birth is published on it. It tries for as long as ctx lives, ever more
// slowly, and tells the log what hinders it. The context that it returns ends with the connection, the cause saying
// why. The error is ctx's.
func (c *Client) Connect(ctx context.Context) (context.Context, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.conn != nil {
		if c.conn.up.Err() == nil {
			return c.conn.up, nil
		}
		if err := c.afterLoss(ctx); err != nil {
			return nil, err
		}
	}
	for {
		k, err := c.dial(ctx)
		if err == nil {
			c.o.Log.Info("broker " + c.url.String() + ": connected")
			c.conn = k
			return k.up, nil
		}
		if ctx.Err() == nil {
			c.trouble.tell(c.o.Log, c.url.String(), err)
		}
		if err := sleep(ctx, c.trouble.wait(err)); err != nil {
			return nil, err
		}
	}
}

// afterLoss tells of the lost connection and waits before the first try at another.
func (c *Client) afterLoss(ctx context.Context) error {
	why := context.Cause(c.conn.up)
	if time.Since(c.conn.born) >= steady {
		c.trouble = trouble{}
	}
	c.conn = nil
	c.trouble.tell(c.o.Log, c.url.String(), why)
	return sleep(ctx, c.trouble.wait(why))
}

// Publish sends m and returns nil once the broker has acknowledged it on the same connection. After any error m may or
// may not have arrived, and unless ctx has ended the connection is gone: Connect makes another.
func (c *Client) Publish(ctx context.Context, m Message) error {
	if c.conn == nil {
		return errNotConnected
	}
	err := c.conn.publish(ctx, m)
	if err != nil && ctx.Err() == nil {
		c.conn.cut(err)
	}
	return err
}

// Close publishes Bye, if there is a connection, and ends it. It waits for the broker no longer than ctx lives.
func (c *Client) Close(ctx context.Context) error {
	k := c.conn
	c.conn = nil
	if k == nil || k.up.Err() != nil {
		return nil
	}
	if err := c.end(ctx, k); err != nil {
		k.cut(err) // and the broker publishes the will
		return fmt.Errorf("broker %s: no farewell: %w", c.url, err)
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
