package record

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/foxglove/mcap/go/mcap"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// maxRecord bounds a chunk, packed or not, and so what a hostile file can take: the largest message and a whole chunk
// before it.
const maxRecord = maxSample + 2*chunkSize

// errCut says that a file ends where it should go on.
var errCut = errors.New("cut off")

// mcapFile reads an MCAP file's records one after the other, those in chunks as if there were none.
type mcapFile struct {
	in     *bufio.Reader
	offset int64 // of the next record outside of chunks
	begin  int64 // of the record outside of chunks that was read last
	body   bytes.Buffer
	chunk  cursor // what is left of the chunk
	plain  []byte // the chunk's memory
	zstd   *zstd.Decoder
	lz4    *lz4.Reader
}

// openMCAP reads the magic bytes.
func openMCAP(r io.Reader) (*mcapFile, error) {
	f := &mcapFile{in: bufio.NewReaderSize(r, 64<<10), offset: int64(len(mcap.Magic))}
	magic := make([]byte, len(mcap.Magic))
	if _, err := io.ReadFull(f.in, magic); err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	if !bytes.Equal(magic, mcap.Magic) {
		return nil, errors.New("is no MCAP file")
	}
	return f, nil
}

// next returns the next record; body is valid until the call after. It returns errCut where the file ends within a record,
// or without a DataEnd, which is for the caller to see.
func (f *mcapFile) next() (op mcap.OpCode, body []byte, err error) {
	for {
		if len(f.chunk.b) > 0 {
			return f.inChunk()
		}
		op, body, err = f.outside()
		if err != nil || op != mcap.OpChunk {
			return op, body, err
		}
		if err := f.unpack(body); err != nil {
			return 0, nil, fmt.Errorf("chunk: %w", err)
		}
	}
}

func (f *mcapFile) inChunk() (mcap.OpCode, []byte, error) {
	head := f.chunk.take(1)
	body := f.chunk.take(f.chunk.uint64())
	if f.chunk.err != nil {
		return 0, nil, fmt.Errorf("chunk: %w", f.chunk.err)
	}
	if op := mcap.OpCode(head[0]); op != mcap.OpChunk {
		return op, body, nil
	}
	return 0, nil, errors.New("a chunk in a chunk")
}

// outside reads a record that is in no chunk. Those that only readers with an index need come without their body.
func (f *mcapFile) outside() (mcap.OpCode, []byte, error) {
	f.begin = f.offset
	var head [9]byte
	if _, err := io.ReadFull(f.in, head[:]); err != nil {
		return 0, nil, cut(err)
	}
	op, size := mcap.OpCode(head[0]), binary.LittleEndian.Uint64(head[1:])
	f.body.Reset()
	to := io.Writer(&f.body)
	switch op {
	case mcap.OpHeader, mcap.OpSchema, mcap.OpChannel, mcap.OpMessage, mcap.OpChunk, mcap.OpMetadata:
		if size > maxRecord {
			return 0, nil, fmt.Errorf("%v of %d bytes, at most %d", op, size, maxRecord)
		}
	default:
		if size > 1<<62 {
			return 0, nil, fmt.Errorf("%v of %d bytes", op, size)
		}
		to = io.Discard
	}
	n, err := io.CopyN(to, f.in, int64(size)) // takes no more memory than the file has bytes
	f.offset += int64(len(head)) + n
	if err != nil {
		return 0, nil, cut(err)
	}
	return op, f.body.Bytes(), nil
}

// cut turns the end of the file into errCut.
func cut(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errCut
	}
	return err
}

// unpack makes a chunk record's content the chunk that is read.
func (f *mcapFile) unpack(record []byte) error {
	c := cursor{b: record}
	c.take(8 + 8) // first and last time
	size, sum, how := c.uint64(), c.uint32(), c.text()
	packed := c.take(c.uint64())
	switch {
	case c.err != nil:
		return c.err
	case size > maxRecord:
		return fmt.Errorf("of %d bytes, at most %d", size, maxRecord)
	}
	plain, err := f.inflate(how, packed, int(size))
	switch {
	case err != nil:
		return err
	case uint64(len(plain)) != size:
		return fmt.Errorf("has %d bytes, want %d", len(plain), size)
	case sum != 0 && crc32.ChecksumIEEE(plain) != sum:
		return errors.New("its checksum does not match")
	}
	f.chunk = cursor{b: plain}
	return nil
}

// inflate returns what is packed, if it is no more than size.
func (f *mcapFile) inflate(how string, packed []byte, size int) ([]byte, error) {
	switch mcap.CompressionFormat(how) {
	case mcap.CompressionNone:
		return packed, nil
	case mcap.CompressionLZ4:
		if f.lz4 == nil {
			f.lz4 = lz4.NewReader(nil)
		}
		f.lz4.Reset(bytes.NewReader(packed))
		plain := bytes.NewBuffer(f.plain[:0])
		_, err := io.Copy(plain, io.LimitReader(f.lz4, int64(size)+1))
		f.plain = plain.Bytes()
		return f.plain, err
	case mcap.CompressionZSTD:
		if err := f.openZstd(); err != nil {
			return nil, err
		}
		plain, err := f.zstd.DecodeAll(packed, f.plain[:0])
		f.plain = plain
		return plain, err
	}
	return nil, fmt.Errorf("unknown compression %q", how)
}

// openZstd makes the decoder, which shall not start goroutines.
func (f *mcapFile) openZstd() (err error) {
	if f.zstd == nil {
		f.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxRecord))
	}
	return err
}
