package pipelines

import (
	"reflect"
	"testing"
)

// TestSinksOwnTheirDigests changes a copy.
func TestSinksOwnTheirDigests(t *testing.T) {
	made := func() *Event {
		return &Event{Kind: KindDigest, Digest: &Digest{
			Happened: []Happening{{What: "fire"}}, Alerts: []Raised{{Alert: "fire"}}, Readings: []Range{{Name: "co2"}}, Silent: []Silence{{Sensor: "mic"}},
		}}
	}
	ev := made()
	c := ev.clone().Digest
	c.Happened[0].What, c.Alerts[0].Alert, c.Readings[0].Name, c.Silent[0].Sensor, c.LeftOut = "x", "x", "x", "x", 1
	if !reflect.DeepEqual(ev, made()) {
		t.Errorf("got %+v", ev.Digest)
	}
	if (&Event{}).clone().Digest != nil {
		t.Error("got a digest of none")
	}
}
