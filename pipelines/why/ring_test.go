package why

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// testLimit is that of most rings here: files of 32 KiB.
const testLimit = 256 << 10

// ringAt returns a ring in a folder, which writes when it is told to.
func ringAt(t testing.TB, path string, limit int64) *Ring {
	t.Helper()
	r, err := New(Options{Path: path, Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// number is a line that can be told from others, of some length.
func number(i, length int) string {
	return fmt.Sprintf(`{"n":%d,"x":%q}`, i, strings.Repeat("x", length))
}

// say puts each line, and writes it.
func say(r *Ring, lines ...string) {
	for _, l := range lines {
		r.put([]byte(l), false)
		r.write()
	}
}

// linesOf returns what the ring in a folder holds.
func linesOf(t testing.TB, path string) (all []string, tally Tally) {
	t.Helper()
	tally, err := readLines(path, func(text []byte) error {
		all = append(all, string(text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, tally
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%s: got %q, want %q", what, got, want)
	}
}

// bytesOf returns how many bytes the files in a folder have, and how many there are.
func bytesOf(t *testing.T, path string) (n int64, files int) {
	t.Helper()
	list, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		n += info.Size()
	}
	return n, len(list)
}

func TestWhatIsPutIsReadInOrderAndAfterRestarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "why")
	var want []string
	for run := range 3 {
		r := ringAt(t, path, 0)
		for i := range 5 {
			want = append(want, number(run*5+i, i))
		}
		say(r, want[run*5:]...)
		got, tally := linesOf(t, path)
		expect(t, fmt.Sprint("run ", run), got, want...)
		if tally != (Tally{Lines: len(want)}) {
			t.Errorf("run %d: got %+v", run, tally)
		}
	}
	if _, files := bytesOf(t, path); files != 1 {
		t.Errorf("three short runs have made %d files", files)
	}
}

// TestRunWrites has a ring at work: what is urgent is on disk at once, the rest within a second, and at the end all of it.
func TestRunWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := t.TempDir()
		r := ringAt(t, path, 0)
		ctx, cancel := context.WithCancel(t.Context())
		var done sync.WaitGroup
		done.Go(func() {
			if err := r.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(writeEvery / 2)
		r.put([]byte(`"later"`), false)
		synctest.Wait()
		got, _ := linesOf(t, path)
		expect(t, "before a second is over", got)
		time.Sleep(writeEvery / 2)
		synctest.Wait()
		got, _ = linesOf(t, path)
		expect(t, "after it", got, `"later"`)
		r.put([]byte(`"waits"`), false)
		r.put([]byte(`"at once"`), true)
		synctest.Wait()
		got, _ = linesOf(t, path)
		expect(t, "at once", got, `"later"`, `"waits"`, `"at once"`)
		r.put([]byte(`"last"`), false)
		cancel()
		done.Wait()
		got, _ = linesOf(t, path)
		expect(t, "at the end", got, `"later"`, `"waits"`, `"at once"`, `"last"`)
	})
}

// TestTheLimitHolds writes several times what a ring may hold: it has the newest lines, all of them that fit but for a file.
func TestTheLimitHolds(t *testing.T) {
	path := t.TempDir()
	rng := rand.New(rand.NewPCG(1, 2))
	r := ringAt(t, path, testLimit)
	var all []string
	for i := range 600 {
		if i%97 == 0 {
			r = ringAt(t, path, testLimit) // after a restart too
		}
		length := rng.IntN(200)
		if rng.IntN(4) == 0 {
			length = rng.IntN(mostLine - 64)
		}
		all = append(all, number(i, length))
		say(r, all[i])
		if n, files := bytesOf(t, path); n > testLimit || files > segmentsWanted+1 {
			t.Fatalf("line %d: %d bytes in %d files", i, n, files)
		}
	}
	got, tally := linesOf(t, path)
	expect(t, "what is left", got, all[len(all)-len(got):]...)
	if n, _ := bytesOf(t, path); n < testLimit*5/8 {
		t.Errorf("of %d bytes only %d are used", testLimit, n)
	}
	if tally.Damaged+tally.Lost > 0 {
		t.Errorf("got %+v", tally)
	}
}

func TestALowerLimitForgetsTheOldest(t *testing.T) {
	path := t.TempDir()
	r := ringAt(t, path, 4*testLimit)
	var all []string
	for i := range 90 {
		all = append(all, number(i, 10_000))
		say(r, all[i])
	}
	before, _ := linesOf(t, path)
	expect(t, "with the larger limit", before, all...)
	r = ringAt(t, path, testLimit)
	all = append(all, number(90, 1))
	say(r, all[90])
	if n, _ := bytesOf(t, path); n > testLimit {
		t.Errorf("%d bytes", n)
	}
	after, _ := linesOf(t, path)
	if len(after) == 0 {
		t.Fatal("nothing is left")
	}
	expect(t, "with the smaller one", after, all[len(all)-len(after):]...)
}

func TestLimitsThatMakeNoSense(t *testing.T) {
	for _, limit := range []int64{-1, 1, LeastLimit - 1, MostLimit + 1} {
		if _, err := New(Options{Path: t.TempDir(), Limit: limit}); err == nil {
			t.Errorf("limit %d: no error", limit)
		}
	}
}

func TestALineThatIsTooLongIsLeftOut(t *testing.T) {
	path := t.TempDir()
	r := ringAt(t, path, 0)
	most := mostLine - frameLen - len(`""`)
	say(r, `"`+strings.Repeat("m", most)+`"`, `"`+strings.Repeat("l", most+1)+`"`, `"short"`)
	got, tally := linesOf(t, path)
	if len(got) != 2 || got[1] != `"short"` || tally != (Tally{Lines: 2, Lost: 1}) {
		t.Errorf("got %d lines, %+v", len(got), tally)
	}
	if s := r.Stats(); s != (Stats{Lines: 3, Lost: 1}) {
		t.Errorf("got %+v", s)
	}
}

func TestTheSmallestRing(t *testing.T) {
	path := t.TempDir()
	r := ringAt(t, path, LeastLimit)
	var all []string
	for i := range 50 {
		all = append(all, number(i, LeastLimit/segmentsWanted-100))
	}
	say(r, append(all, number(50, LeastLimit/segmentsWanted))...)
	got, _ := linesOf(t, path)
	expect(t, "what is left", got, all[50-segmentsWanted:]...)
	if n, _ := bytesOf(t, path); n > LeastLimit {
		t.Errorf("%d bytes", n)
	}
}

// TestReadWhileItIsWritten reads a ring that forgets its oldest files meanwhile: lines come whole, in order, each once.
func TestReadWhileItIsWritten(t *testing.T) {
	path := t.TempDir()
	r := ringAt(t, path, testLimit)
	say(r, number(0, 0))
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := 1; i <= 300; i++ {
			say(r, number(i, 4000))
		}
	})
	for last := 0; last < 300; {
		at := -1 // and so it stays if all files that were there have gone meanwhile
		tally, err := readLines(path, func(text []byte) error {
			var n int
			if _, err := fmt.Sscanf(string(text), `{"n":%d`, &n); err != nil || n <= at {
				return fmt.Errorf("%d came after %d (%v)", n, at, err)
			}
			at = n
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if tally.Damaged > 1 { // the line that is being written
			t.Fatalf("got %+v", tally)
		}
		last = max(last, at)
	}
	writer.Wait()
}

func TestAFolderThatIsTakenAwayComesBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "why")
	r := ringAt(t, path, 0)
	say(r, `"before"`)
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	say(r, `"in between"`) // finds out
	say(r, `"after"`)
	got, _ := linesOf(t, path)
	expect(t, "in the end", got, `"in between"`, `"after"`)
}

func TestNoRing(t *testing.T) {
	if _, err := readLines(filepath.Join(t.TempDir(), "none"), func([]byte) error { return nil }); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
