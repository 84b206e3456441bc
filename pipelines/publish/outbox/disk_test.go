package outbox

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
)

// disk is a folder in memory that knows what of it is durable. It fails as it is told, as badly as systems do: a failed
// write may have written some, and what a failed sync was to make durable is taken for written from then on.
type disk struct {
	fail     func(op string) error // called before each call; nil never fails
	badPages func(n *inode) map[int64]bool
	room     int64 // if not 0, how many bytes all files may have

	mu           sync.Mutex
	rng          *rand.Rand
	files0, safe map[string]*inode // as programs see them, and as a power cut leaves them at least
}

// inode is a file's content.
type inode struct {
	data  []byte
	safe  []byte
	dirty []change // since the last sync
}

// change is a write, or the cut of a file to the length at if b is nil.
type change struct {
	at int64
	b  []byte
}

func newDisk(seed uint64) *disk {
	return &disk{rng: rand.New(rand.NewPCG(seed, 0)), files0: map[string]*inode{}, safe: map[string]*inode{}}
}

func (d *disk) asked(op string) error {
	if d.fail == nil {
		return nil
	}
	return d.fail(op)
}

func (c *change) apply(data []byte) []byte {
	size := c.at + int64(len(c.b))
	if n := int64(len(data)); size > n {
		data = append(data, make([]byte, size-n)...)
	} else if c.b == nil {
		data = data[:size]
	}
	copy(data[c.at:], c.b)
	return data
}

// cutPower returns the disk after a power cut: of what was not durable some sectors are there, some are not, and so are names.
func (d *disk) cutPower() *disk {
	after := newDisk(d.rng.Uint64())
	names := maps.Clone(d.safe)
	for name := range allNames(d.safe, d.files0) {
		if d.rng.IntN(2) == 0 {
			continue
		}
		if n, ok := d.files0[name]; ok {
			names[name] = n
		} else {
			delete(names, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		n := names[name]
		data := slices.Clone(n.safe)
		for _, c := range n.dirty {
			data = d.some(data, c)
		}
		after.files0[name] = &inode{data: data, safe: slices.Clone(data)}
	}
	after.safe = maps.Clone(after.files0)
	return after
}

func allNames(a, b map[string]*inode) map[string]bool {
	all := map[string]bool{}
	for name := range a {
		all[name] = true
	}
	for name := range b {
		all[name] = true
	}
	return all
}

// some does a part of c, in sectors of 512 bytes.
func (d *disk) some(data []byte, c change) []byte {
	if c.b == nil {
		if d.rng.IntN(2) == 0 {
			return c.apply(data)
		}
		return data
	}
	for len(c.b) > 0 {
		n := min(int64(len(c.b)), 512-c.at%512)
		if d.rng.IntN(2) == 0 {
			part := change{c.at, c.b[:n]}
			data = part.apply(data)
		}
		c = change{c.at + n, c.b[n:]}
	}
	return data
}

// kill returns the disk as another process sees it after this one was killed.
func (d *disk) kill() *disk {
	after := *newDisk(d.rng.Uint64())
	after.files0, after.safe = d.files0, d.safe
	return &after
}

func (d *disk) names() ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.files0)), d.asked("names")
}

func (d *disk) open(name string) (file, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.asked("open"); err != nil {
		return nil, err
	}
	n, ok := d.files0[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return &handle{d, n}, nil
}

func (d *disk) edit(name string) (file, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.asked("edit"); err != nil {
		return nil, err
	}
	n, ok := d.files0[name]
	if !ok {
		n = &inode{}
		d.files0[name] = n
	}
	return &handle{d, n}, nil
}

func (d *disk) remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.asked("remove"); err != nil {
		return err
	}
	delete(d.files0, name)
	return nil
}

func (d *disk) sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.asked("sync folder"); err != nil {
		return err
	}
	d.safe = maps.Clone(d.files0)
	return nil
}

func (d *disk) close() error { return d.asked("close folder") }

func (d *disk) used() (n int64) {
	for _, file := range d.files0 {
		n += int64(len(file.data))
	}
	return n
}

// handle is an open file of a disk.
type handle struct {
	d *disk
	n *inode
}

func (h *handle) ReadAt(b []byte, at int64) (int, error) {
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	if err := h.d.asked("read"); err != nil {
		return 0, err
	}
	if h.d.badPages != nil {
		for p := range h.d.badPages(h.n) {
			if p*page < at+int64(len(b)) && at < (p+1)*page {
				return 0, syscall.EIO
			}
		}
	}
	if at >= int64(len(h.n.data)) {
		return 0, io.EOF
	}
	n := copy(b, h.n.data[at:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (h *handle) WriteAt(b []byte, at int64) (int, error) {
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	err := h.d.asked("write")
	c := change{at, slices.Clone(b)}
	if used := h.d.used(); err == nil && h.d.room > 0 && used+max(0, at+int64(len(b))-int64(len(h.n.data))) > h.d.room {
		err = syscall.ENOSPC
	}
	if err != nil {
		c.b = c.b[:h.d.rng.IntN(len(b)+1)]
	}
	if len(c.b) > 0 {
		h.n.data = c.apply(h.n.data)
		h.n.dirty = append(h.n.dirty, c)
	}
	return len(c.b), err
}

func (h *handle) Truncate(size int64) error {
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	if err := h.d.asked("truncate"); err != nil {
		return err
	}
	c := change{at: size}
	h.n.data = c.apply(h.n.data)
	h.n.dirty = append(h.n.dirty, c)
	return nil
}

func (h *handle) size() (int64, error) {
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	return int64(len(h.n.data)), h.d.asked("size")
}

func (h *handle) sync() error {
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	if err := h.d.asked("sync"); err != nil {
		for _, c := range h.n.dirty {
			h.n.safe = h.d.some(h.n.safe, c)
		}
		h.n.dirty = nil
		return err
	}
	for _, c := range h.n.dirty {
		h.n.safe = c.apply(h.n.safe)
	}
	h.n.dirty = nil
	return nil
}

func (h *handle) Close() error { return h.d.asked("close") }

// errno are errors that a disk gives.
var errnos = []error{syscall.ENOSPC, syscall.EROFS, syscall.EIO, io.ErrShortWrite, errors.New("no reason")}
