package mqtt

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"time"
)

// Client speaks to one broker at a time, over one connection after another. It belongs to one goroutine.
type Client struct {
	o       Options
	brokers []*endpoint
	conn    *conn // nil before the first and after Close
	inbox   *inbox
}

// New checks o and reads the files of TLS; it does not connect.
func New(o Options) (*Client, error) {
	brokers, err := endpoints(&o)
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
	return &Client{o: o, brokers: brokers, inbox: newInbox(o.Listen)}, nil
}

// Connect waits until there is a connection and Birth is published on it. It tries for as long as ctx lives, each broker
// ever more slowly, and tells the log what hinders it. The context that it returns ends with the connection, the cause saying
// why. The error is ctx's.
func (c *Client) Connect(ctx context.Context) (context.Context, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.conn != nil {
		if c.conn.up.Err() == nil {
			return c.conn.up, nil
		}
		c.afterLoss()
	}
	c.inbox.open(ctx)
	for {
		e, err := c.next(ctx)
		if err != nil {
			return nil, err
		}
		k, err := c.dial(ctx, e)
		if err == nil {
			c.o.Log.Info("broker " + e.url.String() + ": connected")
			c.conn = k
			return k.up, nil
		}
		if ctx.Err() == nil {
			c.failed(e, err)
		}
	}
}

// afterLoss tells of the lost connection and puts off another to the same broker.
func (c *Client) afterLoss() {
	k, why := c.conn, context.Cause(c.conn.up)
	c.conn = nil
	k.cut(why)
	if time.Since(k.born) >= steady {
		k.at.trouble = trouble{}
	}
	c.failed(k.at, why)
}

// Publish sends m and returns nil once the broker has acknowledged it on the same connection. After any error m may or
// may not have arrived, and unless ctx has ended the connection is gone: Connect makes another.
func (c *Client) Publish(ctx context.Context, m Message) error { return c.Send(ctx, m).Wait(ctx) }

// Send sends m and does not wait for the broker to acknowledge it. It waits for the message before it to be written: on a
// slow link, and until ctx ends. What is sent on one connection arrives in the order in which it was sent; after a loss,
// whatever was not acknowledged must be sent again, the oldest first.
func (c *Client) Send(ctx context.Context, m Message) *Delivery {
	if c.conn == nil {
		return &Delivery{err: errNotConnected}
	}
	return c.conn.send(ctx, m)
}

// Close publishes Bye, if there is a connection, and ends it. It waits for the broker no longer than ctx lives, and for
// Heard to return.
func (c *Client) Close(ctx context.Context) error {
	defer c.inbox.close()
	k := c.conn
	c.conn = nil
	switch {
	case k == nil:
		return nil
	case k.up.Err() != nil:
		k.cut(nil) // it is, but may not have ended
		return nil
	}
	if err := c.end(ctx, k); err != nil {
		k.cut(err) // and the broker publishes the will
		return fmt.Errorf("broker %s: no farewell: %w", k.at.url, err)
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
