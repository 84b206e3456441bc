package outbox

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
)

// model is what an Outbox promises, and one on a disk that is to keep it. Entries are numbered in the order of Put.
type model struct {
	t   *testing.T
	rng *rand.Rand
	d   *disk
	box *Outbox
	o   Options

	put     uint64            // the number put last
	fate    map[uint64]fate   // of those that may come
	ids     map[uint64]uint64 // numbers that came, with their ID
	acked   uint64            // the highest number acknowledged, as far as is remembered durably or not
	refused []uint64          // since the last commit that went well
}

type fate int

const (
	accepted fate = iota + 1
	maybe         // a crash came before Put returned, or before a refusal was cleaned up
	delivered
)

func newModel(t *testing.T, seed uint64, o Options) *model {
	m := &model{t: t, rng: rand.New(rand.NewPCG(seed, 1)), d: newDisk(seed), fate: map[uint64]fate{}, o: o}
	m.o.Gather = -1
	m.open()
	return m
}

func (m *model) open() {
	m.t.Helper()
	m.o.files = m.d
	box, err := Open(m.o)
	if err != nil {
		m.t.Fatal(err)
	}
	box.salt, box.segment, box.step = m.rng.Uint32(), 16<<10, 4<<10
	m.box, m.ids = box, map[uint64]uint64{}
}

// entries returns n entries with the next numbers.
func (m *model) entries(n int) []Entry {
	list := make([]Entry, n)
	for i := range list {
		m.put++
		size := m.rng.IntN(100)
		if m.rng.IntN(20) == 0 {
			size = m.rng.IntN(9000)
		}
		payload := binary.LittleEndian.AppendUint64(nil, m.put)
		list[i] = Entry{Topic: "t", Payload: append(payload, make([]byte, size)...), Alert: m.rng.IntN(8) == 0}
	}
	return list
}

func (m *model) doPut() {
	first := m.put + 1
	err := m.box.Put(context.Background(), m.entries(1+m.rng.IntN(4))...)
	if err == nil {
		m.refused = nil
	}
	for n := first; n <= m.put; n++ {
		if err == nil {
			m.fate[n] = accepted
		} else {
			m.refused = append(m.refused, n)
		}
	}
}

// crashed says what may come that was not accepted.
func (m *model) crashed() {
	for _, n := range m.refused {
		m.fate[n] = maybe
	}
	m.refused = nil
}

// read reads up to limit items from the oldest, and checks that they are what must come. Failed reads are tried again.
func (m *model) read(limit int) {
	m.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	last, after, end := uint64(0), uint64(0), false
	for range limit {
		it, err := m.box.Next(ctx, after)
		if errors.Is(err, context.Canceled) {
			end = true
			break
		}
		if err != nil {
			continue
		}
		n := binary.LittleEndian.Uint64(it.Payload)
		if m.fate[n] == 0 {
			m.t.Fatalf("entry %d came, which was refused", n)
		}
		if n <= last || it.ID <= after {
			m.t.Fatalf("entry %d with ID %d came after %d with ID %d", n, it.ID, last, after)
		}
		m.missing(last, n)
		last, after = n, it.ID
		m.ids[n] = it.ID
	}
	if end {
		m.missing(last, m.put+1)
	}
}

// missing fails if an accepted entry is between two numbers that came one after the other.
func (m *model) missing(from, to uint64) {
	m.t.Helper()
	for n := max(from, m.acked) + 1; n < to; n++ {
		if m.fate[n] == accepted {
			m.t.Fatalf("entry %d, which was accepted, did not come between %d and %d", n, from, to)
		}
	}
}

// ack acknowledges one that came.
func (m *model) ack() {
	if n := m.acked + uint64(m.rng.IntN(12)); m.ids[n] > 0 && n > m.acked {
		m.box.Ack(m.ids[n])
		m.acked = n
	}
}

// faults makes some calls to the disk fail from now on, or none.
func (m *model) faults() {
	m.d.fail = nil
	if m.rng.IntN(3) == 0 {
		return
	}
	often, err := 1+m.rng.IntN(8), errnos[m.rng.IntN(len(errnos))]
	m.d.fail = func(op string) error {
		if op == "read" || m.rng.IntN(often) != 0 { // what cannot be read is lost; others test that
			return nil
		}
		return err
	}
}

func (m *model) restart() {
	m.t.Helper()
	m.d.mu.Lock()
	m.d.fail = nil
	m.d.mu.Unlock()
	switch m.rng.IntN(5) {
	case 0, 1:
		m.breakOff()
		m.stop()
		m.crashed()
		if m.d = m.d.kill(); m.rng.IntN(2) == 0 {
			m.d = m.d.cutPower()
		}
	case 2:
		if err := m.box.Close(); err != nil {
			m.t.Fatal(err)
		}
		m.crashed() // a refusal that could not be cleaned up before is now
	case 3:
		m.stop()
		m.crashed()
		m.d = m.d.kill()
	case 4:
		m.stop()
		m.crashed()
		m.d = m.d.cutPower()
	}
	m.open()
}

// breakOff ends the process somewhere in a Put.
func (m *model) breakOff() {
	calls := m.rng.IntN(8)
	m.d.fail = func(string) error {
		if calls--; calls < 0 {
			return errors.New("killed")
		}
		return nil
	}
	m.doPut()
}

// stop makes the box do nothing more, as if its process were gone.
func (m *model) stop() {
	m.d.mu.Lock()
	defer m.d.mu.Unlock()
	m.d.fail = func(string) error { return errors.New("killed") }
	leave(m.box)
}

// leave keeps the timer of a box that is not closed from what comes after it.
func leave(box *Outbox) {
	box.mu.Lock()
	defer box.mu.Unlock()
	box.closed = true
}

func (m *model) step() {
	m.t.Helper()
	switch m.rng.IntN(20) {
	case 0:
		m.restart()
	case 1, 2:
		m.faults()
	case 3, 4:
		m.read(1000)
	case 5, 6, 7:
		m.read(m.rng.IntN(20))
		m.ack()
	case 8:
		m.box.Stats()
	default:
		m.doPut()
	}
}

// In a bubble no time passes: the timer of the cursor cannot interfere on a slow machine.
func TestWhatIsPromisedHoldsWhateverHappens(t *testing.T) { synctest.Test(t, promises) }

func promises(t *testing.T) {
	for seed := range uint64(300) {
		m := newModel(t, seed, Options{})
		for range 100 {
			m.step()
		}
		m.restart()
		m.read(100000)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
		m.stop()
	}
}
