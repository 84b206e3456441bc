package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	"edged/pipelines/publish/mqtt"
	"edged/pipelines/publish/outbox"
)

// Next implements store.
func (s *spool) Next(ctx context.Context) (item, error) {
	for {
		ended := ctx.Err() // before the look, which then misses nothing that was put before that
		it, ok, err := s.look()
		if ok {
			return it, nil
		}
		if ended != nil {
			return item{}, ended
		}
		var again <-chan time.Time
		if err != nil {
			again = time.After(mendEvery)
		}
		select {
		case <-s.news:
		case <-again:
		case <-ctx.Done():
		}
	}
}

// look is a Next that does not wait. What is on disk comes first: it is older. The error says that it cannot be read.
func (s *spool) look() (item, bool, error) {
	s.mu.Lock()
	box, trouble := s.box, s.trouble
	s.mu.Unlock()
	if box != nil {
		it, err := s.read(box)
		if !errors.Is(err, context.Canceled) {
			return it, err == nil, err
		}
	}
	if trouble == nil {
		return item{}, false, nil
	}
	it, ok := s.intake.look()
	return it, ok, nil
}

// read returns the oldest of box that has not been given. The error is context.Canceled if there is none.
func (s *spool) read(box *outbox.Outbox) (item, error) {
	now, stop := context.WithCancel(context.Background())
	stop()
	it, err := box.Next(now, s.given)
	if err != nil {
		s.tellUnread(err)
		return item{}, err
	}
	s.given = it.ID
	s.tellUnread(nil)
	return item{
		Message: mqtt.Message{Topic: it.Topic, Payload: it.Payload, QoS: mqtt.QoS(it.QoS)},
		id:      it.ID, disk: true, since: time.Now().Add(-it.Age), earlier: it.Earlier,
	}, nil
}

func (s *spool) tellUnread(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil && s.unread == nil {
		s.log.Error(fmt.Sprintf("%v: what is on disk cannot be read", err))
	}
	s.unread = err
}

// Ack implements store.
func (s *spool) Ack(it item) {
	if !it.disk {
		s.ledger.paid(s.intake.alerts(it.id))
		s.intake.Ack(it)
		return
	}
	s.mu.Lock()
	box := s.box
	s.mu.Unlock()
	box.Ack(it.id)
}

// Rewind implements store. It is called by who calls Next.
func (s *spool) Rewind() {
	s.given = 0
	s.intake.Rewind()
}
