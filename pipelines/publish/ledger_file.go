package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"edged/pipelines"
)

// ledgerJSON is the ledger's file.
type ledgerJSON struct {
	Version int          `json:"version"` // 1
	Alerts  []recordJSON `json:"alerts"`
}

type recordJSON struct {
	Pipeline string            `json:"pipeline"`
	Alert    string            `json:"alert"`
	Muted    time.Time         `json:"muted,omitzero"`
	Topic    string            `json:"topic,omitempty"`
	Event    json.RawMessage   `json:"event,omitempty"` // as it was told
	Owed     []json.RawMessage `json:"owed,omitempty"`
}

// largestLedger is far above what mostRecords alerts take.
const largestLedger = 64 << 20

// load reads the file. What it says of single alerts and cannot be, is passed over and told.
func (l *ledger) load() error {
	text, err := readLedger(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		l.changed = true // takes its room on the disk before that is full
		return nil
	}
	var file ledgerJSON
	if err == nil {
		err = json.Unmarshal(text, &file)
	}
	if err == nil && file.Version != 1 {
		err = fmt.Errorf("version %d, want 1", file.Version)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", l.path, err)
	}
	for _, line := range file.Alerts[:min(len(file.Alerts), mostRecords)] {
		r, err := line.record()
		if err != nil {
			l.log.Error(fmt.Sprintf("%s: alert %s of %s: %v", l.path, line.Alert, line.Pipeline, err))
			continue
		}
		l.all[key{line.Pipeline, line.Alert}] = r
	}
	return nil
}

func readLedger(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > largestLedger {
		return nil, fmt.Errorf("%d bytes are above %d", info.Size(), largestLedger)
	}
	return os.ReadFile(path)
}

func (line *recordJSON) record() (*record, error) {
	r := &record{muted: line.Muted, topic: line.Topic, event: line.Event}
	r.alert.Name = line.Alert
	if len(line.Event) > 0 {
		pipeline, a, err := decodeAlert(line.Event)
		if err != nil {
			return nil, err
		}
		if pipeline != line.Pipeline || a.Name != line.Alert {
			return nil, fmt.Errorf("it told what is of %s of %s", a.Name, pipeline)
		}
		r.alert = a
	}
	for _, payload := range line.Owed {
		var of struct {
			ID, State string
			Seq       uint64
		}
		if err := json.Unmarshal(payload, &of); err != nil || of.ID == "" {
			return nil, fmt.Errorf("it owes what is no event: %v", err)
		}
		r.owe(debt{of.ID, of.Seq, of.State == string(pipelines.Closed), payload})
	}
	return r, nil
}

// write brings the file up to date. A failure is told once, and tried again with the next write.
func (l *ledger) write() {
	text := l.take()
	if text == nil {
		return
	}
	err := replaceFile(l.path, text)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil && l.trouble == nil:
		l.log.Error(fmt.Sprintf("alerts: %v: after a crash, alerts may open a second time", err))
	case err == nil && l.trouble != nil:
		l.log.Info("alerts: " + l.path + " can be written again")
	}
	l.trouble, l.changed = err, l.changed || err != nil
}

// take returns what the file should hold; nil if it does.
func (l *ledger) take() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.path == "" || !l.changed {
		return nil
	}
	l.changed = false
	file := ledgerJSON{Version: 1, Alerts: make([]recordJSON, 0, len(l.all))}
	for _, k := range l.keys() {
		r := l.all[k]
		line := recordJSON{Pipeline: k.pipeline, Alert: k.alert, Muted: r.muted, Topic: r.topic, Event: r.event}
		for _, d := range r.owed {
			line.Owed = append(line.Owed, d.payload)
		}
		file.Alerts = append(file.Alerts, line)
	}
	text, err := compact(&file)
	if err != nil {
		panic("publish: " + err.Error()) // events are JSON
	}
	return append(text, '\n')
}

func (l *ledger) failing() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trouble
}
