package record

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/foxglove/mcap/go/mcap"

	"edged/sensors"
)

// Options says how a recording is written. The zero value works.
type Options struct {
	Compression Compression // "" is Zstd
	Limit       int64       // the most bytes of the file, but for a few kilobytes at its end; 0 is none
}

// Compression is how chunks are packed.
type Compression string

// The compressions. Zstd at its fastest halves a camera's raw pictures, noise and all, in half of the time that LZ4 takes
// to make them no smaller (BenchmarkSample); JPEG gains from none.
const (
	Zstd         Compression = "zstd"
	LZ4          Compression = "lz4"
	Uncompressed Compression = "none"
)

// ErrFull is wrapped by the error of what would make the file larger than Options.Limit.
var ErrFull = errors.New("the recording is as large as it may be")

// Turn is something that an encoder did: it took a sample, gave an embedding, joined those of others, or made an event.
type Turn struct {
	Pipeline string
	Encoder  int    // its place in the pipeline
	Taken    uint64 // which of its sensor's samples it took, from 1
	Event    uint64 // else the event it made, by its seq
	Shared   Shared // else what it did about embeddings, or about a window
}

// Shared is what an encoder did about embeddings.
type Shared uint8

// What may be done.
const (
	Gave   Shared = 1 // an embedding was given
	Joined Shared = 2 // embeddings were joined

	Skipped Shared = 3 // none was made of a window that there was no time for
)

const (
	chunkSize = 1 << 20  // bytes, not packed
	maxSample = 64 << 20 // bytes of one message
)

// Writer writes a recording. Its methods may be called from several goroutines. After an error it writes nothing more, and
// each call returns that error; what is in the file stays readable.
type Writer struct {
	opts Options

	mu       sync.Mutex
	file     io.WriteCloser
	written  *counter
	out      *mcap.Writer
	mcap     mcap.WriterOptions
	clock    clock
	channels map[channelKey]uint16
	schemas  map[*schema]uint16
	counts   map[uint16]uint32
	buf      []byte
	chunk    chunkState
	err      error
}

type channelKey struct {
	topic string
	of    *schema
}

// chunkState is what is known of the chunk that is being filled.
type chunkState struct {
	began time.Time
	bytes int
}

// Create makes the file at path, which must not be there yet. Only its owner can read it: it holds what was seen and heard.
func Create(path string, h Header, o Options) (*Writer, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	return NewWriter(file, h, o)
}

// NewWriter writes a recording to file, which it closes, and begins it with h.
func NewWriter(file io.WriteCloser, h Header, o Options) (*Writer, error) {
	w := &Writer{
		opts: o, file: file, written: &counter{w: file}, clock: newClock(h.Start),
		channels: map[channelKey]uint16{}, schemas: map[*schema]uint16{}, counts: map[uint16]uint32{},
		mcap: mcap.WriterOptions{IncludeCRC: true, Chunked: true, ChunkSize: chunkSize},
	}
	if err := w.begin(&h); err != nil {
		return nil, errors.Join(fmt.Errorf("record: %w", err), file.Close())
	}
	return w, nil
}

func (w *Writer) begin(h *Header) (err error) {
	if err := w.compress(); err != nil {
		return err
	}
	if w.out, err = mcap.NewWriter(w.written, &w.mcap); err != nil {
		return err
	}
	if err := w.out.WriteHeader(&mcap.Header{Library: "edged " + h.Version}); err != nil {
		return err
	}
	for _, m := range h.records() {
		if err := w.out.WriteMetadata(&mcap.Metadata{Name: m.name, Metadata: m.pair}); err != nil {
			return err
		}
	}
	return nil
}

// Sample writes what a sensor gave: a *sensors.Frame, *sensors.Clip or *sensors.Reading. It was handed over at the moment at.
func (w *Writer) Sample(at time.Time, sensor string, sample any) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	topic := topicOf(sensor)
	switch s := sample.(type) {
	case *sensors.Frame:
		of := rawImage
		if s.Format == sensors.JPEG {
			of = compressedImage
		}
		w.buf = appendFrame(w.buf[:0], s, w.clock)
		return w.put(at, s.Time, topic, of)
	case *sensors.Clip:
		if len(s.Samples) > maxClip && w.err == nil {
			w.err = fmt.Errorf("record: %s: %d samples are too many for one clip, at most %d", topic, len(s.Samples), maxClip)
			return w.err
		}
		w.buf = appendClip(w.buf[:0], s, w.clock)
		return w.put(at, s.End, topic, rawAudio)
	case *sensors.Reading:
		w.buf = appendReading(w.buf[:0], s, w.clock)
		return w.put(at, s.Time, topic, reading)
	}
	panic(fmt.Sprintf("record: a sample of type %T", sample))
}

// Failed writes that reading a sensor failed.
func (w *Writer) Failed(at time.Time, sensor string, err error) error {
	return w.log(at, sensor, levelError, err.Error())
}

// Finished writes that a sensor, itself a recording, has ended.
func (w *Writer) Finished(at time.Time, sensor string) error {
	return w.log(at, sensor, levelInfo, "finished")
}

func (w *Writer) log(at time.Time, sensor string, level uint64, text string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf = appendLog(w.buf[:0], w.clock.ns(at), level, sensor, text)
	return w.put(at, at, topicOf(sensor)+logSuffix, logLine)
}

// Turn writes what an encoder did.
func (w *Writer) Turn(at time.Time, t Turn) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf = appendTurn(w.buf[:0], w.clock.ns(at), &t)
	return w.put(at, at, turnsTopic, turn)
}

// Event writes an event's JSON for people to see.
func (w *Writer) Event(at time.Time, pipeline string, json []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf = append(w.buf[:0], json...)
	return w.put(at, at, "/pipelines/"+pipeline+"/events", event)
}

// The topics.
const (
	sensorPrefix = "/sensors/"
	logSuffix    = "/log"
	turnsTopic   = "/edged/turns"
)

func topicOf(sensor string) string { return sensorPrefix + sensor }

// put writes w.buf as a message.
func (w *Writer) put(at, of time.Time, topic string, s *schema) error {
	if w.err == nil {
		if err := w.write(at, of, topic, s); err != nil {
			w.err = fmt.Errorf("record: %s: %w", topic, err)
		}
	}
	return w.err
}

func (w *Writer) write(at, of time.Time, topic string, s *schema) error {
	switch {
	case len(w.buf) > maxSample:
		return fmt.Errorf("%d bytes are too many for one message, at most %d", len(w.buf), maxSample)
	case w.opts.Limit > 0 && w.written.n+int64(w.chunk.bytes+len(w.buf)) > w.opts.Limit:
		return fmt.Errorf("%w: %d bytes", ErrFull, w.opts.Limit)
	}
	id, err := w.channel(topic, s)
	if err != nil {
		return err
	}
	w.counts[id]++
	w.turnOver(at)
	before := w.written.n
	err = w.out.WriteMessage(&mcap.Message{
		ChannelID: id, Sequence: w.counts[id], Data: w.buf,
		LogTime: unsigned(w.clock.ns(at)), PublishTime: unsigned(w.clock.ns(of)),
	})
	if w.chunk.bytes += len(w.buf); w.written.n != before {
		w.chunk = chunkState{}
	}
	return err
}

// turnOver lets the next message end the chunk if it is old enough, so that a crash loses little. The module has no other
// way to say so, but it asks for its options each time.
func (w *Writer) turnOver(at time.Time) {
	const worthIt = 64 << 10
	if w.chunk.began.IsZero() {
		w.chunk.began = at
	}
	age := at.Sub(w.chunk.began)
	w.mcap.ChunkSize = chunkSize
	if age >= 10*time.Second || age >= time.Second && w.chunk.bytes >= worthIt {
		w.mcap.ChunkSize = 1
	}
}

// unsigned is a time as MCAP wants it. Before 1970 there were no recordings.
func unsigned(ns int64) uint64 { return uint64(max(0, ns)) }

// Size returns the bytes of the file so far; the newest samples may not be in it yet.
func (w *Writer) Size() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.written.n
}

// Close ends the recording with its index. It returns the error that ended it before, if one did; being full is none.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		return nil
	}
	err := w.err
	if err == nil || errors.Is(err, ErrFull) {
		if err = w.out.Close(); err != nil {
			err = fmt.Errorf("record: %w", err)
		}
	}
	err = errors.Join(err, w.file.Close())
	w.file, w.err = nil, os.ErrClosed
	return err
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
