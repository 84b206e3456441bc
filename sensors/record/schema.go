package record

import (
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// kind is a protobuf type, by its number in descriptor.proto (FieldDescriptorProto.Type).
type kind uint64

const (
	double  kind = 1
	uint64s kind = 4
	boolean kind = 8
	text    kind = 9
	message kind = 11
	bytes_  kind = 12
	uint32s kind = 13
	enum    kind = 14
	sint64  kind = 18
)

// field is one field of a schema.
type field struct {
	number number
	name   string
	kind   kind
	of     string // the type's name, of a message or enum
	list   bool
}

// schema is the type of one channel's messages.
type schema struct {
	name   string // with its package
	fields []field
	levels []string // the values of its enum Level
}

const timestamp = ".google.protobuf.Timestamp"

// Fields that stand beside those of Foxglove's schemas.
const (
	fieldName      number = 101 + iota // Frame.Name, Clip.Name
	fieldFormat                        // Frame.Format
	fieldFullRange                     // Frame.FullRange
	fieldLost                          // Frame.Lost, Clip.Lost
	fieldWidth                         // of a compressed picture
	fieldHeight
	fieldEnd   // Clip.End
	fieldExact // Clip.Samples, where 16 bits do not hold them
)

// What the channels hold. Foxglove's are at docs.foxglove.dev/docs/sdk/schemas, numbered as in its protobuf files.
var (
	rawImage = &schema{name: "foxglove.RawImage", fields: append(ours(true),
		field{number: 2, name: "width", kind: uint32s}, field{number: 3, name: "height", kind: uint32s},
		field{number: 4, name: "encoding", kind: text}, field{number: 5, name: "step", kind: uint32s},
		field{number: 6, name: "data", kind: bytes_}, field{number: 7, name: "frame_id", kind: text})}
	compressedImage = &schema{name: "foxglove.CompressedImage", fields: append(ours(true),
		field{number: 2, name: "data", kind: bytes_}, field{number: 3, name: "format", kind: text},
		field{number: 4, name: "frame_id", kind: text},
		field{number: fieldWidth, name: "edged_width", kind: uint32s}, field{number: fieldHeight, name: "edged_height", kind: uint32s})}
	rawAudio = &schema{name: "foxglove.RawAudio", fields: append(ours(false),
		field{number: 2, name: "data", kind: bytes_}, field{number: 3, name: "format", kind: text},
		field{number: 4, name: "sample_rate", kind: uint32s}, field{number: 5, name: "number_of_channels", kind: uint32s},
		field{number: fieldEnd, name: "edged_end", kind: message, of: timestamp}, field{number: fieldExact, name: "edged_float32", kind: bytes_})}
	reading = &schema{name: "edged.Reading", fields: []field{
		{number: 1, name: "timestamp", kind: message, of: timestamp}, {number: 2, name: "values", kind: message, of: ".edged.Value", list: true}}}
	readingValue = &schema{name: "edged.Value", fields: []field{
		{number: 1, name: "name", kind: text}, {number: 2, name: "unit", kind: text}, {number: 3, name: "value", kind: double}}}
	logLine = &schema{name: "foxglove.Log", levels: []string{"UNKNOWN", "DEBUG", "INFO", "WARNING", "ERROR", "FATAL"}, fields: []field{
		{number: 1, name: "timestamp", kind: message, of: timestamp}, {number: 2, name: "level", kind: enum, of: ".foxglove.Log.Level"},
		{number: 3, name: "message", kind: text}, {number: 4, name: "name", kind: text}}}
	event = &schema{name: "edged.Event"} // JSON
	turn  = &schema{name: "edged.Turn", fields: []field{
		{number: 1, name: "timestamp", kind: message, of: timestamp}, {number: 2, name: "pipeline", kind: text},
		{number: 3, name: "encoder", kind: uint32s}, {number: 4, name: "taken", kind: uint64s}, {number: 5, name: "event", kind: uint64s},
		{number: 6, name: "shared", kind: uint32s}}}
)

// Values of foxglove.Log's level.
const (
	levelInfo  = 2
	levelError = 4
)

// ours are the fields that all samples of Foxglove's schemas have, and those of ours beside them.
func ours(picture bool) []field {
	f := []field{
		{number: 1, name: "timestamp", kind: message, of: timestamp},
		{number: fieldName, name: "edged_name", kind: text}, {number: fieldLost, name: "edged_lost", kind: sint64},
	}
	if picture {
		f = append(f, field{number: fieldFormat, name: "edged_format", kind: text}, field{number: fieldFullRange, name: "edged_full_range", kind: boolean})
	}
	return f
}

// describe returns the FileDescriptorSet (descriptor.proto) with s, and all that it needs: what MCAP wants as the data of
// a protobuf schema.
func (s *schema) describe() []byte {
	stamp := &schema{name: "google.protobuf.Timestamp", fields: []field{
		{number: 1, name: "seconds", kind: 3 /* int64 */}, {number: 2, name: "nanos", kind: 5 /* int32 */}}}
	const stampFile = "google/protobuf/timestamp.proto"
	all := []*schema{s}
	if s == reading {
		all = append(all, readingValue)
	}
	set := appendBytes(nil, 1, describeFile(stampFile, "", stamp))
	return appendBytes(set, 1, describeFile(s.name+".proto", stampFile, all...))
}

// describeFile returns the FileDescriptorProto of schemas of one package.
func describeFile(name, needs string, all ...*schema) []byte {
	dot := strings.LastIndexByte(all[0].name, '.')
	b := appendBytes(nil, 1, name)
	b = appendBytes(b, 2, all[0].name[:dot])
	b = appendBytes(b, 3, needs)
	for _, s := range all {
		b = appendBytes(b, 4, s.describeMessage(s.name[dot+1:]))
	}
	return appendBytes(b, 12, "proto3")
}

// describeMessage returns s's DescriptorProto.
func (s *schema) describeMessage(name string) []byte {
	b := appendBytes(nil, 1, name)
	for _, f := range s.fields {
		d := appendBytes(nil, 1, f.name)
		d = appendUint(d, 3, uint64(f.number))
		label := uint64(1) // optional
		if f.list {
			label = 3 // repeated
		}
		d = appendUint(d, 4, label)
		d = appendUint(d, 5, uint64(f.kind))
		b = appendBytes(b, 2, appendBytes(d, 6, f.of))
	}
	if len(s.levels) == 0 {
		return b
	}
	e := appendBytes(nil, 1, "Level")
	for i, level := range s.levels {
		one := protowire.AppendTag(appendBytes(nil, 1, level), 2, protowire.VarintType)
		e = appendBytes(e, 2, protowire.AppendVarint(one, uint64(i))) // 0 too: a value must have its number
	}
	return appendBytes(b, 4, e)
}
