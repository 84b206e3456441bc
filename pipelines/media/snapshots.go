package media

import (
	"context"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// Taker takes pictures that leave. PutSnapshot returns an error if it did not accept p.
type Taker interface {
	PutSnapshot(ctx context.Context, p Picture) error
}

// Snapshots returns what lets a camera's pictures out to a taker as they come. It refuses those of a camera in whose pictures
// something is covered, for nobody has looked at them yet: Camera.Send and Keeper.Snapshot let those out.
func (d *Door) Snapshots(to Taker) pipelines.SnapshotSink { return exit{d, to} }

// exit is a pipelines.SnapshotSink.
type exit struct {
	door *Door
	to   Taker
}

func (e exit) PutSnapshot(ctx context.Context, sensor string, f *sensors.Frame) error {
	p, err := e.door.Picture(Shot{Sensor: sensor, Frame: f}, false)
	if err != nil {
		return err
	}
	return e.to.PutSnapshot(ctx, p)
}

// Send lets one of c's pictures out to a taker every so often, once all have looked at it who must. It is called before
// anything comes. What the taker does not accept it is told itself.
func (c *Camera) Send(every time.Duration, to Taker) { c.sending = &sending{every: every, to: to} }

// sending is what is let out every so often.
type sending struct {
	every time.Duration
	to    Taker
	last  time.Time // by the camera
}

// due says whether a picture's time has come. It forgives a tenth, or jitter would lose every second picture.
func (s *sending) due(at time.Time) bool {
	if since := at.Sub(s.last); s.last.IsZero() || since < 0 || since >= s.every-s.every/10 {
		s.last = at
		return true
	}
	return false
}
