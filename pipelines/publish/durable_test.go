package publish_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"edged/pipelines/publish"
	"edged/pipelines/publish/mqtt"
	"edged/pipelines/publish/outbox"
	"edged/sensors"
)

// TestMain lets the test's own binary be the daemon that is killed.
func TestMain(m *testing.M) {
	for name, live := range map[string]func(path, url, first string) error{"put": putForEver, "alert": alertForEver} {
		if len(os.Args) == 5 && os.Args[1] == name {
			if err := live(os.Args[2], os.Args[3], os.Args[4]); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// putForEver puts events, numbered from first on, and prints the number of each that is durable.
func putForEver(path, url, first string) error {
	p, err := publish.New(publish.Options{Device: "porch", Broker: mqtt.Options{URL: url}, Outbox: outbox.Options{Path: path, Gather: -1}})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	defer func() { stop(); <-ended }()
	seq, err := strconv.Atoi(first)
	for ; err == nil; seq++ {
		for ; err == nil && seq%7 != 0; seq++ { // several at a time
			err = p.Put(ctx, event(seq))
		}
		if err == nil {
			err = p.Put(ctx, event(seq))
		}
		if err == nil {
			err = p.Sync(ctx)
		}
		fmt.Println(seq)
	}
	return err
}

// TestKilled kills a daemon with SIGKILL again and again: all that it has called durable arrives, in order.
func TestKilled(t *testing.T) {
	seen := newTap()
	b := serve(t, "", seen)
	defer b.Close()
	path := filepath.Join(t.TempDir(), "outbox")
	durable := 0
	for life := range 3 {
		durable = live(t, "put", durable+1, 10+50*life, path, b.URL())
	}
	p, stop := start(t, publish.Options{Broker: mqtt.Options{URL: b.URL()}, Outbox: outbox.Options{Path: path}})
	const end = 1 << 30 // comes when all has come that was left
	if err := p.Put(t.Context(), event(end)); err != nil {
		t.Fatal(err)
	}
	seen.wait(func() bool { return slices.Contains(seen.seqs, end) })
	for p.Stats().Queue.Depth > 0 {
		time.Sleep(time.Millisecond)
	}
	stop()
	if s := p.Stats(); s.Queue.Depth != 0 || s.Trouble != nil {
		t.Errorf("got %+v, want nothing left", s)
	}
	inOrder(t, slices.DeleteFunc(seen.seqs, func(seq uint64) bool { return seq == end }), durable)
}

// live runs a daemon until it has called n more lines durable, kills it, and returns the number that was durable last.
func live(t *testing.T, what string, first, n int, path, url string) (last int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append(strings.Fields(os.Getenv("EDGED_EMULATOR")), self, what, path, url, strconv.Itoa(first))
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for i := 0; lines.Scan(); i++ { // those too that come after the kill
		if last, err = strconv.Atoi(lines.Text()); err != nil {
			t.Fatal(err)
		}
		if i == n {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // killed
	return last
}

// inOrder checks that all from 1 to last came, each first time after the one before it.
func inOrder(t *testing.T, seqs []uint64, last int) {
	t.Helper()
	next := uint64(1)
	for _, seq := range seqs {
		if seq > next {
			t.Fatalf("got seq %d before %d", seq, next)
		}
		if seq == next {
			next++
		}
	}
	if next <= uint64(last) {
		t.Errorf("got events up to %d, want %d", next-1, last)
	}
}

// TestHistorical says of each event whether it comes from an earlier run.
func TestHistorical(t *testing.T) {
	seen := newTap()
	b := serve(t, "", seen)
	defer b.Close()
	disk := outbox.Options{Path: filepath.Join(t.TempDir(), "outbox")}
	nowhere := serve(t, "", seen)
	nowhere.Close()
	p, stop := start(t, publish.Options{Broker: mqtt.Options{URL: nowhere.URL()}, Outbox: disk, FlushTime: time.Millisecond})
	for seq := range 2 {
		if err := p.Put(t.Context(), event(seq+1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop()
	p, stop = start(t, publish.Options{
		Broker: mqtt.Options{URL: b.URL()}, Outbox: disk,
		QoS: publish.Levels{Reading: mqtt.AtMostOnce},
	})
	if err := p.Put(t.Context(), event(3)); err != nil {
		t.Fatal(err)
	}
	if err := p.PutReading(t.Context(), "air", &sensors.Reading{Time: time.Now()}); err != nil {
		t.Fatal(err)
	}
	seen.wait(func() bool { return len(seen.seqs) == 3 })
	stop()
	var got []string
	for _, g := range seen.got {
		var ev struct {
			Seq        int
			Historical *bool
		}
		if _, payload, _ := strings.Cut(g, " "); strings.HasPrefix(g, "room/labels ") {
			if err := json.Unmarshal([]byte(payload), &ev); err != nil || ev.Historical == nil {
				t.Fatalf("got %s, %v", payload, err)
			}
			got = append(got, fmt.Sprint(ev.Seq, *ev.Historical))
		}
	}
	if want := "1 true 2 true 3 false"; strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, " "), want)
	}
	if s := p.Stats(); s.Latency.Count != 1 || s.Outbox.Commits != 1 || s.Delivered != 4 {
		t.Errorf("got %d live, %d commits, %d delivered; want 1, 1 without the reading, 4", s.Latency.Count, s.Outbox.Commits, s.Delivered)
	}
}

// TestWithoutADisk announces in each event that none is durable, and sends them all the same.
func TestWithoutADisk(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	seen := newTap()
	b := serve(t, "", seen)
	defer b.Close()
	p, stop := start(t, publish.Options{Broker: mqtt.Options{URL: b.URL()}, Outbox: outbox.Options{Path: filepath.Join(file, "outbox")}})
	first := p.Put(t.Context(), event(1)) // nobody may know yet
	if err := p.Sync(t.Context()); err == nil {
		t.Errorf("got no error, and %v of the first", first)
	}
	if err := p.Put(t.Context(), event(2)); err == nil || !strings.HasSuffix(err.Error(), "not a directory") {
		t.Errorf("got %v", err)
	}
	seen.wait(func() bool { return len(seen.seqs) == 2 })
	stop()
	if got := seen.got[len(seen.got)-2]; !strings.Contains(got, `"degraded":["outbox: not a directory"],"historical":false}`) {
		t.Errorf("got %s", got)
	}
}
