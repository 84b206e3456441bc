package outbox

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"sync"
	"time"
)

// cursor is the file that says up to where all is acknowledged: the ID and a checksum, 12 bytes. It is written in place
// and not synced: when a power cut loses it, messages are sent again, which is allowed, and flash memory is spared.
// Each record says it as well.
type cursor struct {
	file  file
	saved uint64
	timer *time.Timer
	timed sync.WaitGroup // the timer's function
}

// cursorEvery is how long an acknowledgement may wait to be written.
const cursorEvery = time.Second

// Ack says that all items up to id are delivered. They are not given again, but after a crash some may be.
func (o *Outbox) Ack(id uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	id = min(id, o.next-1)
	if id <= o.acked || o.closed {
		return
	}
	o.acked = id
	for _, j := range o.journals {
		o.forget(j)
	}
	if c := &o.cursor; c.timer == nil {
		c.timed.Add(1)
		c.timer = time.AfterFunc(cursorEvery, func() {
			defer c.timed.Done()
			o.mu.Lock()
			defer o.mu.Unlock()
			c.timer = nil
			if !o.closed {
				_ = o.saveCursor() // or the next time
			}
		})
	}
}

// forget removes the segments of j that are delivered. Those that cannot be removed now are tried again.
func (o *Outbox) forget(j *journal) {
	for len(j.segments) > 0 {
		s := j.segments[0]
		if s == j.tail || s.last > o.acked || o.files.remove(s.name) != nil {
			return
		}
		o.discard(j)
	}
}

func (o *Outbox) saveCursor() error {
	c := &o.cursor
	if c.saved == o.acked {
		return nil
	}
	if c.file == nil {
		f, err := o.files.edit(cursorName)
		if err != nil {
			return err
		}
		c.file = f
	}
	b := binary.LittleEndian.AppendUint64(nil, o.acked)
	b = binary.LittleEndian.AppendUint32(b, sum(0, b))
	if _, err := c.file.WriteAt(b, 0); err != nil {
		return err
	}
	c.saved = o.acked
	o.wrote(0, 12)
	return nil
}

// loadCursor returns what the cursor says; 0 if it is not there or damaged.
func (o *Outbox) loadCursor() (uint64, error) {
	f, err := o.files.open(cursorName)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	b := make([]byte, 12)
	if err := readPages(f, b, 0); err != nil {
		return 0, err
	}
	acked := binary.LittleEndian.Uint64(b)
	if binary.LittleEndian.Uint32(b[8:]) != sum(0, b[:8]) || acked >= maxOld {
		o.log.Warn("outbox: " + cursorName + " is damaged: what was delivered last may be sent again")
		return 0, nil
	}
	return acked, nil
}

// closeCursor writes the cursor, durably now that it is the last time.
func (o *Outbox) closeCursor() error {
	c := &o.cursor
	if c.timer != nil && c.timer.Stop() {
		c.timed.Done()
	}
	err := o.saveCursor()
	if c.file == nil {
		return err
	}
	return errors.Join(err, c.file.sync(), c.file.Close(), o.files.sync())
}
