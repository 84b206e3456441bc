package i2c

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	periph "periph.io/x/conn/v3/i2c"
	"periph.io/x/conn/v3/physic"

	"edged/sensors"
)

// babble is a bus that answers with bytes of data, over and over, and does not acknowledge where one says so.
type babble struct {
	data []byte
	at   int
}

var _ periph.Bus = (*babble)(nil)

func (b *babble) String() string                  { return "babble" }
func (b *babble) SetSpeed(physic.Frequency) error { return nil }

func (b *babble) next() byte {
	if len(b.data) == 0 {
		return 0
	}
	b.at++
	return b.data[(b.at-1)%len(b.data)]
}

func (b *babble) Tx(_ uint16, _, r []byte) error {
	time.Sleep(100 * time.Microsecond)
	if b.next() == 0xA5 {
		return errors.New("remote I/O error")
	}
	for i := range r {
		r[i] = b.next()
	}
	return nil
}

// FuzzDrivers has every driver listen to nonsense: none may panic, hang, end late, or give a value that its chip cannot.
func FuzzDrivers(f *testing.F) {
	for i := range Models() {
		for _, data := range []string{"", "\xff", "\x00\x00\x81", "\x60\x58\x55", "\x80\x06\x04\xff\xff\xac", "\x10\x98\xA5\x18\x00",
			"\x54\x00\x04\x7f", "\xE5\x0A\x08\x0b\x00\x00", "\x3F\xFF\x3f\xff\x00", "\x85\x83\x05\x83\x7f\xf0", "\x30\x00\x41\x00\x00\x81"} {
			f.Add(byte(i), []byte(data))
		}
	}
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		m := Models()[int(which)%len(Models())]
		synctest.Test(t, func(t *testing.T) {
			c, err := New(NewBus("babble", &babble{data: data}), Options{Chip: m.Name})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			end := time.Now().Add(30 * time.Second)
			for ctx.Err() == nil {
				var r sensors.Reading
				if err := c.Read(ctx, &r); err != nil {
					continue
				}
				for i, v := range r.Values {
					if q := c.model.Gives[i]; !(v.Value >= q.Least && v.Value <= q.Most) {
						t.Errorf("%s of % x: got %v, want it within %v to %v", m.Name, data, v, q.Least, q.Most)
					}
				}
			}
			if late := time.Since(end); late > 250*time.Millisecond {
				t.Errorf("%s of % x: Read ended %v late", m.Name, data, late)
			}
		})
	})
}
