package mqtt

import (
	"context"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// Delivery is a message on its way. Any goroutine may wait for it.
type Delivery struct {
	conn  *conn
	token paho.Token
	err   error // why it was not sent
}

// Wait returns nil once the broker has acknowledged the message on the connection that it was sent on; a message of QoS 0
// once it is written. After any error it may or may not have arrived, and unless ctx has ended the connection is gone.
func (d *Delivery) Wait(ctx context.Context) error {
	if d.err != nil {
		return d.err
	}
	err := d.conn.wait(ctx, d.token)
	if err != nil && ctx.Err() == nil {
		d.conn.cut(err)
	}
	return err
}

// QoS is how surely a message arrives.
type QoS byte

// The zero value is the one that a message should have unless there is a reason.
const (
	AtLeastOnce QoS = iota // MQTT's 1
	AtMostOnce             // MQTT's 0: it is sent, and nobody says whether it came
	ExactlyOnce            // MQTT's 2, on one connection; sent again on the next it may come twice all the same
)

// level is MQTT's number.
func (q QoS) level() byte {
	switch q {
	case AtMostOnce:
		return 0
	case ExactlyOnce:
		return 2
	}
	return 1
}
