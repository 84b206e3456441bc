package why

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// memory is a folder in memory that fails as it is told to, as badly as systems do: a failed write may have written some.
type memory struct {
	files map[uint64][]byte
	fail  func(op string) error // called before each call
	part  int                   // how many bytes a failed write leaves
	room  int                   // if not 0, how many bytes all files may have
}

func newMemory() *memory {
	return &memory{files: map[uint64][]byte{}, fail: func(string) error { return nil }}
}

func (m *memory) segments() ([]segment, error) {
	var all []segment
	for n, b := range m.files {
		all = append(all, segment{n, int64(len(b))})
	}
	slices.SortFunc(all, func(a, b segment) int { return int(a.number) - int(b.number) })
	return all, m.fail("segments")
}

func (m *memory) extend(number uint64, b []byte) (int, error) {
	err := m.fail("extend")
	n := len(b)
	if err != nil {
		n = min(n, m.part)
	} else if m.room > 0 && m.bytes()+n > m.room {
		n, err = max(0, m.room-m.bytes()), syscall.ENOSPC
	}
	m.files[number] = append(m.files[number], b[:n]...)
	return n, err
}

func (m *memory) remove(number uint64) error {
	if err := m.fail("remove"); err != nil {
		return err
	}
	delete(m.files, number)
	return nil
}

func (m *memory) bytes() (n int) {
	for _, b := range m.files {
		n += len(b)
	}
	return n
}

// lines returns what the files hold.
func (m *memory) lines(t testing.TB) (all []string, tally Tally) {
	t.Helper()
	fail := m.fail
	m.fail = func(string) error { return nil }
	defer func() { m.fail = fail }()
	list, _ := m.segments()
	for _, s := range list {
		if err := tally.read(bytes.NewReader(m.files[s.number]), func(text []byte) error {
			all = append(all, string(text))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	return all, tally
}

func ringOn(t testing.TB, m *memory, log *bytes.Buffer) *Ring {
	t.Helper()
	r, err := New(Options{Limit: testLimit, Log: slog.New(slog.NewTextHandler(log, nil)), dir: m})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestEachCallFailsOnce lets each call of a life fail in turn, and a failed write leave each number of bytes: all lines are
// there in the end, each once, and the limit has held.
func TestEachCallFailsOnce(t *testing.T) {
	var all []string
	for i := range 30 {
		all = append(all, number(i, 9_000))
	}
	for _, part := range []int{0, 1, 2, 9, 9_000, 9_030, 20_000} {
		for k, calls := 0, 0; k <= calls; k++ {
			calls = 0
			m := newMemory()
			m.part = part
			m.fail = func(string) error {
				if calls++; calls == k+1 {
					return syscall.EIO
				}
				return nil
			}
			var log bytes.Buffer
			r := ringOn(t, m, &log)
			for i := range all[:len(all)-1] {
				r.put([]byte(all[i]), false)
				if i%3 > 0 {
					r.write()
				}
				if m.bytes() > testLimit {
					t.Fatalf("call %d: %d bytes", k, m.bytes())
				}
			}
			r.write()
			say(r, all[len(all)-1])
			r.write()
			got, tally := m.lines(t)
			expect(t, fmt.Sprintf("call %d, part %d", k, part), got, all[len(all)-len(got):]...)
			if len(got) < 20 || tally.Lost > 0 || tally.Damaged > 1 {
				t.Fatalf("call %d, part %d: %d lines, %+v", k, part, len(got), tally)
			}
			// That the last write works again shows with the next.
			if warned, mended := strings.Count(log.String(), "level=WARN"), strings.Count(log.String(), "level=INFO"); k < calls-1 && (warned != 1 || mended != 1) {
				t.Fatalf("call %d: got %q in the log", k, &log)
			}
		}
	}
}

// TestFullDisk has a disk that is full for long: memory is bounded, what was left out is counted where it was, and it is told
// once.
func TestFullDisk(t *testing.T) {
	m := newMemory()
	var log bytes.Buffer
	r := ringOn(t, m, &log)
	say(r, number(0, 10))
	m.room = m.bytes() + 40
	for i := 1; i <= 2000; i++ {
		say(r, number(i, 1000))
		if n := cap(r.waits) + cap(r.writing); n > 4*mostWaiting {
			t.Fatalf("%d bytes are held", n)
		}
	}
	s := r.Stats()
	if !errors.Is(s.Err, syscall.ENOSPC) || s.Lost < 1500 || s.Lines != 2001 {
		t.Fatalf("got %+v", s)
	}
	if n := strings.Count(log.String(), "level=WARN"); n != 1 {
		t.Errorf("told %d times: %.400s", n, &log)
	}
	m.room = 0
	r.write()
	say(r, number(2001, 10), number(2002, 10))
	got, tally := m.lines(t)
	kept := len(got) - 3 // beside the first and the last two
	for i, want := range append([]int{0}, slices.Repeat([]int{1}, kept)...) {
		if want > 0 {
			want = i
		}
		if !strings.HasPrefix(got[i], fmt.Sprintf(`{"n":%d,`, want)) {
			t.Fatalf("line %d is %.20s", i, got[i])
		}
	}
	expect(t, "the last", got[len(got)-2:], number(2001, 10), number(2002, 10))
	if uint64(tally.Lost) != s.Lost || kept+tally.Lost != 2000 {
		t.Errorf("%d were kept, got %+v and %+v", kept, tally, s)
	}
	if r.Stats().Err != nil || !strings.Contains(log.String(), "works again") {
		t.Errorf("got %+v, %.400s", r.Stats(), &log)
	}
}

// TestTailIsCutAtEveryByte cuts the file that a crash left, with nothing, zeros or garbage behind the cut: what was whole is
// read, and the ring goes on.
func TestTailIsCutAtEveryByte(t *testing.T) {
	all := []string{`"one"`, `{"two":2}`, `"three"`, `"and the fourth"`, `"five"`}
	m := newMemory()
	say(ringOn(t, m, &bytes.Buffer{}), all...)
	data := m.files[1]
	for cut := range len(data) + 1 {
		zeros, garbage := slices.Clone(data), slices.Clone(data)
		clear(zeros[cut:])
		for i := cut; i < len(garbage); i++ {
			garbage[i] ^= 0x5a
		}
		for what, damaged := range map[string][]byte{"nothing": data[:cut], "zeros": zeros, "garbage": garbage} {
			m := newMemory()
			m.files[1] = slices.Clone(damaged)
			say(ringOn(t, m, &bytes.Buffer{}), `"more"`)
			got, _ := m.lines(t)
			end := 1 // of a line, which another behind it needs
			if what == "nothing" {
				end = 0
			}
			want := all[:wholeBefore(all, cut, end)]
			expect(t, fmt.Sprintf("cut at %d, then %s", cut, what), got, append(slices.Clone(want), `"more"`)...)
		}
	}
}

// wholeBefore returns how many lines are before the byte cut, of which the last needs some bytes, 0 or 1, of its end.
func wholeBefore(all []string, cut, end int) (n int) {
	at := 0
	for _, l := range all {
		if at += len(l) + frameLen; at-1+end <= cut {
			n++
		}
	}
	return n
}

// TestEachByteIsDamaged changes each bit of a file: one line is lost, or two if it was the end of the first, and no other comes.
func TestEachByteIsDamaged(t *testing.T) {
	all := []string{`"one"`, `{"two":0.79}`, `"three"`, `"four"`}
	m := newMemory()
	say(ringOn(t, m, &bytes.Buffer{}), all...)
	for i := range m.files[1] {
		for bit := range 8 {
			m.files[1][i] ^= 1 << bit
			got, tally := m.lines(t)
			lost := len(all) - len(got)
			left := slices.DeleteFunc(slices.Clone(all), func(l string) bool { return !slices.Contains(got, l) })
			expect(t, fmt.Sprintf("byte %d, bit %d", i, bit), got, left...)
			if end := i == len(m.files[1])-1; lost > 2 || !end && lost == 0 && !hexCase(m.files[1][i], bit) || lost > 0 && tally.Damaged == 0 {
				t.Fatalf("byte %d, bit %d: %d lines are lost, %+v", i, bit, lost, tally)
			}
			m.files[1][i] ^= 1 << bit
		}
	}
}

// hexCase says whether a flipped bit has but made a letter of a checksum an upper one.
func hexCase(b byte, bit int) bool { return bit == 5 && b >= 'A' && b <= 'F' }

// TestForeignFiles has a folder with all sorts of things: what is not ours is neither read nor removed.
func TestForeignFiles(t *testing.T) {
	path := t.TempDir()
	foreign := []string{"notes.txt", "why-1.log", "why-0000000000000000.log", "why-9999999999999999.log", "why-+000000000000001.log", "why-0000000000000003.log.bak"}
	for _, name := range foreign {
		if err := os.WriteFile(filepath.Join(path, name), []byte("not ours\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(path, nameOf(7)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", filepath.Join(path, nameOf(8))); err != nil {
		t.Fatal(err)
	}
	r := ringAt(t, path, testLimit)
	for i := range 60 {
		say(r, number(i, 9_000))
	}
	got, tally := linesOf(t, path)
	if len(got) < 15 || tally.Damaged > 0 {
		t.Errorf("got %d lines, %+v", len(got), tally)
	}
	for _, name := range foreign {
		if b, err := os.ReadFile(filepath.Join(path, name)); err != nil || string(b) != "not ours\n" {
			t.Errorf("%s: got %q, %v", name, b, err)
		}
	}
}

// TestAStrangersFolder reads what no ring has written: lines without an end, and more bytes than any ring has.
func TestAStrangersFolder(t *testing.T) {
	path := t.TempDir()
	file := filepath.Join(path, nameOf(1))
	long := append(bytes.Repeat([]byte("x"), 3*mostLine), '\n')
	long = appendLine(long, []byte(`"good"`))
	long = append(long, bytes.Repeat([]byte("y"), 2*mostLine)...)
	if err := os.WriteFile(file, long, 0o600); err != nil {
		t.Fatal(err)
	}
	got, tally := linesOf(t, path)
	expect(t, "between lines that are too long", got, `"good"`)
	if tally != (Tally{Lines: 1, Damaged: 2}) {
		t.Errorf("got %+v", tally)
	}
	if err := os.Truncate(file, MostLimit+1); err != nil { // of holes, so it costs nothing
		t.Fatal(err)
	}
	if _, err := readLines(path, func([]byte) error { return nil }); err == nil || !strings.Contains(err.Error(), "a ring has at most") {
		t.Errorf("got %v", err)
	}
}
