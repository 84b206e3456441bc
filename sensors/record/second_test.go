package record

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/foxglove/mcap/go/mcap"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"edged/sensors"
)

// TestOthersReadIt reads a recording as Foxglove does: through its index, each message by the schema in the file. The
// readers are the mcap module's and protobuf's own.
func TestOthersReadIt(t *testing.T) {
	all := happenings()
	for _, how := range []Compression{LZ4, Zstd, Uncompressed} {
		data := write(t, Options{Compression: how}, all)
		r, err := mcap.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		info, err := r.Info()
		if err != nil {
			t.Fatal(err)
		}
		s := info.Statistics
		if s.MessageCount != uint64(len(all)) || s.ChunkCount == 0 || int(s.ChunkCount) != len(info.ChunkIndexes) || len(info.MetadataIndexes) != 9 {
			t.Errorf("%s: got %+v with %d chunks and %d metadata in the index", how, s, len(info.ChunkIndexes), len(info.MetadataIndexes))
		}
		if s.MessageStartTime != uint64(all[0].at.UnixNano()) || s.MessageEndTime != uint64(all[len(all)-1].at.UnixNano()) {
			t.Errorf("%s: got times %d to %d", how, s.MessageStartTime, s.MessageEndTime)
		}
		it, err := r.Messages(mcap.InOrder(mcap.LogTimeOrder))
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		for i := 0; ; i++ {
			of, ch, m, err := it.NextInto(nil)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			seen[ch.Topic+" "+of.Name]++
			check(t, all[i], parse(t, of, m.Data))
		}
		want := map[string]int{
			"/sensors/cam foxglove.RawImage": 5, "/sensors/cam foxglove.CompressedImage": 1, "/sensors/mic foxglove.RawAudio": 3,
			"/sensors/air edged.Reading": 2, "/sensors/air/log foxglove.Log": 1, "/sensors/mic/log foxglove.Log": 1, "/edged/turns edged.Turn": 10,
		}
		if fmt.Sprint(seen) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", how, seen, want)
		}
	}
}

// parse reads a message by the schema that its file holds. It has no field that the schema does not describe.
func parse(t *testing.T, of *mcap.Schema, data []byte) *dynamicpb.Message {
	t.Helper()
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(of.Data, &set); err != nil {
		t.Fatal(err)
	}
	files, err := protodesc.NewFiles(&set)
	if err != nil {
		t.Fatalf("%s: %v", of.Name, err)
	}
	d, err := files.FindDescriptorByName(protoreflect.FullName(of.Name))
	if err != nil {
		t.Fatal(err)
	}
	m := dynamicpb.NewMessage(d.(protoreflect.MessageDescriptor))
	if err := proto.Unmarshal(data, m); err != nil {
		t.Fatalf("%s: %v", of.Name, err)
	}
	if unknown := m.GetUnknown(); len(unknown) > 0 {
		t.Errorf("%s: got unknown fields %x", of.Name, unknown)
	}
	return m
}

// check looks at what a viewer needs.
func check(t *testing.T, h happening, m *dynamicpb.Message) {
	t.Helper()
	get := func(name string) protoreflect.Value {
		return m.Get(m.Descriptor().Fields().ByName(protoreflect.Name(name)))
	}
	stamp := get("timestamp").Message()
	of := stamp.Descriptor().Fields()
	if ns := stamp.Get(of.ByName("seconds")).Int()*1e9 + stamp.Get(of.ByName("nanos")).Int(); ns > h.at.UnixNano() || ns < h.at.UnixNano()-1e9 {
		t.Errorf("got the time %d, want one of around %d", ns, h.at.UnixNano())
	}
	switch s := h.sample.(type) {
	case *sensors.Frame:
		if s.Format == sensors.JPEG {
			if get("format").String() != "jpeg" || !bytes.Equal(get("data").Bytes(), s.Pix) {
				t.Errorf("got %v, want %v", m, s)
			}
			return
		}
		encodings := []string{"rgb8", "mono8", "yuyv", "mono8", "mono8"}
		rows := get("step").Uint() * get("height").Uint()
		if get("width").Uint() != 6 || get("height").Uint() != 3 || get("encoding").String() != encodings[s.Format] || rows > uint64(len(s.Pix)) ||
			!bytes.Equal(get("data").Bytes(), s.Pix) {
			t.Errorf("got %v, want %v", m, s)
		}
	case *sensors.Clip:
		if get("format").String() != "pcm-s16" || get("sample_rate").Uint() != 44100 || get("number_of_channels").Uint() != 2 || len(get("data").Bytes()) != 2*len(s.Samples) {
			t.Errorf("got %v, want %v", m, s)
		}
	case *sensors.Reading:
		if get("values").List().Len() != len(s.Values) {
			t.Errorf("got %v, want %v", m, s)
		}
	}
}

// TestTopicsOfEvents gives a viewer the words beside the samples.
func TestTopicsOfEvents(t *testing.T) {
	file := &memory{room: -1}
	w, err := NewWriter(file, header(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	const json = `{"schema":1}`
	if err := w.Event(epoch, "room", []byte(json)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := open(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var m Message
	if err := r.Next(&m); err != nil || m.What != Said || string(m.Event) != json {
		t.Errorf("got %v, %v %q", err, m.What, m.Event)
	}
}
