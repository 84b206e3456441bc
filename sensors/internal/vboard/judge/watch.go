package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

const prefix = "edged/board/"

// message is what came over MQTT.
type message struct {
	at      time.Time
	topic   string // below edged/board/
	payload []byte
}

// watcher keeps the newest messages of each topic.
type watcher struct {
	sub    *exec.Cmd
	reader sync.WaitGroup

	mu    sync.Mutex
	news  chan struct{} // closed when a message comes
	kept  map[string][]message
	boots map[string]bool // of all events
	seqs  map[string]uint64
	gaps  int
}

// keepPerTopic is more than any assertion looks back.
const keepPerTopic = 64

// watch subscribes to all that edged publishes.
func watch(socket string) (*watcher, error) {
	for range 100 { // the broker may still be on the way
		if _, err := os.Stat(socket); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	w := &watcher{news: make(chan struct{}), kept: map[string][]message{}, boots: map[string]bool{}, seqs: map[string]uint64{}}
	w.sub = exec.Command("mosquitto_sub", "--unix", socket, "-q", "1", "-t", prefix+"#", "-F", "%t %x")
	w.sub.Stderr = os.Stderr
	lines, err := w.sub.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := w.sub.Start(); err != nil {
		return nil, err
	}
	w.reader.Go(func() { w.read(lines) })
	return w, nil
}

func (w *watcher) close() {
	_ = w.sub.Process.Kill()
	w.reader.Wait()
	_ = w.sub.Wait() // killed
}

// read takes in lines of a topic and a payload in hexadecimal digits.
func (w *watcher) read(r io.Reader) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		topic, digits, _ := strings.Cut(strings.TrimSpace(line), " ")
		if payload, err := hex.DecodeString(digits); err == nil {
			w.take(message{time.Now(), strings.TrimPrefix(topic, prefix), payload})
		}
	}
}

func (w *watcher) take(m message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.HasPrefix(m.topic, "room/") {
		w.count(m)
	}
	all := append(w.kept[m.topic], m)
	w.kept[m.topic] = all[max(0, len(all)-keepPerTopic):]
	close(w.news)
	w.news = make(chan struct{})
}

// count looks at the numbers of an event.
func (w *watcher) count(m message) {
	var ev event
	if json.Unmarshal(m.payload, &ev) != nil {
		return
	}
	w.boots[ev.Boot] = true
	if last, ok := w.seqs[ev.Pipeline]; ok && ev.Seq != last+1 {
		w.gaps++
	}
	w.seqs[ev.Pipeline] = ev.Seq
}

// await returns the first message of a topic that came at since or later and is right, waiting for it until limit has
// passed from now on. Right returns why a message is not; the last such reason is the error.
func (w *watcher) await(topic string, since time.Time, limit time.Duration, right func(payload []byte) error) (message, error) {
	late := time.NewTimer(limit)
	defer late.Stop()
	why := fmt.Errorf("nothing came to %s", topic)
	from := since
	for {
		w.mu.Lock()
		news := w.news
		for _, m := range w.kept[topic] {
			if m.at.Before(from) {
				continue
			}
			if why = right(m.payload); why == nil {
				w.mu.Unlock()
				return m, nil
			}
			from = m.at.Add(1)
		}
		w.mu.Unlock()
		select {
		case <-news:
		case <-late.C:
			return message{}, fmt.Errorf("not within %v: %w", limit, why)
		}
	}
}

// event is what the judge reads of an event.
type event struct {
	Boot, Pipeline, Sensor string
	Seq                    uint64
	Degraded               []string
}

// health is what it reads of the health message.
type health struct {
	Boot    string
	Sensors map[string]struct {
		State     string
		Samples   uint64
		RateHz    float64 `json:"rate_hz"`
		Errors    uint64
		Lost      uint64
		Reopens   uint64
		LastError string `json:"last_error"`
	}
}

// reading is a reading.
type reading struct {
	Values map[string]struct {
		Value float64
		Unit  string
	}
}

// asJSON lets right look at a message as a T.
func asJSON[T any](right func(*T) error) func([]byte) error {
	return func(payload []byte) error {
		var v T
		if err := json.Unmarshal(payload, &v); err != nil {
			return err
		}
		return right(&v)
	}
}
