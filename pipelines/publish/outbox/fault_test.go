package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
)

// on opens an outbox on d that does not gather.
func on(t testing.TB, d *disk) *Outbox {
	t.Helper()
	box, err := Open(Options{files: d, Gather: -1})
	if err != nil {
		t.Fatal(err)
	}
	return box
}

// say puts each word, as a commit of its own. Words in capitals are alerts.
func say(t testing.TB, box *Outbox, words ...string) {
	t.Helper()
	for _, w := range words {
		if err := box.Put(context.Background(), word(w)); err != nil {
			t.Fatal(err)
		}
	}
}

func word(w string) Entry {
	return Entry{Topic: "t", Payload: []byte(w), Alert: w == strings.ToUpper(w)}
}

// words returns what waits in box.
func words(t testing.TB, box *Outbox) (all []string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for last := uint64(0); ; {
		it, err := box.Next(ctx, last)
		if errors.Is(err, context.Canceled) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if it.ID <= last {
			t.Fatalf("ID %d came after %d", it.ID, last)
		}
		last = it.ID
		all = append(all, string(it.Payload))
	}
}

func expect(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%s: got %q, want %q", what, got, want)
	}
}

// only returns the name of the one file of d that begins so, and its content.
func (d *disk) only(t testing.TB, begin string) (name string, data []byte) {
	t.Helper()
	for n, file := range d.files0 {
		if strings.HasPrefix(n, begin) {
			if name != "" {
				t.Fatalf("there are %s and %s", name, n)
			}
			name, data = n, slices.Clone(file.data)
		}
	}
	return name, data
}

// holding returns a disk with one file.
func holding(name string, data []byte) *disk {
	d := newDisk(1)
	d.files0[name] = &inode{data: slices.Clone(data), safe: slices.Clone(data)}
	d.safe[name] = d.files0[name]
	return d
}

// TestEachCallFailsOnce lets each call of a life fail in turn. What was refused stays away, the rest is there.
func TestEachCallFailsOnce(t *testing.T) {
	for _, errno := range errnos {
		for k := 0; ; k++ {
			calls := 0
			d := newDisk(uint64(k))
			d.fail = func(op string) error {
				if calls++; calls == k+1 && op != "read" {
					return errno
				}
				return nil
			}
			box, err := Open(Options{files: d, Gather: -1})
			if err != nil {
				if !errors.Is(err, errno) {
					t.Fatalf("call %d: got %v", k, err)
				}
				continue
			}
			var want []string
			for _, w := range []string{"a", "B", "c", "D"} {
				if err := box.Put(context.Background(), word(w), word(w+w)); err == nil {
					want = append(want, w, w+w)
				} else if s := box.Stats(); !errors.Is(err, errno) || !errors.Is(s.Err, errno) {
					t.Fatalf("call %d: got %v, and %v in Stats", k, err, s.Err)
				}
			}
			if len(want) < 6 {
				t.Fatalf("call %d: one error has refused more than one commit: %q are left", k, want)
			}
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			if _, err := box.Next(ctx, 0); err != nil && !errors.Is(err, errno) {
				t.Fatalf("call %d: got %v", k, err)
			}
			fail := d.fail
			d.fail = nil
			expect(t, fmt.Sprint("call ", k), words(t, box), want...)
			d.fail = fail
			if err := box.Close(); err != nil && !errors.Is(err, errno) {
				t.Fatalf("call %d: got %v", k, err)
			}
			all := calls
			d.fail = nil
			expect(t, fmt.Sprint("call ", k, ", again"), words(t, on(t, d)), want...)
			if all <= k {
				break
			}
		}
	}
}

// TestTailIsCutAtEveryByte cuts the file that a crash left, with nothing, zeros or garbage behind the cut.
func TestTailIsCutAtEveryByte(t *testing.T) {
	all := []string{"one", "two", "three", "and the fourth", "five"}
	d := newDisk(1)
	say(t, on(t, d), all...)
	name, data := d.only(t, "events")
	for cut := range tailOf(all) + 8 {
		expectRecovery(t, fmt.Sprint("cut at ", cut), holding(name, data[:cut]), whole(all, cut, 0))
		zeros, garbage := slices.Clone(data), slices.Clone(data)
		clear(zeros[cut:])
		for i := cut; i < min(len(garbage), cut+300); i++ {
			garbage[i] ^= 0x5a
		}
		bodies := whole(all, cut, padding-1)
		expectRecovery(t, fmt.Sprint("zeros from ", cut), holding(name, zeros), bodies)
		expectRecovery(t, fmt.Sprint("garbage from ", cut), holding(name, garbage), bodies)
	}
}

// tailOf returns where the record of the last word ends.
func tailOf(all []string) (n int) {
	for _, w := range all {
		e := word(w)
		n += int(e.bytes())
	}
	return n
}

// whole returns the words whose records are before cut, but for their padding if that may be missing.
func whole(all []string, cut, missing int) []string {
	for n := range all {
		e := word(all[n])
		unpadded := tailOf(all[:n]) + headLen + len(e.Topic) + len(e.Payload)
		if max(tailOf(all[:n+1])-missing, unpadded) > cut {
			return all[:n]
		}
	}
	return all
}

// expectRecovery opens an outbox on d and goes on with it.
func expectRecovery(t *testing.T, what string, d *disk, want []string) {
	t.Helper()
	box := on(t, d)
	expect(t, what, words(t, box), want...)
	say(t, box, "more", "AND MORE")
	want = append(slices.Clone(want), "more", "AND MORE")
	expect(t, what+", and more", words(t, box), want...)
	box = on(t, d.kill())
	expect(t, what+", again", words(t, box), want...)
}

// TestEachByteIsDamaged changes each byte of a finished file, and of one that a crash left: one word is lost, no more,
// and that is told.
func TestEachByteIsDamaged(t *testing.T) {
	all := []string{"one", "two", "three", "and the fourth", "five"}
	for _, finished := range []bool{true, false} {
		d := newDisk(1)
		box := on(t, d)
		say(t, box, all...)
		if finished {
			if err := box.Close(); err != nil {
				t.Fatal(err)
			}
		}
		name, data := d.only(t, "events")
		for i := range tailOf(all) {
			data[i] ^= 1 << (i % 8)
			box := on(t, holding(name, data))
			got := words(t, box)
			n := 0
			for i >= tailOf(all[:n+1]) {
				n++
			}
			padded := i >= tailOf(all[:n])+headLen+len("t")+len(all[n])
			want := slices.Delete(slices.Clone(all), n, n+1)
			if padded {
				want = all
			}
			expect(t, fmt.Sprint("byte ", i), got, want...)
			// The last word of a file without a seal cannot be told from one that was being written.
			if s := box.Stats(); s.Damaged != 1 && !padded && (finished || n < len(all)-1) {
				t.Fatalf("byte %d: got %+v", i, s)
			}
			data[i] ^= 1 << (i % 8)
		}
	}
}

// TestUnreadablePage has a device that cannot read some pages: what is on them is passed over.
func TestUnreadablePage(t *testing.T) {
	d := newDisk(1)
	box := on(t, d)
	var all []string
	for i := range 300 {
		all = append(all, fmt.Sprintf("%04d %s", i, strings.Repeat("x", 100)))
	}
	say(t, box, all...)
	name, _ := d.only(t, "events")
	e := word(all[0])
	size := int(e.bytes())
	bad := map[int64]bool{1: true, 4: true, 5: true}
	d.badPages = func(n *inode) map[int64]bool {
		if n == d.files0[name] {
			return bad
		}
		return nil
	}
	var want []string
	for i, w := range all {
		if first, last := int64(i*size/page), int64((i*size+headLen+len(e.Topic)+len(w)-1)/page); !bad[first] && !bad[last] {
			want = append(want, w)
		}
	}
	expect(t, "with bad pages", words(t, box), want...)
	if s := box.Stats(); s.Damaged != 2 {
		t.Errorf("got %+v", s)
	}
	if err := box.Close(); err != nil {
		t.Fatal(err)
	}
	expect(t, "again", words(t, on(t, d)), want...)
}

// TestCannotReadNow has a system that is out of descriptors for a while: that loses nothing.
func TestCannotReadNow(t *testing.T) {
	d := newDisk(1)
	box := on(t, d)
	say(t, box, "a", "B")
	d.fail = func(op string) error {
		if op == "open" {
			return syscall.EMFILE
		}
		return nil
	}
	if it, err := box.Next(t.Context(), 0); !errors.Is(err, syscall.EMFILE) {
		t.Errorf("got %+v %v", it, err)
	}
	d.fail = nil
	expect(t, "then", words(t, box), "a", "B")
}

// TestFileTakenAway removes a file under a running outbox.
func TestFileTakenAway(t *testing.T) {
	d := newDisk(1)
	say(t, on(t, d), "a", "b", "C")
	box := on(t, d.kill())
	say(t, box, "d")
	for name := range d.files0 {
		if strings.HasPrefix(name, "events-0000000000000001") {
			delete(d.files0, name)
		}
	}
	expect(t, "what is left", words(t, box), "C", "d")
	if s := box.Stats(); s.Damaged != 1 || s.Depth != 2 {
		t.Errorf("got %+v", s)
	}
}

// TestPayloadThatIsASegment puts the file of another outbox into a record, and damages its head.
func TestPayloadThatIsASegment(t *testing.T) {
	other := newDisk(1)
	say(t, on(t, other), "inner", "words")
	_, inner := other.only(t, "events")
	d := newDisk(2)
	box := on(t, d)
	say(t, box, "a", string(inner[:200]), "b")
	name, data := d.only(t, "events")
	data[tailOf([]string{"a"})] ^= 1
	expect(t, "around it", words(t, on(t, holding(name, data))), "a", "b")
}

// TestForeignFiles has files of other names in the folder, and segments that hold nothing.
func TestForeignFiles(t *testing.T) {
	d := newDisk(1)
	for _, name := range []string{
		"notes.txt", "events-1-2.log", "events-0000000000000000-00000000.log", "events-ffffffffffffffff-00000000.log",
		"alerts-0000000000000005-0000000g.log", "smells-0000000000000001-00000000.log",
		"events-0000000000000009-00000000.log", "cursor",
	} {
		d.files0[name] = &inode{data: []byte("hello hello hello")}
	}
	box := on(t, d)
	say(t, box, "a")
	expect(t, "among them", words(t, box), "a")
	if _, ok := d.files0["events-0000000000000009-00000000.log"]; ok || len(d.files0) != 8 {
		t.Errorf("got %d files", len(d.files0))
	}
}

// TestReadOnly opens what was left on a disk that cannot be written any more: it can be delivered.
func TestReadOnly(t *testing.T) { synctest.Test(t, readOnly) }

func readOnly(t *testing.T) {
	d := newDisk(1)
	say(t, on(t, d), "a", "B", "c")
	d = d.kill()
	d.fail = func(op string) error {
		if slices.Contains([]string{"edit", "remove", "write", "truncate", "sync"}, op) {
			return syscall.EROFS
		}
		return nil
	}
	box := on(t, d)
	expect(t, "what is left", words(t, box), "a", "B", "c")
	err := box.Put(t.Context(), word("d"))
	if !errors.Is(err, syscall.EROFS) || err.Error() != "outbox: read-only file system" {
		t.Errorf("got %v", err)
	}
	box.Ack(3)
	if s := box.Stats(); s.Depth != 0 || s.Err == nil {
		t.Errorf("got %+v", s)
	}
	d.fail = nil // mounted again
	say(t, box, "d")
	expect(t, "then", words(t, box), "d")
	if s := box.Stats(); s.Depth != 1 || s.Err != nil {
		t.Errorf("got %+v", s)
	}
	leave(box)
}

// TestFullDisk has room for some pages: what is refused then is not there, and room made by delivery is used.
func TestFullDisk(t *testing.T) { synctest.Test(t, fullDisk) }

func fullDisk(t *testing.T) {
	d := newDisk(1)
	box := on(t, d)
	box.step, box.segment = page, 4*page
	d.room = 10 * page
	var want []string
	refused := 0
	for i := range 500 {
		w := fmt.Sprintf("%04d%s", i, strings.Repeat("x", 150))
		if err := box.Put(t.Context(), word(w)); err == nil {
			want = append(want, w)
		} else if refused++; !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
	expect(t, "on a full disk", words(t, box), want...)
	if refused == 0 || len(want) < 9*page/250 {
		t.Errorf("got %d refused, %d accepted", refused, len(want))
	}
	box.Ack(uint64(len(want)))
	say(t, box, "there is room")
	expect(t, "then", words(t, box), "there is room")
	leave(box)
}
