package mic

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jfreymuth/pulse/proto"

	"edged/sensors"
)

// Pulse says where a PulseAudio or PipeWire server is.
type Pulse struct {
	Server string // as in PULSE_SERVER: "unix:/run/…", "tcp:HOST:4713"; empty looks in the usual places
	Run    string // the user's folder for sockets, as in XDG_RUNTIME_DIR; empty is /run/user/UID
	Cookie string // a file that proves to the server who asks; servers of the same user need none
}

// Limits of talk with a server.
const (
	askLimit    = 200 * time.Millisecond // of a question during a Read
	connectTime = 2 * time.Second
	queueTime   = 2 * time.Second // of sound that may wait for a Read
	latencyTurn = 64              // clips between two questions for the latency
)

// stream is a source of a PulseAudio server.
type stream struct {
	agreed
	name    string // "pulse:SOURCE"
	client  *proto.Client
	conn    *framed
	in      inflow
	raw     []byte
	index   uint32 // by which the server knows it
	latency time.Duration
	turn    int
	closed  bool
	tally
}

// openPulse connects to the server and records from the source of that name; the empty one is the server's default.
func openPulse(ctx context.Context, source string, o *Options) (*stream, error) {
	s := &stream{
		agreed: agreed{format: sensors.FloatLE, rate: o.Rate, channels: o.Channels},
		name:   "pulse", tally: tally{lost: -1},
	}
	if source != "" {
		s.name += ":" + source
	}
	frame := s.channels * s.format.Bytes()
	s.raw = make([]byte, max(1, int(int64(s.rate)*int64(o.Chunk)/int64(time.Second)))*frame)
	s.in.init(int(queueTime/time.Second)*s.rate*frame, frame)
	conn, err := o.Pulse.dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("microphone %s: %w", s.name, err)
	}
	s.conn = &framed{Conn: conn}
	s.client = &proto.Client{Callback: s.hear}
	s.client.SetTimeout(connectTime)
	s.client.Open(s.conn) // starts the library's one goroutine, which ends with the connection
	if err := s.begin(source, &o.Pulse); err != nil {
		return nil, errors.Join(fmt.Errorf("microphone %s: %w", s.name, err), s.Close())
	}
	s.client.SetTimeout(askLimit)
	return s, nil
}

// begin says who asks and asks for sound.
func (s *stream) begin(source string, p *Pulse) error {
	cookie, err := p.cookie()
	if err != nil {
		return err
	}
	var auth proto.AuthReply
	if err := s.client.Request(&proto.Auth{Version: s.client.Version(), Cookie: cookie}, &auth); err != nil {
		return s.refused(err, source)
	}
	s.client.SetVersion(auth.Version)
	me := proto.PropList{"application.name": proto.PropListString("edged")}
	if err := s.client.Request(&proto.SetClientName{Props: me}, &proto.SetClientNameReply{}); err != nil {
		return s.refused(err, source)
	}
	var reply proto.CreateRecordStreamReply
	if err := s.client.Request(s.request(source), &reply); err != nil {
		return s.refused(err, source)
	}
	if reply.Format != proto.FormatFloat32LE || reply.Rate != uint32(s.rate) || int(reply.Channels) != s.channels {
		return fmt.Errorf("the server gives format %d, %d Hz, %d channels, asked for %v, %d, %d",
			reply.Format, reply.Rate, reply.Channels, s.format, s.rate, s.channels)
	}
	s.index = reply.StreamIndex
	return nil
}

// request is what is wanted of the server. A stream of a named source ends with it, rather than go on with another.
func (s *stream) request(source string) *proto.CreateRecordStream {
	channels := make(proto.ChannelMap, s.channels)
	for i := range channels {
		channels[i] = proto.ChannelAux0 + byte(i)
	}
	switch s.channels {
	case 1:
		channels[0] = proto.ChannelMono
	case 2:
		channels[0], channels[1] = proto.ChannelLeft, proto.ChannelRight
	}
	volumes := make(proto.ChannelVolumes, s.channels)
	for i := range volumes {
		volumes[i] = uint32(proto.VolumeNorm)
	}
	return &proto.CreateRecordStream{
		SampleSpec:         proto.SampleSpec{Format: proto.FormatFloat32LE, Channels: byte(s.channels), Rate: uint32(s.rate)},
		ChannelMap:         channels,
		SourceIndex:        proto.Undefined,
		SourceName:         source,
		BufferMaxLength:    proto.Undefined,
		BufferFragSize:     uint32(len(s.raw) / 2),
		AdjustLatency:      true,
		NoMove:             source != "",
		DirectOnInputIndex: proto.Undefined,
		Properties:         proto.PropList{"media.name": proto.PropListString("microphone")},
		ChannelVolumes:     volumes,
	}
}

// refused says why the server would not.
func (s *stream) refused(err error, source string) error {
	switch err {
	case proto.ErrAccessDenied:
		return fmt.Errorf("%w; the server is another user's, and wants that user's cookie (~/.config/pulse/cookie)", err)
	case proto.ErrNoSuchEntity:
		var list proto.GetSourceInfoListReply
		if s.client.Request(&proto.GetSourceInfoList{}, &list) != nil {
			return err
		}
		names := []string{"none"}
		for i, one := range list {
			names = append(names[:i], one.SourceName)
		}
		return fmt.Errorf("the server has no source %q; it has %s", source, strings.Join(names, ", "))
	}
	return err
}

// hear is called by the library's goroutine with what the server says unasked.
func (s *stream) hear(message any) {
	switch m := message.(type) {
	case *proto.DataPacket:
		s.in.put(m.Data, time.Now())
	case *proto.Overflow:
		s.in.skip()
	case *proto.RecordStreamKilled:
		s.in.end("its source is gone", false)
	case *proto.ConnectionClosed:
		s.in.end("the server is gone", true)
	}
}

// Read waits for the next clip.
func (s *stream) Read(ctx context.Context, into *sensors.Clip) error {
	if s.closed {
		return fs.ErrClosed
	}
	for {
		ended := ctx.Err()
		t := s.in.take(s.raw)
		switch {
		case t.whole:
			s.give(t, into)
			return nil
		case t.why != "":
			return fmt.Errorf("microphone %s: %w: %s", s.name, sensors.ErrLost, t.why)
		case ended != nil:
			return ended
		}
		select {
		case <-s.in.ready:
		case <-ctx.Done():
		}
	}
}

// give makes a clip of s.raw.
func (s *stream) give(t taken, into *sensors.Clip) {
	if s.turn--; s.turn <= 0 {
		s.turn = latencyTurn
		var l proto.GetRecordLatencyReply
		if s.client.Request(&proto.GetRecordLatency{StreamIndex: s.index}, &l) == nil {
			s.latency = min(time.Duration(l.Latency)*time.Microsecond, queueTime)
		}
	}
	n := len(s.raw) / s.channels / s.format.Bytes()
	s.end = t.at.Add(-s.length(t.left, s.rate) - s.latency)
	s.miss(t.lost)
	s.gap = s.gap || t.gap
	into.RateHz, into.Channels, into.Name = s.rate, s.channels, ""
	into.Samples = slices.Grow(into.Samples[:0], n*s.channels)[:n*s.channels]
	s.format.Decode(into.Samples, s.raw)
	s.stamp(n, s.rate, into)
}

// Close ends the connection and waits for the library's goroutine to see that; it must not be called during a Read.
func (s *stream) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	err := s.conn.Close()
	<-s.in.over
	return err
}

// inflow is what the server has sent and nobody has read. The library's goroutine puts, a Read takes.
type inflow struct {
	ready chan struct{} // 1 deep: there is more
	over  chan struct{} // closed when nothing more can come
	frame int           // bytes

	mu   sync.Mutex
	buf  []byte // its capacity is the most that waits
	at   time.Time
	lost int  // frames dropped since the last take
	gap  bool // the server has dropped some
	why  string
}

// taken is what take found.
type taken struct {
	whole bool
	at    time.Time // when the last byte that is there came
	left  int       // frames that are there besides
	lost  int
	gap   bool
	why   string // nothing more will come
}

func (q *inflow) init(size, frame int) {
	q.ready, q.over = make(chan struct{}, 1), make(chan struct{})
	q.frame, q.buf = frame, make([]byte, 0, size)
}

// put appends data. What is too much pushes out the oldest frames.
func (q *inflow) put(data []byte, at time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	data = data[:len(data)-len(data)%q.frame] // servers send whole frames
	if over := len(data) - cap(q.buf); over > 0 {
		data, q.lost = data[over:], q.lost+over/q.frame
	}
	if over := len(q.buf) + len(data) - cap(q.buf); over > 0 {
		q.lost += over / q.frame
		q.buf = q.buf[:copy(q.buf, q.buf[over:])]
	}
	q.buf, q.at = append(q.buf, data...), at
	q.wake()
}

func (q *inflow) skip() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.gap = true
}

// end says that nothing more will come, and whether the connection is at its end too.
func (q *inflow) end(why string, over bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.why == "" {
		q.why = why
	}
	if over {
		close(q.over)
	}
	q.wake()
}

func (q *inflow) wake() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// take fills dst, if there is enough for that.
func (q *inflow) take(dst []byte) taken {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.buf) < len(dst) {
		return taken{why: q.why}
	}
	copy(dst, q.buf)
	q.buf = q.buf[:copy(q.buf, q.buf[len(dst):])]
	t := taken{whole: true, at: q.at, left: len(q.buf) / q.frame, lost: q.lost, gap: q.gap}
	q.lost, q.gap = 0, false
	return t
}

// cookie reads the cookie. Without one the library's answer is zeroes, which servers of the same user take.
func (p *Pulse) cookie() ([]byte, error) {
	const length = 256
	if p.Cookie == "" {
		return make([]byte, length), nil
	}
	text, err := os.ReadFile(p.Cookie)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return make([]byte, length), nil
	case err != nil:
		return nil, err
	case len(text) != length:
		return nil, fmt.Errorf("cookie %s has %d bytes, want %d", p.Cookie, len(text), length)
	}
	return text, nil
}
