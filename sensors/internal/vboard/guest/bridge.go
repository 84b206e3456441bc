package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	goruntime "runtime"
	"sync"

	"golang.org/x/sys/unix"

	"edged/sensors/sim/chips"
)

// The reports of a CP2112 (Silicon Labs AN495, "CP2112 Interface Specification", section 4).
const (
	reportGPIO     = 0x02 // feature: directions of the 8 lines
	reportGetGPIO  = 0x03 // feature: their levels
	reportVersion  = 0x05 // feature: part number and version
	reportSMBus    = 0x06 // feature: clock, timeouts, retries
	reportRead     = 0x10 // output: address, length (2 bytes, big-endian)
	reportWriteRd  = 0x11 // output: address, length to read (2), length to write (1), bytes
	reportForce    = 0x12 // output: send what was read; length (2)
	reportData     = 0x13 // input: status, length (1), bytes
	reportWrite    = 0x14 // output: address, length (1), bytes
	reportAsk      = 0x15 // output: ask for the status of the transfer
	reportStatus   = 0x16 // input: status 0, status 1, retries (2), bytes read (2)
	reportCancel   = 0x17 // output
	statusBusy     = 0x01
	statusDone     = 0x02
	statusFailed   = 0x03
	detailComplete = 0x05 // of statusDone: the transfer succeeded
	reportBytes    = 64
	dataBytes      = 61 // of one reportData or reportWrite
)

// cp2112 answers as the chip does. It knows nothing of the kernel.
type cp2112 struct {
	bus *chips.Bus

	mu     sync.Mutex
	stuck  bool // the lines do not move: a transfer stays busy
	failed bool // the last transfer
	read   []byte
}

// output takes a report from the host and returns the one that it is answered by; nil for none.
func (c *cp2112) output(r []byte) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, be := padded(r, reportBytes), binary.BigEndian
	switch r[0] {
	case reportRead:
		c.transfer(r[1], nil, be.Uint16(r[2:]))
	case reportWriteRd:
		c.transfer(r[1], upTo(r[5:], int(r[4])), be.Uint16(r[2:]))
	case reportWrite:
		c.transfer(r[1], upTo(r[3:], int(r[2])), 0)
	case reportAsk:
		return c.status()
	case reportForce:
		n := min(int(be.Uint16(r[1:])), dataBytes, len(c.read))
		out := append([]byte{reportData, statusDone, byte(n)}, c.read[:n]...)
		c.read = c.read[n:]
		return out
	case reportCancel:
		c.read = nil
	}
	return nil
}

// transfer does one transfer; address has the bit of direction below it.
func (c *cp2112) transfer(address byte, w []byte, n uint16) {
	c.read = make([]byte, min(n, 512))
	c.failed = c.bus.Tx(uint16(address>>1), w, c.read) != nil
	if c.failed {
		c.read = nil
	}
}

func (c *cp2112) status() []byte {
	switch n := len(c.read); {
	case c.stuck:
		return []byte{reportStatus, statusBusy, 0, 0, 0, 0, 0}
	case c.failed:
		return []byte{reportStatus, statusFailed, 0, 0, 0, 0, 0}
	default:
		return []byte{reportStatus, statusDone, detailComplete, 0, 0, byte(n >> 8), byte(n)}
	}
}

// feature returns the feature report of a number; nil if the chip has none such.
func feature(number byte) []byte {
	switch number {
	case reportGPIO:
		return []byte{reportGPIO, 0, 0, 0, 0} // all inputs
	case reportGetGPIO:
		return []byte{reportGetGPIO, 0xff}
	case reportVersion:
		return []byte{reportVersion, 0x0c, 2} // part number 0x0C: CP2112
	case reportSMBus:
		return []byte{reportSMBus, 0, 1, 0x86, 0xa0, 2, 0, 0, 0, 0, 0, 0, 0, 0} // 100 kHz
	}
	return nil
}

func padded(b []byte, n int) []byte {
	return append(append(make([]byte, 0, n), b...), make([]byte, n)...)[:n]
}
func upTo(b []byte, n int) []byte { return b[:min(n, len(b))] }

// bridge is a cp2112 that is plugged in.
type bridge struct {
	cp2112
	uhid   int // descriptor of /dev/uhid
	served sync.WaitGroup
}

// plugBridge makes the device in the kernel, whose driver then asks it.
func plugBridge(bus *chips.Bus) (*bridge, error) {
	uhid, err := unix.Open("/dev/uhid", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("/dev/uhid: %w", err)
	}
	if _, err := unix.Write(uhid, createEvent()); err != nil {
		return nil, errors.Join(fmt.Errorf("/dev/uhid: %w", err), unix.Close(uhid))
	}
	b := &bridge{cp2112: cp2112{bus: bus}, uhid: uhid}
	b.served.Go(b.serve)
	return b, nil
}

// serve answers the kernel until the device is gone. The driver waits for an answer for 50 ms, as a chip needs less; on
// an emulated and busy machine only a thread that comes before all others is so quick, and one that sleeps in the kernel.
func (b *bridge) serve() {
	goruntime.LockOSThread() // and never unlocked: the thread ends with this
	first := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: schedFIFO, Priority: 1, Flags: unix.SCHED_FLAG_RESET_ON_FORK}
	if err := unix.SchedSetAttr(0, &first, 0); err != nil {
		fmt.Fprintf(os.Stderr, "guest: the bridge may be slow: %v\n", err)
	}
	event := make([]byte, eventBytes)
	for {
		n, err := unix.Read(b.uhid, event)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil || stops(event[:n]):
			return
		}
		if answer := b.answer(event[:n]); answer != nil {
			_, _ = unix.Write(b.uhid, answer) // refused only if the device is going
		}
	}
}

const schedFIFO = 1 // SCHED_FIFO, sched(7)

// unplug takes the device away; its driver takes the bus away.
func (b *bridge) unplug() error {
	if _, err := unix.Write(b.uhid, destroyEvent()); err != nil { // which makes the kernel send the event that stops serve
		return fmt.Errorf("/dev/uhid: %w", err)
	}
	b.served.Wait()
	return unix.Close(b.uhid)
}

func (b *bridge) stick(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stuck = on
}
