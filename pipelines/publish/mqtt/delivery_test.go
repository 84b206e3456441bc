package mqtt

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestManyUnderWay has a broker that acknowledges nothing until all has come.
func TestManyUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 64
		b := &pipeBroker{batch: n}
		c, _ := b.client(t)
		if _, err := c.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		var sent []*Delivery
		var want []string
		for i := range n {
			sent = append(sent, c.Send(t.Context(), Message{Topic: "event", Payload: []byte(strconv.Itoa(i))}))
			want = append(want, "event "+strconv.Itoa(i))
		}
		for i, d := range sent {
			if err := d.Wait(t.Context()); err != nil {
				t.Errorf("message %d: %v", i, err)
			}
		}
		if got := strings.Join(b.got[3:], ", "); got != strings.Join(want, ", ") {
			t.Errorf("got %s", got)
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestLossFailsAllUnderWay loses the connection after a few of many.
func TestLossFailsAllUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &pipeBroker{batch: 5}
		c, _ := b.client(t)
		up, err := c.Connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var sent []*Delivery
		for i := range 8 {
			sent = append(sent, c.Send(t.Context(), Message{Topic: "event", Payload: []byte(strconv.Itoa(i))}))
		}
		synctest.Wait()
		b.conns[0].Close()
		synctest.Wait() // the loss does not undo what was acknowledged before
		for i, d := range sent {
			if err := d.Wait(t.Context()); (err == nil) != (i < 5) {
				t.Errorf("message %d: got %v", i, err)
			}
		}
		if d := c.Send(t.Context(), Message{Topic: "event"}); d.Wait(t.Context()) == nil || up.Err() == nil {
			t.Error("sent on a lost connection")
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestSlowLink sends more than a link takes in a second, which is no lost connection.
func TestSlowLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &pipeBroker{}
		b.quirk.Store(&quirk{slow: 3 * time.Second})
		c, _ := b.client(t)
		if _, err := c.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var sent []*Delivery
		for range 4 {
			sent = append(sent, c.Send(t.Context(), Message{Topic: "event"}))
		}
		if err := c.Send(short, Message{Topic: "event"}).Wait(t.Context()); err != context.DeadlineExceeded {
			t.Errorf("got %v of one that had no time", err)
		}
		for i, d := range sent {
			if err := d.Wait(t.Context()); err != nil {
				t.Errorf("message %d: %v", i, err)
			}
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if len(b.dials) != 1 {
			t.Errorf("got %d connections", len(b.dials))
		}
		time.Sleep(3 * time.Second) // the broker ends, too
	})
}

func TestQoS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &pipeBroker{}
		c, _ := b.client(t)
		if _, err := c.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, q := range []QoS{AtMostOnce, AtLeastOnce, ExactlyOnce} {
			if err := c.Publish(t.Context(), Message{Topic: "event", Payload: []byte{'0' + q.level()}, QoS: q}); err != nil {
				t.Errorf("QoS %d: %v", q.level(), err)
			}
		}
		synctest.Wait()
		if got := strings.Join(b.got[3:], ", "); got != "event 0, event 1, event 2, release" {
			t.Errorf("got %s", got)
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
