package media

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// taker keeps what it gets.
type taker struct {
	got    []Picture
	refuse error
}

func (k *taker) PutSnapshot(_ context.Context, p Picture) error {
	if k.refuse != nil {
		return k.refuse
	}
	k.got = append(k.got, p)
	return nil
}

// running runs r's keeper until the test ends.
func (r *rig) running(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestSnapshotsOfACameraInWhichNothingIsCovered leave as they come, unless they never do.
func TestSnapshotsOfACameraInWhichNothingIsCovered(t *testing.T) {
	k := &taker{}
	f := &sensors.Frame{Time: time.Unix(7, 0), Format: sensors.JPEG, Pix: []byte("as it came")}
	if err := NewDoor(Policy{}).Snapshots(k).PutSnapshot(t.Context(), "cam", f); err != nil || len(k.got) != 1 || string(k.got[0].JPEG()) != "as it came" || k.got[0].Sensor() != "cam" || !k.got[0].Time().Equal(f.Time) {
		t.Errorf("got %v and %+v", err, k.got)
	}
	if err := NewDoor(Policy{Never: []What{Pictures}}).Snapshots(k).PutSnapshot(t.Context(), "cam", f); !errors.Is(err, ErrNever) {
		t.Errorf("got %v, want ErrNever", err)
	}
	d, _ := guard()
	if err := d.Snapshots(k).PutSnapshot(t.Context(), "cam", f); err == nil || len(k.got) != 1 {
		t.Errorf("got %v and %d pictures for a camera in whose pictures persons are covered", err, len(k.got))
	}
	k.refuse = errors.New("no room")
	if err := NewDoor(Policy{}).Snapshots(k).PutSnapshot(t.Context(), "cam", f); !errors.Is(err, k.refuse) {
		t.Errorf("got %v, want the taker's", err)
	}
}

// TestSnapshotWaitsForALook asks for a picture of a camera in whose pictures persons are covered.
func TestSnapshotWaitsForALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Options{}, Policy{Redact: []Redaction{{Class: "person"}}})
		r.running(t)
		begin := time.Now()
		r.look(t, begin) // before anybody asks
		k := &taker{}
		var shot pipelines.Shot
		var err error
		go func() { shot, err = r.Snapshot(t.Context(), "cam", k) }()
		synctest.Wait()
		if len(k.got) != 0 {
			t.Error("got a picture of before")
		}
		r.look(t, begin.Add(time.Second), found("person", hidden))
		synctest.Wait()
		if err != nil || len(k.got) != 1 || !shot.Time.Equal(begin.Add(time.Second)) || shot.Width != 64 || shot.Height != 48 {
			t.Errorf("got %v, %+v and %d pictures", err, shot, len(k.got))
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if _, err := r.Snapshot(ctx, "cam", k); err == nil || !strings.Contains(err.Error(), `sensor "cam": nobody looks at its pictures`) {
			t.Errorf("got %v when nobody looks", err)
		}
		if _, err := r.Snapshot(t.Context(), "door", k); err == nil {
			t.Error("got a picture of a camera that is none")
		}
	})
}

// TestSend lets a picture out every second of those that are looked at five times a second.
func TestSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Options{}, Policy{Redact: []Redaction{{Class: "person"}}})
		k := &taker{}
		r.cam.Send(time.Second, k)
		r.running(t)
		begin := time.Now()
		for i := range 20 {
			r.n = 0 // brightness does not matter
			r.look(t, begin.Add(time.Duration(i)*200*time.Millisecond))
			time.Sleep(200 * time.Millisecond)
		}
		synctest.Wait()
		if len(k.got) != 4 {
			t.Errorf("got %d pictures in 4 s, want 4", len(k.got))
		}
		for i, p := range k.got {
			if want := begin.Add(time.Duration(i) * time.Second); !p.Time().Equal(want) {
				t.Errorf("picture %d: got that of %v, want %v", i, p.Time(), want)
			}
		}
	})
}

// TestAllMustLookAtOnePicture has an encoder for persons and another for faces, which look at pictures of their own: what leaves
// is one at which both have looked.
func TestAllMustLookAtOnePicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Options{}, Policy{Redact: []Redaction{{Class: "person"}, {Class: "face"}}})
		e := &Eye{Pipeline: "room", Sensor: "cam", Model: "faces", Classes: []string{"face"}}
		r.o.Door.Add(e)
		faces := r.cam.Watch(&still{}, e)
		face := func(at time.Time) {
			_ = faces.Add(r.frame(at))
			w, _, _ := faces.Next(nil)
			_ = r.Put(t.Context(), &pipelines.Event{Kind: pipelines.KindDetections, Pipeline: "room", Sensor: "cam", Model: "faces", Window: w})
		}
		now := time.Now()
		at := func(ms int) time.Time { return now.Add(time.Duration(ms) * time.Millisecond) }
		r.alert(now)
		r.look(t, at(100))
		face(at(200))
		r.look(t, at(300))
		if len(r.orders) > 0 {
			t.Error("a picture leaves at which but one has looked")
		}
		face(at(300))
		if len(r.orders) != 1 || !r.orders[0].shot.frame.Time.Equal(at(300)) || len(r.orders[0].shot.looks) != 2 {
			t.Fatalf("got %d orders, want one of the picture at which both have looked", len(r.orders))
		}
	})
}
