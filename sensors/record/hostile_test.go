package record

import (
	"bytes"
	"encoding/binary"
	"fmt"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/foxglove/mcap/go/mcap"

	"edged/sensors"
)

// rec is one record of a file.
func rec(op mcap.OpCode, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	return append(le(byte(op), uint64(len(body))), body...)
}

// le writes numbers as MCAP does.
func le(all ...any) []byte {
	var b bytes.Buffer
	for _, v := range all {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			panic(err)
		}
	}
	return b.Bytes()
}

func str(s string) []byte { return append(le(uint32(len(s))), s...) }

// start is a file with a header of ours and one sensor of each type.
func start(t testing.TB) []byte {
	data := write(t, Options{}, nil)
	end := bytes.LastIndex(data, rec(mcap.OpDataEnd, le(uint32(0)))[:9])
	if end < 0 {
		t.Fatal("no end")
	}
	return data[:end]
}

// channels is a schema and a channel for it, both 1.
func channels(schema, topic string) []byte {
	return append(rec(mcap.OpSchema, le(uint16(1)), str(schema), str("protobuf"), str("")),
		rec(mcap.OpChannel, le(uint16(1), uint16(1)), str(topic), str("protobuf"), str(""))...)
}

func said(body []byte) []byte {
	return rec(mcap.OpMessage, le(uint16(1), uint32(1), uint64(epoch.UnixNano()), uint64(0)), body)
}

func chunk(how string, size uint64, sum uint32, packed []byte) []byte {
	return rec(mcap.OpChunk, le(uint64(0), uint64(0), size, sum), str(how), le(uint64(len(packed))), packed)
}

// TestHostile gives the reader files that lie. Each is an error that says where, or is passed over.
func TestHostile(t *testing.T) {
	image, sound := channels("foxglove.RawImage", "/sensors/cam"), channels("foxglove.RawAudio", "/sensors/mic")
	tests := []struct {
		name, want string
		tail       []byte
	}{
		{"a record longer than any", "message of 18446744073709551615 bytes", le(byte(mcap.OpMessage), ^uint64(0))},
		{"a record that is passed over, longer than any file", "bytes", le(byte(0x80), ^uint64(0))},
		{"a record that the file does not hold", "cut off", le(byte(mcap.OpMessage), uint64(60<<20))},
		{"a chunk that grows too large", "at most 69206016", chunk("", maxRecord+1, 0, nil)},
		{"a chunk shorter than it says", "has 3 bytes, want 4", chunk("", 4, 0, []byte{1, 2, 3})},
		{"a chunk with another checksum", "checksum", chunk("", 3, 7, []byte{1, 2, 3})},
		{"a chunk with an unknown compression", `unknown compression "bz2"`, chunk("bz2", 3, 0, []byte{1, 2, 3})},
		{"a compression with a long name", "ends within a field", rec(mcap.OpChunk, le(uint64(0), uint64(0), uint64(1), uint32(0), ^uint32(0)))},
		{"a chunk's records longer than the chunk", "ends within a field", rec(mcap.OpChunk, le(uint64(0), uint64(0), uint64(1), uint32(0), uint32(0), ^uint64(0)))},
		{"no lz4", "chunk: ", chunk("lz4", 3, 0, []byte{1, 2, 3})},
		{"no zstd", "chunk: ", chunk("zstd", 3, 0, []byte{1, 2, 3})},
		{"a chunk in a chunk", "a chunk in a chunk", func() []byte { in := chunk("", 0, 0, nil); return chunk("", uint64(len(in)), 0, in) }()},
		{"a record longer than its chunk", "ends within a field", chunk("", 9, 0, le(byte(mcap.OpMessage), uint64(1)))},
		{"an empty record in a chunk", "ends within a field", chunk("", 9, 0, le(byte(mcap.OpMessage), uint64(0)))},
		{"an empty message", "ends within a field", rec(mcap.OpMessage)},
		{"an empty channel", "ends within a field", rec(mcap.OpChannel)},
		{"an empty schema", "ends within a field", rec(mcap.OpSchema)},
		{"a schema with a long name", "a name of more than", rec(mcap.OpSchema, le(uint16(1)), str(strings.Repeat("a", 5000)))},
		{"a message of no channel is passed over", "", said(nil)},
		{"another program's channel is passed over", "", append(channels("foxglove.RawImage", "/cam"), said([]byte{0xff})...)},
		{"a sensor that gives something else is passed over", "", append(channels("foxglove.RawImage", "/sensors/mic"), said([]byte{0xff})...)},
		{"a sensor that the header lacks is passed over", "", append(channels("foxglove.RawImage", "/sensors/tom"), said([]byte{0xff})...)},
		{"no protobuf", "damaged", append(bytes.Clone(image), said([]byte{0xff})...)},
		{"a picture without a format", "unknown format", append(bytes.Clone(image), said(nil)...)},
		{"a picture of another format", `unknown format "rgb99"`, append(bytes.Clone(image), said(appendBytes(nil, fieldFormat, "rgb99"))...)},
		{"a picture of a format past the last", `unknown format "unknown"`, append(bytes.Clone(image), said(appendBytes(nil, fieldFormat, "unknown"))...)},
		{"a picture wider than any", "width 18446744073709551615", append(bytes.Clone(image), said(appendUint(nil, 2, 1<<64-1))...)},
		{"a time beyond all", "a time of", append(bytes.Clone(image), said(appendBytes(nil, 1, appendUint(nil, 1, 1<<62)))...)},
		{"sound of two lengths", "4 bytes in float32", append(bytes.Clone(sound), said(appendBytes(nil, fieldExact, "abcd"))...)},
		{"sound of more samples than any", "at most 8388608", append(bytes.Clone(sound), said(appendBytes(nil, 2, make([]byte, 2*maxClip+2)))...)},
		{"sound of more channels than ears", "channels", append(bytes.Clone(sound), said(appendUint(nil, 5, 1<<40))...)},
	}
	head := start(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := open(append(bytes.Clone(head), append(tt.tail, rec(mcap.OpDataEnd, le(uint32(0)))...)...))
			if err != nil {
				t.Fatal(err)
			}
			readAll(t, r)
			if got := fmt.Sprint(r.Damage()); (tt.want == "") != (r.Damage() == nil) || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOtherFiles(t *testing.T) {
	meta := func(name string, pairs ...[]byte) []byte {
		body := bytes.Join(pairs, nil)
		return rec(mcap.OpMetadata, str(name), le(uint32(len(body))), body)
	}
	tests := []struct {
		name, want string
		data       []byte
	}{
		{"nothing", "is no MCAP file", nil},
		{"a picture", "is no MCAP file", []byte("\x89PNG\r\n\x1a\n")},
		{"another program's", "no recording of edged's", append(bytes.Clone(mcap.Magic), channels("a", "b")...)},
		{"one of a later edged", `of format "9"`, append(bytes.Clone(mcap.Magic), meta("edged", str("format"), str("9"))...)},
		{"metadata that ends too soon", "ends within a field", append(bytes.Clone(mcap.Magic), meta("edged", str("format"))...)},
		{"a map longer than its record", "ends within a field", append(bytes.Clone(mcap.Magic), rec(mcap.OpMetadata, str("edged"), le(^uint32(0)))...)},
		{"a start that is none", "its start", append(bytes.Clone(mcap.Magic), meta("edged", str("format"), str("1"), str("start"), str("x"))...)},
		{"a sensor without a period", "sensor", append(bytes.Clone(mcap.Magic), meta("edged.sensor", str("name"), str("x"))...)},
	}
	for _, tt := range tests {
		if _, err := open(tt.data); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

// TestBombs unpacks chunks that say little and hold much.
func TestBombs(t *testing.T) {
	for _, how := range []Compression{LZ4, Zstd} {
		data := write(t, Options{Compression: how}, []happening{
			{at: epoch, sensor: "cam", sample: &sensors.Frame{Time: epoch, Format: sensors.JPEG, Pix: make([]byte, 48<<20)}}})
		var before, after goruntime.MemStats
		goruntime.GC()
		goruntime.ReadMemStats(&before)
		r, err := open(data)
		if err != nil {
			t.Fatal(err)
		}
		var m Message
		if err := r.Next(&m); err != nil || len(m.Frame.Pix) != 48<<20 {
			t.Fatalf("got %v and %d bytes", err, len(m.Frame.Pix))
		}
		goruntime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 6*maxRecord {
			t.Errorf("%s: a file of %d bytes took %d MiB", how, len(data), took>>20)
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, how := range []Compression{LZ4, Zstd, Uncompressed} {
		f.Add(write(f, Options{Compression: how}, happenings()))
	}
	head := start(f)
	f.Add(head)
	f.Add(append(head, append(channels("foxglove.RawAudio", "/sensors/mic"), said(appendBytes(nil, 2, "abcd"))...)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := open(data)
		if err != nil {
			return
		}
		readAll(t, r)
		var m Message
		if err := r.Next(&m); err == nil {
			t.Error("went on after the end")
		}
	})
}
