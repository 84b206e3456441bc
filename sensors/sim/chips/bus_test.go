package chips

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/i2c"
	"periph.io/x/conn/v3/physic"
)

var _ i2c.Bus = (*Bus)(nil)

func TestBusErrors(t *testing.T) {
	b := &Bus{Name: "room"}
	b.Plug(0x76, NewBME280())
	gone := NewBME280()
	gone.SetFault(Dead)
	b.Plug(0x77, gone)
	b.Plug(0x10, NewBME280())
	b.Plug(0x10, nil)
	tests := []struct {
		name string
		addr uint16
		want string // in the error; "" for none
	}{
		{"a chip answers", 0x76, ""},
		{"nobody at an address never used", 0x20, "room: remote I/O error"},
		{"nobody where a chip was taken away", 0x10, "room: remote I/O error"},
		{"a dead chip does not acknowledge", 0x77, "room: remote I/O error"},
		{"an address of more than 7 bits", 0x80, "room: address 0x80 has more than 7 bits"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if err := b.Tx(tt.addr, []byte{regID}, make([]byte, 1)); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got error %q, want %q", got, tt.want)
			}
		})
	}
}

func TestStuckBusTakesASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b Bus
		b.Plug(0x76, NewBME280())
		b.SetStuck(true)
		began := time.Now()
		err := b.Tx(0x76, []byte{regID}, make([]byte, 1))
		if err == nil || !strings.Contains(err.Error(), "timed out") {
			t.Errorf("got error %v, want one that says timed out", err)
		}
		if got := time.Since(began); got != time.Second {
			t.Errorf("got an answer after %v, want 1s", got)
		}
		b.SetStuck(false)
		if err := b.Tx(0x76, []byte{regID}, make([]byte, 1)); err != nil {
			t.Errorf("got error %v on the mended bus, want none", err)
		}
	})
}

func TestBusSpeed(t *testing.T) {
	var b Bus
	if err := b.SetSpeed(400 * physic.KiloHertz); err != nil {
		t.Errorf("got error %v for 400 kHz, want none", err)
	}
	if err := b.SetSpeed(400); err == nil {
		t.Error("got no error for 400 µHz, want one")
	}
}

// TestBusConcurrently is for the race detector: stories set chips while drivers read them.
func TestBusConcurrently(t *testing.T) {
	b, c := &Bus{}, NewBME280()
	b.Plug(0x76, c)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 200 {
				b.Plug(0x77, NewBME280())
				c.SetAir(float64(i%40), 101325, 40)
				var r [8]byte
				if err := b.Tx(0x76, []byte{regData}, r[:]); err != nil {
					t.Errorf("got error %v, want none", err)
				}
			}
		})
	}
	wg.Wait()
}
