package record

import (
	"errors"
	"fmt"

	"github.com/foxglove/mcap/go/mcap"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// compress chooses the compression. The module's own take 8 MiB more in lz4, and start goroutines in zstd.
func (w *Writer) compress() error {
	switch w.opts.Compression {
	case LZ4:
		z := lz4.NewWriter(nil)
		if err := z.Apply(lz4.BlockSizeOption(lz4.Block256Kb)); err != nil {
			return err
		}
		w.mcap.Compressor = mcap.NewCustomCompressor(mcap.CompressionLZ4, z)
	case Uncompressed:
	case "", Zstd:
		z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1),
			zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(chunkSize), zstd.WithLowerEncoderMem(true))
		if err != nil {
			return err
		}
		w.mcap.Compressor = mcap.NewCustomCompressor(mcap.CompressionZSTD, z)
	default:
		return fmt.Errorf("compression %q is not lz4, zstd or none", w.opts.Compression)
	}
	return nil
}

// channel returns the channel of a topic and schema, having told the file of it.
func (w *Writer) channel(topic string, s *schema) (uint16, error) {
	key := channelKey{topic, s}
	if id, ok := w.channels[key]; ok {
		return id, nil
	}
	if len(w.channels) == 1<<16-1 {
		return 0, errors.New("too many channels")
	}
	of, ok := w.schemas[s]
	if !ok {
		of = uint16(len(w.schemas) + 1)
		if err := w.out.WriteSchema(s.record(of)); err != nil {
			return 0, err
		}
		w.schemas[s] = of
	}
	id := uint16(len(w.channels) + 1)
	encoding := "protobuf"
	if s == event {
		encoding = "json"
	}
	w.channels[key] = id
	return id, w.out.WriteChannel(&mcap.Channel{ID: id, SchemaID: of, Topic: topic, MessageEncoding: encoding})
}

// record returns the MCAP record of s.
func (s *schema) record(id uint16) *mcap.Schema {
	if s == event {
		return &mcap.Schema{ID: id, Name: s.name, Encoding: "jsonschema", Data: []byte(`{"type":"object"}`)}
	}
	return &mcap.Schema{ID: id, Name: s.name, Encoding: "protobuf", Data: s.describe()}
}
