package record

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/foxglove/mcap/go/mcap"

	"edged/sensors"
)

// What says what a Message is.
type What uint8

// What a recording holds.
const (
	Sampled  What = iota // a sensor gave a sample
	Failed               // reading a sensor failed
	Finished             // a sensor, itself a recording, ended
	Turned               // an encoder took a sample or made an event
	Said                 // an event's JSON
)

// Message is one thing that happened. What it holds is valid until the next Next with the same Message.
type Message struct {
	What    What
	At      time.Time // when it happened
	Sensor  *Sensor   // of Sampled, Failed and Finished
	Frame   sensors.Frame
	Clip    sensors.Clip
	Reading sensors.Reading
	Text    string // of Failed
	Turn    Turn
	Event   []byte // JSON
}

// Sample is the sample of a Sampled: a *sensors.Frame, *sensors.Clip or *sensors.Reading.
func (m *Message) Sample() any {
	switch m.Sensor.Gives {
	case Frames:
		return &m.Frame
	case Clips:
		return &m.Clip
	}
	return &m.Reading
}

// Reader reads a recording from its start to its end.
type Reader struct {
	path     string
	file     io.ReadCloser
	in       *mcapFile
	header   Header
	only     string
	schemas  map[uint16]string
	channels map[uint16]*channel
	ended    bool
	damage   error
}

// channel is a channel of the file. Those of other programs are passed over.
type channel struct {
	what   What
	sensor *Sensor
	schema string
	known  bool
}

// Open opens the recording at path and reads its header.
func Open(path string) (*Reader, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	return NewReader(path, file)
}

// NewReader reads a recording from file, which it closes; path names it in errors.
func NewReader(path string, file io.ReadCloser) (*Reader, error) {
	r := &Reader{path: path, file: file, schemas: map[uint16]string{}, channels: map[uint16]*channel{}}
	if err := r.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("record: %s: %w", path, err), file.Close())
	}
	return r, nil
}

// Header returns what the recording says of itself.
func (r *Reader) Header() *Header { return &r.header }

// Only lets Next pass over all that is not of the sensor of that name.
func (r *Reader) Only(sensor string) { r.only = sensor }

// Damage says where and why the recording could be read no further, though it should go on there: nil if it is whole. It
// is known once Next has returned io.EOF.
func (r *Reader) Damage() error { return r.damage }

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// begin reads what comes before the first message.
func (r *Reader) begin() (err error) {
	if r.in, err = openMCAP(r.file); err != nil {
		return err
	}
	ours := false
	for {
		op, body, err := r.in.next()
		switch {
		case err == errCut:
			return errors.New("was cut off before its first sample")
		case err != nil:
			return err
		case op == mcap.OpMetadata:
			m, err := readMetadata(body)
			if err != nil {
				return err
			}
			if m.name == metaReady && ours {
				return nil
			}
			if err := r.header.take(m); err != nil {
				return err
			}
			ours = ours || m.name == metaRun
		case op == mcap.OpChannel, op == mcap.OpMessage, op == mcap.OpDataEnd:
			return errors.New("is an MCAP file, but no recording of edged's")
		}
	}
}

func readMetadata(body []byte) (metadata, error) {
	c := cursor{b: body}
	m := metadata{name: c.text(), pair: c.pairs()}
	if c.err != nil {
		return m, fmt.Errorf("metadata: %w", c.err)
	}
	return m, nil
}

// Next reads what happened next. It returns io.EOF at the end, and where the file is cut off or damaged: see Damage.
func (r *Reader) Next(into *Message) error {
	for !r.ended {
		op, body, err := r.in.next()
		found := false
		if err == nil {
			found, err = r.record(into, op, body)
		}
		switch {
		case err == errCut:
			r.ended, r.damage = true, fmt.Errorf("record: %s: cut off: what comes after byte %d is lost", r.path, r.in.begin)
		case err != nil:
			r.ended, r.damage = true, fmt.Errorf("record: %s: damaged at byte %d, and read up to there: %w", r.path, r.in.begin, err)
		case found:
			return nil
		}
	}
	return io.EOF
}

// record takes one record, and says whether it filled into.
func (r *Reader) record(into *Message, op mcap.OpCode, body []byte) (found bool, err error) {
	c := cursor{b: body}
	switch op {
	case mcap.OpDataEnd:
		r.ended = true
	case mcap.OpSchema:
		id, name := c.uint16(), c.text()
		if len(name) > maxName {
			return false, errLong
		}
		r.schemas[id] = name
	case mcap.OpChannel:
		err = r.addChannel(&c)
	case mcap.OpMessage:
		ch := r.channels[c.uint16()]
		c.uint32() // sequence
		at := c.uint64()
		c.uint64() // publish time
		if c.err != nil || ch == nil || !ch.known || r.only != "" && (ch.sensor == nil || ch.sensor.Name != r.only) {
			return false, c.err
		}
		into.What, into.Sensor, into.At = ch.what, ch.sensor, time.Unix(0, int64(min(at, 1<<63-1)))
		return true, ch.read(into, c.b)
	}
	return false, errors.Join(c.err, err)
}

// maxName is the longest name of a schema or topic.
const maxName = 4096

var errLong = fmt.Errorf("a name of more than %d bytes", maxName)

func (r *Reader) addChannel(c *cursor) error {
	id, schema, topic := c.uint16(), r.schemas[c.uint16()], c.text()
	switch {
	case c.err != nil:
		return c.err
	case len(topic) > maxName:
		return errLong
	}
	r.channels[id] = r.channel(schema, topic)
	return nil
}

// channel says what a topic holds.
func (r *Reader) channel(schema, topic string) *channel {
	name, ofSensor := strings.CutPrefix(topic, sensorPrefix)
	switch {
	case topic == turnsTopic:
		return &channel{what: Turned, schema: schema, known: schema == turn.name}
	case schema == event.name:
		return &channel{what: Said, schema: schema, known: true}
	case !ofSensor:
		return &channel{}
	case schema == logLine.name:
		s := r.header.sensor(strings.TrimSuffix(name, logSuffix))
		return &channel{what: Failed, sensor: s, schema: schema, known: s != nil}
	}
	s := r.header.sensor(name)
	return &channel{sensor: s, schema: schema, known: s != nil && s.Gives == givenBy(schema)}
}

// givenBy is what a sensor gives whose samples have the schema.
func givenBy(schema string) Gives {
	switch schema {
	case rawImage.name, compressedImage.name:
		return Frames
	case rawAudio.name:
		return Clips
	case reading.name:
		return Readings
	}
	return ""
}

// read reads a message of the channel.
func (ch *channel) read(into *Message, body []byte) error {
	switch {
	case ch.what == Turned:
		return readTurn(&into.Turn, body)
	case ch.what == Said:
		into.Event = append(into.Event[:0], body...)
		return nil
	case ch.what == Failed:
		level, text, err := readLog(body)
		if into.Text = text; level == levelInfo {
			into.What = Finished
		}
		return err
	case ch.sensor.Gives == Frames:
		return readFrame(&into.Frame, body, ch.schema == compressedImage.name)
	case ch.sensor.Gives == Clips:
		return readClip(&into.Clip, body)
	}
	return readReading(&into.Reading, body)
}
