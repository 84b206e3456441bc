package mqtt

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestFilter(t *testing.T) {
	tests := []struct {
		filter, topic string
		want          bool
	}{
		{"a/b", "a/b", true},
		{"a/b", "a", false},
		{"a", "a/b", false},
		{"a/+", "a/b", true},
		{"a/+", "a", false},
		{"a/+", "a/b/c", false},
		{"+/b", "a/b", true},
		{"a/#", "a", true},
		{"a/#", "a/b/c", true},
		{"a/#", "ab", false},
		{"+", "/a", false},
		{"/+", "/a", true},
		{"#", "a/b", true},
		{"#", "$SYS/uptime", false},
		{"+/uptime", "$SYS/uptime", false},
		{"$SYS/#", "$SYS/uptime", true},
		{"a//c", "a//c", true},
		{"a/+/c", "a//c", true},
	}
	for _, tt := range tests {
		if got := matches(tt.filter, tt.topic); got != tt.want {
			t.Errorf("%s, %s: got %v", tt.filter, tt.topic, got)
		}
	}
}

// TestListen hears two filters in order, on one connection after another.
func TestListen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &pipeBroker{refuses: "secret/#", push: []Message{
			{Topic: "request/ping", Payload: []byte("1")},
			{Topic: "hub/status", Payload: []byte("online"), Retain: true},
			{Topic: "other", Payload: []byte("not asked for"), QoS: AtMostOnce},
			{Topic: "request/list", Payload: bytes.Repeat([]byte("2"), maxPayload)},
			{Topic: "request/huge", Payload: bytes.Repeat([]byte("3"), maxPayload+1)},
			{Topic: "request/ping", Payload: []byte("4"), QoS: AtMostOnce},
		}}
		var got []string
		hear := func(_ context.Context, m Message) {
			got = append(got, fmt.Sprintf("%s %.9s %d %v", m.Topic, m.Payload, len(m.Payload), m.Retain))
		}
		c, log := b.client(t, Listener{"request/+", hear}, Listener{"hub/status", hear}, Listener{"secret/#", hear})
		for range 2 {
			if _, err := c.Connect(t.Context()); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			b.conns[len(b.conns)-1].Close()
			synctest.Wait()
		}
		want := "request/ping 1 1 false, hub/status online 6 true, request/list 222222222 262144 false, request/ping 4 1 false"
		if got := strings.Join(got, ", "); got != want+", "+want {
			t.Errorf("got  %s\nwant %s twice", got, want)
		}
		steps := strings.Join(b.got[:6], ", ")
		if want := "connect edged:s3cret will offline, subscribe availability, subscribe request/+, subscribe hub/status, subscribe secret/#, availability online"; steps != want {
			t.Errorf("got %s\nwant %s", steps, want)
		}
		if n := strings.Count(strings.Join(b.got, ", "), "heard"); n != 8 {
			t.Errorf("acknowledged %d messages of QoS 1, want the long ones too", n)
		}
		if got := c.Stats(); got != (Stats{Heard: 8, Dropped: 2}) {
			t.Errorf("got %+v", got)
		}
		for _, want := range []string{"refuses the subscription to secret/#", `dropped a message of 262145 bytes to \"request/huge\"`} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("got log %s, want %s", log, want)
			}
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestTooMuchToHear has a listener that is slow; it does not hinder publishing.
func TestTooMuchToHear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &pipeBroker{}
		for range 1000 {
			b.push = append(b.push, Message{Topic: "request/ping", QoS: AtMostOnce}) // over a pipe, acknowledging would hinder
		}
		heard := 0
		c, log := b.client(t, Listener{"request/+", func(ctx context.Context, _ Message) {
			heard++
			sleep(ctx, time.Hour)
		}})
		if _, err := c.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := c.Publish(t.Context(), Message{Topic: "event"}); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if got := c.Stats(); got != (Stats{Heard: 1, Dropped: 1000 - maxWaiting - 1}) {
			t.Errorf("got %+v", got)
		}
		if n := strings.Count(log.String(), "too many wait to be heard"); n != 1 {
			t.Errorf("told %d times", n)
		}
		start := time.Now()
		if err := c.Close(t.Context()); err != nil || time.Since(start) > time.Second || heard != 1 {
			t.Errorf("closed after %v with %v, %d were heard", time.Since(start), err, heard)
		}
	})
}
