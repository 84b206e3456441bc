package main

import (
	"bytes"
	"encoding/binary"
	"testing"

	"edged/sensors/sim/chips"
)

// outputEvent is a report of the host as the kernel hands it to user space.
func outputEvent(report ...byte) []byte {
	e := binary.LittleEndian.AppendUint32(nil, uhidOutput)
	e = append(e, padded(report, uhidData)...)
	e = binary.LittleEndian.AppendUint16(e, uint16(len(report)))
	return append(e, 1)
}

// answered returns the report in the bridge's answer to one of the host's; nil if there is none.
func answered(t *testing.T, c *cp2112, report ...byte) []byte {
	t.Helper()
	a := c.answer(outputEvent(report...))
	if a == nil {
		return nil
	}
	if len(a) != 4+2+reportBytes || binary.LittleEndian.Uint32(a) != uhidInput2 || binary.LittleEndian.Uint16(a[4:]) != reportBytes {
		t.Fatalf("got % x, want an input event with a report of %d bytes", a, reportBytes)
	}
	return a[6:]
}

func TestBridgeTransfers(t *testing.T) {
	bus := &chips.Bus{}
	bus.Plug(0x76, chips.NewBME280())
	c := &cp2112{bus: bus}
	steps := []struct {
		name string
		ask  []byte
		want []byte // how the answer begins; nil for none
	}{
		{"write a register and read one byte", []byte{0x11, 0x76 << 1, 0, 1, 1, 0xd0}, nil},
		{"the transfer is complete, one byte", []byte{0x15, 1}, []byte{0x16, 2, 5, 0, 0, 0, 1}},
		{"the byte is the BME280's id", []byte{0x12, 0, 1}, []byte{0x13, 2, 1, 0x60, 0}},
		{"write ctrl_hum", []byte{0x14, 0x76 << 1, 2, 0xf2, 0x01}, nil},
		{"is complete", []byte{0x15, 1}, []byte{0x16, 2, 5, 0, 0, 0, 0}},
		{"set the register alone", []byte{0x14, 0x76 << 1, 1, 0xf2}, nil},
		{"and read from there on", []byte{0x10, 0x76 << 1, 0, 2}, nil},
		{"what was written", []byte{0x12, 0, 2}, []byte{0x13, 2, 2, 0x01, 0}},
		{"more than there is", []byte{0x12, 0, 2}, []byte{0x13, 2, 0, 0, 0}},
		{"nobody at 0x20", []byte{0x14, 0x20 << 1, 1, 0}, nil},
		{"no acknowledgement", []byte{0x15, 1}, []byte{0x16, 3, 0}},
		{"a read longer than a report", []byte{0x11, 0x76 << 1, 0, 100, 1, 0x88}, nil},
		{"comes in parts", []byte{0x12, 0, 100}, []byte{0x13, 2, 61, 0x70, 0x6b}},
		{"until it is whole", []byte{0x12, 0, 100}, []byte{0x13, 2, 39}},
		{"an empty report", nil, nil},
		{"lengths that lie", []byte{0x11, 0x76 << 1, 0xff, 0xff, 0xff}, nil},
		{"are cut", []byte{0x15}, []byte{0x16, 2, 5, 0, 0, 2, 0}},
	}
	for _, s := range steps {
		if got := answered(t, c, s.ask...); (got == nil) != (s.want == nil) || !bytes.HasPrefix(got, s.want) {
			t.Errorf("%s: got % x, want % x …", s.name, got, s.want)
		}
	}
	c.stuck = true
	if got := answered(t, c, 0x15, 1); !bytes.HasPrefix(got, []byte{0x16, statusBusy}) {
		t.Errorf("stuck: got % x, want that it is busy", got)
	}
}

func TestBridgeFeatures(t *testing.T) {
	c := &cp2112{bus: &chips.Bus{}}
	get := func(number byte) []byte {
		return c.answer([]byte{uhidGetReport, 0, 0, 0, 7, 0, 0, 0, number, 0})
	}
	if got, want := get(reportVersion), []byte{uhidGetReply, 0, 0, 0, 7, 0, 0, 0, 0, 0, 3, 0, 5, 0x0c, 2}; !bytes.Equal(got, want) {
		t.Errorf("version: got % x, want % x", got, want)
	}
	if got, want := get(0x77), []byte{uhidGetReply, 0, 0, 0, 7, 0, 0, 0, 5, 0, 0, 0}; !bytes.Equal(got, want) {
		t.Errorf("no such report: got % x, want % x", got, want)
	}
	set := []byte{uhidSetReport, 0, 0, 0, 8, 0, 0, 0, 2, 0, 1, 0, 2}
	if got, want := c.answer(set), []byte{uhidSetReply, 0, 0, 0, 8, 0, 0, 0, 0, 0}; !bytes.Equal(got, want) {
		t.Errorf("set: got % x, want % x", got, want)
	}
	if !stops([]byte{uhidStop, 0, 0, 0}) || stops([]byte{uhidStop}) || c.answer([]byte{1}) != nil {
		t.Error("the end of the device is not seen, or seen where there is none")
	}
}

// TestCreateEvent compares with <linux/uhid.h>: the struct is packed, and all of it must be there.
func TestCreateEvent(t *testing.T) {
	if n := len(createEvent()); n != 4376 {
		t.Errorf("got %d bytes, want 4376", n)
	}
}
