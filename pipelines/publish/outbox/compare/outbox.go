package main

import (
	"context"

	"edged/pipelines/publish/outbox"
)

// ours is the outbox, without its gathering: each put is a commit.
type ours struct {
	box  *outbox.Outbox
	last uint64
}

func openOutbox(path string) (store, error) {
	box, err := outbox.Open(outbox.Options{Path: path, Gather: -1})
	return &ours{box: box}, err
}

func (o *ours) put(payloads [][]byte) error {
	entries := make([]outbox.Entry, len(payloads))
	for i, p := range payloads {
		entries[i] = outbox.Entry{Topic: "edged/porch/room/labels", Payload: p, QoS: 1}
	}
	return o.box.Put(context.Background(), entries...)
}

func (o *ours) take(n int) error {
	for range n {
		it, err := o.box.Next(context.Background(), o.last)
		if err != nil {
			return err
		}
		o.last = it.ID
	}
	o.box.Ack(o.last)
	return nil
}

func (o *ours) close() error { return o.box.Close() }
