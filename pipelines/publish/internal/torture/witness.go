package main

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// witness hears all that a fleet publishes.
type witness struct {
	*subscriber
	ledger *ledger

	mu       sync.Mutex
	states   map[string]string // by device: the newest word of availability
	readings int
}

// newWitness returns one that asks the brokers in that order.
func newWitness(id string, addresses []string) *witness {
	w := &witness{ledger: newLedger(), states: map[string]string{}}
	w.ledger.open = true
	w.subscriber = newSubscriber(id, "edged/#", dialer(addresses...), w.hear)
	return w
}

// hear takes a message.
func (w *witness) hear(topic string, payload []byte) {
	level := strings.Split(topic, "/")
	switch {
	case len(level) == 4 && level[2] == "room":
		w.ledger.arrive(topic, payload)
		return
	case len(level) < 3:
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch level[2] {
	case "availability":
		w.states[level[1]] = string(payload)
	case "air":
		w.readings++
	}
}

// enter notes that a device has accepted so many events.
func (w *witness) enter(device string, events uint64) error {
	s := stream{device, w.ledger.only(device), "room"}
	if s.boot == "" {
		return fmt.Errorf("%s has heard nothing of it", w.id)
	}
	for seq := uint64(1); seq <= events; seq++ {
		if err := w.ledger.accept(s, seq); err != nil {
			return err
		}
	}
	return nil
}

// verdict prints what was heard, and says what is wrong with it: nobody but the devices may have spoken, and where order is
// kept each must have said last that it has stopped.
func (w *witness) verdict(devices []*device) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	stopped := 0
	for _, d := range devices {
		if w.states[d.name] == "stopped" {
			stopped++
		}
	}
	fmt.Printf("fleet: %s: %d devices stopped; %d readings; %v\n", w.id, stopped, w.readings, w.ledger.total())
	err := w.ledger.verdict()
	if len(w.states) != len(devices) || stopped != len(devices) && !w.ledger.forgiving {
		err = errors.Join(err, fmt.Errorf("%d devices, of which %d have stopped, among %d that say how they are", len(devices), stopped, len(w.states)))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", w.id, err)
	}
	return nil
}
