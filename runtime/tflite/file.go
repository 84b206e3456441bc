package tflite

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// File is a model file, mapped read-only, and the Model whose slices point into it.
type File struct {
	*Model
	Path  string
	Bytes []byte
}

// Open maps and parses the file at path. Errors name the path. The Model must not be used after Close.
func Open(path string) (*File, error) {
	b, err := mapFile(path)
	if err != nil {
		return nil, err
	}
	m, err := Parse(b)
	if err != nil {
		_ = unmap(b)
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &File{Model: m, Path: path, Bytes: b}, nil
}

// SHA256 returns the file's checksum in lower-case hexadecimal.
func (f *File) SHA256() string {
	h := sha256.Sum256(f.Bytes)
	return hex.EncodeToString(h[:])
}

// Close unmaps the file.
func (f *File) Close() error {
	b := f.Bytes
	f.Bytes, f.Model = nil, nil
	return unmap(b)
}
